// SPDX-License-Identifier: Apache-2.0
// --help and -h after every command of both programs, and after every prefix of one: prints the usage of that
// command on standard output, without any setting.
#include "../support/ServiceUnderTest.h"
#include "central_oauth/app/CommandTable.h"
#include "central_oauth/cli/CommandLine.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::test;

namespace {

using Words = std::vector<std::string>;

// Runs "PROGRAM WORDS --help" and "PROGRAM WORDS -h" without any setting.
void expectHelp(const std::string& program, const Words& words, const std::string& usage) {
    for (const std::string option : {"--help", "-h"}) {
        auto all = words;
        all.push_back(option);
        const auto help = runToEnd(programPath(program), all, {});
        const auto what = usage + ' ' + option + ": " + help.output + help.errors;
        CPPUNIT_ASSERT_EQUAL_MESSAGE(what, 0, help.exitCode);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(what, std::string(), help.errors);
        CPPUNIT_ASSERT_MESSAGE(what, help.output.starts_with("usage: "));
        CPPUNIT_ASSERT_MESSAGE(what, help.output.find(usage) != std::string::npos);
    }
}

} // namespace

class HelpSweepTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HelpSweepTest);
    CPPUNIT_TEST(testEveryCommandOfTheDaemon);
    CPPUNIT_TEST(testHelpOfTheDaemonIsOfThatCommandAlone);
    CPPUNIT_TEST(testEveryCommandOfTheClient);
    CPPUNIT_TEST_SUITE_END();

public:
    void testEveryCommandOfTheDaemon() {
        for (const auto& form : app::describeCommands()) {
            for (std::size_t words = 0; words <= form.words.size(); ++words)
                expectHelp("central-oauthd",
                           {form.words.begin(), form.words.begin() + static_cast<std::ptrdiff_t>(words)},
                           "central-oauthd " + nameOf(form));
            auto all = form.words;
            all.insert(all.end(), form.operands.begin(), form.operands.end());
            expectHelp("central-oauthd", all, "central-oauthd " + nameOf(form));
        }
    }

    void testHelpOfTheDaemonIsOfThatCommandAlone() {
        const auto of = [](const Words& words) { return runToEnd(programPath("central-oauthd"), words, {}); };
        const auto keys = of({"client", "key", "--help"}).output;
        CPPUNIT_ASSERT(keys.find("client key remove CLIENT KEY_ID") != std::string::npos);
        CPPUNIT_ASSERT(keys.find("client add") == std::string::npos);
        const auto add = of({"client", "add", "--scopes", "link", "-h"}).output;
        CPPUNIT_ASSERT(add.find("--scopes") != std::string::npos);
        CPPUNIT_ASSERT(add.find("client list") == std::string::npos);
        // As the value of an option, --help is only a value.
        CPPUNIT_ASSERT_EQUAL(64, of({"client", "add", "--scopes", "--help"}).exitCode);
    }

    void testEveryCommandOfTheClient() {
        expectHelp("central-oauth", {}, "central-oauth COMMAND");
        for (const auto& command : cli::describeCommands()) {
            const auto usage =
                command.name == "help" ? "central-oauth COMMAND" : "central-oauth " + command.name;
            expectHelp("central-oauth", {command.name}, usage);
            for (const auto& operand : command.operandValues)
                expectHelp("central-oauth", {command.name, operand},
                           command.name == "help" ? "central-oauth " : usage);
        }
        expectHelp("central-oauth", {"config", "set", "url"}, "central-oauth config");
        expectHelp("central-oauth", {"token", "--format", "json", "some"}, "central-oauth token");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HelpSweepTest);
