// SPDX-License-Identifier: Apache-2.0
// POST /oauth/token and POST /oauth/revoke.
#include "core/RevocationRules.h"
#include "core/Scopes.h"
#include "core/TokenRules.h"
#include "server/Endpoints.h"

#include <functional>
#include <sstream>
#include <vector>

#include <Poco/Base64Decoder.h>
#include <Poco/JSON/Array.h>
#include <Poco/String.h>

namespace central_oauth::simulator {
namespace {

struct ClientCredentials {
    std::string id;
    std::string secret;
};

/// From the body or, as discovery also advertises, from HTTP Basic.
ClientCredentials readClient(const Call& call) {
    ClientCredentials client{call.fields.get("client_id"), call.fields.get("client_secret")};
    const std::string authorization = call.header("Authorization");
    const std::string scheme = "basic ";
    if (!client.id.empty() || Poco::icompare(authorization, 0, scheme.size(), scheme) != 0)
        return client;
    std::istringstream encoded(authorization.substr(scheme.size()));
    Poco::Base64Decoder decoder(encoded);
    const std::string text{std::istreambuf_iterator<char>(decoder), std::istreambuf_iterator<char>()};
    const auto colon = text.find(':');
    if (colon == std::string::npos)
        return client;
    return {text.substr(0, colon), text.substr(colon + 1)};
}

TokenRequest readRequest(const Call& call) {
    TokenRequest request;
    const ClientCredentials client = readClient(call);
    request.clientId = client.id;
    request.clientSecret = client.secret;
    request.grantType = call.fields.get("grant_type");
    request.code = call.fields.get("code");
    request.redirectUri = call.fields.get("redirect_uri");
    request.codeVerifier = call.fields.get("code_verifier");
    request.refreshToken = call.fields.get("refresh_token");
    request.scope = call.fields.get("scope");
    return request;
}

/// Returns the scopes in random order: Atlassian promises none.
std::string shuffledScopes(World& world, const ScopeSet& scopes) {
    std::vector<std::string> list(scopes.begin(), scopes.end());
    world.random.shuffle(list);
    std::string text;
    for (const auto& scope : list)
        text += (text.empty() ? "" : " ") + scope;
    return text;
}

Reply tokenReply(World& world, const IssuedTokens& tokens) {
    using Setter = std::function<void(Poco::JSON::Object&)>;
    std::vector<Setter> setters = {
        [&](Poco::JSON::Object& object) { object.set("access_token", tokens.accessToken); },
        [&](Poco::JSON::Object& object) { object.set("scope", shuffledScopes(world, tokens.scopes)); },
        [](Poco::JSON::Object& object) { object.set("token_type", "Bearer"); },
        [&](Poco::JSON::Object& object) { object.set("x_sim_trace", world.random.hex(16)); },
        [](Poco::JSON::Object& object) {
            Poco::JSON::Object extra;
            extra.set("values", Poco::JSON::Array{}.add(1).add("two"));
            object.set("x_sim_extra", extra);
        },
    };
    if (!tokens.refreshToken.empty())
        setters.push_back(
            [&](Poco::JSON::Object& object) { object.set("refresh_token", tokens.refreshToken); });
    const auto seconds = tokens.expiresIn.count();
    if (world.options.expiresInStyle == ExpiresInStyle::number)
        setters.push_back([seconds](Poco::JSON::Object& object) { object.set("expires_in", seconds); });
    if (world.options.expiresInStyle == ExpiresInStyle::string)
        setters.push_back(
            [seconds](Poco::JSON::Object& object) { object.set("expires_in", std::to_string(seconds)); });
    world.random.shuffle(setters);
    Poco::JSON::Object object(Poco::JSON_PRESERVE_KEY_ORDER);
    for (const auto& setter : setters)
        setter(object);
    Reply reply = jsonReply(200, object);
    reply.headers.emplace_back("Cache-Control", "no-store");
    return reply;
}

} // namespace

Reply answerToken(SimState& state, const Call& call) {
    if (call.malformedBody)
        return oauthError(400, "invalid_request", "the body is neither JSON nor a form", "body_malformed");
    try {
        return tokenReply(state.world, TokenRules(state.world).answer(readRequest(call)));
    } catch (const OAuthRefusal& refusal) {
        return oauthError(refusal.status(), refusal.error(), refusal.what(), refusal.reason());
    }
}

Reply answerRevoke(SimState& state, const Call& call) {
    try {
        const ClientCredentials client = readClient(call);
        if (!RevocationRules(state.world).revoke(client.id, client.secret, call.fields.get("token")))
            return gatewayError(404, "Not Found", "revoke_absent");
        Reply reply;
        reply.headers.emplace_back("Cache-Control", "no-store");
        return reply;
    } catch (const OAuthRefusal& refusal) {
        return oauthError(refusal.status(), refusal.error(), refusal.what(), refusal.reason());
    }
}

} // namespace central_oauth::simulator
