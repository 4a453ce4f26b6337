// SPDX-License-Identifier: Apache-2.0
// The daemon's configuration: refusals, warnings, the log, and what stays in the environment.
#include "../support/ServiceUnderTest.h"

#include <cppunit/extensions/HelperMacros.h>
#include <fstream>
#include <iterator>

using namespace central_oauth::test;

class SettingsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SettingsTest);
    CPPUNIT_TEST(testFaultsOfAllKindsInOneListEachWithItsFix);
    CPPUNIT_TEST(testSettingsOfLaterReleasesAreWarnedOf);
    CPPUNIT_TEST(testDataCenterIsRefused);
    CPPUNIT_TEST(testJoinedPluginsAreRefused);
    CPPUNIT_TEST(testADirectoryWithoutPluginsIsNotReportedAsAMissingClientId);
    CPPUNIT_TEST(testWrongProxyIsOneFaultForAllProviders);
    CPPUNIT_TEST(testSecretsThatNothingUsesLeaveTheEnvironmentToo);
    CPPUNIT_TEST(testProvidersSettingsAreLoggedWithMaskedSecrets);
    CPPUNIT_TEST(testSecretsComeFromFilesAndCredentials);
    CPPUNIT_TEST(testTheClientsVariablesAreNoTypos);
    CPPUNIT_TEST(testTwoSecretsOfOneAppAreTaken);
    CPPUNIT_TEST(testScopesOfOneAppAreCountedTogether);
    CPPUNIT_TEST(testScopesOfTwoAppsAreNot);
    CPPUNIT_TEST(testIdentityScopesAreRefused);
    CPPUNIT_TEST(testCallbackIsHttpsOrLoopback);
    CPPUNIT_TEST(testCallbackOfAnotherAddressIsWarnedOf);
    CPPUNIT_TEST(testNeutralCallbackNeedsOneAppHoweverItsServerIsWritten);
    CPPUNIT_TEST(testHelpListsThePluginsSettings);
    CPPUNIT_TEST(testTheDocumentedTablesAreThese);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _environment = {
            {"CENTRAL_OAUTH_DB_PATH", database().string()},
            {"CENTRAL_OAUTH_SECRET_KEY",
             std::string(8, 'a') + "3f0c9a71d25be846b1e7c3a9584d60f2e6b85d1907fac42c13e87b5d"},
            {"CENTRAL_OAUTH_BIND", "127.0.0.1:0"},
            {"CENTRAL_OAUTH_PLUGIN_DIR", pluginFolder().string()},
            {"CENTRAL_OAUTH_PROVIDERS", "jira,confluence"},
        };
        for (const std::string name : {"JIRA", "CONFLUENCE"}) {
            set(name, "CLIENT_ID", "one-app");
            set(name, "CLIENT_SECRET", "secret-of-the-app");
            set(name, "AUTH_BASE", "http://127.0.0.1:9");
            set(name, "API_BASE", "http://127.0.0.1:9");
        }
    }

    void testFaultsOfAllKindsInOneListEachWithItsFix() {
        _environment["CENTRAL_OAUTH_LOG_LEVEL"] = "LOUD";
        _environment["CENTRAL_OAUTH_LOG_FILE"] = "central.log";
        _environment["CENTRAL_OAUTH_AUDIT_RETENTION"] = "12h";
        _environment["CENTRAL_OAUTH_TLS_CERT"] = "/nonexistent";
        set("JIRA", "ALLOWED_SITES", "acme.atlassian.net");
        set("JIRA", "AUTH_BASE", "http://auth.example");
        set("CONFLUENCE", "ALLOWED_EMAIL_DOMAINS", "@example.com");
        _environment.erase("CENTRAL_OAUTH_CONFLUENCE_CLIENT_SECRET");
        for (const std::vector<std::string>& arguments :
             {std::vector<std::string>{"--check-config"}, std::vector<std::string>{}}) {
            const auto finished = run(arguments);
            CPPUNIT_ASSERT_EQUAL(78, finished.exitCode);
            for (const std::string name :
                 {"LOG_LEVEL", "LOG_FILE", "AUDIT_RETENTION", "TLS_CERT", "TLS_KEY", "JIRA_ALLOWED_SITES",
                  "JIRA_AUTH_BASE", "CONFLUENCE_ALLOWED_EMAIL_DOMAINS", "CONFLUENCE_CLIENT_SECRET"})
                expectIn(finished.errors, ". CENTRAL_OAUTH_" + name + ' ');
            CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.errors, std::size_t{9}, count(finished.errors, "Fix: "));
            CPPUNIT_ASSERT_EQUAL_MESSAGE("sentences end once:\n" + finished.errors, std::size_t{0},
                                         count(finished.errors, ".."));
            CPPUNIT_ASSERT_MESSAGE("nothing is opened", !std::filesystem::exists(database()));
        }
    }

    void testSettingsOfLaterReleasesAreWarnedOf() {
        const std::vector<std::string> later{"CENTRAL_OAUTH_ADMIN_BIND", "CENTRAL_OAUTH_METRICS_BIND",
                                             "CENTRAL_OAUTH_ADMIN_KEY", "CENTRAL_OAUTH_JIRA_BASE_URL"};
        for (const auto& name : later)
            _environment[name] = "canary-of-" + name;
        const auto checked = run({"--check-config"});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(checked.errors, 0, checked.exitCode);
        ChildProcess daemon(programPath("central-oauthd"), {}, _environment);
        (void)daemon.waitForLine("\"message\":\"ready\"");
        for (const auto& name : later) {
            expectIn(checked.errors, "warning: " + name + " is not in this release yet and has no effect: ");
            expectIn(daemon.standardOutput(), "\"message\":\"warning in the settings\",\"setting\":\"" +
                                                  name + "\",\"problem\":\"is not in this release yet");
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, count(daemon.standardOutput() + checked.errors, "canary-of-"));
    }

    void testDataCenterIsRefused() {
        set("JIRA", "DEPLOYMENT", "datacenter");
        const auto finished = run({"--check-config"});
        CPPUNIT_ASSERT_EQUAL(78, finished.exitCode);
        expectIn(finished.errors,
                 "CENTRAL_OAUTH_JIRA_DEPLOYMENT asks for Data Center, which is not in this release yet.\n");
    }

    void testJoinedPluginsAreRefused() {
        _environment["CENTRAL_OAUTH_PROVIDERS"] = "atlassian=jira+confluence";
        const auto finished = run({});
        CPPUNIT_ASSERT_EQUAL(78, finished.exitCode);
        expectIn(finished.errors,
                 "CENTRAL_OAUTH_PROVIDERS has an entry 1 that joins plugins, which is not in "
                 "this release yet.\n");
    }

    void testADirectoryWithoutPluginsIsNotReportedAsAMissingClientId() {
        _environment.erase("CENTRAL_OAUTH_PROVIDERS");
        _environment["CENTRAL_OAUTH_PLUGIN_DIR"] = "/nonexistent";
        expectRefusal("1. CENTRAL_OAUTH_PLUGIN_DIR leads to no plugin.\n   Fix: Install plugins in "
                      "/nonexistent, or set it to the directory that has them.\n\n");
        _environment["CENTRAL_OAUTH_PLUGIN_DIR"] = "plugins";
        const auto relative = run({"--check-config"});
        expectIn(relative.errors, "1. CENTRAL_OAUTH_PLUGIN_DIR is not an absolute path.\n");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(relative.errors, std::size_t{1}, count(relative.errors, "Fix: "));
        _environment["CENTRAL_OAUTH_PLUGIN_DIR"] = pluginFolder().string();
        for (const std::string name : {"JIRA", "CONFLUENCE"})
            _environment.erase("CENTRAL_OAUTH_" + name + "_CLIENT_ID");
        expectRefusal("1. CENTRAL_OAUTH_PROVIDERS is not set, and no plugin in the plugin directory has its "
                      "CLIENT_ID set.\n");
    }

    void testWrongProxyIsOneFaultForAllProviders() {
        _environment["HTTPS_PROXY"] = "https://user:canary@proxy.example";
        const auto finished = run({"--check-config"});
        CPPUNIT_ASSERT_EQUAL(78, finished.exitCode);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.errors, std::size_t{1}, count(finished.errors, "Fix: "));
        expectIn(finished.errors, "1. HTTPS_PROXY can't be used.\n");
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, count(finished.errors, "canary"));
    }

    void testSecretsThatNothingUsesLeaveTheEnvironmentToo() {
        _environment["CENTRAL_OAUTH_PROVIDERS"] = "jira";
        _environment["CENTRAL_OAUTH_SECRET_KYE"] = "canary-mistyped";
        _environment["CENTRAL_OAUTH_ADMIN_KEY"] = "canary-later";
        _environment["CENTRAL_OAUTH_CLIENT_KEY"] = "canary-of-the-client";
        _environment["HTTPS_PROXY"] = "http://user:canary-proxy@proxy.example:3128";
        _environment["NO_PROXY"] = "localhost";
        set("CONFLUENCE", "CLIENT_SECRET", "canary-unused");
        set("JIRA", "CLIENT_SECRET", "canary-used");
        ChildProcess daemon(programPath("central-oauthd"), {}, _environment);
        (void)daemon.waitForLine("\"message\":\"ready\"");
        const auto left = contents("/proc/" + std::to_string(daemon.pid()) + "/environ");
        expectIn(left, "CENTRAL_OAUTH_JIRA_CLIENT_ID=one-app");
        expectIn(left, "NO_PROXY=localhost");
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, count(left, "canary"));
        CPPUNIT_ASSERT_EQUAL(
            std::size_t{0},
            count(left, std::string(8, 'a') + "3f0c9a71d25be846b1e7c3a9584d60f2e6b85d1907fac42c13e87b5d"));
        const auto log = daemon.standardOutput() + daemon.standardError();
        CPPUNIT_ASSERT_EQUAL_MESSAGE(log, std::size_t{0}, count(log, "canary"));
        expectIn(log, R"("name":"HTTPS_PROXY","value":"set")");
    }

    void testProvidersSettingsAreLoggedWithMaskedSecrets() {
        set("JIRA", "ALLOWED_SITES", "https://Acme.atlassian.net/,1324a887-45db-1bf4-1e99-ef0ff456d421");
        set("JIRA", "ALLOWED_EMAIL_DOMAINS", "Example.com");
        ChildProcess daemon(programPath("central-oauthd"), {}, _environment);
        (void)daemon.waitForLine("\"message\":\"ready\"");
        const auto log = daemon.standardOutput();
        for (const std::string line :
             {R"("name":"CENTRAL_OAUTH_JIRA_CLIENT_ID","value":"one-app")",
              R"("name":"CENTRAL_OAUTH_JIRA_CLIENT_SECRET","value":"set")",
              R"("name":"CENTRAL_OAUTH_JIRA_AUTH_BASE","value":"http://127.0.0.1:9")",
              R"("name":"CENTRAL_OAUTH_JIRA_ALLOWED_SITES","value":"https://acme.atlassian.net, 1324a887-)",
              R"("name":"CENTRAL_OAUTH_JIRA_ALLOWED_EMAIL_DOMAINS","value":"example.com")",
              R"("name":"CENTRAL_OAUTH_CONFLUENCE_ALLOWED_SITES","value":"any")",
              R"("name":"CENTRAL_OAUTH_AUDIT_RETENTION","value":"400d")",
              R"("name":"CENTRAL_OAUTH_LOG_FILE","value":"standard output")",
              R"("name":"CENTRAL_OAUTH_SECRET_KEY","value":"set")"})
            expectIn(log, line);
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, count(log, "secret-of-the-app"));
    }

    void testSecretsComeFromFilesAndCredentials() {
        using std::filesystem::perms;
        const auto mine = perms::owner_read | perms::owner_write;
        const auto key = _folder.path() / "key";
        std::ofstream(key) << std::string(8, 'a') + "3f0c9a71d25be846b1e7c3a9584d60f2e6b85d1907fac42c13e87b5d"
                           << '\n';
        std::filesystem::permissions(key, mine);
        _environment.erase("CENTRAL_OAUTH_SECRET_KEY");
        _environment["CENTRAL_OAUTH_SECRET_KEY_FILE"] = key.string();
        const auto secret = _folder.path() / "central_oauth_jira_client_secret";
        std::ofstream(secret) << "secret-of-the-app\n";
        std::filesystem::permissions(secret, mine);
        _environment.erase("CENTRAL_OAUTH_JIRA_CLIENT_SECRET");
        _environment["CREDENTIALS_DIRECTORY"] = _folder.path().string();
        CPPUNIT_ASSERT_EQUAL(std::string(), run({"--check-config"}).errors);

        _environment["CREDENTIALS_DIRECTORY"] = "";
        set("JIRA", "CLIENT_SECRET_FILE", secret.string());
        std::filesystem::permissions(secret, mine | perms::others_read);
        const auto readable = run({"--check-config"});
        CPPUNIT_ASSERT_EQUAL(0, readable.exitCode);
        CPPUNIT_ASSERT_EQUAL(std::string("warning: CENTRAL_OAUTH_JIRA_CLIENT_SECRET_FILE names a file that "
                                         "can be read by everybody on this machine; remove that permission "
                                         "(chmod o-r)\n"),
                             readable.errors);
        std::filesystem::permissions(key, mine | perms::group_write);
        expectRefusal("CENTRAL_OAUTH_SECRET_KEY_FILE names a file that can be written by others.\n   Fix: ");
    }

    void testTheClientsVariablesAreNoTypos() {
        _environment["CENTRAL_OAUTH_URL"] = "http://127.0.0.1:8080";
        _environment["CENTRAL_OAUTH_CLIENT_KEY"] = "cok_x";
        _environment["CENTRAL_OAUTH_JIRA_ALLOWED_SITE"] = "x";
        const auto finished = run({"--check-config"});
        CPPUNIT_ASSERT_EQUAL(
            std::string("warning: CENTRAL_OAUTH_JIRA_ALLOWED_SITE is not a setting and has no "
                        "effect; did you mean CENTRAL_OAUTH_JIRA_ALLOWED_SITES?\n"),
            finished.errors);
    }

    void testTwoSecretsOfOneAppAreTaken() {
        set("JIRA", "CLIENT_SECRET", "newer,older");
        expectGood();
        set("JIRA", "CLIENT_SECRET", "newest,newer,older");
        expectRefusal("CLIENT_SECRET must be one secret, or two");
    }

    // offline_access counts once for both.
    void testScopesOfOneAppAreCountedTogether() {
        set("JIRA", "SCOPES", scopes("read:a", 24));
        set("CONFLUENCE", "SCOPES", scopes("read:b", 24));
        expectGood();
        set("CONFLUENCE", "SCOPES", scopes("read:b", 25));
        expectRefusal("CENTRAL_OAUTH_JIRA_SCOPES makes 50 scopes, with those of confluence, whose app is the "
                      "same; upstream takes fewer than 50.\n   Fix: remove some scopes, or use another app");
    }

    void testScopesOfTwoAppsAreNot() {
        set("JIRA", "SCOPES", scopes("read:a", 40));
        set("CONFLUENCE", "SCOPES", scopes("read:b", 40));
        set("CONFLUENCE", "CLIENT_ID", "another-app");
        expectGood();
        set("CONFLUENCE", "SCOPES", scopes("read:b", 49));
        expectRefusal("fewer than 50");
    }

    void testIdentityScopesAreRefused() {
        for (const std::string scope : {"openid", "profile", "email"}) {
            set("JIRA", "SCOPES", "read:me " + scope);
            expectRefusal("SCOPES contains " + scope);
        }
    }

    void testCallbackIsHttpsOrLoopback() {
        for (const std::string good :
             {"https://link.example.com/callback/jira", "http://127.0.0.1:8080/callback/jira",
              "http://[::1]:1/callback/jira"}) {
            set("JIRA", "REDIRECT_URI", good);
            expectGood();
        }
        set("JIRA", "REDIRECT_URI", "http://link.example.com/callback/jira");
        expectRefusal("CENTRAL_OAUTH_JIRA_REDIRECT_URI is not https.\n   Fix: ");
        set("JIRA", "REDIRECT_URI", "https://link.example.com/callback/jira?x=1");
        expectRefusal("CENTRAL_OAUTH_JIRA_REDIRECT_URI holds a query.\n");
        _environment.erase("CENTRAL_OAUTH_JIRA_REDIRECT_URI");
        _environment["CENTRAL_OAUTH_PUBLIC_URL"] = "http://link.example.com";
        expectRefusal("CENTRAL_OAUTH_PUBLIC_URL is not https.\n   Fix: ");
    }

    void testCallbackOfAnotherAddressIsWarnedOf() {
        _environment["CENTRAL_OAUTH_PUBLIC_URL"] = "https://link.example.com:443";
        _environment["CENTRAL_OAUTH_TRUSTED_PROXIES"] = "127.0.0.1";
        set("JIRA", "REDIRECT_URI", "https://LINK.example.com/callback/jira");
        CPPUNIT_ASSERT_EQUAL(std::string(), run({"--check-config"}).errors);
        set("JIRA", "REDIRECT_URI", "https://other.example.com/callback/jira");
        expectIn(run({"--check-config"}).errors,
                 "warning: CENTRAL_OAUTH_JIRA_REDIRECT_URI names another address than "
                 "CENTRAL_OAUTH_PUBLIC_URL, so browsers that come back are refused: "
                 "https://other.example.com is not https://link.example.com");
        _environment.erase("CENTRAL_OAUTH_PUBLIC_URL");
        _environment["CENTRAL_OAUTH_BIND"] = "127.0.0.1:18080";
        expectIn(run({"--check-config"}).errors,
                 "https://other.example.com is not http://127.0.0.1:18080, which is from the bind address");
        set("JIRA", "REDIRECT_URI", "http://127.0.0.1:18080/callback/jira");
        CPPUNIT_ASSERT_EQUAL(std::string(), run({"--check-config"}).errors);
    }

    void testNeutralCallbackNeedsOneAppHoweverItsServerIsWritten() {
        for (const std::string name : {"JIRA", "CONFLUENCE"})
            set(name, "REDIRECT_URI", "http://127.0.0.1:8080/callback");
        set("JIRA", "AUTH_BASE", "https://auth.example.com");
        for (const std::string same : {"https://auth.example.com/", "HTTPS://Auth.Example.com:443"}) {
            set("CONFLUENCE", "AUTH_BASE", same);
            expectGood();
        }
        for (const std::string other : {"https://auth.example.com/gov", "https://auth.example.com:8443"}) {
            set("CONFLUENCE", "AUTH_BASE", other);
            expectRefusal(
                "CENTRAL_OAUTH_CONFLUENCE_REDIRECT_URI ends with /callback, as that of a provider of "
                "another app does");
        }
        set("CONFLUENCE", "AUTH_BASE", "https://auth.example.com");
        set("CONFLUENCE", "CLIENT_ID", "another-app");
        expectRefusal("CENTRAL_OAUTH_CONFLUENCE_REDIRECT_URI ends with /callback");
    }

    void testHelpListsThePluginsSettings() {
        _environment["CENTRAL_OAUTH_LOG_LEVEL"] = "a wrong setting keeps nobody from reading this";
        const auto help = run({"--help-config"});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(help.errors, 0, help.exitCode);
        for (const std::string text : {"CENTRAL_OAUTH_AUDIT_RETENTION", "\nCLIENT_SECRET\n", "\nAUTH_BASE\n",
                                       "\nALLOWED_SITES\n", "jira: ", "confluence: "})
            expectIn(help.output, text);
        _environment["CENTRAL_OAUTH_PLUGIN_DIR"] = "/nonexistent";
        const auto without = run({"--help-config"});
        CPPUNIT_ASSERT_EQUAL(0, without.exitCode);
        expectIn(without.output, "\nALLOWED_SITES\n");
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, count(without.output, "\nAUTH_BASE\n"));
    }

    // If it fails, "central-oauthd --help-config --markdown" prints both tables of docs/configuration.md.
    void testTheDocumentedTablesAreThese() {
        const auto printed = run({"--help-config", "--markdown"});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(printed.errors, 0, printed.exitCode);
        const auto page = contents(CENTRAL_OAUTH_SETTINGS_PAGE);
        for (const std::string name : {"settings table", "provider settings table"}) {
            const auto table = between(printed.output, name);
            CPPUNIT_ASSERT_MESSAGE(name, count(table, "\n| `") > 5);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name, table, between(page, name));
        }
    }

private:
    void set(const std::string& provider, const std::string& key, const std::string& value) {
        _environment["CENTRAL_OAUTH_" + provider + '_' + key] = value;
    }

    [[nodiscard]] Finished run(const std::vector<std::string>& arguments) const {
        return runToEnd(programPath("central-oauthd"), arguments, _environment);
    }

    void expectGood() const {
        const auto finished = run({"--check-config"});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.errors, 0, finished.exitCode);
    }

    void expectRefusal(const std::string& text) const {
        const auto finished = run({"--check-config"});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.errors, 78, finished.exitCode);
        expectIn(finished.errors, text);
    }

    static void expectIn(const std::string& text, const std::string& part) {
        CPPUNIT_ASSERT_MESSAGE("no \"" + part + "\" in:\n" + text, text.find(part) != std::string::npos);
    }

    static std::size_t count(const std::string& text, const std::string& part) {
        std::size_t found = 0;
        for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size()))
            ++found;
        return found;
    }

    static std::string scopes(const std::string& name, int count) {
        std::string text;
        for (int i = 0; i < count; ++i)
            text += name + std::to_string(i) + ' ';
        return text;
    }

    static std::string contents(const std::filesystem::path& path) {
        std::ifstream file(path, std::ios::binary);
        CPPUNIT_ASSERT_MESSAGE(path.string(), file.is_open());
        return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    }

    static std::string between(const std::string& text, const std::string& name) {
        const auto begin = text.find("<!-- " + name + ": generated -->");
        const auto end = text.find("<!-- end of " + name + " -->");
        CPPUNIT_ASSERT_MESSAGE(name, begin != std::string::npos && end != std::string::npos && begin < end);
        return text.substr(begin, end - begin);
    }

    [[nodiscard]] std::filesystem::path database() const { return _folder.path() / "data" / "db.sqlite3"; }

    TemporaryFolder _folder;
    ChildProcess::Environment _environment;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SettingsTest);
