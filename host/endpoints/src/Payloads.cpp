// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/endpoints/Payloads.h"

#include "central_oauth/base/Clock.h"
#include "central_oauth/domain/Account.h"
#include "central_oauth/domain/Grant.h"
#include "central_oauth/domain/GrantRules.h"
#include "central_oauth/services/grants/AccountProblem.h"

#include <algorithm>
#include <sstream>

namespace central_oauth::endpoints {

namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;

using services::ConfiguredProvider;

Object productsObject(const domain::Site& site, const ConfiguredProvider* provider) {
    auto products = orderedObject();
    for (const auto& product : site.products) {
        const auto url = services::apiBaseUrlOf(provider, product, site.id);
        if (url.empty())
            continue;
        auto access = orderedObject();
        access.set("api_base_url", url);
        products.set(product, access);
    }
    return products;
}

Object siteObject(const domain::Site& site) {
    auto object = orderedObject();
    object.set("cloud_id", site.id);
    object.set("name", site.name);
    object.set("url", site.url);
    return object;
}

Array sitesArray(const std::vector<domain::Site>& sites, const ConfiguredProvider* provider) {
    Array array;
    for (const auto& site : sites) {
        auto object = siteObject(site);
        object.set("products", productsObject(site, provider));
        array.add(object);
    }
    return array;
}

void addIdentity(Object& object, const domain::Account& account) {
    object.set("account_id", account.id.value());
    object.set("provider", account.provider);
    object.set("subject", account.subject);
    auto upstream = orderedObject();
    upstream.set("id", account.identity.upstreamId);
    upstream.set("display_name", account.identity.displayName);
    if (!account.identity.email.empty())
        upstream.set("email", account.identity.email);
    object.set("upstream", upstream);
}

void addSites(Object& object, const domain::Account& account, const ConfiguredProvider* provider) {
    const auto chosen = domain::findSite(account.sites, account.chosenSite);
    object.set("site", chosen ? Var(siteObject(*chosen)) : Var());
    object.set("products", chosen ? productsObject(*chosen, provider) : orderedObject());
    object.set("sites", sitesArray(account.sites, provider));
}

Var problemOrNull(const domain::Account& account, bool isConfigured) {
    const auto problem = services::problemOf(account, isConfigured);
    if (!problem)
        return {};
    auto object = orderedObject();
    object.set("code", problem->code);
    object.set("what", std::string(problem->what));
    object.set("since", timeOrNull(problem->since));
    object.set("who", std::string(problem->who));
    object.set("how", std::string(problem->how));
    return object;
}

} // namespace

Object orderedObject() {
    return Object(Poco::JSON_PRESERVE_KEY_ORDER);
}

std::string toText(const Object& object) {
    std::ostringstream text;
    object.stringify(text);
    return text.str();
}

http::Response jsonAnswer(int status, const Object& object) {
    return http::Response::json(status, toText(object));
}

http::Response listAnswer(const Array& items, const std::optional<std::string>& nextCursor) {
    auto answer = orderedObject();
    answer.set("items", items);
    answer.set("next_cursor", nextCursor ? Var(*nextCursor) : Var());
    return jsonAnswer(200, answer);
}

Var timeOrNull(const std::optional<base::Timestamp>& time) {
    return time ? Var(base::formatRfc3339(*time)) : Var();
}

Array textArray(const std::vector<std::string>& texts) {
    Array array;
    for (const auto& text : texts)
        array.add(text);
    return array;
}

Object tokenPayload(const domain::Account& account, const domain::Tokens& tokens,
                    const ConfiguredProvider* provider, base::Timestamp now) {
    auto object = orderedObject();
    addIdentity(object, account);
    object.set("access_token", std::string(tokens.accessToken.reveal()));
    object.set("token_type", "Bearer");
    object.set("expires_in", std::max<std::int64_t>(0, (tokens.accessExpiresAt - now).count()));
    object.set("valid_until", base::formatRfc3339(tokens.accessExpiresAt));
    object.set("token_version", tokens.version);
    object.set("scope", domain::scopeText(account.scopes));
    addSites(object, account, provider);
    return object;
}

Object accountPayload(const domain::Account& account, const ConfiguredProvider* provider) {
    auto object = orderedObject();
    addIdentity(object, account);
    object.set("label", account.label);
    const bool isActive = account.status == domain::AccountStatus::active;
    object.set("status", std::string(nameOf(account.status)));
    if (!isActive) {
        object.set("reason", account.reason);
        object.set("since", timeOrNull(account.since));
        object.set("explanation", services::problemWords(account.reason));
    }
    object.set("scope", domain::scopeText(account.scopes));
    addSites(object, account, provider);
    object.set("token_version", account.tokenVersion);
    object.set("linked_at", base::formatRfc3339(account.linkedAt));
    object.set("last_refresh_at", timeOrNull(account.lastRefreshAt));
    object.set("last_used_at", timeOrNull(account.lastUsedAt));
    std::optional<base::Timestamp> idleExpiry;
    if (isActive && provider != nullptr && provider->properties.idleLifetime.count() > 0)
        idleExpiry = account.lastRefreshAt.value_or(account.linkedAt) + provider->properties.idleLifetime;
    object.set("idle_expires_at", timeOrNull(idleExpiry));
    object.set("problem", problemOrNull(account, provider != nullptr));
    return object;
}

Object relinkBody(const domain::Account& account, const ConfiguredProvider* provider) {
    auto body = orderedObject();
    body.set("provider", account.provider);
    if (!account.subject.empty())
        body.set("subject", account.subject);
    if (!account.chosenSite.empty())
        body.set("site", account.chosenSite);
    body.set("account_id", account.id.value());
    const auto scopes = provider == nullptr ? account.requiredScopes
                                            : domain::offeredScopes(account.requiredScopes, provider->scopes);
    if (!scopes.empty())
        body.set("required_scopes", textArray(scopes));
    return body;
}

} // namespace central_oauth::endpoints
