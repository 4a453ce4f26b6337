// SPDX-License-Identifier: Apache-2.0
// Grants that are dead or can't be refreshed, and the answer to a read of their token.
#include "Provocations.h"

#include <chrono>
#include <thread>

namespace central_oauth::test {

namespace {

using Account = ErrorWorld::LinkedAccount;

// Reads an expired token while upstream answers its refresh with that fault.
HttpAnswer refreshedWith(ErrorWorld& world, const std::string& fault) {
    const auto account = world.newAccount();
    world.expireTokens();
    world.fault(fault);
    return world.token(account);
}

HttpAnswer ofRevokedGrant(ErrorWorld& world) {
    const auto account = world.newAccount();
    world.revokeGrants(account.person);
    world.expireTokens();
    return world.token(account);
}

HttpAnswer ofOldGrant(ErrorWorld& world) {
    const auto account = world.newAccount();
    world.passADay();
    auto answer = world.token(account);
    for (int i = 0; i < 3000 && answer.status == 200; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        answer = world.token(account);
    }
    return answer;
}

HttpAnswer ofNarrowedGrant(ErrorWorld& world) {
    const auto account = world.newAccount(R"(,"required_scopes":["read:jira-work"])");
    world.narrowGrant(account.person, "read:me offline_access");
    world.expireTokens();
    return world.token(account);
}

// Returns an account with an expired token whose site's administrator has closed it to the app.
Account closedAccount(ErrorWorld& world) {
    auto account = world.fixtureAccount("denying");
    world.expireTokens();
    return account;
}

HttpAnswer ofDamagedRow(ErrorWorld& world) {
    const auto account = world.newAccount();
    world.tamper("UPDATE grants SET access_token = zeroblob(100) WHERE account_id = '" + account.id + "'");
    return world.token(account);
}

} // namespace

Provocations tokenProvocations() {
    return {
        {"403 site_not_allowed",
         [](auto& world) {
             const auto account = world.newAccount();
             return world.get("/v1/tokens/" + account.id + "?site=https://elsewhere.example");
         }},
        {"403 access_denied", [](auto& world) { return world.token(closedAccount(world)); }},
        {"403 access_denied",
         [](auto& world) {
             return world.post("/v1/tokens/" + closedAccount(world).id + "/report",
                               R"({"token_version":1,"status":403})");
         }},
        {"403 access_denied",
         [](auto& world) {
             return world.post("/v1/tokens/resolve",
                               R"({"provider":"denying","subject":")" + closedAccount(world).subject + "\"}");
         }},
        {"412 needs_reauth", [](auto& world) { return ofRevokedGrant(world); }},
        // Atlassian's answer to a wrong secret of the app.
        {"502 provider_misconfigured",
         [](auto& world) {
             return refreshedWith(
                 world, R"({"target":"token","kind":"oauth_error","status":401,"error":"access_denied"})");
         }},
        {"502 provider_protocol",
         [](auto& world) {
             return refreshedWith(world,
                                  R"({"target":"token","kind":"oauth_error","status":400,"error":"teapot"})");
         }},
        {"503 provider_unavailable",
         [](auto& world) { return refreshedWith(world, R"({"target":"auth","kind":"outage"})"); }},
        {"503 provider_rate_limited",
         [](auto& world) { return refreshedWith(world, R"({"target":"token","kind":"rate_limit"})"); }},
        {"ReauthReason: too_old", ofOldGrant},
        {"ReauthReason: revoked_or_expired", [](auto& world) { return ofRevokedGrant(world); }},
        {"ReauthReason: scopes_missing", [](auto& world) { return ofNarrowedGrant(world); }},
        {"ReauthReason: undecryptable", [](auto& world) { return ofDamagedRow(world); }},
    };
}

} // namespace central_oauth::test
