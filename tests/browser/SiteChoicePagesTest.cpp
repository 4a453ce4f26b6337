// SPDX-License-Identifier: Apache-2.0
// A grant for several sites: the person chooses the client's site.
#include "PagesFixture.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::test;

class SiteChoicePagesTest : public PagesFixture {
    CPPUNIT_TEST_SUITE(SiteChoicePagesTest);
    CPPUNIT_TEST(testChoiceOfThreeSites);
    CPPUNIT_TEST(testChoiceByKeyboard);
    CPPUNIT_TEST(testSitesLeftOutUpstreamAreNotOffered);
    CPPUNIT_TEST(testPostingNoneAsksAgain);
    CPPUNIT_TEST(testPostingAForeignSiteAsksAgain);
    CPPUNIT_TEST(testCancel);
    CPPUNIT_TEST(testNoneChosenInTime);
    CPPUNIT_TEST(testWantedSiteIsNotAskedFor);
    CPPUNIT_TEST(testOnlyAllowedSitesAreOffered);
    CPPUNIT_TEST_SUITE_END();

public:
    void testChoiceOfThreeSites() {
        const auto link = toChoice();
        expectWords("test client");
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, browser().count("input[name=site]"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("none is chosen beforehand", std::size_t{0},
                                     browser().count("input[name=site]:checked"));
        for (const std::string name : {"ada-1", "ada-2", "ada-3"})
            expectWords(name);
        expectPending(link);
        const auto chosen = choose(2);
        browser().waitForUrl("/done/" + link.id);
        expectHeading(doneHeading);
        expectWords("ada-2");
        expectNoWords("ada-3");
        const auto payload = expectLinked(link).json();
        CPPUNIT_ASSERT_EQUAL(chosen, payload->getObject("site")->getValue<std::string>("cloud_id"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("the token reaches all", std::size_t{3},
                                     payload->getArray("sites")->size());
        browser().open(urlOf("site", link));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("chosen once", urlOf("done", link), browser().url());
    }

    void testChoiceByKeyboard() {
        const auto link = toChoice();
        browser().run("document.querySelector('input[name=site]').focus()");
        browser().press({key::space, key::down, key::down, key::enter});
        browser().waitForUrl("/done/" + link.id);
        expectWords("ada-3");
        expectLinked(link);
    }

    void testSitesLeftOutUpstreamAreNotOffered() {
        giveThreeSites();
        const auto link = newLink();
        goUpstream(link);
        browser().click("label:nth-of-type(3) input[name=site]");
        accept();
        browser().waitForUrl("/site/" + link.id);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, browser().count("input[name=site]"));
        expectNoWords("ada-3");
    }

    void testPostingNoneAsksAgain() {
        const auto link = toChoice();
        browser().click("button[value=approve]");
        CPPUNIT_ASSERT_EQUAL_MESSAGE("the browser itself asks", std::size_t{0},
                                     browser().count("[role=alert]"));
        browser().run("document.querySelectorAll('input[name=site]').forEach(one => one.required = false)");
        browser().click("button[value=approve]");
        browser().waitFor("[role=alert]");
        CPPUNIT_ASSERT_EQUAL(422, browser().status());
        CPPUNIT_ASSERT_MESSAGE(browser().title(), browser().title().rfind("Error", 0) == 0);
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, browser().count("input[name=site]"));
        expectPending(link);
        choose(1);
        expectHeading(doneHeading);
        expectLinked(link);
    }

    void testPostingAForeignSiteAsksAgain() {
        const auto link = toChoice();
        browser().run("document.querySelector('input[name=site]').value = 'elsewhere'");
        browser().click("input[name=site]");
        browser().click("button[value=approve]");
        browser().waitFor("[role=alert]");
        CPPUNIT_ASSERT_EQUAL(422, browser().status());
        expectPending(link);
    }

    void testCancel() {
        const auto link = toChoice();
        browser().click("button[value=decline]");
        expectHeading("declined");
        expectEnded(link, "declined");
        browser().open(urlOf("site", link));
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, browser().count("input[name=site]"));
        expectHeading("declined");
    }

    void testNoneChosenInTime() {
        const auto link = toChoice();
        service().advanceClock(11 * 60);
        browser().click("input[name=site]");
        browser().click("button[value=approve]");
        expectHeading("expired");
        CPPUNIT_ASSERT_EQUAL(410, poll(link).status);
    }

    void testWantedSiteIsNotAskedFor() {
        giveThreeSites();
        const auto link = newLink(R"({"provider":"jira","site":"https://ada-2.atlassian.example"})");
        linkUp(link);
        expectWords("ada-2");
        expectLinked(link);
    }

    void testOnlyAllowedSitesAreOffered() {
        restartWith({{"CENTRAL_OAUTH_JIRA_ALLOWED_SITES",
                      "https://ada-1.atlassian.example,https://ada-3.atlassian.example"}});
        (void)toChoice();
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, browser().count("input[name=site]"));
        expectNoWords("ada-2");
    }

private:
    // Links a person with three sites, none wanted; ends on the page that asks for one.
    [[nodiscard]] TestLink toChoice() const {
        giveThreeSites();
        auto link = newLink();
        goUpstream(link);
        accept();
        browser().waitForUrl("/site/" + link.id);
        return link;
    }

    // Chooses the user's site of this number, continues, and returns the site's id.
    std::string choose(int number) const {
        const auto id = browser()
                            .run("const name = arguments[0]; const all = [...document.querySelectorAll("
                                 "'input[name=site]')]; const one = all.find(input => "
                                 "input.labels[0].innerText.includes(name)); one.click(); return one.value;",
                                 named(number))
                            .toString();
        browser().click("button[value=approve]");
        return id;
    }

    [[nodiscard]] static Poco::JSON::Array named(int number) {
        Poco::JSON::Array arguments;
        arguments.add("ada-" + std::to_string(number));
        return arguments;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SiteChoicePagesTest);
