// SPDX-License-Identifier: Apache-2.0
// Approving and declining in a real browser, and the client's polls.
#include "PagesFixture.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::test;

class ApprovalPagesTest : public PagesFixture {
    CPPUNIT_TEST_SUITE(ApprovalPagesTest);
    CPPUNIT_TEST(testApproveAndMoveOnByItself);
    CPPUNIT_TEST(testApproveByKeyboard);
    CPPUNIT_TEST(testCodeIsAcceptedAsPeopleTypeIt);
    CPPUNIT_TEST(testCodeIsAcceptedAsKeyboardsAndPagesWriteIt);
    CPPUNIT_TEST(testInvalidCodesCostNoAttempt);
    CPPUNIT_TEST(testDecline);
    CPPUNIT_TEST(testCancelUpstream);
    CPPUNIT_TEST(testAnotherUserUpstream);
    CPPUNIT_TEST(testFiveWrongCodes);
    CPPUNIT_TEST(testFieldMustNotBeEmpty);
    CPPUNIT_TEST(testExpiryBeforeTheApproval);
    CPPUNIT_TEST(testExpiryWhileUpstreamAsks);
    CPPUNIT_TEST(testCancelledByItsCreator);
    CPPUNIT_TEST(testSecondBrowserGetsTheNeutralPage);
    CPPUNIT_TEST(testCallbackInAnotherBrowser);
    CPPUNIT_TEST(testCookiesAreOutOfReachOfScripts);
    CPPUNIT_TEST(testPagesOfNoLink);
    CPPUNIT_TEST_SUITE_END();

public:
    void testApproveAndMoveOnByItself() {
        const auto link = newLink(R"({"provider":"jira","label":"Jira MCP"})");
        openLink(link);
        expectHeading("test client");
        expectWords("Jira MCP");
        expectWords("unverified");
        expectWords("decline");
        CPPUNIT_ASSERT_EQUAL(200, browser().status());
        CPPUNIT_ASSERT_EQUAL_MESSAGE("the handle is no longer in the address", std::string::npos,
                                     browser().url().find(link.url.substr(link.url.rfind('/') + 1)));
        enterCode(link.code);
        expectPending(link);
        browser().waitForUrl("/authorize?");
        CPPUNIT_ASSERT_EQUAL_MESSAGE("no referrer goes upstream", std::string(),
                                     browser().run("return document.referrer").toString());
        accept();
        CPPUNIT_ASSERT_EQUAL(urlOf("done", link), browser().url());
        expectHeading(doneHeading);
        expectWords("Ada");
        expectWords("Acme");
        const auto payload = expectLinked(link);
        CPPUNIT_ASSERT_EQUAL(
            200, service().get("/v1/tokens/" + payload.text("account_id"), service().key()).status);
    }

    void testApproveByKeyboard() {
        const auto link = newLink();
        openLink(link);
        browser().run("document.querySelector('input[name=code]').focus()");
        std::vector<std::string> keys;
        for (const char digit : link.code)
            keys.emplace_back(1, digit);
        keys.push_back(key::enter);
        browser().press(keys);
        followUpstream();
        accept();
        expectHeading(doneHeading);
        expectLinked(link);
    }

    void testCodeIsAcceptedAsPeopleTypeIt() {
        for (const std::string between : {"-", " ", " - "}) {
            const auto link = newLink();
            openLink(link);
            enterCode(" " + link.code.substr(0, 4) + between + link.code.substr(4, 4) + between +
                      link.code.substr(8) + " ");
            followUpstream();
            expectPending(link);
        }
    }

    void testCodeIsAcceptedAsKeyboardsAndPagesWriteIt() {
        const auto inScript = [](const std::string& code, char32_t zero) {
            std::string text;
            for (const char digit : code) {
                const auto character = zero + static_cast<char32_t>(digit - '0');
                text += static_cast<char>(0xE0U | (character >> 12U));
                text += static_cast<char>(0x80U | ((character >> 6U) & 0x3FU));
                text += static_cast<char>(0x80U | (character & 0x3FU));
            }
            return text;
        };
        int person = 0;
        for (const char32_t zero : {0xFF10U, 0x966U}) {
            const auto link =
                newLink(R"({"provider":"jira","subject":"p)" + std::to_string(++person) + "\"}");
            openLink(link);
            enterCode("\xE2\x80\x9C" + inScript(link.code, zero) + "\xE2\x80\x9D.");
            followUpstream();
            expectPending(link);
        }
    }

    void testInvalidCodesCostNoAttempt() {
        const auto link = newLink();
        openLink(link);
        enterCode(link.code.substr(1));
        browser().waitFor("[role=alert]");
        CPPUNIT_ASSERT_EQUAL(
            std::string("The code has 12 digits; these are 11. That did not count. 5 attempts "
                        "are left."),
            browser().text("[role=alert]"));
        enterCode(link.code.substr(0, 11) + "O");
        browser().waitFor("[role=alert]");
        expectWords("what stands at place 12 is no digit");
        expectWords("5 attempts are left");
        enterCode(link.code);
        followUpstream();
        expectPending(link);
    }

    void testDecline() {
        const auto link = newLink();
        openLink(link);
        browser().click("button[value=decline]");
        expectHeading("declined");
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, browser().count("form"));
        expectEnded(link, "declined");
        openLink(link);
        expectHeading("declined");
    }

    void testCancelUpstream() {
        const auto link = newLink();
        goUpstream(link);
        cancelUpstream();
        CPPUNIT_ASSERT_EQUAL(urlOf("done", link), browser().url());
        expectWords("declined");
        expectEnded(link, "declined");
    }

    void testAnotherUserUpstream() {
        const auto link = newLink();
        goUpstream(link);
        browser().click("a[href*='sim_user=grace']");
        accept();
        expectWords("Grace");
        expectNoWords("Ada ");
        CPPUNIT_ASSERT_EQUAL(std::string("Grace Hopper"), personOf(expectLinked(link)));
    }

    void testFiveWrongCodes() {
        const auto link = newLink();
        const auto wrong = link.code == "111111111111" ? "222222222222" : "111111111111";
        openLink(link);
        for (const std::string left : {"4", "3", "2", "1"}) {
            enterCode(wrong);
            browser().waitFor("[role=alert]");
            const auto alert = browser().text("[role=alert]");
            CPPUNIT_ASSERT_MESSAGE(alert, alert.find(left) != std::string::npos ||
                                              (left == "1" && alert.find("one") != std::string::npos));
            CPPUNIT_ASSERT_EQUAL(422, browser().status());
            CPPUNIT_ASSERT_MESSAGE(browser().title(), browser().title().rfind("Error", 0) == 0);
            CPPUNIT_ASSERT_EQUAL_MESSAGE("the cursor waits in the field", std::string("code"),
                                         browser().run("return document.activeElement.name").toString());
            CPPUNIT_ASSERT_EQUAL_MESSAGE("wrong digits are not shown again", std::string(),
                                         browser().property("input[name=code]", "value"));
            expectPending(link);
        }
        enterCode(wrong);
        expectHeading("not connected");
        expectWords("too often");
        expectEnded(link, "too_many_entries");
        openLink(link);
        expectWords("too often");
    }

    void testFieldMustNotBeEmpty() {
        const auto link = newLink();
        openLink(link);
        browser().click("button[value=approve]");
        CPPUNIT_ASSERT_EQUAL(urlOf("approve", link), browser().url());
        const auto missing =
            browser().run("return document.querySelector('input[name=code]').validity.valueMissing");
        CPPUNIT_ASSERT_MESSAGE("the browser itself requires a value", missing.convert<bool>());
        expectPending(link);
    }

    void testExpiryBeforeTheApproval() {
        const auto link = newLink();
        openLink(link);
        service().advanceClock(601);
        enterCode(link.code);
        expectHeading("expired");
        CPPUNIT_ASSERT_EQUAL(410, browser().status());
        const auto answer = poll(link);
        CPPUNIT_ASSERT_EQUAL(410, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string("expired_token"), answer.text("error"));
    }

    void testExpiryWhileUpstreamAsks() {
        const auto link = newLink();
        goUpstream(link);
        service().advanceClock(601);
        accept();
        expectHeading("expired");
        CPPUNIT_ASSERT_EQUAL(410, poll(link).status);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("nothing was fetched", 0, simulator().tokenCalls("authorization_code"));
    }

    void testCancelledByItsCreator() {
        const auto link = newLink();
        openLink(link);
        const auto cancelled = service().remove("/v1/link-code/" + link.code, link.secret);
        CPPUNIT_ASSERT_MESSAGE(cancelled.body, cancelled.status < 300);
        enterCode(link.code);
        expectHeading("not connected");
        expectWords("cancelled");
        expectEnded(link, "cancelled");
    }

    void testSecondBrowserGetsTheNeutralPage() {
        const auto link = newLink();
        auto& second = secondBrowser();
        second.forgetCookies();
        second.open(link.url);
        second.waitFor("input[name=code]");
        goUpstream(link);
        second.type("input[name=code]", link.code);
        second.click("button[value=approve]");
        second.waitUntil("the neutral page",
                         [&] { return second.text("h1").find("in use") != std::string::npos; });
        CPPUNIT_ASSERT_EQUAL(409, second.status());
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, second.count("form"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, second.count("a[href*='/authorize']"));
        for (const std::string page : {"approve", "continue", "done", "site"}) {
            second.open(urlOf(page, link));
            CPPUNIT_ASSERT_MESSAGE(page, second.text("h1").find("in use") != std::string::npos);
        }
        expectPending(link);
        accept();
        expectHeading(doneHeading);
        second.open(urlOf("done", link));
        CPPUNIT_ASSERT(second.text("body").find("Ada") == std::string::npos);
        expectLinked(link);
    }

    void testCallbackInAnotherBrowser() {
        const auto link = newLink();
        goUpstream(link);
        const auto authorize = browser().url();
        auto& second = secondBrowser();
        second.forgetCookies();
        second.open(authorize);
        second.click("button[value=accept]");
        second.waitForUrl("/callback/jira");
        const auto words = second.text("body");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(words, 400, second.status());
        CPPUNIT_ASSERT_MESSAGE(words, words.find("Ada") == std::string::npos);
        CPPUNIT_ASSERT_EQUAL(0, simulator().tokenCalls("authorization_code"));
        expectEnded(link, "upstream_error");
        browser().open(urlOf("done", link));
        expectHeading("not connected");
        expectWords("another browser");
        // The page of this very link, in a browser that never opened the link.
        second.open(urlOf("done", link));
        CPPUNIT_ASSERT_EQUAL(403, second.status());
        CPPUNIT_ASSERT(second.text("h1").find("browser") != std::string::npos);
    }

    void testCookiesAreOutOfReachOfScripts() {
        const auto link = newLink();
        openLink(link);
        CPPUNIT_ASSERT_EQUAL(std::string(), browser().run("return document.cookie").toString());
        CPPUNIT_ASSERT(browser().hasCookie("central-oauth-opened-" + link.id));
    }

    void testPagesOfNoLink() {
        for (const std::string path : {"/", "/link"}) {
            browser().open(service().url() + path);
            CPPUNIT_ASSERT_EQUAL(200, browser().status());
            CPPUNIT_ASSERT_EQUAL(std::size_t{0}, browser().count("form"));
        }
        browser().open(service().url() + "/link/AAAAAAAAAAAAAAAAAAAAAA");
        CPPUNIT_ASSERT_EQUAL(404, browser().status());
        expectHeading("no such page");
        browser().open(service().url() + "/callback/jira?code=a&state=b");
        CPPUNIT_ASSERT_EQUAL(400, browser().status());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ApprovalPagesTest);
