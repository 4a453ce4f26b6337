// SPDX-License-Identifier: Apache-2.0
// Every way in which a link ends, and the poll's answer.
#include "../support/People.h"
#include "Provocations.h"

namespace central_oauth::test {

namespace {

// A person's choice on the approval page of the link.
void choose(ErrorWorld& world, const TestLink& link, const std::string& decision, const std::string& code) {
    WebBrowser browser;
    const auto page = browser.open(link.url);
    (void)browser.post(page.url, world.service().url(),
                       {{"csrf", page.inputValue("csrf")}, {"decision", decision}, {"code", code}});
}

HttpAnswer approved(ErrorWorld& world, const TestLink& link) {
    approveAs(world.service(), world.simulator(), world.newPerson(), link);
    return world.poll(link);
}

HttpAnswer approvedWithoutSite(ErrorWorld& world) {
    const auto link = world.newLink();
    const auto person = world.newPerson();
    (void)world.simulator().control("POST", "sites", R"({"user":")" + person + R"(","count":0})");
    approveAs(world.service(), world.simulator(), person, link);
    return world.poll(link);
}

HttpAnswer afterWrongCodes(ErrorWorld& world) {
    constexpr int tries = 5;
    const auto link = world.newLink();
    auto wrong = link.code;
    wrong.back() = wrong.back() == '0' ? '1' : '0';
    for (int i = 0; i < tries; ++i)
        choose(world, link, "approve", wrong);
    return world.poll(link);
}

// Upstream narrows the grant between the person's consent and the exchange of the code.
HttpAnswer withLessThanRequired(ErrorWorld& world) {
    const auto link = world.newLink(R"(,"required_scopes":["read:me","read:jira-work"])");
    const auto person = world.newPerson();
    WebBrowser browser;
    browser.cookiesOf(world.simulator().url())["sim_user"] = person;
    const auto consent = browser.open(world.service().approve(browser, link).refreshTarget());
    const auto back = browser.request(
        "POST", world.simulator().url() + "/consent", {{"Content-Type", "application/x-www-form-urlencoded"}},
        WebBrowser::formEncode({{"consent_id", consent.inputValue("consent_id")}, {"decision", "accept"}}));
    world.narrowGrant(person, "read:me offline_access");
    (void)browser.open(back.header("Location"));
    return world.poll(link);
}

HttpAnswer cancel(ErrorWorld& world, const TestLink& link) {
    return world.service().remove("/v1/link-code/" + link.code, link.secret);
}

HttpAnswer undone(ErrorWorld& world) {
    const auto link = world.newLink();
    WebBrowser browser;
    browser.cookiesOf(world.simulator().url())["sim_user"] = world.newPerson();
    const auto done = ServiceUnderTest::consent(browser, world.service().approve(browser, link));
    (void)browser.post(world.service().url() + "/undo/" + link.id, world.service().url(),
                       {{"csrf", done.inputValue("csrf")}, {"decision", "undo"}});
    return world.poll(link);
}

HttpAnswer linksBeyondTheLimit(ErrorWorld& world) {
    constexpr int openLinks = 5;
    const auto create = [&] {
        return world.post("/v1/link-code", R"({"provider":"jira","subject":"collector"})");
    };
    for (int i = 0; i < openLinks; ++i)
        (void)create();
    return create();
}

} // namespace

Provocations linkProvocations() {
    return {
        {"403 access_denied",
         [](auto& world) {
             const auto link = world.newLink();
             choose(world, link, "decline", {});
             return world.poll(link);
         }},
        {"409 conflict",
         [](auto& world) {
             const auto link = world.newLink();
             (void)cancel(world, link);
             return cancel(world, link);
         }},
        {"410 expired_token",
         [](auto& world) {
             const auto link = world.newLink();
             world.service().advanceClock(601);
             return world.poll(link);
         }},
        {"410 already_delivered",
         [](auto& world) {
             const auto link = world.newLink();
             (void)approved(world, link);
             world.service().advanceClock(61);
             return world.poll(link);
         }},
        {"429 slow_down",
         [](auto& world) {
             const auto link = world.newLink();
             (void)world.poll(link);
             return world.poll(link);
         }},
        {"429 rate_limited", [](auto& world) { return linksBeyondTheLimit(world); }},
        {"EndReason: declined",
         [](auto& world) {
             const auto link = world.newLink();
             choose(world, link, "decline", {});
             return world.poll(link);
         }},
        {"EndReason: upstream_error",
         [](auto& world) {
             world.fault(R"({"target":"token","kind":"status","status":500})");
             return approved(world, world.newLink());
         }},
        {"EndReason: too_many_entries", [](auto& world) { return afterWrongCodes(world); }},
        {"EndReason: different_person",
         [](auto& world) {
             return approved(world, world.newLink(R"(,"expected_upstream_id":"somebody else")"));
         }},
        {"EndReason: site_not_allowed",
         [](auto& world) {
             return approved(world, world.newLink(R"(,"site":"https://elsewhere.example")"));
         }},
        {"EndReason: no_site", [](auto& world) { return approvedWithoutSite(world); }},
        {"ErrorCause: person",
         [](auto& world) {
             world.fault(R"({"target":"token","kind":"oauth_error","status":400,"error":"invalid_grant"})");
             return approved(world, world.newLink());
         }},
        {"ErrorCause: operator",
         [](auto& world) {
             world.fault(R"({"target":"token","kind":"oauth_error","status":401,"error":"access_denied"})");
             return approved(world, world.newLink());
         }},
        {"ErrorCause: provider",
         [](auto& world) {
             world.fault(R"({"target":"token","kind":"status","status":500})");
             return approved(world, world.newLink());
         }},
        {"EndReason: scopes_missing", [](auto& world) { return withLessThanRequired(world); }},
        {"EndReason: no_refresh_token",
         [](auto& world) {
             world.fault(R"({"target":"token","kind":"without_refresh_token"})");
             return approved(world, world.newLink());
         }},
        {"EndReason: undone", [](auto& world) { return undone(world); }},
        {"EndReason: cancelled",
         [](auto& world) {
             const auto link = world.newLink();
             (void)cancel(world, link);
             return world.poll(link);
         }},
    };
}

} // namespace central_oauth::test
