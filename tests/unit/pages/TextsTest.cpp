// SPDX-License-Identifier: Apache-2.0
// Tests of the words that code chooses.
#include "central_oauth/pages/Texts.h"

#include <chrono>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace central_oauth::pages;
using namespace std::chrono_literals;

class TextsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TextsTest);
    CPPUNIT_TEST(testSaysHowLongAgo);
    CPPUNIT_TEST(testSaysWhenItEnds);
    CPPUNIT_TEST(testCountsAttempts);
    CPPUNIT_TEST(testKnowsTheScopesOfTheDefaults);
    CPPUNIT_TEST(testShowsUnknownScopesByName);
    CPPUNIT_TEST(testSplitsScopeStrings);
    CPPUNIT_TEST_SUITE_END();

public:
    void testSaysHowLongAgo() {
        CPPUNIT_ASSERT_EQUAL(std::string("just now"), ageWords(-5s));
        CPPUNIT_ASSERT_EQUAL(std::string("just now"), ageWords(9s));
        CPPUNIT_ASSERT_EQUAL(std::string("59 seconds ago"), ageWords(59s));
        CPPUNIT_ASSERT_EQUAL(std::string("1 minute ago"), ageWords(119s));
        CPPUNIT_ASSERT_EQUAL(std::string("2 minutes ago"), ageWords(120s));
        CPPUNIT_ASSERT_EQUAL(std::string("1 hour ago"), ageWords(3600s));
        CPPUNIT_ASSERT_EQUAL(std::string("3 days ago"), ageWords(73h));
    }

    void testSaysWhenItEnds() {
        CPPUNIT_ASSERT_EQUAL(std::string("now"), expiryWords(0s));
        CPPUNIT_ASSERT_EQUAL(std::string("in less than a minute"), expiryWords(59s));
        CPPUNIT_ASSERT_EQUAL(std::string("in 8 minutes"), expiryWords(539s));
        CPPUNIT_ASSERT_EQUAL(std::string("15 minutes"), durationWords(15min));
    }

    void testCountsAttempts() {
        CPPUNIT_ASSERT_EQUAL(std::string("4 attempts are left."), attemptsWords(4));
        CPPUNIT_ASSERT_EQUAL(std::string("1 attempt is left."), attemptsWords(1));
        CPPUNIT_ASSERT_EQUAL(std::string("No attempt is left."), attemptsWords(-1));
    }

    void testKnowsTheScopesOfTheDefaults() {
        for (const ScopeWords& scope : describeScopes(
                 "read:me read:jira-work write:jira-work read:jira-user offline_access "
                 "read:servicedesk-request write:servicedesk-request manage:servicedesk-customer "
                 "read:board-scope:jira-software read:sprint:jira-software read:project:jira "
                 "read:issue-details:jira search:confluence read:confluence-user read:page:confluence "
                 "write:page:confluence read:space:confluence read:comment:confluence "
                 "write:comment:confluence read:attachment:confluence "
                 "readonly:content.attachment:confluence read:confluence-content.all "
                 "read:confluence-space.summary write:confluence-content"))
            CPPUNIT_ASSERT_MESSAGE(scope.scope, !scope.words.empty());
    }

    void testShowsUnknownScopesByName() {
        const auto scopes = describeScopes(std::vector<std::string>{"read:nothing:known"});
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, scopes.size());
        CPPUNIT_ASSERT_EQUAL(std::string("read:nothing:known"), scopes[0].scope);
        CPPUNIT_ASSERT(scopes[0].words.empty());
    }

    void testSplitsScopeStrings() {
        const auto scopes = describeScopes("  read:me  offline_access ");
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, scopes.size());
        CPPUNIT_ASSERT_EQUAL(std::string("offline_access"), scopes[1].scope);
        CPPUNIT_ASSERT(describeScopes("").empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TextsTest);
