// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/endpoints/Payloads.h"

#include "central_oauth/domain/Account.h"
#include "central_oauth/domain/Grant.h"
#include "central_oauth/domain/GrantKeeping.h"
#include "central_oauth/domain/GrantRules.h"
#include "central_oauth/services/grants/AccountProblem.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

namespace central_oauth::endpoints {

namespace {

using services::ConfiguredProvider;

void addProducts(JsonObject& products, const domain::Site& site, const ConfiguredProvider* provider) {
    for (const auto& product : site.products) {
        const auto url = services::apiBaseUrlOf(provider, product, site.id);
        if (!url.empty())
            products.setObject(product, [&url](JsonObject& access) { access.set("api_base_url", url); });
    }
}

void addSite(JsonObject& object, const domain::Site& site) {
    object.set("cloud_id", site.id);
    object.set("name", site.name);
    object.set("url", site.url);
}

void addIdentity(JsonObject& object, const domain::Account& account) {
    object.set("account_id", account.id.value());
    object.set("provider", account.provider);
    object.set("subject", account.subject);
    object.setObject("upstream", [&account](JsonObject& upstream) {
        upstream.set("id", account.identity.upstreamId);
        upstream.set("display_name", account.identity.displayName);
        if (!account.identity.email.empty())
            upstream.set("email", account.identity.email);
    });
}

void addSites(JsonObject& object, const domain::Account& account, const std::string& chosenSite,
              const ConfiguredProvider* provider) {
    const auto* const chosen = domain::siteIn(account.sites, chosenSite);
    constexpr std::size_t usualProducts = 200;
    JsonObject products(usualProducts); // of the chosen site, which is shown twice
    if (chosen != nullptr) {
        addProducts(products, *chosen, provider);
        object.setObject("site", [chosen](JsonObject& site) { addSite(site, *chosen); });
    } else {
        object.set("site", nullptr);
    }
    object.set("products", products);
    object.setArray("sites", [&](JsonArray& sites) {
        for (const auto& each : account.sites)
            sites.addObject([&](JsonObject& site) {
                addSite(site, each);
                if (&each == chosen)
                    site.set("products", products);
                else
                    site.setObject("products", [&](JsonObject& own) { addProducts(own, each, provider); });
            });
    });
}

void addProblem(JsonObject& object, const domain::Account& account, bool isConfigured) {
    const auto problem = services::problemOf(account, isConfigured);
    if (!problem) {
        object.set("problem", nullptr);
        return;
    }
    JsonObject words;
    words.set("code", problem->code);
    words.set("what", problem->what);
    words.set("since", problem->since);
    words.set("who", problem->who);
    words.set("how", problem->how);
    object.set("problem", words);
}

} // namespace

http::Response jsonAnswer(int status, JsonObject object) {
    return http::Response::json(status, std::move(object).text());
}

http::Response listAnswer(const JsonArray& items, const std::optional<std::string>& nextCursor) {
    JsonObject answer;
    answer.set("items", items);
    if (nextCursor)
        answer.set("next_cursor", *nextCursor);
    else
        answer.set("next_cursor", nullptr);
    return jsonAnswer(200, std::move(answer));
}

JsonObject tokenPayload(const domain::Account& account, const domain::Tokens& tokens,
                        const ConfiguredProvider* provider, base::Timestamp now) {
    return tokenPayload(account, account.chosenSite, tokens, provider, now);
}

JsonObject tokenPayload(const domain::Account& account, const std::string& site, const domain::Tokens& tokens,
                        const ConfiguredProvider* provider, base::Timestamp now) {
    constexpr std::size_t usualRest = 1200; // a longer one makes the text grow once
    JsonObject object(tokens.accessToken.size() + usualRest);
    addIdentity(object, account);
    object.set("access_token", tokens.accessToken.reveal());
    object.set("token_type", "Bearer");
    object.set("expires_in", std::max<std::int64_t>(0, (tokens.accessExpiresAt - now).count()));
    object.set("valid_until", base::formatRfc3339(tokens.accessExpiresAt));
    object.set("token_version", tokens.version);
    object.set("scope", domain::scopeText(account.scopes));
    addSites(object, account, site, provider);
    return object;
}

JsonObject accountPayload(const domain::Account& account, const ConfiguredProvider* provider,
                          std::chrono::seconds maxAge) {
    JsonObject object;
    addIdentity(object, account);
    object.set("label", account.label);
    const bool isActive = account.status == domain::AccountStatus::active;
    object.set("status", nameOf(account.status));
    if (!isActive) {
        object.set("reason", account.reason);
        object.set("since", account.since);
        object.set("explanation", services::problemWords(account.reason));
    }
    object.set("scope", domain::scopeText(account.scopes));
    addSites(object, account, account.chosenSite, provider);
    object.set("token_version", account.tokenVersion);
    object.set("linked_at", base::formatRfc3339(account.linkedAt));
    object.set("last_refresh_at", account.lastRefreshAt);
    object.set("last_used_at", account.lastUsedAt);
    std::optional<base::Timestamp> idleExpiry;
    if (isActive && provider != nullptr && provider->properties.idleLifetime.count() > 0)
        idleExpiry = account.lastRefreshAt.value_or(account.linkedAt) + provider->properties.idleLifetime;
    object.set("idle_expires_at", idleExpiry);
    object.set("relink_by", isActive ? std::optional(domain::endOf(account, maxAge)) : std::nullopt);
    addProblem(object, account, provider != nullptr);
    return object;
}

JsonObject relinkBody(const domain::Account& account, const ConfiguredProvider* provider) {
    JsonObject body;
    body.set("provider", account.provider);
    if (!account.subject.empty())
        body.set("subject", account.subject);
    if (!account.chosenSite.empty())
        body.set("site", account.chosenSite);
    body.set("account_id", account.id.value());
    const auto scopes = provider == nullptr ? account.requiredScopes
                                            : domain::offeredScopes(account.requiredScopes, provider->scopes);
    if (!scopes.empty())
        body.set("required_scopes", JsonArray(scopes));
    return body;
}

} // namespace central_oauth::endpoints
