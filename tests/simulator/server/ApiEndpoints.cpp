// SPDX-License-Identifier: Apache-2.0
// api.atlassian.com: accessible-resources, /me and the products behind the gateway.
#include "core/GatewayRules.h"
#include "core/Scopes.h"
#include "server/Endpoints.h"

#include <sstream>

#include <Poco/JSON/Array.h>
#include <Poco/String.h>

namespace central_oauth::simulator {
namespace {

/// Runs `answer` for the bearer of a valid token; otherwise returns the gateway's error.
template <typename Answer>
Reply withBearer(SimState& state, const Call& call, Answer answer) {
    try {
        const GatewayRules rules(state.world);
        return answer(rules, rules.authenticate(call.bearerToken()));
    } catch (const GatewayRefusal& refusal) {
        return gatewayError(refusal.status(), refusal.what(), refusal.reason());
    }
}

Poco::JSON::Array toArray(const std::vector<std::string>& values) {
    Poco::JSON::Array array;
    for (const auto& value : values)
        array.add(value);
    return array;
}

/// Splits /ex/{product}/{cloudId}/{path}. Returns false for another shape.
bool splitProductPath(const Call& call, ProductCall& product) {
    const std::string rest = call.path.substr(std::string_view("/ex/").size());
    const auto first = rest.find('/');
    const auto second = first == std::string::npos ? first : rest.find('/', first + 1);
    if (second == std::string::npos)
        return false;
    product.method = call.method;
    product.product = rest.substr(0, first);
    product.cloudId = rest.substr(first + 1, second - first - 1);
    product.path = rest.substr(second + 1);
    return product.product == "jira" || product.product == "confluence";
}

Reply jiraMyself(const Bearer& bearer) {
    Poco::JSON::Object object;
    object.set("accountId", bearer.user->accountId);
    object.set("accountType", "atlassian");
    object.set("emailAddress", bearer.user->emailHidden ? "" : bearer.user->email);
    object.set("displayName", bearer.user->name);
    object.set("active", true);
    object.set("timeZone", "Europe/London");
    return jsonReply(200, object);
}

Reply jiraServerInfo(const Site& site) {
    Poco::JSON::Object object;
    object.set("baseUrl", site.url);
    object.set("deploymentType", "Cloud");
    object.set("serverTitle", site.name);
    return jsonReply(200, object);
}

Reply confluenceUser(const Bearer& bearer) {
    Poco::JSON::Object object;
    object.set("type", "known");
    object.set("accountId", bearer.user->accountId);
    object.set("accountType", "atlassian");
    object.set("email", bearer.user->emailHidden ? "" : bearer.user->email);
    object.set("publicName", bearer.user->name);
    object.set("displayName", bearer.user->name);
    return jsonReply(200, object);
}

/// Returns the call as it arrived, without the credential.
Reply echo(const Call& call, const ProductCall& product, const Bearer& bearer) {
    Poco::JSON::Object headers;
    for (const auto& [name, value] : call.headers)
        if (Poco::icompare(name, "Authorization") != 0)
            headers.set(name, value);
    Poco::JSON::Object object;
    object.set("method", call.method);
    object.set("target", call.target);
    object.set("headers", headers);
    object.set("body", call.body);
    object.set("account_id", bearer.user->accountId);
    object.set("cloud_id", product.cloudId);
    object.set("scopes", toArray({bearer.scopes.begin(), bearer.scopes.end()}));
    return jsonReply(200, object);
}

Reply unknownProductPath(const ProductCall& product) {
    Poco::JSON::Object object;
    if (product.product == "jira") {
        object.set("errorMessages", toArray({"No endpoint of the simulator: " + product.path}));
        object.set("errors", Poco::JSON::Object());
    } else {
        object.set("statusCode", 404);
        object.set("message", "No endpoint of the simulator: " + product.path);
    }
    Reply reply = jsonReply(404, object);
    reply.refusal = "product_path_unknown";
    return reply;
}

} // namespace

Reply answerResources(SimState& state, const Call& call) {
    return withBearer(state, call, [](const GatewayRules& rules, const Bearer& bearer) {
        Poco::JSON::Array rows;
        for (const auto& row : rules.resources(bearer)) {
            Poco::JSON::Object object;
            object.set("id", row.id);
            object.set("name", row.name);
            object.set("url", row.url);
            object.set("scopes", toArray(row.scopes));
            object.set("avatarUrl", "https://site-admin-avatar.atlassian-sim.invalid/avatars/240/flag.png");
            rows.add(object);
        }
        std::ostringstream text;
        rows.stringify(text);
        Reply reply;
        reply.body = text.str();
        return reply;
    });
}

Reply answerMe(SimState& state, const Call& call) {
    return withBearer(state, call, [](const GatewayRules&, const Bearer& bearer) {
        if (bearer.scopes.count("read:me") == 0)
            throw GatewayRefusal(403, "Forbidden; scope does not match", "scope_missing");
        const User& user = *bearer.user;
        Poco::JSON::Object profile;
        profile.set("job_title", "Analyst");
        profile.set("organization", "Acme");
        profile.set("department", "");
        profile.set("location", "");
        Poco::JSON::Object object;
        object.set("account_type", "atlassian");
        object.set("account_id", user.accountId);
        if (!user.emailHidden)
            object.set("email", user.email);
        object.set("name", user.name);
        object.set("picture", "https://avatar.atlassian-sim.invalid/" + user.accountId + ".png");
        object.set("account_status", "active");
        object.set("nickname", user.handle);
        object.set("zoneinfo", "Europe/London");
        object.set("locale", "en-GB");
        object.set("extended_profile", profile);
        return jsonReply(200, object);
    });
}

Reply answerProduct(SimState& state, const Call& call) {
    return withBearer(state, call, [&](const GatewayRules& rules, const Bearer& bearer) {
        ProductCall product;
        if (!splitProductPath(call, product))
            throw GatewayRefusal(404, "Not Found", "gateway_path_unknown");
        rules.admit(bearer, product);
        const bool jira = product.product == "jira";
        if (product.path == "echo")
            return echo(call, product, bearer);
        if (jira && (product.path == "rest/api/3/myself" || product.path == "rest/api/2/myself"))
            return jiraMyself(bearer);
        if (jira && (product.path == "rest/api/3/serverInfo" || product.path == "rest/api/2/serverInfo"))
            return jiraServerInfo(state.world.sites.at(product.cloudId));
        if (!jira &&
            (product.path == "wiki/rest/api/user/current" || product.path == "rest/api/user/current"))
            return confluenceUser(bearer);
        return unknownProductPath(product);
    });
}

} // namespace central_oauth::simulator
