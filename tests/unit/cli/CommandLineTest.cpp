// SPDX-License-Identifier: Apache-2.0
// What can be typed, and what is refused before anything is sent.
#include "central_oauth/cli/CommandLine.h"

#include "ScriptedServer.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::cli;
using namespace central_oauth::cli::test;

class CommandLineTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CommandLineTest);
    CPPUNIT_TEST(testReadsOptionsInAnyPlace);
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
            {"token", "a/b"},
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
            CPPUNIT_ASSERT_EQUAL(std::string(), program.output);
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
        for (const char* command : {"login", "token", "accounts", "revoke"}) {
            ProgramRun program;
            CPPUNIT_ASSERT_EQUAL(0, program.run({"help", command}));
            CPPUNIT_ASSERT(program.output.find(std::string("usage: central-oauth ") + command) == 0);
            ProgramRun option;
            CPPUNIT_ASSERT_EQUAL(0, option.run({command, "--help"}));
            CPPUNIT_ASSERT_EQUAL(program.output, option.output);
        }
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
