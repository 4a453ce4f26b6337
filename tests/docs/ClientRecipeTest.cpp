// SPDX-License-Identifier: Apache-2.0
// Runs each recipe of docs/client.md as its program does: with HOME, PATH and TERM alone, the settings file,
// and a double of the program that follows ours.
#include "../support/ServiceUnderTest.h"
#include "Markdown.h"

#include <cppunit/extensions/HelperMacros.h>
#include <fstream>
#include <map>
#include <regex>

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <Poco/String.h>

using namespace central_oauth::test;

namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

// A double of a recipe's program prints its arguments, one per line, and its environment.
constexpr const char* doubleOfProgram = "#!/bin/sh\necho started\nprintf '%s\\n' \"$@\"\nexport -p\n";

const MarkdownPage& recipePage() {
    static const auto page = MarkdownPage::read(fs::path(CENTRAL_OAUTH_SOURCE_DIR) / "docs/client.md");
    return page;
}

// Returns the command that a program runs from its configuration file; empty if the file has none.
Words commandIn(const MarkdownPart& part) {
    std::smatch helper;
    if (part.language == "toml" &&
        std::regex_search(part.text, helper, std::regex("http_headers_helper = \"([^\"]*)\"")))
        return {"sh", "-c", helper[1]};
    if (part.language != "json" || part.text.rfind("{\"mcpServers\"", 0) != 0)
        return {};
    const auto root = Poco::JSON::Parser().parse(part.text).extract<Poco::JSON::Object::Ptr>();
    const auto server = root->getObject("mcpServers")->getObject("atlassian");
    if (server->has("headersHelper"))
        return {"sh", "-c", server->getValue<std::string>("headersHelper")};
    Words words;
    if (server->has("command")) {
        words.push_back(server->getValue<std::string>("command"));
        for (const auto& argument : *server->getArray("args"))
            words.push_back(argument.toString());
    }
    return words;
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

} // namespace

class ClientRecipeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ClientRecipeTest);
    CPPUNIT_TEST(testServerOverStdio);
    CPPUNIT_TEST(testServerOverHttp);
    CPPUNIT_TEST(testHelpersForHeaders);
    CPPUNIT_TEST(testProgramsThatReadVariables);
    CPPUNIT_TEST(testRemote);
    CPPUNIT_TEST(testNothingStartsWithoutAToken);
    CPPUNIT_TEST(testEveryCommandOfTheRecipesIsRunHere);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _simulator = std::make_unique<Simulator>();
        _service = std::make_unique<ServiceUnderTest>(*_simulator);
        const auto linked = _service->linkAccount();
        _token = linked.text("access_token");
        _cloudId = linked.json()->getObject("site")->getValue<std::string>("cloud_id");
        fs::create_directories(programs());
        for (const std::string name : {"uvx", "npx", "gemini"}) {
            std::ofstream(programs() / name) << doubleOfProgram;
            fs::permissions(programs() / name, fs::perms::owner_all);
        }
        useServer(_service->url());
        const auto key = home() / "key";
        std::ofstream(key) << _service->key() << '\n';
        CPPUNIT_ASSERT_EQUAL(
            0, run({"sh", "-c", "central-oauth config set client-key <\"$HOME/key\""}).exitCode);
    }

    void testServerOverStdio() {
        const auto ended = run(recipe("exec uvx mcp-atlassian\""));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(ended.errors, 0, ended.exitCode);
        CPPUNIT_ASSERT_EQUAL(std::string("https://acme.atlassian.example"), exported(ended, "JIRA_URL"));
        CPPUNIT_ASSERT_EQUAL(_token, exported(ended, "JIRA_OAUTH_ACCESS_TOKEN"));
        CPPUNIT_ASSERT_EQUAL(_cloudId, exported(ended, "ATLASSIAN_OAUTH_CLOUD_ID"));
    }

    void testServerOverHttp() {
        const auto ended = run(recipe("--transport streamable-http"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(ended.errors, 0, ended.exitCode);
        CPPUNIT_ASSERT_EQUAL(std::string("true"), exported(ended, "ATLASSIAN_OAUTH_ENABLE"));
        CPPUNIT_ASSERT_MESSAGE("its links have no host", !exported(ended, "JIRA_URL").empty());
        CPPUNIT_ASSERT_MESSAGE("it listens to everybody", contains(ended.output, "\n--host\n127.0.0.1\n"));
    }

    void testHelpersForHeaders() {
        for (const std::string program : {"\"headersHelper\"", "http_headers_helper"}) {
            const auto ended = run(recipe(program));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(ended.errors, 0, ended.exitCode);
            const auto headers = Poco::JSON::Parser().parse(ended.output).extract<Poco::JSON::Object::Ptr>();
            CPPUNIT_ASSERT_EQUAL("Bearer " + _token, headers->getValue<std::string>("Authorization"));
            CPPUNIT_ASSERT_EQUAL(_cloudId, headers->getValue<std::string>("X-Atlassian-Cloud-Id"));
        }
    }

    // Their files name variables; each must be set where the program starts.
    void testProgramsThatReadVariables() {
        for (const auto& others : surroundings())
            checkFilesWithVariables(run(recipe("exec gemini\n"), others));
    }

    void checkFilesWithVariables(const Finished& ended) const {
        CPPUNIT_ASSERT_EQUAL_MESSAGE(ended.errors, 0, ended.exitCode);
        int files = 0;
        for (const auto& part : recipePage().parts) {
            if (part.language != "json" || !contains(part.text, "\"Authorization\": \"Bearer $") ||
                contains(part.text, "${input:"))
                continue;
            const auto text =
                filled(Poco::replace(part.text, std::string("${env:"), std::string("${")), ended);
            const auto headers = Poco::JSON::Parser()
                                     .parse(text)
                                     .extract<Poco::JSON::Object::Ptr>()
                                     ->getObject("mcpServers")
                                     ->getObject("atlassian")
                                     ->getObject("headers");
            CPPUNIT_ASSERT_EQUAL("Bearer " + _token, headers->getValue<std::string>("Authorization"));
            CPPUNIT_ASSERT_EQUAL(_cloudId, headers->getValue<std::string>("X-Atlassian-Cloud-Id"));
            ++files;
        }
        CPPUNIT_ASSERT_EQUAL_MESSAGE("Cursor and Gemini CLI", 2, files);
    }

    // mcp-remote substitutes its variables itself. Some systems lose a blank after a header's colon.
    void testRemote() {
        for (const auto& others : surroundings())
            checkRemote(run(recipe("npx -y mcp-remote"), others));
    }

    void checkRemote(const Finished& ended) const {
        CPPUNIT_ASSERT_EQUAL_MESSAGE(ended.errors, 0, ended.exitCode);
        const auto words = ended.output.substr(0, ended.output.find("\nexport "));
        CPPUNIT_ASSERT_MESSAGE("the token is on a command line", !contains(words, _token));
        CPPUNIT_ASSERT(contains(filled(words, ended), "\n--header\nAuthorization:Bearer " + _token + "\n"));
        CPPUNIT_ASSERT(
            contains(filled(words, ended) + "\n", "\n--header\nX-Atlassian-Cloud-Id:" + _cloudId + "\n"));
    }

    // Without a server no token can be read.
    void testNothingStartsWithoutAToken() {
        useServer("http://127.0.0.1:1");
        int found = 0;
        for (const auto& words : commands()) {
            if (!contains(words.back(), "central-oauth token"))
                continue;
            const auto ended = run(words);
            CPPUNIT_ASSERT_MESSAGE(words.back(), ended.exitCode != 0);
            CPPUNIT_ASSERT_MESSAGE(words.back(), !contains(ended.output, "started"));
            ++found;
        }
        CPPUNIT_ASSERT(found >= 5);
    }

    void testEveryCommandOfTheRecipesIsRunHere() {
        for (const auto& words : commands()) {
            int fitting = 0;
            for (const std::string mark : {"exec uvx mcp-atlassian\"", "--transport streamable-http",
                                           "--format mcp-headers", "exec gemini\n", "npx -y mcp-remote"})
                fitting += contains(words.back() + "\"", mark) ? 1 : 0;
            CPPUNIT_ASSERT_EQUAL_MESSAGE(words.back(), 1, fitting);
        }
    }

private:
    [[nodiscard]] fs::path home() const { return _service->folder(); }
    [[nodiscard]] fs::path programs() const { return home() / "bin"; }

    // An empty environment, and one that a run for another product left, with an expired token.
    static std::vector<Words> surroundings() {
        return {
            {},
            {"CONFLUENCE_URL=https://acme.atlassian.example/wiki", "ATLASSIAN_OAUTH_ACCESS_TOKEN=expired"}};
    }

    [[nodiscard]] Finished run(const Words& words, const Words& others = {}) const {
        Words all{"-i", "HOME=" + home().string(),
                  "PATH=" + programs().string() + ":" + programPath("").string() + ":/usr/bin:/bin",
                  "TERM=xterm"};
        all.insert(all.end(), others.begin(), others.end());
        all.insert(all.end(), words.begin(), words.end());
        return runToEnd("/usr/bin/env", all, {});
    }

    void useServer(const std::string& url) const {
        const auto set = run({"central-oauth", "config", "set", "url", url});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(set.errors, 0, set.exitCode);
    }

    // Returns the commands in the configuration files and sh blocks that a test of this file covers.
    static std::vector<Words> commands() {
        std::vector<Words> all;
        std::string mark;
        for (const auto& part : recipePage().parts) {
            if (part.kind == MarkdownPart::Kind::mark) {
                mark = part.text;
                continue;
            }
            if (auto words = commandIn(part); !words.empty())
                all.push_back(std::move(words));
            else if (part.language == "sh" && contains(mark, "ClientRecipeTest"))
                all.push_back({"sh", "-c", part.text});
            mark.clear();
        }
        return all;
    }

    // Returns the one command of the block with that text.
    static Words recipe(const std::string& text) {
        Words found;
        for (const auto& part : recipePage().parts) {
            if (!contains(part.text, text) || part.kind != MarkdownPart::Kind::block)
                continue;
            CPPUNIT_ASSERT_MESSAGE("two recipes with " + text, found.empty());
            found = part.language == "sh" ? Words{"sh", "-c", part.text} : commandIn(part);
        }
        CPPUNIT_ASSERT_MESSAGE("no recipe with " + text, !found.empty());
        return found;
    }

    // Returns a variable of the double's environment; dash prints it as export NAME='value'.
    static std::string exported(const Finished& ended, const std::string& name) {
        const std::regex line("\nexport " + name + "='([^']*)'");
        std::smatch match;
        return std::regex_search(ended.output, match, line) ? match[1].str() : std::string();
    }

    // Replaces $NAME and ${NAME}.
    static std::string filled(std::string text, const Finished& ended) {
        for (const std::string name : {"AUTH_HEADER", "JIRA_OAUTH_ACCESS_TOKEN",
                                       "ATLASSIAN_OAUTH_ACCESS_TOKEN", "ATLASSIAN_OAUTH_CLOUD_ID"})
            for (const auto& written : {"${" + name + "}", "$" + name})
                text = Poco::replace(text, written, exported(ended, name));
        return text;
    }

    std::unique_ptr<Simulator> _simulator;
    std::unique_ptr<ServiceUnderTest> _service;
    std::string _token;
    std::string _cloudId;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClientRecipeTest);
