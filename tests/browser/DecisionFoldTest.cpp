// SPDX-License-Identifier: Apache-2.0
// The first screens of the approval page show the requester, its permissions, the digits and both buttons;
// only harmless details are folded.
#include "PageCheck.h"
#include "PagesFixture.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::test;

namespace {

struct Screen {
    WindowSize size;
    int limit; ///< the decision must end above this, in pixels from the page's top
};

// A laptop must show it on one screen, a phone on two.
const std::vector<Screen> screens{{{1280, 900}, 900}, {{390, 844}, 2 * 844}, {{320, 568}, 2 * 568}};

// Scopes with long words first; offline_access is always requested.
const std::vector<std::string> scopes{"manage:jira-project", "write:jira-work", "read:new-thing:jira",
                                      "read:jira-work"};

std::string scopeList(std::size_t count) {
    std::string list = "offline_access";
    for (std::size_t i = 0; i + 1 < count; ++i)
        list += ' ' + scopes[i];
    return list;
}

} // namespace

class DecisionFoldTest : public PagesFixture {
    CPPUNIT_TEST_SUITE(DecisionFoldTest);
    CPPUNIT_TEST(testDecisionStandsOnTheFirstScreens);
    CPPUNIT_TEST(testNothingThatWarnsIsFolded);
    CPPUNIT_TEST(testManyPermissionsFoldOnlyWhatReads);
    CPPUNIT_TEST(testFoldsOpenByKeyboard);
    CPPUNIT_TEST(testDeclineIsTheFirstStop);
    CPPUNIT_TEST_SUITE_END();

public:
    void testDecisionStandsOnTheFirstScreens() {
        for (std::size_t count = 1; count <= 5; ++count) {
            restartWith({{"CENTRAL_OAUTH_JIRA_SCOPES", scopeList(count)}});
            openLink(newLink(fullBody(count)));
            CPPUNIT_ASSERT_EQUAL(count, browser().count("h2 + p + .scopes > li"));
            measureAll(std::to_string(count) + " scopes");
        }
        restartWith({{"CENTRAL_OAUTH_JIRA_SCOPES", "read:jira-work write:jira-work read:jira-user read:me"}});
        openLink(newLink(fullBody()));
        enterCode("000000000000");
        browser().waitFor("[role=alert]");
        measureAll("wrong digits");
    }

    void testNothingThatWarnsIsFolded() {
        restartWith({{"CENTRAL_OAUTH_JIRA_SCOPES", scopeList(5)}});
        openLink(newLink(fullBody()));
        enterCode("000000000000");
        browser().waitFor("[role=alert]");
        CPPUNIT_ASSERT_EQUAL(std::size_t{5}, browser().count("details:not([open])"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(
            "folded", std::string(),
            browser()
                .run("return [...document.querySelectorAll('.warning, .error, .tag, .lead, .changing, "
                     "[role=alert], form, button, input')].filter(one => one.closest('details'))"
                     ".map(one => one.outerHTML).join()")
                .toString());
        // Texts that a person sees without opening a fold.
        for (const std::string words :
             {"gives Bob Example in test client access to your account", "Not you? Decline.",
              "If somebody sent you this link", "127.0.0.1", "Laptop", "unverified",
              "read, change and delete things", "every site of your grant", "Change or delete", "Unexplained",
              "may change things", "Stay connected", "Nothing is connected before you agree"})
            expectWords(words);
        for (const std::string words : {"short-lived tokens", "person-7", "write:jira-work"})
            expectNoWords(words);
    }

    void testManyPermissionsFoldOnlyWhatReads() {
        restartWith({{"CENTRAL_OAUTH_JIRA_SCOPES",
                      "read:jira-work write:jira-work read:jira-user read:me manage:jira-configuration"}});
        openLink(newLink());
        CPPUNIT_ASSERT_EQUAL(std::string("3 permissions that only read"), browser().text(".part summary"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, browser().count("p + .scopes > .changing"));
        expectWords("Stay connected");
        expectNoWords("See Jira users");
        browser().click(".part summary");
        expectWords("See Jira users");
    }

    void testFoldsOpenByKeyboard() {
        openLink(newLink(fullBody()));
        expectNoWords("person-7");
        browser().run("document.querySelector('.folded summary').focus()");
        browser().press({key::enter});
        expectWords("person-7");
        browser().press({key::space});
        expectNoWords("person-7");
    }

    void testDeclineIsTheFirstStop() {
        for (const auto& screen : screens) {
            browser().resize(screen.size);
            openLink(newLink());
            browser().press({key::tab});
            CPPUNIT_ASSERT_EQUAL(std::string("decline of warning ask"),
                                 browser()
                                     .run("const one = document.activeElement; return one.value + ' of ' + "
                                          "one.closest('div').className")
                                     .toString());
        }
    }

private:
    // A new subject each time, because a subject may have few open links.
    static std::string fullBody(std::size_t person = 7) {
        return R"({"provider":"jira","label":"Laptop","on_behalf_of":"Bob Example","subject":"person-)" +
               std::to_string(person) + "\"}";
    }

    void measureAll(const std::string& what) const {
        for (const auto& screen : screens) {
            browser().resize(screen.size);
            for (const std::string selector : {"h1", ".lead", ".warning", ".facts", "p + .scopes", "#code",
                                               ".actions [value=decline]", ".actions [value=approve]"}) {
                Poco::JSON::Array arguments;
                arguments.add(selector);
                const auto bottom = browser()
                                        .run("const box = document.querySelector(arguments[0])"
                                             ".getBoundingClientRect(); return box.height > 10 ? "
                                             "Math.ceil(box.bottom + scrollY) : 100000;",
                                             arguments)
                                        .convert<int>();
                CPPUNIT_ASSERT_MESSAGE(what + ": " + selector + " ends at " + std::to_string(bottom) +
                                           " of a screen of " + std::to_string(screen.size.width) + " x " +
                                           std::to_string(screen.size.height),
                                       bottom <= screen.limit);
            }
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DecisionFoldTest);
