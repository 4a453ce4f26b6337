// SPDX-License-Identifier: Apache-2.0
// People go back, reload, and use several tabs; that neither breaks a link nor mixes two.
#include "PagesFixture.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::test;

class NavigationTest : public PagesFixture {
    CPPUNIT_TEST_SUITE(NavigationTest);
    CPPUNIT_TEST(testReloadAtEveryStep);
    CPPUNIT_TEST(testReloadAfterAWrongCode);
    CPPUNIT_TEST(testReloadOfTheSitePage);
    CPPUNIT_TEST(testBackFromUpstream);
    CPPUNIT_TEST(testBackFromUpstreamAndApproveAgain);
    CPPUNIT_TEST(testBackFromTheSitePage);
    CPPUNIT_TEST(testBackFromTheDonePage);
    CPPUNIT_TEST(testBackAfterDeclining);
    CPPUNIT_TEST(testTwoTabsWithTwoLinks);
    CPPUNIT_TEST(testTwoTabsWithOneLink);
    CPPUNIT_TEST(testLinkOpenedAgainAtEveryStep);
    CPPUNIT_TEST_SUITE_END();

public:
    void testReloadAtEveryStep() {
        const auto link = newLink();
        openLink(link);
        browser().reload();
        CPPUNIT_ASSERT_EQUAL(urlOf("approve", link), browser().url());
        enterCode(link.code);
        browser().waitUntil("the page that leads upstream",
                            [&] { return browser().url() == urlOf("continue", link) || isUpstream(); });
        browser().open(urlOf("continue", link));
        browser().reload();
        followUpstream();
        browser().reload();
        browser().waitFor("button[value=accept]");
        expectPending(link);
        accept();
        CPPUNIT_ASSERT_EQUAL(urlOf("done", link), browser().url());
        browser().reload();
        expectHeading(doneHeading);
        CPPUNIT_ASSERT_EQUAL(1, simulator().tokenCalls("authorization_code"));
        expectLinked(link);
        browser().reload();
        expectHeading(doneHeading);
        expectWords("Ada");
    }

    void testReloadAfterAWrongCode() {
        const auto link = newLink();
        openLink(link);
        enterCode("000000000000");
        browser().waitFor("[role=alert]");
        browser().reload();
        browser().waitFor("input[name=code]");
        enterCode(link.code);
        followUpstream();
        accept();
        expectHeading(doneHeading);
        expectLinked(link);
    }

    void testReloadOfTheSitePage() {
        giveThreeSites();
        const auto link = newLink();
        goUpstream(link);
        accept();
        browser().waitForUrl("/site/" + link.id);
        browser().reload();
        browser().click("input[name=site]");
        browser().click("button[value=approve]");
        expectHeading(doneHeading);
        expectLinked(link);
    }

    void testBackFromUpstream() {
        const auto link = newLink();
        goUpstream(link);
        browser().back();
        browser().waitUntil("a page of ours", [&] { return !isUpstream(); });
        followUpstream();
        accept();
        expectHeading(doneHeading);
        expectLinked(link);
    }

    void testBackFromUpstreamAndApproveAgain() {
        const auto link = newLink();
        goUpstream(link);
        // Opens the approval page as by "back" twice: it does not send the person away at once.
        browser().open(urlOf("approve", link));
        browser().waitFor("a[href*='/authorize']");
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, browser().count("meta[http-equiv=refresh]"));
        expectWords("error");
        followUpstream();
        accept();
        expectLinked(link);
    }

    void testBackFromTheSitePage() {
        giveThreeSites();
        const auto link = newLink();
        goUpstream(link);
        accept();
        browser().waitForUrl("/site/" + link.id);
        for (const std::string page : {"approve", "continue", "done"}) {
            browser().open(urlOf(page, link));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(page, urlOf("site", link), browser().url());
        }
        browser().back();
        browser().waitForUrl("/site/" + link.id);
        browser().click("input[name=site]");
        browser().click("button[value=approve]");
        expectHeading(doneHeading);
        browser().back();
        browser().waitUntil("a page", [&] { return browser().count("h1") == 1; });
        browser().reload();
        CPPUNIT_ASSERT_EQUAL(urlOf("done", link), browser().url());
        expectLinked(link);
    }

    void testBackFromTheDonePage() {
        const auto link = newLink();
        linkUp(link);
        browser().back();
        if (isUpstream() && browser().count("button[value=accept]") > 0) {
            // The consent was given already; upstream says so itself, and our link is unaffected.
            const auto asked = browser().url();
            browser().click("button[value=accept]");
            browser().waitUntil("the form's answer", [&] { return browser().url() != asked; });
            browser().waitFor("h1");
        }
        for (const std::string page : {"approve", "continue", "site", "done"}) {
            browser().open(urlOf(page, link));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(page, urlOf("done", link), browser().url());
        }
        expectHeading(doneHeading);
        expectLinked(link);
    }

    void testBackAfterDeclining() {
        const auto link = newLink();
        openLink(link);
        browser().click("button[value=decline]");
        expectHeading("declined");
        browser().back();
        browser().waitFor("h1");
        if (browser().count("input[name=code]") > 0) {
            enterCode(link.code);
            expectHeading("declined");
        }
        expectEnded(link, "declined");
    }

    void testTwoTabsWithTwoLinks() {
        const auto one = newLink(R"({"provider":"jira","subject":"one","label":"First"})");
        const auto two = newLink(R"({"provider":"jira","subject":"two","label":"Second"})");
        const auto first = browser().tab();
        openLink(one);
        const auto second = browser().newTab();
        openLink(two);
        browser().switchTo(first);
        expectWords("First");
        enterCode(two.code);
        browser().waitFor("[role=alert]");
        enterCode(one.code);
        followUpstream();
        browser().switchTo(second);
        enterCode(two.code);
        followUpstream();
        browser().click("a[href*='sim_user=grace']");
        browser().waitFor("button[value=accept]");
        browser().switchTo(first);
        accept();
        expectWords("Ada");
        browser().switchTo(second);
        accept();
        expectWords("Grace");
        CPPUNIT_ASSERT_EQUAL(std::string("Ada Lovelace"), personOf(expectLinked(one)));
        CPPUNIT_ASSERT_EQUAL(std::string("Grace Hopper"), personOf(expectLinked(two)));
        browser().closeTab();
        browser().switchTo(first);
    }

    void testTwoTabsWithOneLink() {
        const auto link = newLink();
        const auto first = browser().tab();
        openLink(link);
        const auto second = browser().newTab();
        openLink(link);
        enterCode(link.code);
        followUpstream();
        browser().switchTo(first);
        // The same person in the same browser approves again: only the later approval counts.
        enterCode(link.code);
        followUpstream();
        accept();
        expectHeading(doneHeading);
        browser().switchTo(second);
        accept();
        CPPUNIT_ASSERT_EQUAL(400, browser().status());
        browser().closeTab();
        browser().switchTo(first);
        browser().reload();
        expectHeading(doneHeading);
        expectLinked(link);
    }

    void testLinkOpenedAgainAtEveryStep() {
        const auto link = newLink();
        goUpstream(link);
        browser().open(link.url);
        browser().waitFor("a[href*='/authorize']");
        followUpstream();
        accept();
        browser().open(link.url);
        browser().waitForUrl("/done/" + link.id);
        expectHeading(doneHeading);
        expectLinked(link);
        browser().open(link.url);
        expectHeading(doneHeading);
    }

private:
    [[nodiscard]] bool isUpstream() const {
        return browser().url().find("//localhost:") != std::string::npos;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(NavigationTest);
