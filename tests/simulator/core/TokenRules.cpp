// SPDX-License-Identifier: Apache-2.0
#include "core/TokenRules.h"

#include "core/Jwt.h"
#include "core/Scopes.h"

#include <algorithm>
#include <iterator>

#include <Poco/SHA2Engine.h>

namespace central_oauth::simulator {
namespace {

[[noreturn]] void refuseCode(const std::string& reason) {
    throw OAuthRefusal(400, "invalid_request", "authorization_code is invalid", reason);
}

/// RFC 7636 section 4.6.
bool verifierMatches(const std::string& verifier, const std::string& challenge) {
    Poco::SHA2Engine engine(Poco::SHA2Engine::SHA_256);
    engine.update(verifier);
    const auto& digest = engine.digest();
    return toBase64Url(std::string(digest.begin(), digest.end())) == challenge;
}

} // namespace

IssuedTokens TokenRules::answer(const TokenRequest& request) {
    if (request.grantType.empty())
        throw OAuthRefusal(400, "invalid_request", "grant_type is missing", "grant_type_missing");
    const App& app = authenticate(request.clientId, request.clientSecret);
    if (request.grantType == "authorization_code")
        return exchangeCode(app, request);
    if (request.grantType == "refresh_token")
        return refresh(app, request);
    if (request.grantType == "client_credentials")
        return clientCredentials(app, request);
    throw OAuthRefusal(400, "unsupported_grant_type", "grant_type is not supported", "grant_type_unknown");
}

const App& TokenRules::authenticate(const std::string& clientId, const std::string& clientSecret) {
    const App* app = _world.findApp(clientId);
    if (app == nullptr || !World::hasSecret(*app, clientSecret))
        throw OAuthRefusal(401, "access_denied", "Unauthorized",
                           app == nullptr ? "client_unknown" : "client_secret");
    return *app;
}

IssuedTokens TokenRules::exchangeCode(const App& app, const TokenRequest& request) {
    const auto found = _world.codes.find(request.code);
    if (found == _world.codes.end())
        refuseCode("code_unknown");
    AuthorizationCode& code = found->second;
    if (code.clientId != app.clientId)
        refuseCode("code_other_client");
    if (code.used)
        refuseCode("code_used");
    if (_world.now() >= code.expires)
        refuseCode("code_expired");
    // The code's own client has one attempt, whether it succeeds or not.
    code.used = true;
    if (code.resourceSent)
        throw OAuthRefusal(400, "invalid_target", "Incorrect resource parameters", "resource_sent");
    if (code.redirectUri != request.redirectUri)
        refuseCode("code_redirect_uri");
    if (!code.challenge.empty() && _world.options.verifyPkce &&
        !verifierMatches(request.codeVerifier, code.challenge))
        refuseCode("code_verifier");
    const Family& family = _world.families.at(code.familyId);
    if (family.revoked)
        refuseCode("grant_revoked");
    return describe(_world.issue(family, _world.grantOf(family).scopes.count("offline_access") != 0));
}

IssuedTokens TokenRules::refresh(const App& app, const TokenRequest& request) {
    TokenPair* pair = _world.findByRefresh(request.refreshToken);
    if (pair == nullptr)
        refuseDeadToken("refresh_unknown");
    if (_world.grantOf(_world.familyOf(*pair)).clientId != app.clientId)
        refuseDeadToken("refresh_other_client");
    requireLiving(*pair);
    return pair->exchangedAt ? refreshAgain(*pair) : refreshFirst(*pair);
}

IssuedTokens TokenRules::refreshFirst(TokenPair& pair) {
    if (_world.now() >= pair.issued + _world.options.idleLifetime)
        refuseDeadToken("refresh_idle");
    const TokenPair& successor = _world.issue(_world.familyOf(pair), true);
    pair.exchangedAt = _world.now();
    pair.successorId = successor.id;
    pair.replaced = _world.options.leeway == Seconds{0};
    return describe(successor);
}

void TokenRules::requireLiving(const TokenPair& pair) {
    const Family& family = _world.familyOf(pair);
    const Grant& grant = _world.grantOf(family);
    const User* user = _world.findUser(grant.user);
    if (grant.revoked || user == nullptr)
        refuseDeadToken("grant_revoked");
    if (family.revoked)
        refuseDeadToken("family_revoked");
    if (pair.revoked)
        refuseDeadToken("refresh_revoked");
    if (pair.replaced)
        refuseDeadToken("refresh_replaced");
    if (family.passwordEpoch != user->passwordEpoch)
        refuseDeadToken("password_changed");
    const Seconds absolute = _world.options.absoluteLifetime;
    if (absolute > Seconds{0} && _world.now() >= family.firstConsent + absolute)
        refuseDeadToken("refresh_absolute");
}

IssuedTokens TokenRules::refreshAgain(TokenPair& exchanged) {
    if (_world.options.leeway == Seconds{0})
        refuseDeadToken("refresh_replaced");
    if (_world.now() > *exchanged.exchangedAt + _world.options.leeway)
        punishReuse(exchanged);
    if (_world.options.leewayExtends)
        exchanged.exchangedAt = _world.now();
    if (_world.options.leewayMode == LeewayMode::same)
        return describe(_world.pairs.at(exchanged.successorId));
    return describe(_world.issue(_world.familyOf(exchanged), true));
}

void TokenRules::punishReuse(const TokenPair& exchanged) {
    Family& family = _world.familyOf(exchanged);
    family.reused = true;
    if (_world.options.reuseRevokes == ReuseRevokes::grant)
        _world.revokeGrant(_world.grantOf(family));
    else
        family.revoked = true;
    refuseDeadToken("refresh_reused");
}

void TokenRules::refuseDeadToken(const std::string& reason) {
    throw deadTokenRefusal(_world, reason);
}

IssuedTokens TokenRules::clientCredentials(const App& app, const TokenRequest& request) {
    // A service account acts for itself, so it needs a user of its own.
    const std::string handle = "service:" + app.clientId;
    User& account = _world.users[handle];
    if (account.handle.empty()) {
        account.handle = handle;
        account.accountId = "712020:" + _world.random.uuid();
        account.name = app.name + " service account";
        account.emailHidden = true;
    }
    account.sites.clear();
    for (const auto& [cloudId, site] : _world.sites)
        account.sites.push_back(cloudId);
    ScopeSet scopes = request.scope.empty() ? app.scopes : parseScopes(request.scope);
    if (scopes.empty())
        scopes = {"read:jira-user", "read:jira-work", "read:confluence-user"};
    scopes.erase("offline_access");
    const std::set<std::string> sites(account.sites.begin(), account.sites.end());
    return describe(_world.issue(_world.consent(app, account, sites, scopes), false));
}

IssuedTokens TokenRules::describe(const TokenPair& pair) const {
    // Rounded up: the clock has moved a little since the pair was issued.
    const auto left = std::chrono::ceil<Seconds>(pair.expires - _world.now());
    return IssuedTokens{pair.access, pair.refresh, std::max(left, Seconds{0}), pair.scopes};
}

OAuthRefusal deadTokenRefusal(World& world, const std::string& reason,
                              std::optional<DeadTokenWording> wanted) {
    DeadTokenWording wording = wanted.value_or(world.options.deadTokenWording);
    if (wording == DeadTokenWording::random) {
        constexpr DeadTokenWording choices[] = {DeadTokenWording::current, DeadTokenWording::documented,
                                                DeadTokenWording::expired};
        wording = choices[world.random.below(std::size(choices))];
    }
    if (wording == DeadTokenWording::documented)
        return {403, "invalid_grant", "Unknown or invalid refresh token.", reason};
    if (wording == DeadTokenWording::expired)
        return {403, "invalid_grant", "Token has been expired or revoked.", reason};
    return {403, "unauthorized_client", "refresh_token is invalid", reason};
}

} // namespace central_oauth::simulator
