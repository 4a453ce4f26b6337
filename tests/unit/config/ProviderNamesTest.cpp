// SPDX-License-Identifier: Apache-2.0
// Names of providers: their variables, and the names that are refused.
#include "central_oauth/config/HostSettings.h"
#include "central_oauth/config/ProviderSettings.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace central_oauth::config;

class ProviderNamesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ProviderNamesTest);
    CPPUNIT_TEST(testMakesVariables);
    CPPUNIT_TEST(testSeesWhatIsConfigured);
    CPPUNIT_TEST(testTakesNames);
    CPPUNIT_TEST(testRefusesFormsOfNames);
    CPPUNIT_TEST(testRefusesNamesThatCollideWithSettings);
    CPPUNIT_TEST(testRefusesEntries);
    CPPUNIT_TEST(testRefusesCollidingEntries);
    CPPUNIT_TEST(testRefusesRepeatedNames);
    CPPUNIT_TEST(testRefusesJoinedPlugins);
    CPPUNIT_TEST_SUITE_END();

    static std::string faultOf(const std::string& providers) {
        return faultText(load(Environment({{"CENTRAL_OAUTH_SECRET_KEY",
                                            std::string(8, 'a') +
                                                "3f0c9a71d25be846b1e7c3a9584d60f2e6b85d1907fac42c13e87b5d"},
                                           {"CENTRAL_OAUTH_PROVIDERS", providers}}))
                             .report);
    }

    static void assertFault(const std::string& expected, const std::string& providers) {
        const auto text = faultOf(providers);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(providers, "1. CENTRAL_OAUTH_PROVIDERS " + expected + ".\n", text);
    }

public:
    void testMakesVariables() {
        CPPUNIT_ASSERT_EQUAL(std::string("CENTRAL_OAUTH_ACME_JIRA2_CLIENT_ID"),
                             providerVariable("acme-jira2", "CLIENT_ID"));
    }

    void testSeesWhatIsConfigured() {
        const Environment environment(
            {{"CENTRAL_OAUTH_JIRA_CLIENT_ID", "x"}, {"CENTRAL_OAUTH_WIKI_CLIENT_ID", ""}});
        CPPUNIT_ASSERT(isProviderConfigured(environment, "jira"));
        CPPUNIT_ASSERT(!isProviderConfigured(environment, "wiki"));
        CPPUNIT_ASSERT(!isProviderConfigured(environment, "jir"));
    }

    void testTakesNames() {
        for (const auto& name : {std::string("jira"), std::string("a"), std::string("acme-jira"),
                                 std::string("dbx"), std::string("bind"), std::string(32, 'a')})
            CPPUNIT_ASSERT_MESSAGE(name, !providerNameProblem(name));
        CPPUNIT_ASSERT_EQUAL(std::string(), faultOf("jira,acme-jira = jira,jira-2=jira"));
    }

    void testRefusesFormsOfNames() {
        for (const auto& name :
             {std::string(), std::string("Jira"), std::string("2jira"), std::string("-a"), std::string("a_b"),
              std::string("a.b"), std::string("../a"), std::string(33, 'a')})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(
                name,
                std::string(
                    "is not valid: a name is a lower-case letter and up to 31 letters, digits or hyphens"),
                providerNameProblem(name).value_or("accepted"));
    }

    void testRefusesNamesThatCollideWithSettings() {
        for (const auto* name :
             {"db",      "admin",    "link",    "tls",   "secret",    "secret-key", "key",    "key-ring",
              "log",     "public",   "trusted", "proxy", "plugin",    "lock",       "max",    "operator",
              "support", "upstream", "metrics", "grant", "grant-max", "audit",      "client", "test"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name,
                                         "collides with the settings of the service that begin with " +
                                             providerVariable(name, ""),
                                         providerNameProblem(name).value_or("accepted"));
    }

    void testRefusesEntries() {
        const std::string rule = "that is neither a name nor name=plugin.\n   Fix: a name is a lower-case "
                                 "letter and up to 31 letters, "
                                 "digits or hyphens";
        for (const auto* odd :
             {"jira,", "jira,,x", "jira,a=", "jira,=a", "jira,a=b=c", "jira,a=../b", "jira,a b"})
            assertFault("has an entry 2 " + rule, odd);
    }

    void testRefusesCollidingEntries() {
        assertFault("has a provider name db that collides with the settings of the service that begin with "
                    "CENTRAL_OAUTH_DB_.\n   Fix: choose another name, as in my-db=jira",
                    "db=jira");
    }

    void testRefusesRepeatedNames() {
        assertFault("names the provider jira twice.\n   Fix: give each provider a name of its own",
                    "jira,wiki,jira=other");
    }

    void testRefusesJoinedPlugins() {
        assertFault("has an entry 1 that joins plugins, which is not in this release yet.\n   Fix: list each "
                    "plugin as a provider of its own",
                    "atlassian=jira+confluence");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProviderNamesTest);
