// SPDX-License-Identifier: Apache-2.0
// The link-code flow: real daemon, real HTTP, simulated upstream.
#include "../support/DaemonFixture.h"
#include "../support/People.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::test;

class LinkFlowTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(LinkFlowTest);
    CPPUNIT_TEST(testApprovedLinkDeliversTheToken);
    CPPUNIT_TEST(testPayloadIsDeliveredThreeTimesWithinAMinute);
    CPPUNIT_TEST(testPayloadIsGoneAfterAMinute);
    CPPUNIT_TEST(testDeliverySurvivesARestart);
    CPPUNIT_TEST(testDeclineOnOurPage);
    CPPUNIT_TEST(testDeclineUpstream);
    CPPUNIT_TEST(testLinkExpires);
    CPPUNIT_TEST(testUndeliveredGrantIsDroppedWithItsLink);
    CPPUNIT_TEST(testFiveWrongCodesEndThisLinkOnly);
    CPPUNIT_TEST(testCodeOfAnotherLinkIsAWrongCode);
    CPPUNIT_TEST(testPollingTooFastSlowsDown);
    CPPUNIT_TEST(testSecretOfAnotherLinkSeesNothing);
    CPPUNIT_TEST(testCancelledLinkEnds);
    CPPUNIT_TEST(testRestartInTheMiddleOfALink);
    CPPUNIT_TEST(testRelinkKeepsTheAccountId);
    CPPUNIT_TEST(testSubjectsGetAccountsOfTheirOwn);
    CPPUNIT_TEST(testSeveralSitesWaitForTheChoice);
    CPPUNIT_TEST(testWantedSiteIsTaken);
    CPPUNIT_TEST(testCodeExchangeFailureEndsTheLink);
    CPPUNIT_TEST(testMissingRefreshTokenEndsTheLink);
    CPPUNIT_TEST(testHeadDoesNotUseUpADelivery);
    CPPUNIT_TEST_SUITE_END();

public:
    void testApprovedLinkDeliversTheToken() {
        const auto link = _service->createLink(R"({"provider":"jira","subject":"user-7","label":"CI"})");
        const auto waiting = _service->poll(link);
        CPPUNIT_ASSERT_EQUAL(202, waiting.status);
        CPPUNIT_ASSERT_EQUAL(std::string("authorization_pending"), waiting.text("status"));
        CPPUNIT_ASSERT_EQUAL(std::string("5"), waiting.header("Retry-After"));

        WebBrowser browser;
        const auto page = browser.open(link.url);
        CPPUNIT_ASSERT_EQUAL(_service->url() + "/approve/" + link.id, page.url);
        CPPUNIT_ASSERT(page.contains("test client"));
        CPPUNIT_ASSERT(page.contains("CI"));
        const auto done = ServiceUnderTest::consent(browser, _service->approve(browser, link));
        CPPUNIT_ASSERT_EQUAL(200, done.status);
        CPPUNIT_ASSERT_EQUAL(_service->url() + "/done/" + link.id, done.url);
        CPPUNIT_ASSERT(done.contains("Ada Lovelace"));

        const auto granted = _service->poll(link);
        CPPUNIT_ASSERT_EQUAL(200, granted.status);
        CPPUNIT_ASSERT_EQUAL(std::string("no-store"), granted.header("Cache-Control"));
        const auto payload = granted.json();
        CPPUNIT_ASSERT_EQUAL(std::string("jira"), payload->getValue<std::string>("provider"));
        CPPUNIT_ASSERT_EQUAL(std::string("user-7"), payload->getValue<std::string>("subject"));
        CPPUNIT_ASSERT_EQUAL(std::string("Ada Lovelace"),
                             payload->getObject("upstream")->getValue<std::string>("display_name"));
        CPPUNIT_ASSERT_EQUAL(1, payload->getValue<int>("token_version"));
        CPPUNIT_ASSERT(payload->getValue<int>("expires_in") > 3500);
        CPPUNIT_ASSERT(!payload->has("refresh_token"));
        const auto base =
            payload->getObject("products")->getObject("jira")->getValue<std::string>("api_base_url");
        const auto me =
            callApi("GET", base + "/rest/api/3/myself", payload->getValue<std::string>("access_token"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("the token must work upstream", 200, me.status);
    }

    void testPayloadIsDeliveredThreeTimesWithinAMinute() {
        const auto link = _service->createLink();
        approveAll(link);
        const auto first = _service->poll(link);
        const auto second = _service->poll(link);
        const auto third = _service->poll(link);
        CPPUNIT_ASSERT_EQUAL(200, first.status);
        CPPUNIT_ASSERT_EQUAL(first.text("access_token"), second.text("access_token"));
        CPPUNIT_ASSERT_EQUAL(first.text("account_id"), third.text("account_id"));
        expectError(_service->poll(link), 410, "already_delivered");
        CPPUNIT_ASSERT_EQUAL(1, accountCount());
    }

    void testPayloadIsGoneAfterAMinute() {
        const auto link = _service->createLink();
        approveAll(link);
        CPPUNIT_ASSERT_EQUAL(200, _service->poll(link).status);
        _service->advanceClock(61);
        expectError(_service->poll(link), 410, "already_delivered");
    }

    void testDeliverySurvivesARestart() {
        const auto link = _service->createLink();
        approveAll(link);
        const auto first = _service->poll(link);
        _service->kill();
        _service->start();
        const auto second = _service->poll(link);
        CPPUNIT_ASSERT_EQUAL(200, second.status);
        CPPUNIT_ASSERT_EQUAL(first.text("access_token"), second.text("access_token"));
    }

    void testDeclineOnOurPage() {
        const auto link = _service->createLink();
        WebBrowser browser;
        const auto page = browser.open(link.url);
        const auto declined = browser.post(page.url, _service->url(),
                                           {{"csrf", page.inputValue("csrf")}, {"decision", "decline"}});
        CPPUNIT_ASSERT_EQUAL(200, declined.status);
        const auto polled = _service->poll(link);
        expectError(polled, 403, "access_denied");
        CPPUNIT_ASSERT_EQUAL(std::string("declined"), polled.text("reason"));
        CPPUNIT_ASSERT_EQUAL(0, _simulator->tokenCalls("authorization_code"));
    }

    void testDeclineUpstream() {
        const auto link = _service->createLink();
        WebBrowser browser;
        const auto page = ServiceUnderTest::consent(browser, _service->approve(browser, link), false);
        CPPUNIT_ASSERT_EQUAL(200, page.status);
        CPPUNIT_ASSERT_EQUAL(std::string("declined"), _service->poll(link).text("reason"));
        CPPUNIT_ASSERT_EQUAL(0, _simulator->tokenCalls("authorization_code"));
    }

    void testLinkExpires() {
        const auto link = _service->createLink();
        WebBrowser browser;
        const auto page = browser.open(link.url);
        _service->advanceClock(601);
        expectError(_service->poll(link), 410, "expired_token");
        CPPUNIT_ASSERT_EQUAL(410, browser.open(page.url).status);
        _service->advanceClock(600);
        expectError(_service->poll(link), 404, "not_found");
    }

    void testUndeliveredGrantIsDroppedWithItsLink() {
        const auto link = _service->createLink();
        approveAll(link);
        _service->advanceClock(601);
        expectError(_service->poll(link), 410, "expired_token");
        CPPUNIT_ASSERT_EQUAL(0, accountCount());
    }

    void testFiveWrongCodesEndThisLinkOnly() {
        const auto link = _service->createLink();
        const auto other = _service->createLink(R"({"provider":"jira","subject":"other"})");
        WebBrowser browser;
        for (int left = 4; left > 0; --left) {
            const auto refused = typeCode(browser, link, wrongCodeFor(link));
            CPPUNIT_ASSERT_EQUAL(422, refused.status);
            CPPUNIT_ASSERT(!refused.inputValue("csrf").empty());
        }
        const auto ended = typeCode(browser, link, wrongCodeFor(link));
        CPPUNIT_ASSERT(ended.inputValue("csrf").empty());
        const auto late = browser.open(link.url);
        CPPUNIT_ASSERT_MESSAGE("the right code must not work any more", late.inputValue("csrf").empty());
        const auto polled = _service->poll(link);
        expectError(polled, 403, "access_denied");
        CPPUNIT_ASSERT_EQUAL(std::string("too_many_entries"), polled.text("reason"));
        approveAll(other);
        CPPUNIT_ASSERT_EQUAL(200, _service->poll(other).status);
    }

    void testCodeOfAnotherLinkIsAWrongCode() {
        const auto link = _service->createLink();
        const auto other = _service->createLink(R"({"provider":"jira","subject":"other"})");
        WebBrowser browser;
        CPPUNIT_ASSERT_EQUAL(422, typeCode(browser, link, other.code).status);
        CPPUNIT_ASSERT_EQUAL(202, _service->poll(other).status);
    }

    void testPollingTooFastSlowsDown() {
        const auto link = _service->createLink();
        CPPUNIT_ASSERT_EQUAL(202, _service->poll(link).status);
        const auto hasty = _service->poll(link);
        expectError(hasty, 429, "slow_down");
        CPPUNIT_ASSERT_EQUAL(std::string("10"), hasty.header("Retry-After"));
        _service->advanceClock(11);
        const auto patient = _service->poll(link);
        CPPUNIT_ASSERT_EQUAL(202, patient.status);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("it recovers", 5, patient.json()->getValue<int>("interval"));
        approveAll(link);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("never slow_down once granted", 200, _service->poll(link).status);
    }

    void testSecretOfAnotherLinkSeesNothing() {
        const auto link = _service->createLink();
        const auto other = _service->createLink(R"({"provider":"jira","subject":"other"})");
        const auto foreign = _service->get("/v1/poll/" + link.code, other.secret);
        const auto unknown = _service->get("/v1/poll/000000000000", other.secret);
        expectError(foreign, 404, "not_found");
        expectError(unknown, 404, "not_found");
        CPPUNIT_ASSERT_EQUAL(withoutRequestId(foreign), withoutRequestId(unknown));
    }

    void testCancelledLinkEnds() {
        const auto link = _service->createLink();
        const auto cancelled = _service->remove("/v1/link-code/" + link.code, link.secret);
        CPPUNIT_ASSERT_EQUAL(200, cancelled.status);
        CPPUNIT_ASSERT_EQUAL(std::string("cancelled"), _service->poll(link).text("reason"));
        expectError(_service->remove("/v1/link-code/" + link.code, link.secret), 409, "conflict");
        WebBrowser browser;
        CPPUNIT_ASSERT(browser.open(link.url).inputValue("csrf").empty());
    }

    void testRestartInTheMiddleOfALink() {
        const auto link = _service->createLink();
        WebBrowser browser;
        const auto moving = _service->approve(browser, link);
        const auto address = _service->url();
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
        // The callback is registered upstream, so the daemon must restart on the same port.
        _service->environment["CENTRAL_OAUTH_BIND"] = address.substr(std::string("http://").size());
        _service->start();
        const auto done = ServiceUnderTest::consent(browser, moving);
        CPPUNIT_ASSERT_EQUAL(200, done.status);
        CPPUNIT_ASSERT_EQUAL(200, _service->poll(link).status);
    }

    void testRelinkKeepsTheAccountId() {
        const auto first = _service->linkAccount();
        const auto again = _service->linkAccount();
        CPPUNIT_ASSERT_EQUAL(first.text("account_id"), again.text("account_id"));
        CPPUNIT_ASSERT_EQUAL(2, again.json()->getValue<int>("token_version"));
        CPPUNIT_ASSERT_EQUAL(1, accountCount());
    }

    void testSubjectsGetAccountsOfTheirOwn() {
        const auto first = _service->linkAccount(R"({"subject":"one"})");
        const auto second = _service->linkAccount(R"({"subject":"two"})");
        CPPUNIT_ASSERT(first.text("account_id") != second.text("account_id"));
        const auto found =
            _service->get("/v1/accounts?subject=two", _service->key()).json()->getArray("items");
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), found->size());
        CPPUNIT_ASSERT_EQUAL(second.text("account_id"),
                             found->getObject(0)->getValue<std::string>("account_id"));
    }

    void testSeveralSitesWaitForTheChoice() {
        addSecondSite(*_simulator);
        const auto link = _service->createLink();
        WebBrowser browser;
        const auto choice = ServiceUnderTest::consent(browser, _service->approve(browser, link));
        CPPUNIT_ASSERT(choice.contains("beta.atlassian.example"));
        CPPUNIT_ASSERT_EQUAL(202, _service->poll(link).status);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("no slow_down once the person has approved", 202,
                                     _service->poll(link).status);
        const auto csrf = choice.inputValue("csrf");
        const auto post = [&](const std::string& site) {
            return browser.post(choice.url, _service->url(),
                                {{"csrf", csrf}, {"decision", "approve"}, {"site", site}});
        };
        CPPUNIT_ASSERT_EQUAL(422, post("elsewhere").status);
        CPPUNIT_ASSERT_EQUAL(0, accountCount());
        CPPUNIT_ASSERT_EQUAL(200, post(choice.inputValue("site")).status);
        const auto payload = _service->poll(link);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(payload.body.substr(0, 200), 200, payload.status);
        CPPUNIT_ASSERT_EQUAL(choice.inputValue("site"),
                             payload.json()->getObject("site")->getValue<std::string>("cloud_id"));
    }

    void testWantedSiteIsTaken() {
        addSecondSite(*_simulator);
        const auto payload = _service->linkAccount(R"({"site":"https://beta.atlassian.example/"})").json();
        CPPUNIT_ASSERT_EQUAL(std::string("https://beta.atlassian.example"),
                             payload->getObject("site")->getValue<std::string>("url"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), payload->getArray("sites")->size());
        const auto path = "/v1/tokens/" + payload->getValue<std::string>("account_id");
        const auto other = _service->get(path + "?site=https://acme.atlassian.example", _service->key());
        CPPUNIT_ASSERT_EQUAL(std::string("https://acme.atlassian.example"),
                             other.json()->getObject("site")->getValue<std::string>("url"));
        expectError(_service->get(path + "?site=https://elsewhere.example", _service->key()), 403,
                    "site_not_allowed");
    }

    void testCodeExchangeFailureEndsTheLink() {
        _simulator->control("POST", "faults", R"({"target":"token","kind":"status","status":500})");
        const auto link = _service->createLink();
        approveAll(link);
        const auto polled = _service->poll(link);
        expectError(polled, 403, "access_denied");
        CPPUNIT_ASSERT_EQUAL(std::string("upstream_error"), polled.text("reason"));
    }

    void testMissingRefreshTokenEndsTheLink() {
        _simulator->control("POST", "faults", R"({"target":"token","kind":"without_refresh_token"})");
        const auto link = _service->createLink();
        approveAll(link);
        CPPUNIT_ASSERT_EQUAL(std::string("no_refresh_token"), _service->poll(link).text("reason"));
    }

    void testHeadDoesNotUseUpADelivery() {
        const auto link = _service->createLink();
        approveAll(link);
        for (int i = 0; i < 5; ++i)
            CPPUNIT_ASSERT_EQUAL(
                200, callApi("HEAD", _service->url() + "/v1/poll/" + link.code, link.secret).status);
        CPPUNIT_ASSERT_EQUAL(200, _service->poll(link).status);
    }

private:
    static void expectError(const HttpAnswer& answer, int status, const std::string& error) {
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, status, answer.status);
        CPPUNIT_ASSERT_EQUAL(error, answer.text("error"));
        CPPUNIT_ASSERT_EQUAL(answer.header("X-Request-ID"), answer.text("request_id"));
    }

    static std::string withoutRequestId(const HttpAnswer& answer) {
        auto body = answer.json();
        body->remove("request_id");
        std::ostringstream text;
        body->stringify(text);
        return std::to_string(answer.status) + text.str();
    }

    void approveAll(const TestLink& link) const {
        WebBrowser browser;
        (void)ServiceUnderTest::consent(browser, _service->approve(browser, link));
    }

    WebPage typeCode(WebBrowser& browser, const TestLink& link, const std::string& code) const {
        const auto page = browser.open(link.url);
        return browser.post(page.url, _service->url(),
                            {{"csrf", page.inputValue("csrf")}, {"decision", "approve"}, {"code", code}});
    }

    static std::string wrongCodeFor(const TestLink& link) {
        auto code = link.code;
        code.back() = code.back() == '0' ? '1' : '0';
        return code;
    }

    int accountCount() const {
        return static_cast<int>(
            _service->get("/v1/accounts", _service->key()).json()->getArray("items")->size());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LinkFlowTest);
