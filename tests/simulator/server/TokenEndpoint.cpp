// SPDX-License-Identifier: Apache-2.0
// POST /oauth/token and POST /oauth/revoke.
#include "core/RevocationRules.h"
#include "core/Scopes.h"
#include "core/TokenRules.h"
#include "server/Endpoints.h"

#include <sstream>
#include <vector>

#include <Poco/Base64Decoder.h>
#include <Poco/JSONString.h>
#include <Poco/String.h>

namespace central_oauth::simulator {
namespace {

TokenRequest readTokenRequest(const Call& call) {
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

/// Returns the answer with its members in random order. The tokens need no escapes, and Poco's stringifier
/// would spend more time on them than all rules together.
Reply tokenReply(World& world, const IssuedTokens& tokens) {
    std::vector<std::string> members{
        R"("access_token":")" + tokens.accessToken + '"',
        R"("scope":)" + Poco::toJSON(shuffledScopes(world, tokens.scopes)),
        R"("token_type":"Bearer")",
        R"("x_sim_trace":")" + world.random.hex(16) + '"',
        R"("x_sim_extra":{"values":[1,"two"]})",
    };
    if (!tokens.refreshToken.empty())
        members.push_back(R"("refresh_token":")" + tokens.refreshToken + '"');
    const std::string seconds = std::to_string(tokens.expiresIn.count());
    if (world.options.expiresInStyle == ExpiresInStyle::number)
        members.push_back(R"("expires_in":)" + seconds);
    if (world.options.expiresInStyle == ExpiresInStyle::string)
        members.push_back(R"("expires_in":")" + seconds + '"');
    world.random.shuffle(members);
    Reply reply;
    for (const auto& member : members)
        reply.body += (reply.body.empty() ? '{' : ',') + member;
    reply.body += '}';
    reply.headers.emplace_back("Cache-Control", "no-store");
    return reply;
}

} // namespace

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

Reply answerToken(SimState& state, const Call& call) {
    if (call.malformedBody)
        return oauthError(400, "invalid_request", "the body is neither JSON nor a form", "body_malformed");
    try {
        return tokenReply(state.world, TokenRules(state.world).answer(readTokenRequest(call)));
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
