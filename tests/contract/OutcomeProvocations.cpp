// SPDX-License-Identifier: Apache-2.0
// Successful requests, and the outcome or the problem in their answers.
#include "Provocations.h"

namespace central_oauth::test {

namespace {

using Account = ErrorWorld::LinkedAccount;

HttpAnswer resolve(const ErrorWorld& world, const std::string& subject, const std::string& more = {}) {
    return world.post("/v1/tokens/resolve",
                      R"({"provider":"jira","subject":")" + subject + "\"" + more + "}");
}

HttpAnswer reportOfLostScope(ErrorWorld& world) {
    const auto account = world.newAccount();
    world.narrowGrant(account.person, "read:me read:jira-user offline_access");
    world.expireTokens();
    const auto version = world.token(account).json()->getValue<int>("token_version");
    return world.report(account, version, 403);
}

HttpAnswer removedHolder(ErrorWorld& world) {
    const auto account = world.newAccount();
    const auto holder = world.post("/v1/accounts/" + account.id + "/grant-tokens", "{}").text("grant_token");
    return world.service().remove("/v1/tokens/" + account.id + "?holder=current", holder);
}

HttpAnswer removed(ErrorWorld& world, const std::string& account, const std::string& upstream) {
    return world.remove("/v1/tokens/" + account + "?upstream=" + upstream);
}

HttpAnswer problemAfter(ErrorWorld& world, const std::string& fault) {
    const auto account = world.newAccount();
    world.expireTokens();
    world.fault(fault);
    (void)world.token(account);
    return world.get("/v1/accounts/" + account.id);
}

Provocations linkNeeds() {
    return {
        {"LinkRequired.reason: not_linked", [](auto& world) { return resolve(world, "newcomer"); }},
        {"LinkRequired.reason: needs_reauth",
         [](auto& world) {
             const auto account = world.newAccount();
             world.revokeGrants(account.person);
             world.expireTokens();
             return resolve(world, account.subject);
         }},
        {"LinkRequired.reason: scopes_missing",
         [](auto& world) {
             const auto account = world.newAccount();
             world.narrowGrant(account.person, "read:me offline_access");
             world.expireTokens();
             return resolve(world, account.subject, R"(,"required_scopes":["read:jira-work"])");
         }},
    };
}

Provocations reports() {
    return {
        // Upstream refuses this one token, but the grant is alive.
        {"Report.outcome: refreshed",
         [](auto& world) {
             const auto account = world.newAccount();
             world.fault(R"({"target":"me","kind":"status","status":401})");
             return world.report(account, 1, 401);
         }},
        {"Report.outcome: valid", [](auto& world) { return world.report(world.newAccount(), 1, 403); }},
        {"Report.outcome: needs_reauth",
         [](auto& world) {
             const auto account = world.newAccount();
             world.revokeGrants(account.person);
             return world.report(account, 1, 401);
         }},
        {"Report.cause: scope", [](auto& world) { return reportOfLostScope(world); }},
        {"Report.cause: site",
         [](auto& world) {
             const auto account = world.newAccount();
             world.simulator().control("POST", "sites", R"({"user":")" + account.person + R"(","count":1})");
             return world.report(account, 1, 403);
         }},
        {"Report.cause: permission", [](auto& world) { return world.report(world.newAccount(), 1, 403); }},
    };
}

HttpAnswer removedWhileUpstreamHangs(ErrorWorld& world) {
    const auto leaving = world.newAccount();
    return world.whileUpstreamHangs([&] { return removed(world, leaving.id, "always"); });
}

Provocations removals() {
    return {
        {"Deleted.local: deleted",
         [](auto& world) { return world.remove("/v1/tokens/" + world.newAccount().id); }},
        {"Deleted.local: holder_removed", [](auto& world) { return removedHolder(world); }},
        {"Deleted.upstream: revoked",
         [](auto& world) { return removed(world, world.fixtureAccount("revoking").id, "always"); }},
        {"Deleted.upstream: attempted",
         [](auto& world) { return removed(world, world.newAccount().id, "always"); }},
        {"Deleted.upstream: queued", [](auto& world) { return removedWhileUpstreamHangs(world); }},
        {"Deleted.upstream: unsupported",
         [](auto& world) { return removed(world, world.fixtureAccount("throwing").id, "always"); }},
        {"Deleted.upstream: kept_for_others",
         [](auto& world) {
             const auto account = world.newAccount();
             (void)world.newAccountOf(account.person);
             return removed(world, account.id, "always");
         }},
        {"Deleted.upstream: skipped",
         [](auto& world) { return removed(world, world.newAccount().id, "never"); }},
    };
}

Provocations problems() {
    return {
        {"Problem.who: person",
         [](auto& world) {
             const auto account = world.newAccount();
             world.revokeGrants(account.person);
             world.expireTokens();
             (void)world.token(account);
             return world.get("/v1/accounts/" + account.id);
         }},
        {"Problem.who: operator",
         [](auto& world) {
             return problemAfter(world,
                                 R"({"target":"token","kind":"oauth_error","status":400,"error":"teapot"})");
         }},
        {"Problem.who: atlassian",
         [](auto& world) { return problemAfter(world, R"({"target":"auth","kind":"outage"})"); }},
    };
}

} // namespace

Provocations outcomeProvocations() {
    Provocations all;
    for (const auto& some : {linkNeeds(), reports(), removals(), problems()})
        all.insert(all.end(), some.begin(), some.end());
    return all;
}

} // namespace central_oauth::test
