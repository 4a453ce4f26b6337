// SPDX-License-Identifier: Apache-2.0
// Valid command lines, and those that are refused before anything is sent.
#include "central_oauth/cli/CommandLine.h"

#include "ScriptedServer.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::cli;
using namespace central_oauth::cli::test;

class CommandLineTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CommandLineTest);
    CPPUNIT_TEST(testReadsOptionsInAnyPlace);
    CPPUNIT_TEST(testTakesAnyNameOfAnAccount);
    CPPUNIT_TEST(testTakesWhatGitAppends);
    CPPUNIT_TEST(testReadsFlags);
    CPPUNIT_TEST(testTwoDashesEndTheOptions);
    CPPUNIT_TEST(testRefusesWrongUsage);
    CPPUNIT_TEST(testRefusesCredentials);
    CPPUNIT_TEST(testHelps);
    CPPUNIT_TEST(testNeedsNoKeyForHelp);
    CPPUNIT_TEST_SUITE_END();

public:
    void testReadsOptionsInAnyPlace() {
        const Invocation login = parseCommandLine(
            {"login", "--site", "https://a.example/x?y=z:1", "jira", "--label=a=b:c", "--qr"});
        CPPUNIT_ASSERT(login.command == Command::login);
        CPPUNIT_ASSERT_EQUAL(std::string("jira"), login.operand);
        CPPUNIT_ASSERT_EQUAL(std::string("https://a.example/x?y=z:1"), login.site);
        CPPUNIT_ASSERT_EQUAL(std::string("a=b:c"), login.label);
        CPPUNIT_ASSERT(login.qr == std::optional(true));
        CPPUNIT_ASSERT(parseCommandLine({"login", "jira", "--no-qr"}).qr == std::optional(false));
        CPPUNIT_ASSERT(!parseCommandLine({"login", "jira"}).qr);
        CPPUNIT_ASSERT(parseCommandLine({"token", "--min-ttl=60"}).minTtl == std::chrono::seconds(60));
        CPPUNIT_ASSERT_EQUAL(std::string("/a/b.pem"),
                             parseCommandLine({"accounts", "--ca", "/a/b.pem"}).caFile);
        CPPUNIT_ASSERT_EQUAL(std::string("--odd"),
                             parseCommandLine({"login", "jira", "--label", "--odd"}).label);
    }

    void testTakesAnyNameOfAnAccount() {
        for (const char* name :
             {"ada@example.com", "https://acme.example/a?b=c", "Ada Lovelace", "caf\u00e9", "a/b"})
            for (const char* command : {"token", "explain", "revoke"})
                CPPUNIT_ASSERT_EQUAL(std::string(name), parseCommandLine({command, name}).operand);
        CPPUNIT_ASSERT_EQUAL(std::string("-x"), parseCommandLine({"token", "--account", "-x"}).operand);
    }

    void testTakesWhatGitAppends() {
        const auto parsed = [](std::vector<std::string> words) {
            words.insert(words.begin(), {"token", "--format", "git"});
            const Invocation invocation = parseCommandLine(words);
            return invocation.operand + "|" + invocation.gitAction + "|" + invocation.gitHost;
        };
        CPPUNIT_ASSERT_EQUAL(std::string("||bitbucket.org"), parsed({}));
        CPPUNIT_ASSERT_EQUAL(std::string("|get|bitbucket.org"), parsed({"get"}));
        CPPUNIT_ASSERT_EQUAL(std::string("ada|store|bitbucket.org"), parsed({"ada", "store"}));
        CPPUNIT_ASSERT_EQUAL(std::string("ada|erase|git.example:8443"),
                             parsed({"--account", "ada", "--git-host=GIT.example:8443", "erase"}));
        CPPUNIT_ASSERT_EQUAL(std::string("ada|capability|bitbucket.org"),
                             parsed({"--account", "ada", "capability"}));
        CPPUNIT_ASSERT_EQUAL(std::string("ada||bitbucket.org"), parsed({"ada"}));
    }

    void testReadsFlags() {
        const Invocation login =
            parseCommandLine({"login", "jira", "--json", "--no-input", "--no-browser", "--cancel"});
        CPPUNIT_ASSERT(login.json && login.noInput && login.cancel && !login.yes);
        CPPUNIT_ASSERT(login.browser == std::optional(false));
        CPPUNIT_ASSERT(parseCommandLine({"login", "jira", "--browser"}).browser == std::optional(true));
        CPPUNIT_ASSERT(!parseCommandLine({"login", "jira"}).browser);
        CPPUNIT_ASSERT(parseCommandLine({"login", "--cancel"}).operand.empty());
        CPPUNIT_ASSERT(parseCommandLine({"revoke", "a", "--yes"}).yes);
        CPPUNIT_ASSERT(parseCommandLine({"token", "--format=mcp-headers"}).format == TokenFormat::mcpHeaders);
        CPPUNIT_ASSERT(parseCommandLine({"token", "--format", "env"}).format == TokenFormat::env);
        CPPUNIT_ASSERT(parseCommandLine({"token"}).format == TokenFormat::raw);
        const Invocation config = parseCommandLine({"config", "set", "url", "https://a.example"});
        CPPUNIT_ASSERT_EQUAL(std::string("set"), config.operand);
        CPPUNIT_ASSERT((std::vector<std::string>{"url", "https://a.example"}) == config.more);
        CPPUNIT_ASSERT(parseCommandLine({"completion", "bash"}).command == Command::completion);
        CPPUNIT_ASSERT(parseCommandLine({"login", "-h"}).command == Command::help);
    }

    void testTwoDashesEndTheOptions() {
        const Invocation token = parseCommandLine({"token", "--", "--acc"});
        CPPUNIT_ASSERT_EQUAL(std::string("--acc"), token.operand);
        CPPUNIT_ASSERT_EQUAL(std::string("--"), parseCommandLine({"login", "jira", "--label", "--"}).label);
    }

    void testRefusesWrongUsage() {
        const std::vector<std::vector<std::string>> wrong{
            {},
            {"frobnicate"},
            {"help", "frobnicate"},
            {"help", "login", "token"},
            {"login"},
            {"login", ""},
            {"login", "jira", "confluence"},
            {"login", "jira", "--frob"},
            {"login", "jira", "--sub", "bob"},
            {"login", "jira", "--SUBJECT", "bob"},
            {"login", "jira", "--subject:bob"},
            {"login", "jira", "--subject"},
            {"login", "jira", "--subject="},
            {"login", "jira", "--subject", ""},
            {"login", "jira", "--qr=yes"},
            {"login", "jira", "--qr", "--qr"},
            {"login", "jira", "-q"},
            {"login", "../jira"},
            {"token", "a\nb"},
            {"token", std::string(600, 'a')},
            {"token", "a", "--account", "b"},
            {"token", "a", "b"},
            {"token", "--format", "yaml"},
            {"token", "--format", "git", "a", "get", "x"},
            {"token", "--git-host", "a/b"},
            {"explain"},
            {"explain", "a", "--yes"},
            {"completion"},
            {"completion", "fish"},
            {"completion", "bash", "--ca", "x"},
            {"config", "frobnicate"},
            {"config", "--json"},
            {"login", "--json"},
            {"token", ""},
            {"token", "acc_1", "--min-ttl", "-1"},
            {"token", "acc_1", "--min-ttl", "5m"},
            {"token", "acc_1", "--min-ttl", "99999999"},
            {"token", "acc_1", "--min-ttl", "1", "--min-ttl", "2"},
            {"accounts", "acc_1"},
            {"accounts", "--label", "x"},
            {"revoke"},
            {"revoke", "acc_1\x1b[31m"}};
        for (const auto& arguments : wrong) {
            ProgramRun program;
            const std::string shown = arguments.empty() ? "nothing" : arguments.back();
            CPPUNIT_ASSERT_EQUAL_MESSAGE(shown, 64, program.run(arguments));
            CPPUNIT_ASSERT(program.says("next: see: central-oauth "));
            CPPUNIT_ASSERT_EQUAL(std::string(isForEval(arguments) ? failureForEval : ""), program.output);
            CPPUNIT_ASSERT_EQUAL(0, program.connections);
        }
    }

    void testRefusesCredentials() {
        for (const std::vector<std::string>& arguments : {std::vector<std::string>{"token", clientKey},
                                                          {clientKey},
                                                          {"login", "jira", "--label=" + clientKey},
                                                          {"login", "jira", "--subject", linkSecret},
                                                          {"accounts", "--key=" + clientKey}}) {
            ProgramRun program;
            CPPUNIT_ASSERT_EQUAL(64, program.run(arguments));
            CPPUNIT_ASSERT(program.says("a credential is on the command line"));
        }
    }

    void testHelps() {
        for (const char* command :
             {"login", "token", "accounts", "explain", "revoke", "config", "completion"}) {
            ProgramRun program;
            CPPUNIT_ASSERT_EQUAL(0, program.run({"help", command}));
            CPPUNIT_ASSERT(program.output.find(std::string("usage: central-oauth ") + command) == 0);
            ProgramRun option;
            CPPUNIT_ASSERT_EQUAL(0, option.run({command, "--help"}));
            CPPUNIT_ASSERT_EQUAL(program.output, option.output);
        }
        for (const CommandDescription& command : describeCommands())
            for (const OptionDescription& option : command.options)
                CPPUNIT_ASSERT_MESSAGE(option.name,
                                       helpText(command.name).find("--" + option.name) != std::string::npos);
        CPPUNIT_ASSERT(helpText("token").find("--min-ttl=S") != std::string::npos);
        CPPUNIT_ASSERT(helpText("").find("CENTRAL_OAUTH_CLIENT_KEY") != std::string::npos);
    }

    void testNeedsNoKeyForHelp() {
        for (const char* argument : {"--help", "-h", "help", "--version"}) {
            ProgramRun program;
            program.variables.clear();
            CPPUNIT_ASSERT_EQUAL(0, program.run({argument}));
            CPPUNIT_ASSERT(program.output.find("central-oauth") != std::string::npos);
            CPPUNIT_ASSERT_EQUAL(std::string(), program.messages);
        }
        CPPUNIT_ASSERT(versionText().find("central-oauth ") == 0);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CommandLineTest);
