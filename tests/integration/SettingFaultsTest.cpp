// SPDX-License-Identifier: Apache-2.0
// The daemon's messages for invalid values: the setting's own name, and the fault.
#include "../support/ServiceUnderTest.h"

#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>
#include <fstream>
#include <iterator>

using namespace central_oauth::test;

class SettingFaultsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SettingFaultsTest);
    CPPUNIT_TEST(testProxyVariablesAreReadAsCurlReadsThem);
    CPPUNIT_TEST(testADatabasePathWithSomethingAroundItMakesNoDatabase);
    CPPUNIT_TEST(testQuotesAndLineEndsAreNamed);
    CPPUNIT_TEST(testWhatAPluginRefusesIsNamedByItsSetting);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _environment = {{"CENTRAL_OAUTH_DB_PATH", (_folder.path() / "db.sqlite3").string()},
                        {"CENTRAL_OAUTH_SECRET_KEY",
                         std::string(8, 'a') + "3f0c9a71d25be846b1e7c3a9584d60f2e6b85d1907fac42c13e87b5d"},
                        {"CENTRAL_OAUTH_BIND", "127.0.0.1:0"},
                        {"CENTRAL_OAUTH_PLUGIN_DIR", pluginFolder().string()},
                        {"CENTRAL_OAUTH_PROVIDERS", "jira"},
                        {"CENTRAL_OAUTH_JIRA_CLIENT_ID", "one-app"},
                        {"CENTRAL_OAUTH_JIRA_CLIENT_SECRET", "secret-of-the-app"},
                        {"CENTRAL_OAUTH_JIRA_AUTH_BASE", "http://127.0.0.1:9"},
                        {"CENTRAL_OAUTH_JIRA_API_BASE", "http://127.0.0.1:9"}};
    }

    void testProxyVariablesAreReadAsCurlReadsThem() {
        _environment["https_proxy"] = "https://user:canary@proxy.example";
        _environment["HTTPS_PROXY"] = "http://proxy.example:3128";
        expectRefusal("1. https_proxy can't be used.\n   Fix: https_proxy is not of the form");
        _environment["https_proxy"] = "http://other.example:3128";
        _environment["NO_PROXY"] = "localhost, https://auth.example 10.0.0.0/33 .example.com";
        ChildProcess daemon(programPath("central-oauthd"), {}, _environment);
        (void)daemon.waitForLine("\"message\":\"ready\"");
        const auto log = daemon.standardOutput() + daemon.standardError();
        expectIn(log, "differs from https_proxy, and that one counts");
        expectIn(log, R"(has an entry 2, \"https://auth.example\", that can never match: it is a URL)");
        expectIn(log, R"(has an entry 3, \"10.0.0.0/33\", that can never match: it has no network length)");
        std::ifstream file("/proc/" + std::to_string(daemon.pid()) + "/environ", std::ios::binary);
        const std::string left{std::istreambuf_iterator<char>(file), {}};
        CPPUNIT_ASSERT_EQUAL_MESSAGE("the proxy may hold a password", std::string::npos,
                                     left.find("other.example"));
    }

    void testADatabasePathWithSomethingAroundItMakesNoDatabase() {
        const std::string name = "CENTRAL_OAUTH_DB_PATH";
        const auto good = _environment.at(name);
        for (const auto& [path, problem] :
             {std::pair<std::string, std::string>{'"' + good + '"',
                                                  "holds a quotation mark as its first character"},
              {good + ' ', "holds a blank as its last character"},
              {good + '\r', "holds a carriage return, part of a Windows line end"},
              {"data/db.sqlite3", "is not an absolute path"}}) {
            _environment[name] = path;
            for (const std::vector<std::string>& arguments :
                 {std::vector<std::string>{"--check-config"}, std::vector<std::string>{}}) {
                const auto finished = runToEnd(programPath("central-oauthd"), arguments, _environment);
                CPPUNIT_ASSERT_EQUAL_MESSAGE(path, 78, finished.exitCode);
                expectIn(finished.errors, "1. " + name + ' ' + problem);
            }
        }
        CPPUNIT_ASSERT_MESSAGE("a database was made", std::filesystem::is_empty(_folder.path()));
    }

    void testQuotesAndLineEndsAreNamed() {
        for (const auto* name : {"HTTPS_PROXY", "CENTRAL_OAUTH_PUBLIC_URL", "CENTRAL_OAUTH_JIRA_AUTH_BASE",
                                 "CENTRAL_OAUTH_JIRA_REDIRECT_URI", "CENTRAL_OAUTH_JIRA_ALLOWED_SITES"}) {
            auto quoted = _environment;
            quoted[name] = "\"http://127.0.0.1:9\"";
            expectRefusal(std::string("1. ") + name + " holds a quotation mark as its first character.\n",
                          quoted);
            quoted[name] = "http://127.0.0.1:9\r";
            expectRefusal(std::string("1. ") + name +
                              " holds a carriage return, part of a Windows line end, as its last",
                          quoted);
        }
    }

    void testWhatAPluginRefusesIsNamedByItsSetting() {
        _environment["CENTRAL_OAUTH_JIRA_SCOPES"] = "read:jira-work,write:jira-work";
        expectRefusal(
            "1. CENTRAL_OAUTH_JIRA_SCOPES has a comma.\n   Fix: write spaces between the scopes.\n");
        _environment.erase("CENTRAL_OAUTH_JIRA_SCOPES");
        auto& secret = _environment["CENTRAL_OAUTH_JIRA_CLIENT_SECRET"];
        secret = "one,two,three";
        expectRefusal(
            "1. CENTRAL_OAUTH_JIRA_CLIENT_SECRET must be one secret, or two with one comma between them, "
            "the newest first.\n");
        secret = "\"one\"";
        expectRefusal("1. CENTRAL_OAUTH_JIRA_CLIENT_SECRET holds a quotation mark as its first character.\n");
    }

private:
    void expectRefusal(const std::string& text) const { expectRefusal(text, _environment); }

    static void expectRefusal(const std::string& text, const ChildProcess::Environment& environment) {
        const auto finished = runToEnd(programPath("central-oauthd"), {"--check-config"}, environment);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.errors, 78, finished.exitCode);
        expectIn(finished.errors, text);
        CPPUNIT_ASSERT(finished.errors.find("canary") == std::string::npos);
    }

    static void expectIn(const std::string& text, const std::string& part) {
        CPPUNIT_ASSERT_MESSAGE("no \"" + part + "\" in:\n" + text, text.find(part) != std::string::npos);
    }

    TemporaryFolder _folder;
    ChildProcess::Environment _environment;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SettingFaultsTest);
