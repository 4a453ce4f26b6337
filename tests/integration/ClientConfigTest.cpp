// SPDX-License-Identifier: Apache-2.0
// `central-oauth config`, the settings file and what overrides it; the completion script in a real bash.
#include "ClientFixture.h"

#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::test;

namespace {

namespace fs = std::filesystem;

} // namespace

class ClientConfigTest : public ClientFixture {
    CPPUNIT_TEST_SUITE(ClientConfigTest);
    CPPUNIT_TEST(testSettingsFileIsEnough);
    CPPUNIT_TEST(testKeyIsTypedHidden);
    CPPUNIT_TEST(testKeyIsNeverTakenFromTheCommandLine);
    CPPUNIT_TEST(testEnvironmentWins);
    CPPUNIT_TEST(testCertificatesOfTheFile);
    CPPUNIT_TEST(testFileThatOthersCanReadIsRefused);
    CPPUNIT_TEST(testFileWithoutASecretMayBeReadByAll);
    CPPUNIT_TEST(testFileBelowADirectoryOfOthersIsRefused);
    CPPUNIT_TEST(testFileThatMakesNoSenseIsRefused);
    CPPUNIT_TEST(testWrongValuesAreRefused);
    CPPUNIT_TEST(testPathFollowsTheEnvironment);
    CPPUNIT_TEST(testCompletionInBash);
    CPPUNIT_TEST(testCompletionAsksNobody);
    CPPUNIT_TEST_SUITE_END();

public:
    void testSettingsFileIsEnough() {
        set({"url", _service->url()});
        setKey(_service->key());
        CPPUNIT_ASSERT(fs::status(settingsFile()).permissions() ==
                       (fs::perms::owner_read | fs::perms::owner_write));
        CPPUNIT_ASSERT(fs::status(settingsFile().parent_path()).permissions() == fs::perms::owner_all);
        const auto accounts = run({"accounts"}, home());
        CPPUNIT_ASSERT_EQUAL_MESSAGE(accounts.errors, 0, accounts.exitCode);

        const auto shown = run({"config"}, home());
        CPPUNIT_ASSERT_EQUAL_MESSAGE(shown.errors, 0, shown.exitCode);
        expectText(shown.output, _service->url());
        expectText(shown.output, "cok_");
        expectText(shown.output, settingsFile().string());

        CPPUNIT_ASSERT_EQUAL(0, run({"config", "unset", "client-key"}, home()).exitCode);
        const auto keyless = run({"accounts"}, home());
        expectFailure(64, keyless);
        expectText(keyless.errors, "config set client-key");
        expectNoText(contentOf(settingsFile()), "cok_");
        expectText(contentOf(settingsFile()), _service->url());
    }

    void testKeyIsTypedHidden() {
        set({"url", _service->url()});
        auto screen = onTerminal({"config", "set", "client-key"}, home());
        screen->waitForText("key");
        screen->send(_service->key() + "\n");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(screen->screen(), 0, screen->wait());
        expectNoSecrets(screen->screen());
        CPPUNIT_ASSERT_EQUAL(0, run({"accounts"}, home()).exitCode);

        const auto before = contentOf(settingsFile());
        for (const std::string keys :
             {PseudoTerminal::endOfFile, PseudoTerminal::interrupt, "\n", "cok_short\n"}) {
            auto given = onTerminal({"config", "set", "client-key"}, home());
            given->waitForText("key");
            given->send(keys);
            const int code = given->wait();
            CPPUNIT_ASSERT_MESSAGE(given->screen(), code != 0);
            CPPUNIT_ASSERT_EQUAL(keys == PseudoTerminal::interrupt, code == 130);
            CPPUNIT_ASSERT_MESSAGE("the file changed", before == contentOf(settingsFile()));
        }
    }

    void testKeyIsNeverTakenFromTheCommandLine() {
        for (const Arguments& arguments : {Arguments{"config", "set", "client-key", _service->key()},
                                           {"config", "set", "client_key", _service->key()},
                                           {"config", "set", "client-key", "something"},
                                           {"config", "set", "url", _service->key()}})
            expectFailure(64, run(arguments, home()));
        CPPUNIT_ASSERT(!fs::exists(settingsFile()));
    }

    void testEnvironmentWins() {
        set({"url", "http://127.0.0.1:1"});
        setKey("cok_" + std::string(61, 'q'));
        _secrets.insert("cok_" + std::string(61, 'q'));
        const auto accounts = run({"accounts"});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(accounts.errors, 0, accounts.exitCode);
        const auto shown = run({"config"});
        expectText(shown.output, "CENTRAL_OAUTH_URL");
        expectText(shown.output, "CENTRAL_OAUTH_CLIENT_KEY");
        expectText(shown.output, _service->url());
        expectNoText(shown.output, "http://127.0.0.1:1\n");
        expectFailure(3, run({"accounts"}, home()));
    }

    void testCertificatesOfTheFile() {
        set({"ca", inHome("nothing.pem").string()}, 64);
        writeFile(inHome("no.pem"), "no certificate");
        set({"url", _service->url()});
        setKey(_service->key());
        fs::remove(inHome("no.pem"));
        expectFailure(64, run({"accounts", "--ca", inHome("no.pem").string()}, home()));
    }

    void testFileThatOthersCanReadIsRefused() {
        set({"url", _service->url()});
        setKey(_service->key());
        for (const auto more : {fs::perms::group_read, fs::perms::others_read, fs::perms::group_write}) {
            fs::permissions(settingsFile(), fs::perms::owner_read | fs::perms::owner_write | more);
            const auto refused = run({"accounts"}, home());
            expectFailure(64, refused);
            expectText(refused.errors, settingsFile().string());
            expectText(refused.errors, "chmod 600");
        }
        fs::permissions(settingsFile(), fs::perms::owner_read | fs::perms::owner_write);
        CPPUNIT_ASSERT_EQUAL(0, run({"accounts"}, home()).exitCode);
    }

    void testFileWithoutASecretMayBeReadByAll() {
        set({"url", _service->url()});
        fs::permissions(settingsFile(), fs::perms::owner_read | fs::perms::owner_write |
                                            fs::perms::group_read | fs::perms::others_read);
        auto environment = home();
        environment["CENTRAL_OAUTH_CLIENT_KEY"] = _service->key();
        CPPUNIT_ASSERT_EQUAL(0, run({"accounts"}, environment).exitCode);
        fs::permissions(settingsFile(), fs::perms::others_write, fs::perm_options::add);
        expectFailure(64, run({"accounts"}, environment));
    }

    // A user who can write to a directory above the file can replace the file, and so the server.
    void testFileBelowADirectoryOfOthersIsRefused() {
        set({"url", _service->url()});
        setKey(_service->key());
        const auto above = inHome(".config");
        const auto before = fs::status(above).permissions();
        for (const auto& [more, code] :
             std::vector<std::pair<fs::perms, int>>{{fs::perms::group_write, 0}, // often the user's own group
                                                    {fs::perms::others_write, 64},
                                                    {fs::perms::others_write | fs::perms::sticky_bit, 0}}) {
            fs::permissions(above, before | more);
            const auto finished = run({"accounts"}, home());
            CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.errors, code, finished.exitCode);
            const bool isDoubted = more == fs::perms::group_write || code != 0;
            CPPUNIT_ASSERT_EQUAL_MESSAGE(
                finished.errors, isDoubted,
                finished.errors.find("is below " + above.string() + ", which can be written by others") !=
                    std::string::npos);
            CPPUNIT_ASSERT_EQUAL(isDoubted, finished.errors.find("chmod go-w") != std::string::npos);
            CPPUNIT_ASSERT_EQUAL(code, run({"config"}, home()).exitCode);
            CPPUNIT_ASSERT_EQUAL(code, run({"config", "set", "url", _service->url()}, home()).exitCode);
        }
        fs::permissions(above, before | fs::perms::others_write);
        fs::remove(settingsFile());
        expectFailure(64, runWithInput({"config", "set", "client-key"}, home(), _service->key() + "\n"));
        CPPUNIT_ASSERT(!fs::exists(settingsFile()));
        fs::permissions(above, before);
    }

    void testFileThatMakesNoSenseIsRefused() {
        set({"url", _service->url()});
        for (const std::string& text :
             {std::string("{"), std::string(), std::string("[]"), std::string(R"({"url":7})"),
              std::string(R"({"url":"https://a.example","surprise":1})"),
              std::string(R"({"url":"nonsense"})"), std::string("\0\x1b[2J", 5), std::string(2'000'000, '['),
              "{\"client_key\":\"" + _service->key() + "\","}) {
            writeFile(settingsFile(), text);
            const auto refused = run({"accounts"}, home());
            CPPUNIT_ASSERT_EQUAL_MESSAGE(text.substr(0, 40), 64, refused.exitCode);
            CPPUNIT_ASSERT_EQUAL(std::string(), refused.output);
        }
    }

    void testWrongValuesAreRefused() {
        for (const Arguments& arguments : {Arguments{"config", "set"},
                                           {"config", "set", "url"},
                                           {"config", "set", "url", "http://oauth.example.com"},
                                           {"config", "set", "url", "oauth.example.com"},
                                           {"config", "set", "url", "https://a.example", "b"},
                                           {"config", "set", "colour", "red"},
                                           {"config", "unset"},
                                           {"config", "unset", "colour"},
                                           {"config", "frobnicate"},
                                           {"config", "path", "b"}})
            expectFailure(64, run(arguments, home()));
        CPPUNIT_ASSERT(!fs::exists(settingsFile()));
    }

    void testPathFollowsTheEnvironment() {
        CPPUNIT_ASSERT_EQUAL(settingsFile().string() + "\n", run({"config", "path"}, home()).output);
        auto environment = home();
        environment["XDG_CONFIG_HOME"] = inHome("elsewhere").string();
        CPPUNIT_ASSERT_EQUAL(inHome("elsewhere/central-oauth/cli.json").string() + "\n",
                             run({"config", "path"}, environment).output);
        // Without a home nothing can be stored, but the environment is enough.
        auto homeless = clientEnvironment();
        homeless.erase("HOME");
        CPPUNIT_ASSERT_EQUAL(0, run({"accounts"}, homeless).exitCode);
    }

    void testCompletionInBash() {
        expectCompletion({"lo"}, "login");
        expectCompletion({"c"}, "config completion");
        expectCompletion({"--v"}, "--version");
        expectCompletion({"login", "jira", "--no-b"}, "--no-browser");
        expectCompletion({"token", "--format", ""}, "raw json env mcp-headers git");
        expectCompletion({"token", "--format", "=", "m"}, "mcp-headers");
        expectCompletion({"token", "--format", "="}, "raw json env mcp-headers git");
        expectCompletion({"token", "--format", "json", "--min"}, "--min-ttl");
        expectCompletion({"config", "u"}, "unset");
        expectCompletion({"config", "set", "u"}, "");
        expectCompletion({"completion", "b"}, "bash");
        expectCompletion({"help", "rev"}, "revoke");
        expectCompletion({"login", "--subject", ""}, "");
        expectCompletion({"nothing", ""}, "");
    }

    // Completion asks neither the server nor the settings: a key press must not wait for a network.
    void testCompletionAsksNobody() {
        CPPUNIT_ASSERT_EQUAL(0, run({"completion", "bash"}, {}).exitCode);
        expectFailure(64, run({"completion", "fish"}, {}));
        expectFailure(64, run({"completion"}, {}));
        // After the first line the script uses only builtins of bash.
        const auto script = run({"completion", "bash"}, {}).output;
        expectNoText(script.substr(script.find('\n')), "$(central-oauth");
        expectNoText(script, "`");
    }

private:
    /// Returns an environment with nothing but a home folder.
    [[nodiscard]] Environment home() const { return {{"HOME", _service->folder().string()}}; }

    void set(const Arguments& words, int code = 0) const {
        Arguments arguments{"config", "set"};
        arguments.insert(arguments.end(), words.begin(), words.end());
        const auto done = run(arguments, home());
        CPPUNIT_ASSERT_EQUAL_MESSAGE(done.errors, code, done.exitCode);
    }

    void setKey(const std::string& key) const {
        const auto done = runWithInput({"config", "set", "client-key"}, home(), key + "\nand more\n");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(done.errors, 0, done.exitCode);
        expectNoSecrets(done.output);
    }

    // Asserts what bash offers for `central-oauth WORDS…`, while the last word is being typed.
    void expectCompletion(const Arguments& words, const std::string& offered) const {
        std::string typed = "COMP_WORDS=(central-oauth";
        for (const auto& word : words)
            typed += " '" + word + "'";
        const auto script = "PATH='" + programPath("").string() + "':$PATH\n" +
                            "source <(central-oauth completion bash)\n" + typed +
                            ")\nCOMP_CWORD=" + std::to_string(words.size()) +
                            "\n_central_oauth || true\necho \"${COMPREPLY[*]}\"\n";
        const auto done = runToEnd("/bin/bash", {"--norc", "-euc", script}, {});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(done.errors, 0, done.exitCode);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(typed, offered + "\n", done.output);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClientConfigTest);
