// SPDX-License-Identifier: Apache-2.0
// The client's messages for an unusable value, proxy, port or settings file.
#include "ClientFixture.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::test;

namespace fs = std::filesystem;

class ClientMessageTest : public ClientFixture {
    CPPUNIT_TEST_SUITE(ClientMessageTest);
    CPPUNIT_TEST(testMinTtlNamesItsRange);
    CPPUNIT_TEST(testProxyThatFailsIsNamed);
    CPPUNIT_TEST(testWrongProxyIsNamed);
    CPPUNIT_TEST(testRefusedConnectionNamesItsPort);
    CPPUNIT_TEST(testBrokenFileIsNamedWhateverIsSet);
    CPPUNIT_TEST(testBrokenFileDoesNotStopWhatNeedsNone);
    CPPUNIT_TEST(testByteOrderMarkIsAccepted);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        ClientFixture::setUp();
        fs::create_directories(settingsFile().parent_path());
    }

    void testMinTtlNamesItsRange() {
        const auto account = linkWithTokenOf(3600).text("account_id");
        for (const std::string value : {"0", "540"})
            CPPUNIT_ASSERT_EQUAL(0, run({"token", "--min-ttl", value}).exitCode);
        for (const std::string value : {"541", "86400", "9999999", "-1", "5m", "18446744073709551616"}) {
            const auto refused = run({"token", account, "--min-ttl", value});
            expectFailure(64, refused, "false\n");
            expectText(refused.errors, "--min-ttl is a number of seconds from 0 to 540");
            expectText(refused.errors, "central-oauth help token");
        }
    }

    void testProxyThatFailsIsNamed() {
        for (const std::string name : {"HTTPS_PROXY", "https_proxy"}) {
            auto environment = clientEnvironment();
            environment["CENTRAL_OAUTH_URL"] = "https://oauth.invalid";
            environment[name] = "http://user:pr0xyS3cret@127.0.0.1:1";
            const auto failed = run({"accounts"}, environment);
            expectFailure(3, failed);
            expectText(failed.errors, "the proxy 127.0.0.1:1 (" + name + "): Connection refused");
            expectText(failed.errors, "add oauth.invalid to NO_PROXY");
            expectNoText(failed.errors, "pr0xyS3cret");
            environment["no_proxy"] = "example.org";
            expectText(run({"accounts"}, environment).errors, "add oauth.invalid to no_proxy");
        }
    }

    void testWrongProxyIsNamed() {
        auto environment = clientEnvironment();
        environment["CENTRAL_OAUTH_URL"] = "https://oauth.invalid";
        environment["https_proxy"] = "socks5://user:pr0xyS3cret@127.0.0.1:1";
        const auto failed = run({"accounts"}, environment);
        expectFailure(64, failed);
        expectText(failed.errors, "https_proxy is not of the form");
        expectNoText(failed.errors, "pr0xyS3cret");
    }

    void testRefusedConnectionNamesItsPort() {
        auto environment = clientEnvironment();
        for (const auto& [url, named] : std::vector<std::pair<std::string, std::string>>{
                 {"http://127.0.0.1:1", "127.0.0.1:1: Connection refused"},
                 {"http://[::1]:1", "[::1]:1: Connection refused"},
                 {"https://localhost:1/base", "localhost:1: Connection refused"}}) {
            environment["CENTRAL_OAUTH_URL"] = url;
            for (const Arguments& arguments :
                 {Arguments{"accounts"}, {"token"}, {"login", "jira"}, {"explain", "acc_1"}})
                expectText(run(arguments, environment).errors, named);
        }
    }

    // `ca` has no variable, so the file is always read.
    void testBrokenFileIsNamedWhateverIsSet() {
        for (const std::string& text :
             {std::string("{\"url\": \"https://a.example\",}"), std::string("{"), std::string(),
              std::string(R"({"url":7})"), std::string(R"({"colour":"red"})"), std::string("[]"),
              std::string("\xFF\xFE{\0}\0", 6), "{\"client_key\":\"" + _service->key() + "\""}) {
            writeFile(settingsFile(), text);
            fs::permissions(settingsFile(), fs::perms::owner_read | fs::perms::owner_write);
            for (const Arguments& arguments :
                 {Arguments{"accounts"}, {"token"}, {"config"}, {"config", "set", "url", "x"}}) {
                const auto refused = run(arguments);
                expectFailure(64, refused);
                expectText(refused.errors, settingsFile().string());
                expectText(refused.errors, "correct the file");
            }
        }
        fs::remove(settingsFile());
        fs::create_symlink(settingsFile(), settingsFile());
        const auto unreadable = run({"accounts"});
        expectFailure(64, unreadable);
        expectText(unreadable.errors, "can't read " + settingsFile().string());
        expectText(unreadable.errors, "chmod 600 " + settingsFile().string());
    }

    void testBrokenFileDoesNotStopWhatNeedsNone() {
        writeFile(settingsFile(), "{");
        for (const Arguments& arguments : {Arguments{"--help"},
                                           {"--version"},
                                           {"help", "config"},
                                           {"config", "--help"},
                                           {"config", "path"},
                                           {"completion", "bash"}})
            CPPUNIT_ASSERT_EQUAL(0, run(arguments).exitCode);
        auto environment = clientEnvironment();
        environment["XDG_CONFIG_HOME"] = inHome("nothing").string();
        CPPUNIT_ASSERT_EQUAL(0, run({"accounts"}, environment).exitCode);
    }

    void testByteOrderMarkIsAccepted() {
        writeFile(settingsFile(), "\xEF\xBB\xBF{\"url\": \"" + _service->url() + "\"}\r\n");
        auto environment = clientEnvironment();
        environment.erase("CENTRAL_OAUTH_URL");
        const auto accounts = run({"accounts"}, environment);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(accounts.errors, 0, accounts.exitCode);
        CPPUNIT_ASSERT_EQUAL(0, run({"config", "set", "url", _service->url()}, environment).exitCode);
        CPPUNIT_ASSERT_EQUAL('{', contentOf(settingsFile()).front());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClientMessageTest);
