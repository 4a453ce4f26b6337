// SPDX-License-Identifier: Apache-2.0
// The daemon's command line: what it accepts, and that it refuses everything else.
#include "central_oauth/app/CommandTable.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <sstream>

using namespace central_oauth::app;
using central_oauth::domain::clientScopes;

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
    CPPUNIT_TEST(testClientAddOptionsStandOnce);
    CPPUNIT_TEST(testClientList);
    CPPUNIT_TEST(testClientRemove);
    CPPUNIT_TEST(testClientNeedsAVerb);
    CPPUNIT_TEST(testKeyAdd);
    CPPUNIT_TEST(testKeyAddNeedsClientAndName);
    CPPUNIT_TEST(testKeyLivesForDaysOrHours);
    CPPUNIT_TEST(testKeyList);
    CPPUNIT_TEST(testKeyRemove);
    CPPUNIT_TEST(testKeyNeedsAVerb);
    CPPUNIT_TEST(testKeysAdd);
    CPPUNIT_TEST(testEveryCommandOfTheTableIsUnderstood);
    CPPUNIT_TEST(testUsageFitsATerminal);
    CPPUNIT_TEST(testUsageNamesEveryCommand);
    CPPUNIT_TEST_SUITE_END();

    using Words = std::vector<std::string>;

public:
    void testServesWithoutArguments() { expectAction(Action::serve, {}); }

    void testPlainOptions() {
        expectAction(Action::help, {"--help"});
        expectAction(Action::help, {"-h"});
        CPPUNIT_ASSERT(parseCommandLine({"client", "-h"}).helpWords == (Words{"client"}));
        CPPUNIT_ASSERT(parseCommandLine({"client", "add", "ci", "--help"}).helpWords ==
                       (Words{"client", "add"}));
        CPPUNIT_ASSERT_EQUAL(std::string("-h"),
                             parseCommandLine({"client", "add", "ci", "--contact", "-h"}).newClient.contact);
        expectAction(Action::helpConfig, {"--help-config"});
        CPPUNIT_ASSERT(!parseCommandLine({"--help-config"}).markdown);
        CPPUNIT_ASSERT(parseCommandLine({"--help-config", "--markdown"}).markdown);
        expectAction(Action::checkConfig, {"--check-config"});
        expectAction(Action::checkPlugin, {"--check-plugin", "x.so"});
        expectAction(Action::version, {"--version"});
    }

    void testPlainOptionsStandAlone() {
        for (const std::string option : {"--help", "--check-config", "--version"})
            expectRefused({option, "--markdown"}, option + " takes no arguments");
        expectRefused({"--help-config", "--frob"}, "--help-config has no option --frob.");
        expectRefused({"--help-config", "x"}, "--help-config takes no arguments.");
        expectRefused({"--check-plugin"}, "--check-plugin takes one FILE.");
        expectRefused({"--check-plugin", "a", "b"}, "--check-plugin takes one FILE.");
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
        CPPUNIT_ASSERT_EQUAL(std::string(), command.newClient.contact);
        CPPUNIT_ASSERT(!command.newClient.requireSubject && !command.newClient.requireOnBehalfOf);
    }

    void testClientAddWithEverything() {
        for (const Words& words :
             {Words{"client", "add", "ci", "--scopes", "token,accounts", "--links-per-minute", "7",
                    "--live-links", "9", "--contact", "it@example.com", "--require-subject", "--max-accounts",
                    "3", "--writes-per-minute", "4", "--checks-per-minute", "5"},
              Words{"client", "add", "--checks-per-minute", "5", "--writes-per-minute", "4", "--max-accounts",
                    "3", "--live-links", "9", "--require-subject", "--links-per-minute", "7", "--contact",
                    "it@example.com", "--scopes", "token,accounts", "ci"}}) {
            const auto command = parseCommandLine(words);
            CPPUNIT_ASSERT_EQUAL(std::string("ci"), command.newClient.name);
            CPPUNIT_ASSERT(command.newClient.scopes == (Words{"token", "accounts"}));
            CPPUNIT_ASSERT_EQUAL(7, command.newClient.linksPerMinute);
            CPPUNIT_ASSERT_EQUAL(9, command.newClient.liveLinks);
            CPPUNIT_ASSERT_EQUAL(3, command.newClient.maxAccounts);
            CPPUNIT_ASSERT_EQUAL(4, command.newClient.writesPerMinute);
            CPPUNIT_ASSERT_EQUAL(5, command.newClient.checksPerMinute);
            CPPUNIT_ASSERT_EQUAL(std::string("it@example.com"), command.newClient.contact);
            CPPUNIT_ASSERT(command.newClient.requireSubject);
            CPPUNIT_ASSERT(command.newClient.requireOnBehalfOf);
        }
        const auto without =
            parseCommandLine({"client", "add", "ci", "--no-on-behalf-of", "--require-subject"});
        CPPUNIT_ASSERT(without.newClient.requireSubject && !without.newClient.requireOnBehalfOf);
        // The service refuses an empty list.
        CPPUNIT_ASSERT(parseCommandLine({"client", "add", "ci", "--scopes", ""}).newClient.scopes.empty());
        CPPUNIT_ASSERT(
            parseCommandLine({"client", "add", "ci", "--scopes", "link,,token"}).newClient.scopes ==
            (Words{"link", "", "token"}));
    }

    void testClientAddTakesOneName() {
        expectRefused({"client", "add"}, "client add takes one NAME");
        expectRefused({"client", "add", "--scopes", "link"}, "client add takes one NAME");
        expectRefused({"client", "add", "Jira", "MCP"}, "put quotes around a name with spaces");
    }

    void testClientAddOptionsNeedAValue() {
        for (const std::string option : {"--scopes", "--contact", "--links-per-minute", "--live-links",
                                         "--max-accounts", "--writes-per-minute", "--checks-per-minute"})
            expectRefused({"client", "add", "ci", option}, option + " needs a value.");
    }

    void testClientAddNumbersAreWhole() {
        for (const std::string option : {"--links-per-minute", "--live-links", "--max-accounts",
                                         "--writes-per-minute", "--checks-per-minute"})
            for (const std::string number :
                 {"", "many", "1.5", "1e3", "7 ", " 7", "+7", "0x7", "99999999999"})
                expectRefused({"client", "add", "ci", option, number}, option + " takes a whole number.");
    }

    void testClientAddKnowsNoOtherOption() {
        for (const std::string option : {"--scope", "--frob", "--live-links=9", "--"})
            expectRefused({"client", "add", "ci", option}, "client add has no option " + option);
    }

    void testClientAddOptionsStandOnce() {
        expectRefused({"client", "add", "ci", "--scopes", "link", "--scopes", "token"},
                      "--scopes is there twice.");
        expectRefused(
            {"client", "add", "ci", "--no-on-behalf-of"},
            "--no-on-behalf-of goes with --require-subject; other clients may leave on_behalf_of out "
            "anyway.");
        expectRefused({"client", "add", "ci", "--require-subject", "--require-subject"},
                      "--require-subject is there twice.");
    }

    void testClientList() {
        expectAction(Action::clientList, {"client", "list"});
        expectRefused({"client", "list", "all"}, "client list takes no arguments.");
    }

    void testClientRemove() {
        const auto command = parseCommandLine({"client", "remove", "Jira MCP"});
        CPPUNIT_ASSERT(command.action == Action::clientRemove);
        CPPUNIT_ASSERT_EQUAL(std::string("Jira MCP"), command.clientName);
        CPPUNIT_ASSERT(!command.yes);
        CPPUNIT_ASSERT(parseCommandLine({"client", "remove", "--yes", "ci"}).yes);
        expectRefused({"client", "remove"}, "client remove takes one NAME");
        expectRefused({"client", "remove", "a", "b"}, "client remove takes one NAME");
        expectRefused({"client", "remove", "a", "--force"}, "client remove has no option --force.");
    }

    void testClientNeedsAVerb() {
        for (const Words& words : {Words{"client"}, Words{"client", ""}, Words{"client", "Add", "ci"},
                                   Words{"client", "--frob"}, Words{"client", "rotate", "ci"}})
            expectRefused(words,
                          "client is followed by add NAME, list, remove NAME, key add CLIENT --name KEY, "
                          "key list CLIENT, or key remove CLIENT KEY_ID.");
    }

    void testKeyAdd() {
        auto command = parseCommandLine({"client", "key", "add", "Jira MCP", "--name", "laptop"});
        CPPUNIT_ASSERT(command.action == Action::clientKeyAdd);
        CPPUNIT_ASSERT_EQUAL(std::string("Jira MCP"), command.clientName);
        CPPUNIT_ASSERT_EQUAL(std::string("laptop"), command.newKey.name);
        CPPUNIT_ASSERT(!command.newKey.scopes);
        CPPUNIT_ASSERT(!command.newKey.life);
        command = parseCommandLine({"client", "key", "add", "--expires", "90d", "--scopes", "token,accounts",
                                    "--name", "laptop", "ci"});
        CPPUNIT_ASSERT_EQUAL(std::string("ci"), command.clientName);
        CPPUNIT_ASSERT(command.newKey.scopes == (Words{"token", "accounts"}));
        CPPUNIT_ASSERT(command.newKey.life == std::chrono::hours(90 * 24));
    }

    void testKeyAddNeedsClientAndName() {
        expectRefused({"client", "key", "add", "--name", "laptop"}, "client key add takes one CLIENT");
        expectRefused({"client", "key", "add", "a", "b", "--name", "laptop"},
                      "client key add takes one CLIENT");
        expectRefused({"client", "key", "add", "ci"}, "client key add needs --name KEY.");
        expectRefused({"client", "key", "add", "ci", "--name"}, "--name needs a value.");
        expectRefused({"client", "key", "add", "ci", "--contact", "x"}, "has no option --contact");
    }

    void testKeyLivesForDaysOrHours() {
        const auto lifeOf = [](const std::string& text) {
            return parseCommandLine({"client", "key", "add", "ci", "--name", "k", "--expires", text})
                .newKey.life;
        };
        CPPUNIT_ASSERT(lifeOf("1d") == std::chrono::hours(24));
        CPPUNIT_ASSERT(lifeOf("12h") == std::chrono::hours(12));
        CPPUNIT_ASSERT(lifeOf("0h") == std::chrono::hours(0)); // the service refuses it
        for (const std::string wrong : {"", "d", "90", "90m", "1.5d", "-1d", "+1d", "1d ", " 1d", "1d1h",
                                        "90D", "99999999999d", "1000001d"})
            expectRefused({"client", "key", "add", "ci", "--name", "k", "--expires", wrong},
                          "--expires takes a number of days or hours, such as 90d or 12h.");
    }

    void testKeyList() {
        const auto command = parseCommandLine({"client", "key", "list", "Jira MCP"});
        CPPUNIT_ASSERT(command.action == Action::clientKeyList);
        CPPUNIT_ASSERT_EQUAL(std::string("Jira MCP"), command.clientName);
        expectRefused({"client", "key", "list"}, "client key list takes one CLIENT");
        expectRefused({"client", "key", "list", "a", "b"}, "client key list takes one CLIENT");
    }

    void testKeyRemove() {
        const auto command = parseCommandLine({"client", "key", "remove", "ci", "_f-abcdefghi"});
        CPPUNIT_ASSERT(command.action == Action::clientKeyRemove);
        CPPUNIT_ASSERT_EQUAL(std::string("ci"), command.clientName);
        CPPUNIT_ASSERT_EQUAL(std::string("_f-abcdefghi"), command.keyId);
        CPPUNIT_ASSERT(!command.keepIssued);
        // An id may begin as an option does.
        const auto kept =
            parseCommandLine({"client", "key", "remove", "ci", "--Abcdefghij", "--keep-issued"});
        CPPUNIT_ASSERT_EQUAL(std::string("--Abcdefghij"), kept.keyId);
        CPPUNIT_ASSERT(kept.keepIssued);
        expectRefused({"client", "key", "remove", "ci"}, "client key remove takes one CLIENT and one KEY_ID");
        expectRefused({"client", "key", "remove", "ci", "a", "b"},
                      "client key remove takes one CLIENT and one KEY_ID");
    }

    void testKeyNeedsAVerb() {
        for (const Words& words : {Words{"client", "key"}, Words{"client", "key", "rotate", "ci"},
                                   Words{"client", "key", "--frob"}})
            expectRefused(words, "client key is followed by add CLIENT --name KEY, list CLIENT, or remove "
                                 "CLIENT KEY_ID.");
    }

    void testKeysAdd() {
        expectAction(Action::keysAdd, {"keys", "add"});
        expectRefused({"keys"}, "keys is followed by add.");
        expectRefused({"keys", "remove"}, "keys is followed by add.");
        expectRefused({"keys", "add", "x"}, "keys add takes no arguments.");
    }

    void testEveryCommandOfTheTableIsUnderstood() {
        for (const auto& form : describeCommands()) {
            Words words = form.words;
            words.insert(words.end(), form.operands.begin(), form.operands.end());
            for (const auto& option : form.options)
                if (option.required)
                    words.insert(words.end(), {option.name, option.value});
            expectAction(form.action, words);
            CPPUNIT_ASSERT_MESSAGE(nameOf(form), usageText().find(nameOf(form)) != std::string::npos);
            CPPUNIT_ASSERT_MESSAGE(nameOf(form), usageText().find(form.effect) != std::string::npos);
        }
    }

    void testUsageFitsATerminal() {
        std::istringstream lines(usageText());
        for (std::string line; std::getline(lines, line);)
            CPPUNIT_ASSERT_MESSAGE(line, line.size() <= 100);
    }

    void testUsageNamesEveryCommand() {
        for (const std::string word : {"--check-config",
                                       "--help-config",
                                       "--version",
                                       "client add NAME",
                                       "--scopes",
                                       "--links-per-minute",
                                       "--live-links",
                                       "--max-accounts",
                                       "--writes-per-minute",
                                       "--checks-per-minute",
                                       "client list",
                                       "client remove NAME",
                                       "--contact",
                                       "--require-subject",
                                       "client key add CLIENT --name KEY",
                                       "--expires",
                                       "--yes",
                                       "--keep-issued",
                                       "keys add",
                                       "client key list CLIENT",
                                       "client key remove CLIENT KEY_ID"})
            CPPUNIT_ASSERT_MESSAGE(word, usageText().find(word) != std::string::npos);
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
