// SPDX-License-Identifier: Apache-2.0
// Mistyped variables are reported, and no others.
#include "central_oauth/config/ProviderSettings.h"
#include "central_oauth/config/SettingsTable.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <map>
#include <string>

using namespace central_oauth::config;

class UnknownNamesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(UnknownNamesTest);
    CPPUNIT_TEST(testKnowsTheHostsNames);
    CPPUNIT_TEST(testKnowsTheClientsNames);
    CPPUNIT_TEST(testKnowsProvidersNames);
    CPPUNIT_TEST(testKnowsTestNamesOnlyWhenTold);
    CPPUNIT_TEST(testSuggestsTheNearestName);
    CPPUNIT_TEST(testSuggestsNothingFarAway);
    CPPUNIT_TEST(testIgnoresOtherVariables);
    CPPUNIT_TEST(testShowsHostileNamesHarmlessly);
    CPPUNIT_TEST(testErasesWhateverMayBeASecret);
    CPPUNIT_TEST_SUITE_END();

    static std::string warningsOf(const std::vector<std::string>& names,
                                  const std::vector<std::string>& known = {},
                                  TestNames testNames = TestNames::unknown) {
        std::map<std::string, std::string> values;
        for (const auto& name : names)
            values[name] = "canary";
        std::string text;
        for (const auto& warning : unknownNames(Environment(values), known, testNames))
            text += warning.setting + ' ' + warning.text + '\n';
        return text;
    }

public:
    void testKnowsTheHostsNames() {
        std::vector<std::string> names;
        for (const auto& spec : settingsTable()) {
            names.emplace_back(spec.name);
            if (spec.secret)
                names.push_back(std::string(spec.name) + "_FILE");
        }
        for (const auto& later : laterSettings())
            names.emplace_back(later.name);
        CPPUNIT_ASSERT_EQUAL(std::string(), warningsOf(names));
    }

    void testKnowsTheClientsNames() {
        CPPUNIT_ASSERT_EQUAL(std::string(), warningsOf({"CENTRAL_OAUTH_URL", "CENTRAL_OAUTH_CLIENT_KEY"}));
    }

    void testKnowsProvidersNames() {
        CPPUNIT_ASSERT_EQUAL(std::string(),
                             warningsOf({"CENTRAL_OAUTH_JIRA_CLIENT_ID"}, {"CENTRAL_OAUTH_JIRA_CLIENT_ID"}));
        CPPUNIT_ASSERT_EQUAL(
            std::string("CENTRAL_OAUTH_JIRA_CLIENTID is not a setting and has no effect; did you mean "
                        "CENTRAL_OAUTH_JIRA_CLIENT_ID?\n"),
            warningsOf({"CENTRAL_OAUTH_JIRA_CLIENTID"}, {"CENTRAL_OAUTH_JIRA_CLIENT_ID"}));
    }

    void testKnowsTestNamesOnlyWhenTold() {
        CPPUNIT_ASSERT_EQUAL(std::string(), warningsOf({"CENTRAL_OAUTH_TEST_CLOCK"}, {}, TestNames::known));
        CPPUNIT_ASSERT_EQUAL(std::string("CENTRAL_OAUTH_TEST_CLOCK is not a setting and has no effect\n"),
                             warningsOf({"CENTRAL_OAUTH_TEST_CLOCK"}));
    }

    void testSuggestsTheNearestName() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("CENTRAL_OAUTH_DBPATH is not a setting and has no effect; did you mean "
                        "CENTRAL_OAUTH_DB_PATH?\n"
                        "CENTRAL_OAUTH_LOGLEVEL is not a setting and has no effect; did you mean "
                        "CENTRAL_OAUTH_LOG_LEVEL?\n"
                        "CENTRAL_OAUTH_SECRET_KEY_FIL is not a setting and has no effect; did you mean "
                        "CENTRAL_OAUTH_SECRET_KEY_FILE?\n"),
            warningsOf({"CENTRAL_OAUTH_LOGLEVEL", "CENTRAL_OAUTH_DBPATH", "CENTRAL_OAUTH_SECRET_KEY_FIL"}));
    }

    void testSuggestsNothingFarAway() {
        CPPUNIT_ASSERT_EQUAL(std::string("CENTRAL_OAUTH_BIXXXX is not a setting and has no effect\n"),
                             warningsOf({"CENTRAL_OAUTH_BIXXXX"}));
        CPPUNIT_ASSERT_EQUAL(
            std::string("CENTRAL_OAUTH_BIXXX is not a setting and has no effect; did you mean "
                        "CENTRAL_OAUTH_BIND?\n"),
            warningsOf({"CENTRAL_OAUTH_BIXXX"}));
    }

    void testShowsHostileNamesHarmlessly() {
        CPPUNIT_ASSERT_EQUAL(std::string("CENTRAL_OAUTH_???x?y is not a setting and has no effect\n"),
                             warningsOf({"CENTRAL_OAUTH_\x1b\n\x7Fx\xFFy"}));
        const auto message = warningsOf({"CENTRAL_OAUTH_" + std::string(100000, 'A')});
        CPPUNIT_ASSERT(message.size() < 200);
        CPPUNIT_ASSERT(message.find("AAA... is not a setting") != std::string::npos);
    }

    void testErasesWhateverMayBeASecret() {
        std::map<std::string, std::string> values;
        for (const auto* name :
             {"CENTRAL_OAUTH_SECRET_KEY", "CENTRAL_OAUTH_SECRET_KEY_FILE", "CENTRAL_OAUTH_SECRET_KYE",
              "CENTRAL_OAUTH_ADMIN_KEY", "CENTRAL_OAUTH_CLIENT_KEY", "CENTRAL_OAUTH_DB_PATH",
              "CENTRAL_OAUTH_JIRA_CLIENT_ID", "CENTRAL_OAUTH_JIRA_CLIENT_SECRET",
              "CENTRAL_OAUTH_CONFLUENCE_CLIENT_SECRET", "CENTRAL_OAUTH_TEST_CLOCK", "HTTPS_PROXY",
              "https_proxy", "PATH"})
            values[name] = "x";
        std::string erased;
        for (const auto& name : variablesToErase(Environment(values), {"CENTRAL_OAUTH_JIRA_CLIENT_ID"}))
            erased += name + '\n';
        CPPUNIT_ASSERT_EQUAL(std::string("HTTPS_PROXY\n"
                                         "https_proxy\n"
                                         "CENTRAL_OAUTH_ADMIN_KEY\n"
                                         "CENTRAL_OAUTH_CLIENT_KEY\n"
                                         "CENTRAL_OAUTH_CONFLUENCE_CLIENT_SECRET\n"
                                         "CENTRAL_OAUTH_JIRA_CLIENT_SECRET\n"
                                         "CENTRAL_OAUTH_SECRET_KEY\n"
                                         "CENTRAL_OAUTH_SECRET_KYE\n"),
                             erased);
    }

    void testIgnoresOtherVariables() {
        CPPUNIT_ASSERT_EQUAL(std::string(), warningsOf({"PATH", "CENTRAL_OAUTHX", "central_oauth_db"}));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(UnknownNamesTest);
