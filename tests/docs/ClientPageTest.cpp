// SPDX-License-Identifier: Apache-2.0
// Runs the examples of docs/client.md as a reader does, and checks that the page and the man page are
// complete.
#include "ExampleWorld.h"
#include "Markdown.h"
#include "central_oauth/cli/CommandLine.h"
#include "central_oauth/cli/ExitCode.h"

#include <cppunit/extensions/HelperMacros.h>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include <Poco/String.h>

using namespace central_oauth::test;
using central_oauth::cli::describeCommands;
using central_oauth::cli::ExitCode;

namespace {

namespace fs = std::filesystem;

fs::path inTree(const std::string& path) {
    return fs::path(CENTRAL_OAUTH_SOURCE_DIR) / path;
}

std::string contentOf(const fs::path& file) {
    std::ifstream stream(file);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

const MarkdownPage& clientPage() {
    static const auto page = MarkdownPage::read(inTree("docs/client.md"));
    return page;
}

// Returns the man page's source with dashes, blanks and fonts as the reader sees them.
std::string manPage() {
    auto text = contentOf(inTree("docs/man/central-oauth.1"));
    for (const auto& [from, to] : {std::pair("\\-", "-"), std::pair("\\~", " ")})
        text = Poco::replace(text, std::string(from), std::string(to));
    return text;
}

// Returns the text from a line to the next one of the same kind.
std::string sectionOf(const std::string& text, const std::string& kind, const std::string& title) {
    const auto begin = text.find("\n" + kind + title);
    CPPUNIT_ASSERT_MESSAGE("no section " + title, begin != std::string::npos);
    const auto end = text.find("\n" + kind, begin + 1);
    return text.substr(begin, end == std::string::npos ? end : end - begin);
}

bool names(const std::string& text, const std::string& word) {
    const std::regex whole("(^|[^A-Za-z0-9_-])" + word + "($|[^A-Za-z0-9_-])");
    return std::regex_search(text, whole);
}

} // namespace

class ClientPageTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ClientPageTest);
    CPPUNIT_TEST(testExamples);
    CPPUNIT_TEST(testCommandsAndOptionsAreNamed);
    CPPUNIT_TEST(testExitStatusesAreNamed);
    CPPUNIT_TEST(testVariablesAreNamed);
    CPPUNIT_TEST(testManPageIsWellFormed);
    CPPUNIT_TEST_SUITE_END();

public:
    void testExamples() {
        ExampleWorld world;
        for (const auto& part : clientPage().parts)
            world.take(part);
    }

    void testCommandsAndOptionsAreNamed() {
        const auto man = manPage();
        const auto reference = sectionOf(clientPage().text, "## ", "Reference");
        const auto common = sectionOf(man, ".S", "S Options of all commands");
        for (const auto& command : describeCommands()) {
            const auto section = sectionOf(man, ".S", "S " + command.name);
            const auto row = sectionOf(reference, "| `", command.name);
            for (const auto& option : command.options) {
                const bool isCommon = names(common, "--" + option.name);
                CPPUNIT_ASSERT_MESSAGE("man page: " + command.name + " --" + option.name,
                                       isCommon || names(section, "--" + option.name));
                CPPUNIT_ASSERT_MESSAGE("client.md: " + command.name + " --" + option.name,
                                       names(isCommon ? reference : row, "--" + option.name));
                for (const auto& value : option.values) {
                    CPPUNIT_ASSERT_MESSAGE("man page: " + value, names(section, value));
                    CPPUNIT_ASSERT_MESSAGE("client.md: " + value,
                                           clientPage().text.find("| `" + value + "` |") !=
                                               std::string::npos);
                }
            }
            for (const auto& value : command.operandValues) {
                CPPUNIT_ASSERT_MESSAGE("man page: " + command.name + " " + value, names(man, value));
                CPPUNIT_ASSERT_MESSAGE("client.md: " + command.name + " " + value, names(reference, value));
            }
        }
    }

    void testExitStatusesAreNamed() {
        const auto man = sectionOf(manPage(), ".SH ", "EXIT STATUS");
        const auto table = sectionOf(clientPage().text, "## ", "When it does not work");
        for (const auto code :
             {ExitCode::success, ExitCode::linkNeeded, ExitCode::grantDead, ExitCode::unreachable,
              ExitCode::declinedOrExpired, ExitCode::keyRefused, ExitCode::unknownAccount, ExitCode::usage,
              ExitCode::unexpected, ExitCode::interrupted}) {
            const auto number = std::to_string(static_cast<int>(code));
            CPPUNIT_ASSERT_MESSAGE("man page: " + number,
                                   man.find("\n.B " + number + "\n") != std::string::npos);
            CPPUNIT_ASSERT_MESSAGE("client.md: " + number,
                                   table.find("\n| " + number + " | ") != std::string::npos);
        }
    }

    // Covers every variable that the sources read.
    void testVariablesAreNamed() {
        const std::regex lookup(R"re((?:variable\(|variable, \{?|Environment::get\()"([A-Z][A-Z_]*)")re");
        std::set<std::string> variables;
        for (const auto& entry : fs::directory_iterator(inTree("host/cli/src"))) {
            const auto text = contentOf(entry.path());
            for (std::sregex_iterator match(text.begin(), text.end(), lookup), end; match != end; ++match)
                variables.insert((*match)[1]);
        }
        CPPUNIT_ASSERT_MESSAGE("the sources are read", variables.count("CENTRAL_OAUTH_CLIENT_KEY") == 1);
        const auto man = sectionOf(manPage(), ".SH ", "ENVIRONMENT");
        const auto reference = sectionOf(clientPage().text, "## ", "Reference");
        // Known without a mention: variables of every program, of Windows, and the older name of
        // SSH_CONNECTION.
        for (const std::string usual : {"HOME", "PATH", "APPDATA", "SSH_CLIENT"})
            variables.erase(usual);
        for (const auto& variable : variables) {
            CPPUNIT_ASSERT_MESSAGE("man page: " + variable, names(man, variable));
            CPPUNIT_ASSERT_MESSAGE("client.md: " + variable, names(reference, variable));
        }
    }

    void testManPageIsWellFormed() {
        const auto page = inTree("docs/man/central-oauth.1").string();
        const auto lint = runToEnd("/usr/bin/mandoc", {"-Tlint", "-Wstyle", page}, {});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(lint.output + lint.errors, 0, lint.exitCode);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClientPageTest);
