// SPDX-License-Identifier: Apache-2.0
// The daemon's command line: what is understood, and that nothing else is.
#include "central_oauth/app/CommandLine.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::app;
using central_oauth::services::clientScopes;

class CommandLineTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CommandLineTest);
    CPPUNIT_TEST(testServesWithoutArguments);
    CPPUNIT_TEST(testPlainOptions);
    CPPUNIT_TEST(testPlainOptionsStandAlone);
    CPPUNIT_TEST(testBeginningsOfOptionsAreUnknown);
    CPPUNIT_TEST(testOptionsOfOtherDaemonsAreExplained);
    CPPUNIT_TEST(testUnknownWordsAreNamed);
    CPPUNIT_TEST(testClientAddWithDefaults);
    CPPUNIT_TEST(testClientAddWithEverything);
    CPPUNIT_TEST(testClientAddTakesOneName);
    CPPUNIT_TEST(testClientAddOptionsNeedAValue);
    CPPUNIT_TEST(testClientAddNumbersAreWhole);
    CPPUNIT_TEST(testClientAddKnowsNoOtherOption);
    CPPUNIT_TEST(testClientList);
    CPPUNIT_TEST(testClientRemove);
    CPPUNIT_TEST(testClientNeedsAVerb);
    CPPUNIT_TEST(testUsageNamesEveryCommand);
    CPPUNIT_TEST_SUITE_END();

    using Words = std::vector<std::string>;

public:
    void testServesWithoutArguments() { expectAction(Action::serve, {}); }

    void testPlainOptions() {
        expectAction(Action::help, {"--help"});
        expectAction(Action::help, {"-h"});
        expectAction(Action::helpConfig, {"--help-config"});
        expectAction(Action::checkConfig, {"--check-config"});
        expectAction(Action::checkPlugin, {"--check-plugin", "x.so"});
        expectAction(Action::version, {"--version"});
    }

    void testPlainOptionsStandAlone() {
        for (const std::string option : {"--help", "--help-config", "--check-config", "--version"})
            expectRefused({option, "--help"}, option + " takes no arguments");
    }

    void testBeginningsOfOptionsAreUnknown() {
        for (const std::string option :
             {"--hel", "--ver", "--check", "--help-", "--Help", "-v", "--", "-", ""})
            expectRefused({option}, "there is no option or command");
        expectRefused({"--version=1"}, "there is no option or command --version=1");
    }

    void testOptionsOfOtherDaemonsAreExplained() {
        for (const std::string option : {"--daemon", "--umask", "--pidfile"})
            expectRefused({option}, option + " is not offered: run under systemd");
    }

    void testUnknownWordsAreNamed() {
        expectRefused({"serve"}, "there is no option or command serve.");
        expectRefused({"clients"}, "there is no option or command clients.");
    }

    void testClientAddWithDefaults() {
        const auto command = parseCommandLine({"client", "add", "Jira MCP"});
        CPPUNIT_ASSERT(command.action == Action::clientAdd);
        CPPUNIT_ASSERT_EQUAL(std::string("Jira MCP"), command.newClient.name);
        CPPUNIT_ASSERT(command.newClient.scopes == clientScopes());
        CPPUNIT_ASSERT_EQUAL(60, command.newClient.linksPerMinute);
        CPPUNIT_ASSERT_EQUAL(500, command.newClient.liveLinks);
    }

    void testClientAddWithEverything() {
        for (const Words& words : {Words{"client", "add", "ci", "--scopes", "token,accounts",
                                         "--links-per-minute", "7", "--live-links", "9"},
                                   Words{"client", "add", "--live-links", "9", "--links-per-minute", "7",
                                         "--scopes", "token,accounts", "ci"}}) {
            const auto command = parseCommandLine(words);
            CPPUNIT_ASSERT_EQUAL(std::string("ci"), command.newClient.name);
            CPPUNIT_ASSERT(command.newClient.scopes == (Words{"token", "accounts"}));
            CPPUNIT_ASSERT_EQUAL(7, command.newClient.linksPerMinute);
            CPPUNIT_ASSERT_EQUAL(9, command.newClient.liveLinks);
        }
        // An empty list is for the service to refuse.
        CPPUNIT_ASSERT(parseCommandLine({"client", "add", "ci", "--scopes", ""}).newClient.scopes.empty());
        CPPUNIT_ASSERT(
            parseCommandLine({"client", "add", "ci", "--scopes", "link,,token"}).newClient.scopes ==
            (Words{"link", "", "token"}));
    }

    void testClientAddTakesOneName() {
        expectRefused({"client", "add"}, "client add needs a NAME.");
        expectRefused({"client", "add", "--scopes", "link"}, "client add needs a NAME.");
        expectRefused({"client", "add", "Jira", "MCP"}, "put quotes around a name with spaces");
    }

    void testClientAddOptionsNeedAValue() {
        for (const std::string option : {"--scopes", "--links-per-minute", "--live-links"})
            expectRefused({"client", "add", "ci", option}, option + " needs a value.");
    }

    void testClientAddNumbersAreWhole() {
        for (const std::string option : {"--links-per-minute", "--live-links"})
            for (const std::string number :
                 {"", "many", "1.5", "1e3", "7 ", " 7", "+7", "0x7", "99999999999"})
                expectRefused({"client", "add", "ci", option, number}, option + " takes a whole number.");
    }

    void testClientAddKnowsNoOtherOption() {
        for (const std::string option : {"--scope", "--help", "--live-links=9", "--"})
            expectRefused({"client", "add", "ci", option}, "client add has no option " + option);
    }

    void testClientList() {
        expectAction(Action::clientList, {"client", "list"});
        expectRefused({"client", "list", "all"}, "client is followed by");
    }

    void testClientRemove() {
        const auto command = parseCommandLine({"client", "remove", "Jira MCP"});
        CPPUNIT_ASSERT(command.action == Action::clientRemove);
        CPPUNIT_ASSERT_EQUAL(std::string("Jira MCP"), command.clientName);
        expectRefused({"client", "remove"}, "client is followed by");
        expectRefused({"client", "remove", "a", "b"}, "client is followed by");
    }

    void testClientNeedsAVerb() {
        for (const Words& words : {Words{"client"}, Words{"client", ""}, Words{"client", "Add", "ci"},
                                   Words{"client", "--help"}, Words{"client", "rotate", "ci"}})
            expectRefused(words, "client is followed by add NAME, list, or remove NAME.");
    }

    void testUsageNamesEveryCommand() {
        for (const std::string word :
             {"--check-config", "--help-config", "--version", "client add NAME", "--scopes",
              "--links-per-minute", "--live-links", "client list", "client remove NAME"})
            CPPUNIT_ASSERT_MESSAGE(word, usageText().find(word) != std::string_view::npos);
    }

private:
    static void expectAction(Action action, const Words& words) {
        CPPUNIT_ASSERT_EQUAL(static_cast<int>(action), static_cast<int>(parseCommandLine(words).action));
    }

    static void expectRefused(const Words& words, const std::string& text) {
        try {
            (void)parseCommandLine(words);
        } catch (const UsageError& error) {
            CPPUNIT_ASSERT_MESSAGE(error.what(), std::string(error.what()).find(text) != std::string::npos);
            return;
        }
        CPPUNIT_FAIL("understood: " + words.back());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CommandLineTest);
