// SPDX-License-Identifier: Apache-2.0
// The texts that code chooses.
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
    CPPUNIT_TEST(testKnowsEveryScopeThatAtlassianNames);
    CPPUNIT_TEST(testTellsReadingFromChanging);
    CPPUNIT_TEST(testSumsUpWhatAllScopesAllow);
    CPPUNIT_TEST(testShowsUnknownScopesByName);
    CPPUNIT_TEST(testSplitsScopeStrings);
    CPPUNIT_TEST_SUITE_END();

    /// Classic and granular scopes of Cloud, of service management, Bitbucket and Data Center.
    static constexpr std::string_view namedScopes =
        "offline_access read:me read:account email "
        "read:jira-work write:jira-work read:jira-user manage:jira-project manage:jira-configuration "
        "manage:jira-webhook read:issue-meta:jira read:issue-security-level:jira read:issue.vote:jira "
        "read:issue.changelog:jira read:avatar:jira read:issue:jira read:status:jira read:user:jira "
        "read:field-configuration:jira read:board-scope:jira-software read:sprint:jira-software "
        "read:project:jira read:issue-details:jira read:application-role:jira read:group:jira "
        "read:servicedesk-request write:servicedesk-request manage:servicedesk-customer "
        "read:knowledgebase:jira-service-management read:ops-alert:jira-service-management "
        "write:ops-alert:jira-service-management delete:ops-alert:jira-service-management "
        "read:ops-config:jira-service-management write:ops-config:jira-service-management "
        "delete:ops-config:jira-service-management read:confluence-content.all "
        "read:confluence-content.summary write:confluence-content read:confluence-space.summary "
        "write:confluence-space write:confluence-file read:confluence-props write:confluence-props "
        "read:confluence-content.permission read:confluence-user read:confluence-groups "
        "write:confluence-groups search:confluence manage:confluence-configuration "
        "readonly:content.attachment:confluence read:page:confluence read:comment:confluence "
        "write:page:confluence read:attachment:confluence read:space:confluence "
        "read:custom-content:confluence read:hierarchical-content:confluence read:whiteboard:confluence "
        "read:database:confluence read:folder:confluence write:comment:confluence delete:page:confluence "
        "read:user:confluence read:content-details:confluence read:jira:agent-interface "
        "write:jira:agent-interface read:confluence:agent-interface write:confluence:agent-interface "
        "account repository repository:write repository:admin repository:delete pullrequest "
        "pullrequest:write issue issue:write pipeline pipeline:write pipeline:variable webhook project "
        "project:admin snippet snippet:write wiki runner runner:write READ WRITE ADMIN SYSTEM_ADMIN "
        "PUBLIC_REPOS REPO_READ REPO_WRITE REPO_ADMIN PROJECT_ADMIN ACCOUNT_WRITE";

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
        CPPUNIT_ASSERT_EQUAL(std::string("The code has 12 digits; these are 11. That did not count."),
                             entryWords(11, 0));
        CPPUNIT_ASSERT_EQUAL(std::string("Type the 12 digits. That did not count."), entryWords(0, 0));
        CPPUNIT_ASSERT_EQUAL(
            std::string("The code has 12 digits and nothing else; what stands at place 5 is no "
                        "digit. That did not count."),
            entryWords(4, 5));
    }

    void testKnowsEveryScopeThatAtlassianNames() {
        for (const ScopeWords& scope : describeScopes(namedScopes)) {
            CPPUNIT_ASSERT_MESSAGE(scope.scope, !scope.words.empty());
            CPPUNIT_ASSERT_MESSAGE(scope.scope, scope.effect != ScopeEffect::unknown);
        }
    }

    void testTellsReadingFromChanging() {
        for (const ScopeWords& scope : describeScopes(namedScopes)) {
            const std::string verb = scope.scope.substr(0, scope.scope.find(':'));
            const bool isRead = verb == "read" || verb == "readonly" || verb == "search";
            const bool isWrite = verb == "write" || verb == "manage" || verb == "delete";
            CPPUNIT_ASSERT_MESSAGE(scope.scope, !isRead || scope.effect == ScopeEffect::reads);
            CPPUNIT_ASSERT_MESSAGE(scope.scope, !isWrite || scope.effect > ScopeEffect::reads);
            const bool saysDelete = scope.words.find("elete") != std::string::npos;
            CPPUNIT_ASSERT_MESSAGE(scope.scope, !saysDelete || scope.effect >= ScopeEffect::deletes);
        }
        CPPUNIT_ASSERT(scopeEffect("offline_access") == ScopeEffect::lasts);
        CPPUNIT_ASSERT(scopeEffect("READ") == ScopeEffect::reads);
        CPPUNIT_ASSERT(scopeEffect("WRITE") == ScopeEffect::deletes);
        for (const char* scope : {"ADMIN", "SYSTEM_ADMIN", "REPO_ADMIN", "manage:jira-configuration"})
            CPPUNIT_ASSERT_MESSAGE(scope, scopeEffect(scope) == ScopeEffect::administers);
        for (const char* scope : {"", "write:new-thing", "read", "Read:me", "read:me "})
            CPPUNIT_ASSERT_MESSAGE(scope, scopeEffect(scope) == ScopeEffect::unknown);
        CPPUNIT_ASSERT_EQUAL(std::string_view("Change or delete"), effectWords(ScopeEffect::deletes));
        CPPUNIT_ASSERT(effectWords(ScopeEffect::unknown).empty());
    }

    void testSumsUpWhatAllScopesAllow() {
        const auto reach = [](const char* scopes) {
            return std::string(reachWords(describeScopes(std::string_view(scopes))));
        };
        CPPUNIT_ASSERT_EQUAL(std::string("only read, not change anything"),
                             reach("read:me read:jira-work offline_access"));
        CPPUNIT_ASSERT_EQUAL(std::string("read and change things"), reach("read:me write:page:confluence"));
        CPPUNIT_ASSERT_EQUAL(std::string("read, change and delete things"),
                             reach("write:jira-work write:page:confluence"));
        CPPUNIT_ASSERT(reach("ADMIN write:jira-work").starts_with("administer"));
        // The scope is unknown, so the page must not promise that nothing is changed.
        CPPUNIT_ASSERT(reach("read:me read:new-thing").find("perhaps change") != std::string::npos);
        CPPUNIT_ASSERT(reach("").empty());
    }

    void testShowsUnknownScopesByName() {
        const auto scopes = describeScopes(std::vector<std::string>{"read:nothing:known"});
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, scopes.size());
        CPPUNIT_ASSERT_EQUAL(std::string("read:nothing:known"), scopes[0].scope);
        CPPUNIT_ASSERT(scopes[0].words.empty());
        CPPUNIT_ASSERT(scopes[0].effect == ScopeEffect::unknown);
    }

    void testSplitsScopeStrings() {
        const auto scopes = describeScopes("  read:me  offline_access ");
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, scopes.size());
        CPPUNIT_ASSERT_EQUAL(std::string("offline_access"), scopes[1].scope);
        CPPUNIT_ASSERT(describeScopes("").empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TextsTest);
