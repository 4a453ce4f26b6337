// SPDX-License-Identifier: Apache-2.0
// Undo of an approval, before and after delivery to the client.
#include "PagesFixture.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::test;

class UndoPagesTest : public PagesFixture {
    CPPUNIT_TEST_SUITE(UndoPagesTest);
    CPPUNIT_TEST(testUndoBeforeDelivery);
    CPPUNIT_TEST(testUndoAfterDelivery);
    CPPUNIT_TEST(testUndoAfterSiteChoice);
    CPPUNIT_TEST(testLateUndoIsNotOffered);
    CPPUNIT_TEST(testLateUndoFromAnOldPage);
    CPPUNIT_TEST(testUndoTwiceFromTwoTabs);
    CPPUNIT_TEST(testUndoInAnotherBrowser);
    CPPUNIT_TEST(testUndoLeavesOtherAccountsAlone);
    CPPUNIT_TEST(testBackAndReloadAfterUndo);
    CPPUNIT_TEST_SUITE_END();

public:
    void testUndoBeforeDelivery() {
        const auto link = newLink();
        linkUp(link);
        expectWords("minutes you can take it back");
        undo();
        CPPUNIT_ASSERT_EQUAL(urlOf("done", link), browser().url());
        expectWords("took the connection back");
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, browser().count("form"));
        expectEnded(link, "undone");
        CPPUNIT_ASSERT_EQUAL(
            std::size_t{0}, service().get("/v1/accounts", service().key()).json()->getArray("items")->size());
    }

    void testUndoAfterDelivery() {
        const auto link = newLink();
        linkUp(link);
        const auto account = expectLinked(link).text("account_id");
        CPPUNIT_ASSERT_EQUAL(200, tokenStatus(account));
        undo();
        expectWords("took the connection back");
        CPPUNIT_ASSERT_EQUAL(404, tokenStatus(account));
        expectEnded(link, "undone");
    }

    void testUndoAfterSiteChoice() {
        giveThreeSites();
        const auto link = newLink();
        goUpstream(link);
        accept();
        browser().click("input[name=site]");
        browser().click("button[value=approve]");
        expectHeading(doneHeading);
        undo();
        expectWords("took the connection back");
        expectEnded(link, "undone");
    }

    void testLateUndoIsNotOffered() {
        const auto link = newLink();
        linkUp(link);
        const auto account = expectLinked(link).text("account_id");
        service().advanceClock(10 * 60);
        browser().reload();
        expectHeading(doneHeading);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, browser().count("button[value=undo]"));
        service().advanceClock(5 * 60);
        browser().reload();
        expectHeading(doneHeading);
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, browser().count("button[value=undo]"));
        CPPUNIT_ASSERT_EQUAL(200, tokenStatus(account));
    }

    void testLateUndoFromAnOldPage() {
        const auto link = newLink();
        linkUp(link);
        const auto account = expectLinked(link).text("account_id");
        service().advanceClock(15 * 60);
        undo();
        CPPUNIT_ASSERT_EQUAL(urlOf("done", link), browser().url());
        expectHeading(doneHeading);
        CPPUNIT_ASSERT_EQUAL(200, tokenStatus(account));
    }

    void testUndoTwiceFromTwoTabs() {
        const auto link = newLink();
        linkUp(link);
        const auto first = browser().tab();
        const auto second = browser().newTab();
        browser().open(urlOf("done", link));
        undo();
        browser().closeTab();
        browser().switchTo(first);
        undo();
        expectWords("took the connection back");
        expectEnded(link, "undone");
    }

    void testUndoInAnotherBrowser() {
        const auto link = newLink();
        auto& second = secondBrowser();
        second.forgetCookies();
        second.open(link.url);
        second.waitFor("form");
        linkUp(link);
        // Turns a form of the other browser's page into the form of Undo.
        second.run(
            "const form = document.querySelector('form'); form.action = form.action.replace('approve', "
            "'undo'); const button = form.querySelector('button') || "
            "document.querySelector('button[form]'); document.querySelectorAll('[required]')"
            ".forEach(one => one.remove()); button.value = 'undo';");
        second.click("button[value=undo]");
        second.waitUntil("the neutral page",
                         [&] { return second.text("h1").find("in use") != std::string::npos; });
        CPPUNIT_ASSERT(second.text("body").find("Ada") == std::string::npos);
        expectLinked(link);
    }

    void testUndoLeavesOtherAccountsAlone() {
        const auto kept = newLink(R"({"provider":"jira","subject":"kept"})");
        linkUp(kept);
        const auto account = expectLinked(kept).text("account_id");
        const auto link = newLink(R"({"provider":"jira","subject":"other"})");
        linkUp(link);
        (void)expectLinked(link);
        undo();
        expectEnded(link, "undone");
        CPPUNIT_ASSERT_EQUAL(200, tokenStatus(account, "kept"));
    }

    void testBackAndReloadAfterUndo() {
        const auto link = newLink();
        linkUp(link);
        undo();
        expectWords("took the connection back");
        browser().reload();
        expectWords("took the connection back");
        browser().back();
        if (browser().url() == urlOf("done", link)) {
            browser().reload();
            expectWords("took the connection back");
        }
        browser().open(link.url);
        expectWords("took the connection back");
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, browser().count("form"));
        expectEnded(link, "undone");
    }

private:
    void undo() const {
        browser().click("button[value=undo]");
        browser().waitFor("h1");
    }

    [[nodiscard]] int tokenStatus(const std::string& account, const std::string& subject = {}) const {
        std::map<std::string, std::string> headers{{"Authorization", "Bearer " + service().key()}};
        if (!subject.empty())
            headers["Subject"] = subject;
        return exchange({"GET", service().url() + "/v1/tokens/" + account, headers}).status;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(UndoPagesTest);
