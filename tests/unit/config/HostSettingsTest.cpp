// SPDX-License-Identifier: Apache-2.0
// The loader of the host's settings: defaults, values, and each refusal with its text.
#include "HostSettingsFixture.h"

using namespace central_oauth;
using namespace central_oauth::config;
using namespace central_oauth::config::test;

class HostSettingsTest : public HostSettingsFixture {
    CPPUNIT_TEST_SUITE(HostSettingsTest);
    CPPUNIT_TEST(testNeedsAKeyAndNothingElse);
    CPPUNIT_TEST(testReadsEverySetting);
    CPPUNIT_TEST(testEmptyCountsAsUnset);
    CPPUNIT_TEST(testCollectsAllFaults);
    CPPUNIT_TEST(testWarnsOfLaterSettings);
    CPPUNIT_TEST(testRefusesDatabasePaths);
    CPPUNIT_TEST(testRefusesLogLevels);
    CPPUNIT_TEST(testReadsBindAddresses);
    CPPUNIT_TEST(testRefusesBindAddresses);
    CPPUNIT_TEST(testReadsPublicUrls);
    CPPUNIT_TEST(testRefusesPublicUrls);
    CPPUNIT_TEST(testPublicUrlIsRequiredBeyondLoopback);
    CPPUNIT_TEST(testWarnsOfAPlainListenerBeyondLoopback);
    CPPUNIT_TEST(testWarnsOfAPortThatMayHaveNeighbours);
    CPPUNIT_TEST(testHttpsNeedsTrustedProxies);
    CPPUNIT_TEST(testRefusesTrustedProxies);
    CPPUNIT_TEST(testWarnsOfTrustInEverybody);
    CPPUNIT_TEST(testRefusesProxyHeaders);
    CPPUNIT_TEST(testRefusesRelativePluginDirectories);
    CPPUNIT_TEST(testRefusesNumbers);
    CPPUNIT_TEST(testTakesNumbersAtTheirLimits);
    CPPUNIT_TEST(testRefusesOperatorNames);
    CPPUNIT_TEST(testRefusesSupportUrls);
    CPPUNIT_TEST(testRefusesUnreadableAuthorities);
    CPPUNIT_TEST(testRefusesControlCharacters);
    CPPUNIT_TEST(testDescribesEverySettingWithoutSecrets);
    CPPUNIT_TEST_SUITE_END();

public:
    void testNeedsAKeyAndNothingElse() {
        const auto settings = accepted({});
        CPPUNIT_ASSERT_EQUAL(std::string("/var/lib/central-oauth/db.sqlite3"),
                             settings.dbPath.generic_string());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, settings.keyRing.size());
        CPPUNIT_ASSERT(settings.logLevel == provider::LogLevel::info);
        CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.1:8080"), settings.bind.text());
        CPPUNIT_ASSERT(!settings.tls && !settings.publicUrl);
        CPPUNIT_ASSERT(settings.trustedProxies.empty());
        CPPUNIT_ASSERT(settings.proxyHeader == ProxyHeader::xForwardedFor);
        CPPUNIT_ASSERT(settings.providers.empty());
        CPPUNIT_ASSERT(settings.pluginDir.is_absolute());
        CPPUNIT_ASSERT(settings.linkTtl == std::chrono::seconds(600));
        CPPUNIT_ASSERT(settings.lockWait == std::chrono::seconds(30));
        CPPUNIT_ASSERT(settings.auditRetention == std::chrono::hours(24 * 400));
        CPPUNIT_ASSERT(settings.grantMaxUnused == std::chrono::hours(24 * 90));
        CPPUNIT_ASSERT(settings.grantMaxAge == std::chrono::hours(24 * 365));
        CPPUNIT_ASSERT(settings.logFile.empty());
        CPPUNIT_ASSERT(settings.workers >= 16 && settings.workers <= 64);
        CPPUNIT_ASSERT_EQUAL(std::size_t{10000}, settings.maxConnections);
        CPPUNIT_ASSERT(settings.operatorName.empty() && settings.supportUrl.empty() &&
                       settings.upstreamCa.empty());
    }

    void testReadsEverySetting() {
        const Poco::TemporaryFile bundle;
        std::ofstream(bundle.path()) << "pem";
        const auto settings = accepted({{"DB_PATH", "/srv/x/../db"},
                                        {"LOG_LEVEL", "debug"},
                                        {"BIND", "0.0.0.0:80"},
                                        {"PUBLIC_URL", "https://link.example.org"},
                                        {"TRUSTED_PROXIES", "10.0.0.0/8"},
                                        {"PROXY_HEADER", "Forwarded"},
                                        {"PROVIDERS", "jira, acme-jira=jira"},
                                        {"PLUGIN_DIR", "/opt/plugins"},
                                        {"LINK_TTL", "120"},
                                        {"LOCK_WAIT", "5"},
                                        {"AUDIT_RETENTION", "90d"},
                                        {"LOG_FILE", bundle.path() + ".log"},
                                        {"WORKERS", "8"},
                                        {"MAX_CONNECTIONS", "500"},
                                        {"OPERATOR_NAME", "M\xC3\xBCller & Co"},
                                        {"SUPPORT_URL", "https://help.example.org/central?topic=oauth"},
                                        {"UPSTREAM_CA", bundle.path()}});
        CPPUNIT_ASSERT_EQUAL(std::string("/srv/db"), settings.dbPath.generic_string());
        CPPUNIT_ASSERT(settings.logLevel == provider::LogLevel::debug);
        CPPUNIT_ASSERT_EQUAL(std::string("0.0.0.0:80"), settings.bind.text());
        CPPUNIT_ASSERT_EQUAL(std::string("https://link.example.org"), settings.publicUrl->text);
        CPPUNIT_ASSERT(settings.trustedProxies.contains("10.1.1.1"));
        CPPUNIT_ASSERT(settings.proxyHeader == ProxyHeader::forwarded);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, settings.providers.size());
        CPPUNIT_ASSERT_EQUAL(std::string("acme-jira"), settings.providers[1].name);
        CPPUNIT_ASSERT_EQUAL(std::string("jira"), settings.providers[1].plugin);
        CPPUNIT_ASSERT_EQUAL(std::string("/opt/plugins"), settings.pluginDir.generic_string());
        CPPUNIT_ASSERT(settings.linkTtl == std::chrono::minutes(2));
        CPPUNIT_ASSERT(settings.lockWait == std::chrono::seconds(5));
        CPPUNIT_ASSERT(settings.auditRetention == std::chrono::hours(24 * 90));
        CPPUNIT_ASSERT_EQUAL(bundle.path() + ".log", settings.logFile.string());
        CPPUNIT_ASSERT_EQUAL(std::size_t{8}, settings.workers);
        CPPUNIT_ASSERT_EQUAL(std::size_t{500}, settings.maxConnections);
        CPPUNIT_ASSERT_EQUAL(std::string("M\xC3\xBCller & Co"), settings.operatorName);
        CPPUNIT_ASSERT_EQUAL(std::string("https://help.example.org/central?topic=oauth"),
                             settings.supportUrl);
        CPPUNIT_ASSERT_EQUAL(bundle.path(), settings.upstreamCa.string());
    }

    void testEmptyCountsAsUnset() {
        Values values;
        for (const auto& spec : settingsTable()) {
            if (!spec.secret)
                values[std::string(spec.name).substr(std::string("CENTRAL_OAUTH_").size())] = "";
        }
        values["ADMIN_KEY"] = "";
        CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.1:8080"), accepted(values).bind.text());
    }

    void testCollectsAllFaults() {
        const auto result = load(Environment({{"CENTRAL_OAUTH_LOG_LEVEL", "loud"},
                                              {"CENTRAL_OAUTH_BIND", "nowhere"},
                                              {"CENTRAL_OAUTH_WORKERS", "none"},
                                              {"CENTRAL_OAUTH_LOG_FILE", "k"}}));
        std::string names;
        for (const auto& fault : result.report.faults)
            names += fault.setting.substr(std::string("CENTRAL_OAUTH_").size()) + ' ';
        CPPUNIT_ASSERT_EQUAL(std::string("SECRET_KEY LOG_LEVEL LOG_FILE BIND WORKERS "), names);
    }

    void testWarnsOfLaterSettings() {
        for (const auto& later : laterSettings()) {
            const auto shortName = std::string(later.name).substr(std::string("CENTRAL_OAUTH_").size());
            for (const auto& name : {shortName, shortName + "_FILE"}) {
                const auto report = loaded({{name, "off"}}).report;
                CPPUNIT_ASSERT_EQUAL(std::string(), faultText(report));
                CPPUNIT_ASSERT_EQUAL_MESSAGE(name, std::size_t{1}, report.warnings.size());
                CPPUNIT_ASSERT_EQUAL("CENTRAL_OAUTH_" + name, report.warnings[0].setting);
                CPPUNIT_ASSERT_EQUAL("is not in this release yet and has no effect: " +
                                         std::string(later.consequence),
                                     report.warnings[0].text);
            }
            CPPUNIT_ASSERT_MESSAGE(shortName, findSetting(later.name) == nullptr);
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, laterSettings().size());
    }

    void testRefusesDatabasePaths() {
        for (const auto* odd : {"file:db?mode=memory", ":memory:"})
            assertFault("DB_PATH is not the path of a file; write a plain path", {{"DB_PATH", odd}});
        for (const auto* relative : {"db.sqlite3", "data/db.sqlite3", "./db", "~/db.sqlite3"})
            assertFault("DB_PATH is not an absolute path; write the full path", {{"DB_PATH", relative}});
        assertFault("DB_PATH is a directory; add the name of a file",
                    {{"DB_PATH", std::filesystem::temp_directory_path().string()}});
    }

    void testRefusesLogLevels() {
        assertFault("LOG_LEVEL is not a log level; write DEBUG, INFO, WARNING or ERROR",
                    {{"LOG_LEVEL", "TRACE"}});
    }

    void testReadsBindAddresses() {
        const auto ipv6 = accepted({{"BIND", "[::1]:0"}}).bind;
        CPPUNIT_ASSERT_EQUAL(std::string("::1"), ipv6.host);
        CPPUNIT_ASSERT_EQUAL(0, static_cast<int>(ipv6.port));
        CPPUNIT_ASSERT_EQUAL(std::string("[::1]:0"), ipv6.text());
        for (const auto* loopback :
             {"localhost:1", "LOCALHOST:1", "127.8.9.1:65535", "[::1]:1", "[::ffff:127.0.0.1]:1"})
            CPPUNIT_ASSERT_MESSAGE(loopback, accepted({{"BIND", loopback}}).bind.isLoopback());
        for (const auto* open : {"0.0.0.0:1", "[::]:1", "10.0.0.1:1", "host-1.example:1"}) {
            const auto settings = accepted(
                {{"BIND", open}, {"PUBLIC_URL", "https://a.example"}, {"TRUSTED_PROXIES", "10.0.0.2"}});
            CPPUNIT_ASSERT_MESSAGE(open, !settings.bind.isLoopback());
        }
    }

    void testRefusesBindAddresses() {
        for (const auto* odd : {"127.0.0.1", "8080", "[::1]", "localhost"})
            assertFault("BIND has no port; write it as 127.0.0.1:8080, 0.0.0.0:8080 or [::1]:8080",
                        {{"BIND", odd}});
        for (const auto* odd : {":8080", "*:8080", "::1:8080", "[127.0.0.1]:80", "[::1:80", "1.2.3:80",
                                "1.2.3.256:80", "-a:80", "a..b:80", "[]:80"})
            assertFault("BIND has no valid host; write", {{"BIND", odd}});
        for (const auto* odd : {"127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:x"})
            assertFault("BIND has a port that is not a number from 0 to 65535; write", {{"BIND", odd}});
    }

    void testReadsPublicUrls() {
        struct Case {
            std::string written, text, authority;
        };
        for (const auto& each : {Case{"https://a.example", "https://a.example", "a.example"},
                                 Case{"https://A.Example/", "https://a.example", "a.example"},
                                 Case{"HTTPS://a.example:8443/", "https://a.example:8443", "a.example:8443"},
                                 Case{"https://a.example:443", "https://a.example", "a.example"},
                                 Case{"https://a.example.", "https://a.example", "a.example"},
                                 Case{"http://localhost:8080", "http://localhost:8080", "localhost:8080"},
                                 Case{"http://127.0.0.1:80/", "http://127.0.0.1", "127.0.0.1"},
                                 Case{"http://[::1]:9000", "http://[::1]:9000", "[::1]:9000"},
                                 Case{"https://[2001:db8::1]", "https://[2001:db8::1]", "[2001:db8::1]"}}) {
            const auto url =
                accepted({{"PUBLIC_URL", each.written}, {"TRUSTED_PROXIES", "::1"}}).publicUrl.value();
            CPPUNIT_ASSERT_EQUAL(each.text, url.text);
            CPPUNIT_ASSERT_EQUAL(each.authority, url.authority);
            CPPUNIT_ASSERT_EQUAL(each.text.starts_with("https"), url.https);
        }
    }

    void testRefusesPublicUrls() {
        const auto refused = [](const std::string& problem, std::initializer_list<const char*> urls) {
            for (const auto* url : urls)
                assertFault("PUBLIC_URL " + problem + "; ", {{"PUBLIC_URL", url}});
        };
        refused("is not an absolute URL",
                {"a.example", "//a.example", "https:a.example", "https:///x", "https://a\\b", "https://<a>"});
        refused("is not https", {"http://a.example", "http://10.0.0.1", "http://localhost.example",
                                 "ftp://a.example", "http://0.0.0.0:8080", "http://[::]"});
        refused("holds a path", {"https://a.example/x", "https://a.example//"});
        refused("holds a query", {"https://a.example?", "https://a.example/?x=1"});
        refused("holds a fragment", {"https://a.example#", "https://a.example/#x"});
        refused("holds a user name or password",
                {"https://u@a.example", "https://u:p@a.example", "https://@a.example"});
        refused("has an empty port", {"https://a.example:"});
        refused("has no valid host and port",
                {"https://1.2.3", "https://a_.-", "https://[::1]x:9", "https://a:0443", "https://%41.example",
                 "https://a..b", "https://a..", "https://a:99999", "https://a:x", "https://[::1",
                 "https://::1"});
    }

    void testPublicUrlIsRequiredBeyondLoopback() {
        assertFault(
            "PUBLIC_URL is required, because the bind address is not loopback; set it to the https URL",
            {{"BIND", "0.0.0.0:8080"}});
    }

    void testWarnsOfAPlainListenerBeyondLoopback() {
        const auto warnings = [](Values values) {
            std::string text;
            for (const auto& warning : loaded(values).report.warnings)
                text += warning.setting + ' ' + warning.text + '\n';
            return text;
        };
        for (const auto* url : {"http://localhost:8080", "http://127.0.0.1:8080", "https://a.example"}) {
            for (const auto* bind : {"0.0.0.0:8080", "[::]:8080", "192.0.2.1:8080", "host.example:8080"}) {
                const auto text =
                    warnings({{"BIND", bind}, {"PUBLIC_URL", url}, {"TRUSTED_PROXIES", "127.0.0.1"}});
                CPPUNIT_ASSERT_MESSAGE(
                    std::string(bind) + ' ' + url + ": " + text,
                    text.starts_with("CENTRAL_OAUTH_BIND is not loopback and the listener speaks "
                                     "plain HTTP"));
            }
        }
        CPPUNIT_ASSERT_EQUAL(std::string(), warnings({{"BIND", "[::1]:8080"}}));
        const PemFiles files;
        CPPUNIT_ASSERT_EQUAL(std::string(), warnings(files.with({{"BIND", "0.0.0.0:443"},
                                                                 {"PUBLIC_URL", "https://a.example"}})));
    }

    void testWarnsOfAPortThatMayHaveNeighbours() {
        const auto isWarnedOf = [](const char* url) {
            const auto warnings =
                loaded({{"PUBLIC_URL", url}, {"TRUSTED_PROXIES", "127.0.0.1"}}).report.warnings;
            CPPUNIT_ASSERT_MESSAGE(url,
                                   warnings.empty() || warnings.front().text.starts_with("names a port"));
            return warnings.size() == 1;
        };
        for (const auto* url : {"https://a.example:8443", "HTTPS://A.example.:80/", "https://192.0.2.1:444",
                                "https://[2001:db8::1]:444", "https://localhost.example:8443"})
            CPPUNIT_ASSERT_MESSAGE(url, isWarnedOf(url));
        for (const auto* url :
             {"https://a.example", "https://a.example:443/", "https://a.example.:443",
              "http://localhost:8080", "https://localhost:8443", "http://127.0.0.1:8080", "http://[::1]:8080",
              "https://[::1]:8443", "http://LOCALHOST.:8080", "http://[0::1]:8080"})
            CPPUNIT_ASSERT_MESSAGE(url, !isWarnedOf(url));
    }

    void testHttpsNeedsTrustedProxies() {
        assertFault("TRUSTED_PROXIES is required, because the public URL is https and the listener speaks "
                    "plain HTTP: "
                    "without it every caller would look like the proxy; list the addresses",
                    {{"PUBLIC_URL", "https://a.example"}});
        accepted({{"PUBLIC_URL", "http://localhost:8080"}});
    }

    void testRefusesTrustedProxies() {
        assertFault("TRUSTED_PROXIES has an entry 2 that is not an IP address; list addresses and networks",
                    {{"TRUSTED_PROXIES", "10.0.0.0/8,proxy"}, {"PUBLIC_URL", "https://a.example"}});
    }

    void testWarnsOfTrustInEverybody() {
        const auto report = loaded({{"TRUSTED_PROXIES", "::1,0.0.0.0/0"}}).report;
        CPPUNIT_ASSERT(!report.hasFaults());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, report.warnings.size());
        CPPUNIT_ASSERT_EQUAL(std::string("CENTRAL_OAUTH_TRUSTED_PROXIES"), report.warnings[0].setting);
        CPPUNIT_ASSERT_EQUAL(std::string("trusts every address, so any caller can pretend to be another"),
                             report.warnings[0].text);
    }

    void testRefusesProxyHeaders() {
        assertFault(
            "PROXY_HEADER is neither forwarded nor x-forwarded-for; write the one that your proxy sets",
            {{"PROXY_HEADER", "x-real-ip"}});
    }

    void testRefusesRelativePluginDirectories() {
        assertFault("PLUGIN_DIR is not an absolute path; write the full path", {{"PLUGIN_DIR", "plugins"}});
    }

    void testRefusesNumbers() {
        const auto refused = [](const std::string& name, const std::string& range,
                                std::initializer_list<const char*> values) {
            for (const auto* value : values)
                assertFault(name + " is not a whole number from " + range +
                                "; write digits only, a number from " + range,
                            {{name, value}});
        };
        refused("WORKERS", "1 to 512", {"0", "513", "4.5"});
        refused("MAX_CONNECTIONS", "16 to 1000000", {"15", "1000001", "10k"});
    }

    void testTakesNumbersAtTheirLimits() {
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, accepted({{"WORKERS", "1"}}).workers);
        CPPUNIT_ASSERT_EQUAL(std::size_t{512}, accepted({{"WORKERS", "512"}}).workers);
    }

    void testRefusesOperatorNames() {
        std::string longest;
        for (int i = 0; i < 64; ++i)
            longest += "\xC3\xBC";
        CPPUNIT_ASSERT_EQUAL(longest, accepted({{"OPERATOR_NAME", longest}}).operatorName);
        for (const auto& odd : {longest + "x", std::string("a\xFF"), std::string("a\xC2\x85z"),
                                std::string("a\xE2\x80\xAE"
                                            "a")})
            assertFault("OPERATOR_NAME is not a text of at most 64 printable UTF-8 characters; shorten",
                        {{"OPERATOR_NAME", odd}});
    }

    void testRefusesSupportUrls() {
        CPPUNIT_ASSERT_EQUAL(std::string("mailto:help@example.org"),
                             accepted({{"SUPPORT_URL", "mailto:help@example.org"}}).supportUrl);
        for (const auto* odd :
             {"help@example.org", "http://localhost/", "javascript:alert(1)", "mailto:", "mailto:help",
              "mailto:@example.org", "mailto:help@", "mailto:a@b<c", "https://u:p@a.example", "tel:112"})
            assertFault("SUPPORT_URL is neither an https URL nor a mailto address; write it as",
                        {{"SUPPORT_URL", odd}});
    }

    void testRefusesUnreadableAuthorities() {
        for (const auto& odd :
             {std::string("/nonexistent/ca.pem"), std::filesystem::temp_directory_path().string()})
            assertFault("UPSTREAM_CA names a file that ", {{"UPSTREAM_CA", odd}});
    }

    void testRefusesControlCharacters() {
        for (const auto* name : {"DB_PATH", "OPERATOR_NAME", "PLUGIN_DIR"})
            assertFault(name + std::string(" holds a line end as character 3; write the value alone"),
                        {{name, "/a\nb"}});
    }

    void testDescribesEverySettingWithoutSecrets() {
        const auto settings =
            accepted({{"KEY_RING", key() + ',' + std::string(8, 'b') +
                                       "3f0c9a71d25be846b1e7c3a9584d60f2e6b85d1907fac42c13e87b5d"},
                      {"PROVIDERS", "jira,x=jira"}});
        const auto lines = describe(settings);
        CPPUNIT_ASSERT_EQUAL(settingsTable().size(), lines.size());
        std::map<std::string, std::string> byName;
        for (std::size_t i = 0; i < lines.size(); ++i) {
            CPPUNIT_ASSERT_EQUAL(std::string(settingsTable()[i].name), lines[i].first);
            CPPUNIT_ASSERT(lines[i].second.find("aaaaaaaa") == std::string::npos);
            byName.insert(lines[i]);
        }
        CPPUNIT_ASSERT_EQUAL(std::string("set"), byName["CENTRAL_OAUTH_SECRET_KEY"]);
        CPPUNIT_ASSERT_EQUAL(std::string("2 keys"), byName["CENTRAL_OAUTH_KEY_RING"]);
        CPPUNIT_ASSERT_EQUAL(std::string("jira, x=jira"), byName["CENTRAL_OAUTH_PROVIDERS"]);
        CPPUNIT_ASSERT_EQUAL(std::string("INFO"), byName["CENTRAL_OAUTH_LOG_LEVEL"]);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HostSettingsTest);
