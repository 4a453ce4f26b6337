// SPDX-License-Identifier: Apache-2.0
// Undo and the choice of a site over real HTTP: the client's polls, and forms that are refused.
#include "../support/DaemonFixture.h"
#include "../support/People.h"

#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>
#include <future>

using namespace central_oauth::test;

class UndoTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(UndoTest);
    CPPUNIT_TEST(testBeforeTheDelivery);
    CPPUNIT_TEST(testAfterTheDelivery);
    CPPUNIT_TEST(testOlderLinkTakesBackNothingNewer);
    CPPUNIT_TEST(testOlderLinkLeavesANewerApprovalAlone);
    CPPUNIT_TEST(testFormsOfOthersTakeNothingBack);
    CPPUNIT_TEST(testConnectionThatTheProgramEndedIsNotShownAsDone);
    CPPUNIT_TEST(testAPollOfALateUndoneLinkReportsIt);
    CPPUNIT_TEST(testManyOpenedLinksDoNotCrowdOutTheNewest);
    CPPUNIT_TEST(testFifteenMinutesLater);
    CPPUNIT_TEST(testWhateverComesFirstNothingIsLeft);
    CPPUNIT_TEST(testDeclinedSiteEndsTheLink);
    CPPUNIT_TEST(testFormsOfOthersChooseNoSite);
    CPPUNIT_TEST_SUITE_END();

public:
    void testBeforeTheDelivery() {
        const auto link = _service->createLink();
        WebBrowser browser;
        const auto done = walk(browser, link);
        CPPUNIT_ASSERT(done.contains("Undo"));
        const auto ended = undo(browser, link, done.inputValue("csrf"));
        CPPUNIT_ASSERT_EQUAL(200, ended.status);
        CPPUNIT_ASSERT_EQUAL(_service->url() + "/done/" + link.id, ended.url);
        CPPUNIT_ASSERT(ended.inputValue("csrf").empty());
        expectUndone(link);
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), accounts());
        CPPUNIT_ASSERT_MESSAGE("a repetition changes nothing",
                               undo(browser, link, done.inputValue("csrf")).html == ended.html);
    }

    void testAfterTheDelivery() {
        const auto link = _service->createLink();
        WebBrowser browser;
        const auto done = walk(browser, link);
        const auto payload = _service->poll(link);
        CPPUNIT_ASSERT_EQUAL(200, payload.status);
        const auto account = payload.text("account_id");
        CPPUNIT_ASSERT_EQUAL(200, undo(browser, link, done.inputValue("csrf")).status);
        expectUndone(link);
        CPPUNIT_ASSERT_EQUAL(404, _service->get("/v1/tokens/" + account, _service->key()).status);
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), accounts());
        _service->waitForLog("link.undone");
    }

    void testOlderLinkTakesBackNothingNewer() {
        const auto older = _service->createLink();
        WebBrowser browser;
        const auto done = walk(browser, older);
        const auto account = _service->poll(older).text("account_id");
        const auto newer = _service->createLink(R"({"provider":"jira","account_id":")" + account + "\"}");
        (void)walk(browser, newer);
        CPPUNIT_ASSERT_EQUAL(200, _service->poll(newer).status);
        const auto page = undo(browser, older, done.inputValue("csrf"));
        CPPUNIT_ASSERT_EQUAL(200, page.status);
        CPPUNIT_ASSERT_MESSAGE("there is nothing to undo any more", !page.contains("value=\"undo\""));
        CPPUNIT_ASSERT_EQUAL(200, _service->get("/v1/tokens/" + account, _service->key()).status);
    }

    // Nobody has approved `waiting` yet, and after the undo it has no account to relink.
    void testOlderLinkLeavesANewerApprovalAlone() {
        const auto older = _service->createLink();
        WebBrowser browser;
        const auto done = walk(browser, older);
        const auto account = _service->poll(older).text("account_id");
        const std::string again = R"({"provider":"jira","account_id":")" + account + "\"}";
        const auto newer = _service->createLink(again);
        const auto waiting = _service->createLink(again);
        (void)walk(browser, newer);
        CPPUNIT_ASSERT_EQUAL(200, undo(browser, older, done.inputValue("csrf")).status);
        expectUndone(older);
        CPPUNIT_ASSERT_EQUAL(404, _service->get("/v1/tokens/" + account, _service->key()).status);
        const auto delivered = _service->poll(newer);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(delivered.body, 200, delivered.status);
        const auto path = "/v1/tokens/" + delivered.text("account_id");
        CPPUNIT_ASSERT_EQUAL(200, _service->get(path, _service->key()).status);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), accounts());
        CPPUNIT_ASSERT_EQUAL(std::string("cancelled"), _service->poll(waiting).text("reason"));
    }

    void testFormsOfOthersTakeNothingBack() {
        const auto link = _service->createLink();
        const auto other = _service->createLink(R"({"provider":"jira","subject":"other"})");
        WebBrowser browser;
        const auto done = walk(browser, link);
        const auto csrf = done.inputValue("csrf");
        const auto foreign = walk(browser, other).inputValue("csrf");
        const auto path = _service->url() + "/undo/" + link.id;
        CPPUNIT_ASSERT_EQUAL(405, browser.request("GET", path).status);
        for (const auto& [origin, token, decision] :
             {std::tuple(std::string("https://elsewhere.example"), csrf, std::string("undo")),
              std::tuple(_service->url(), foreign, std::string("undo")),
              std::tuple(_service->url(), std::string(), std::string("undo")),
              std::tuple(_service->url(), csrf, std::string("approve"))})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(
                origin + decision, 400,
                browser.post(path, origin, {{"csrf", token}, {"decision", decision}}).status);
        WebBrowser stranger;
        CPPUNIT_ASSERT_EQUAL(
            403, stranger.post(path, _service->url(), {{"csrf", csrf}, {"decision", "undo"}}).status);
        (void)stranger.open(link.url);
        const auto second = stranger.post(path, _service->url(), {{"csrf", csrf}, {"decision", "undo"}});
        CPPUNIT_ASSERT_EQUAL(400, second.status);
        CPPUNIT_ASSERT_EQUAL(200, _service->poll(link).status);
        CPPUNIT_ASSERT_EQUAL(200, _service->poll(other).status);
    }

    void testConnectionThatTheProgramEndedIsNotShownAsDone() {
        const auto link = _service->createLink();
        WebBrowser browser;
        const auto done = walk(browser, link);
        const auto account = _service->poll(link).text("account_id");
        CPPUNIT_ASSERT_EQUAL(200, _service->remove("/v1/tokens/" + account, _service->key()).status);
        const auto page = browser.open(done.url);
        CPPUNIT_ASSERT_EQUAL(200, page.status);
        CPPUNIT_ASSERT(page.contains("It is not any more"));
        CPPUNIT_ASSERT(page.inputValue("csrf").empty());
    }

    void testAPollOfALateUndoneLinkReportsIt() {
        const auto link = _service->createLink();
        WebBrowser browser;
        const auto moving = _service->approve(browser, link);
        _service->advanceClock(590);
        const auto done = ServiceUnderTest::consent(browser, moving);
        CPPUNIT_ASSERT_EQUAL(200, _service->poll(link).status);
        _service->advanceClock(890);
        (void)undo(browser, link, done.inputValue("csrf"));
        expectUndone(link);
    }

    void testManyOpenedLinksDoNotCrowdOutTheNewest() {
        WebBrowser browser;
        TestLink newest;
        for (int i = 0; i < 30; ++i) {
            newest =
                _service->createLink(R"({"provider":"jira","subject":"user-)" + std::to_string(i) + "\"}");
            CPPUNIT_ASSERT_EQUAL(200, browser.open(newest.url).status);
        }
        const auto opened = browser.cookiesOf(_service->url());
        CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t(16),
                             std::count_if(opened.begin(), opened.end(), [](const auto& one) {
                                 return one.first.find("opened-") != std::string::npos;
                             }));
        CPPUNIT_ASSERT_EQUAL(200, walk(browser, newest).status);
    }

    void testFifteenMinutesLater() {
        const auto link = _service->createLink();
        WebBrowser browser;
        const auto done = walk(browser, link);
        CPPUNIT_ASSERT_EQUAL(200, _service->poll(link).status);
        _service->advanceClock(901);
        const auto late = undo(browser, link, done.inputValue("csrf"));
        CPPUNIT_ASSERT(!late.contains("value=\"undo\""));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), accounts());
    }

    // A poll and an undo at the same moment: in either order the client ends without a usable token.
    void testWhateverComesFirstNothingIsLeft() {
        constexpr int rounds = 8;
        for (int round = 0; round < rounds; ++round) {
            const auto link = _service->createLink(R"({"provider":"jira","subject":"user-)" +
                                                   std::to_string(round) + "\"}");
            WebBrowser browser;
            const auto csrf = walk(browser, link).inputValue("csrf");
            auto polled = std::async(std::launch::async, [&] { return _service->poll(link); });
            CPPUNIT_ASSERT_EQUAL(200, undo(browser, link, csrf).status);
            const auto answer = polled.get();
            CPPUNIT_ASSERT_MESSAGE(answer.body.substr(0, 200), answer.status == 200 || answer.status == 403);
            expectUndone(link);
            CPPUNIT_ASSERT_EQUAL(std::size_t(0), accounts());
        }
    }

    void testDeclinedSiteEndsTheLink() {
        addSecondSite(*_simulator);
        const auto link = _service->createLink();
        WebBrowser browser;
        const auto choice = walk(browser, link);
        CPPUNIT_ASSERT_EQUAL(_service->url() + "/site/" + link.id, choice.url);
        const auto declined = browser.post(choice.url, _service->url(),
                                           {{"csrf", choice.inputValue("csrf")}, {"decision", "decline"}});
        CPPUNIT_ASSERT_EQUAL(200, declined.status);
        const auto polled = _service->poll(link);
        CPPUNIT_ASSERT_EQUAL(403, polled.status);
        CPPUNIT_ASSERT_EQUAL(std::string("declined"), polled.text("reason"));
    }

    void testFormsOfOthersChooseNoSite() {
        addSecondSite(*_simulator);
        const auto link = _service->createLink();
        WebBrowser browser;
        const auto choice = walk(browser, link);
        const auto csrf = choice.inputValue("csrf");
        const auto site = choice.inputValue("site");
        CPPUNIT_ASSERT_EQUAL(400, browser
                                      .post(choice.url, "https://elsewhere.example",
                                            {{"csrf", csrf}, {"decision", "approve"}, {"site", site}})
                                      .status);
        WebBrowser stranger;
        (void)stranger.open(link.url);
        const auto seen = stranger.open(choice.url);
        CPPUNIT_ASSERT_EQUAL(409, seen.status);
        CPPUNIT_ASSERT_MESSAGE("a second browser learns no site", !seen.contains("atlassian.example"));
        const auto other = walk(stranger, _service->createLink(R"({"provider":"jira","subject":"other"})"));
        CPPUNIT_ASSERT_EQUAL(
            400, stranger
                     .post(choice.url, _service->url(),
                           {{"csrf", other.inputValue("csrf")}, {"decision", "approve"}, {"site", site}})
                     .status);
        CPPUNIT_ASSERT_EQUAL(202, _service->poll(link).status);
    }

private:
    WebPage walk(WebBrowser& browser, const TestLink& link) {
        return ServiceUnderTest::consent(browser, _service->approve(browser, link));
    }

    WebPage undo(WebBrowser& browser, const TestLink& link, const std::string& csrf) {
        return browser.post(_service->url() + "/undo/" + link.id, _service->url(),
                            {{"csrf", csrf}, {"decision", "undo"}});
    }

    void expectUndone(const TestLink& link) {
        const auto polled = _service->poll(link);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(polled.body, 403, polled.status);
        CPPUNIT_ASSERT_EQUAL(std::string("undone"), polled.text("reason"));
    }

    [[nodiscard]] std::size_t accounts() const {
        return _service->get("/v1/accounts", _service->key()).json()->getArray("items")->size();
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(UndoTest);
