// SPDX-License-Identifier: Apache-2.0
// The environment's settings.
#include "central_oauth/cli/ClientSettings.h"

#include "ScriptedServer.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::cli;
using namespace central_oauth::cli::test;

class ClientSettingsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ClientSettingsTest);
    CPPUNIT_TEST(testHasADefaultServer);
    CPPUNIT_TEST(testTakesSafeUrls);
    CPPUNIT_TEST(testRefusesUnsafeUrls);
    CPPUNIT_TEST(testRefusesWrongKeys);
    CPPUNIT_TEST(testSaysWhatIsForeignInAValue);
    CPPUNIT_TEST(testReadsTheProxy);
    CPPUNIT_TEST_SUITE_END();

    using Variables = std::map<std::string, std::string>;

    static ClientSettings read(const Variables& variables) {
        return readClientSettings([&](const std::string& name) -> std::optional<std::string> {
            const auto found = variables.find(name);
            return found == variables.end() ? std::nullopt : std::optional(found->second);
        });
    }

    static ClientSettings readUrl(const std::string& url) {
        return read({{"CENTRAL_OAUTH_CLIENT_KEY", clientKey}, {"CENTRAL_OAUTH_URL", url}});
    }

    static ExitCode refusal(const Variables& variables) {
        try {
            static_cast<void>(read(variables));
        } catch (const Failure& failure) {
            const std::string text = failure.what() + failure.next();
            CPPUNIT_ASSERT(text.find(std::string(20, 'k')) == std::string::npos);
            return failure.code();
        }
        return ExitCode::success;
    }

public:
    void testHasADefaultServer() {
        const ClientSettings settings = read({{"CENTRAL_OAUTH_CLIENT_KEY", clientKey}});
        CPPUNIT_ASSERT_EQUAL(std::string("http://127.0.0.1:8080"), settings.url);
        CPPUNIT_ASSERT_EQUAL(clientKey, std::string(settings.key.reveal()));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("empty is unset", settings.url, readUrl("").url);
    }

    void testTakesSafeUrls() {
        for (const char* url :
             {"https://oauth.example.com", "https://oauth.example.com:8443", "http://localhost:1",
              "http://127.9.9.9:8080", "http://[::1]:8080", "https://example.com/oauth"}) {
            CPPUNIT_ASSERT_EQUAL(std::string(url), readUrl(url).url);
            CPPUNIT_ASSERT_EQUAL(std::string(url), readUrl(std::string(url) + "/").url);
        }
    }

    void testRefusesUnsafeUrls() {
        for (const char* url : {"oauth.example.com", "ftp://a.example", "https://", "https://u:p@a.example",
                                "https://a.example?x=1", "https://a.example#x", "http://a.example",
                                "http://127.0.0.1.a.example", "http://10.0.0.1", "https://a.example:port",
                                "https://a.example/v1", "https://a.example/oauth/v1/"})
            CPPUNIT_ASSERT_MESSAGE(url, refusal({{"CENTRAL_OAUTH_CLIENT_KEY", clientKey},
                                                 {"CENTRAL_OAUTH_URL", url}}) == ExitCode::usage);
    }

    void testRefusesWrongKeys() {
        CPPUNIT_ASSERT(refusal({}) == ExitCode::usage);
        CPPUNIT_ASSERT(refusal({{"CENTRAL_OAUTH_CLIENT_KEY", ""}}) == ExitCode::usage);
        for (const std::string& key : {clientKey.substr(0, 20), clientKey.substr(4), clientKey + " ",
                                       clientKey + "\n", " " + clientKey, "cog_" + clientKey.substr(4),
                                       "cop_" + clientKey.substr(4), clientKey + std::string(200, 'k')})
            CPPUNIT_ASSERT(refusal({{"CENTRAL_OAUTH_CLIENT_KEY", key}}) == ExitCode::keyRefused);
    }

    void testSaysWhatIsForeignInAValue() {
        for (const auto& [before, behind, what] : {
                 std::tuple<std::string, std::string, std::string>{"\"", "\"",
                                                                   "a quotation mark as its first"},
                 {"\xEF\xBB\xBF", "", "a byte order mark as its first"},
                 {"", "\r", "a carriage return, part of a Windows line end, as its last"},
                 {"", "\xC2\xA0", "a no-break space as its last"},
             }) {
            for (const std::string name : {"CENTRAL_OAUTH_CLIENT_KEY", "CENTRAL_OAUTH_URL"}) {
                std::map<std::string, std::string> variables{{"CENTRAL_OAUTH_CLIENT_KEY", clientKey},
                                                             {"CENTRAL_OAUTH_URL", "https://a.example"}};
                variables[name] = before + variables[name] + behind;
                try {
                    (void)read(variables);
                    CPPUNIT_FAIL(name + " took " + what);
                } catch (const Failure& failure) {
                    const std::string said = failure.what();
                    CPPUNIT_ASSERT_EQUAL_MESSAGE(said, std::size_t{0}, said.find(name + " holds " + what));
                    CPPUNIT_ASSERT(said.find("cok_") == std::string::npos);
                }
            }
        }
    }

    void testReadsTheProxy() {
        const ClientSettings settings = read({{"CENTRAL_OAUTH_CLIENT_KEY", clientKey},
                                              {"HTTPS_PROXY", "http://proxy.example:3128"},
                                              {"https_proxy", "http://other.example"},
                                              {"no_proxy", "a.example"}});
        CPPUNIT_ASSERT_EQUAL_MESSAGE("as curl", std::string("http://other.example"), settings.httpsProxy);
        CPPUNIT_ASSERT_EQUAL(std::string("a.example"), settings.noProxy);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClientSettingsTest);
