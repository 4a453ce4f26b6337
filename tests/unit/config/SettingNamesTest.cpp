// SPDX-License-Identifier: Apache-2.0
// A fault in one setting is reported under that setting's name, and under no other.
#include "HostSettingsFixture.h"
#include "central_oauth/config/ProviderSettings.h"

using namespace central_oauth;
using namespace central_oauth::config;
using namespace central_oauth::config::test;

class SettingNamesTest : public HostSettingsFixture {
    CPPUNIT_TEST_SUITE(SettingNamesTest);
    CPPUNIT_TEST(testEachSettingOfTheHostIsNamed);
    CPPUNIT_TEST(testEachFileOfASecretIsNamed);
    CPPUNIT_TEST(testEachSettingOfAProviderIsNamed);
    CPPUNIT_TEST(testIdsAndSecretsRefuseForeignCharacters);
    CPPUNIT_TEST_SUITE_END();

    // Returns the value with the damage that shells, editors and documents cause.
    static std::vector<std::string> spoilt(const std::string& value) {
        return {"\"" + value + "\"",
                "'" + value + "'",
                "\xEF\xBB\xBF" + value,
                value + "\r",
                value + "\n",
                " " + value,
                value + " ",
                value + "\xC2\xA0",
                "\xE2\x80\x9C" + value,
                value + "\xE2\x80\x8B",
                "\t" + value,
                value + "\x01",
                value + "\xFF",
                value.substr(0, 1) + " " + value.substr(1)};
    }

    Values valid() const {
        return _files.with({{"DB_PATH", "/tmp/central-oauth.sqlite3"},
                            {"SECRET_KEY", key()},
                            {"KEY_RING", key()},
                            {"LOG_LEVEL", "INFO"},
                            {"LOG_FILE", "/tmp/central-oauth-test.log"},
                            {"BIND", "127.0.0.1:8080"},
                            {"PUBLIC_URL", "https://link.example.org"},
                            {"TRUSTED_PROXIES", "127.0.0.1"},
                            {"PROXY_HEADER", "forwarded"},
                            {"PROVIDERS", "jira"},
                            {"PLUGIN_DIR", "/usr/lib"},
                            {"LINK_TTL", "600"},
                            {"GRANT_MAX_UNUSED", "90d"},
                            {"GRANT_MAX_AGE", "365d"},
                            {"AUDIT_RETENTION", "400d"},
                            {"LOCK_WAIT", "30"},
                            {"WORKERS", "16"},
                            {"MAX_CONNECTIONS", "100"},
                            {"OPERATOR_NAME", "IT"},
                            {"SUPPORT_URL", "mailto:help@example.org"},
                            {"UPSTREAM_CA", _files.certificate()}});
    }

    // Each message begins with the setting's name and holds no other setting's name.
    static void assertNamed(const std::string& name, const std::string& value, const Report& report) {
        const auto check = [&](const std::string& setting, const std::string& text) {
            const auto what = name + " = " + value.substr(0, 40) + ": " + setting + ' ' + text;
            CPPUNIT_ASSERT_EQUAL_MESSAGE(what, name, setting);
            CPPUNIT_ASSERT_MESSAGE(what, text.find("CENTRAL_OAUTH_") == std::string::npos);
        };
        for (const auto& fault : report.faults)
            check(fault.setting, fault.problem + fault.fix);
        for (const auto& warning : report.warnings)
            check(warning.setting, warning.text);
    }

    static std::vector<provider::SettingSpec> specs() {
        using provider::SettingType;
        return {{"CLIENT_ID", SettingType::text, true, "", "the id.", {}},
                {"CLIENT_SECRET", SettingType::secret, true, "", "the secret.", {}},
                {"SCOPES", SettingType::scopeList, false, "", "scopes.", {}},
                {"AUTH_BASE", SettingType::url, false, "", "where.", {}},
                {"KIND", SettingType::choice, false, "", "kind.", {"cloud"}},
                {"STRICT", SettingType::flag, false, "", "whether.", {}}};
    }

    static Report reportOf(const std::map<std::string, std::string>& variables) {
        const Environment environment(variables);
        Report report;
        (void)readProviderSettings(environment, "jira", specs(), report);
        (void)readAllowLists(environment, "jira", report);
        return report;
    }

    static std::map<std::string, std::string> validOfProvider() {
        std::map<std::string, std::string> values;
        for (const auto& [name, value] : Values{{"CLIENT_ID", "app"},
                                                {"CLIENT_SECRET", "secret"},
                                                {"SCOPES", "read:jira-work"},
                                                {"AUTH_BASE", "https://auth.example"},
                                                {"KIND", "cloud"},
                                                {"STRICT", "on"},
                                                {"ALLOWED_SITES", "https://acme.atlassian.net"},
                                                {"ALLOWED_EMAIL_DOMAINS", "example.com"}})
            values[providerVariable("jira", name)] = value;
        return values;
    }

    PemFiles _files;

public:
    void testEachSettingOfTheHostIsNamed() {
        const auto baseline = loaded(valid()).report;
        CPPUNIT_ASSERT_EQUAL(std::string(), faultText(baseline));
        CPPUNIT_ASSERT(baseline.warnings.empty());
        for (const auto& spec : settingsTable()) {
            const auto name = std::string(spec.name).substr(std::string("CENTRAL_OAUTH_").size());
            const auto right = valid();
            CPPUNIT_ASSERT_MESSAGE(name + " has no valid value in this test", right.count(name) == 1);
            for (const auto& value : spoilt(right.at(name))) {
                auto values = right;
                values[name] = value;
                assertNamed(std::string(spec.name), value, loaded(values).report);
            }
        }
    }

    void testEachFileOfASecretIsNamed() {
        for (const std::string name : {"SECRET_KEY", "KEY_RING"}) {
            for (const auto& value : spoilt(key())) {
                // A line end closes the file's line and is no part of the secret.
                if (value.ends_with('\n') || value.ends_with('\r'))
                    continue;
                const Poco::TemporaryFile file;
                std::ofstream(file.path()) << value;
                std::filesystem::permissions(file.path(), std::filesystem::perms::owner_read);
                std::map<std::string, std::string> values;
                for (const auto& [shortName, right] : valid())
                    values["CENTRAL_OAUTH_" + shortName] = right;
                values.erase("CENTRAL_OAUTH_" + name);
                values["CENTRAL_OAUTH_" + name + "_FILE"] = file.path();
                const auto report = load(Environment(values)).report;
                assertNamed("CENTRAL_OAUTH_" + name + "_FILE", value, report);
                CPPUNIT_ASSERT_EQUAL_MESSAGE(value, std::size_t{1}, report.faults.size());
                CPPUNIT_ASSERT_MESSAGE(
                    report.faults.front().problem,
                    report.faults.front().problem.starts_with("names the file " + file.path() + ", which "));
            }
        }
    }

    void testEachSettingOfAProviderIsNamed() {
        CPPUNIT_ASSERT_EQUAL(std::string(), faultText(reportOf(validOfProvider())));
        for (const auto& [name, right] : validOfProvider()) {
            for (const auto& value : spoilt(right)) {
                auto values = validOfProvider();
                values[name] = value;
                assertNamed(name, value, reportOf(values));
            }
        }
    }

    void testIdsAndSecretsRefuseForeignCharacters() {
        for (const std::string name : {"SECRET_KEY", "KEY_RING"})
            for (const auto& value : spoilt(key())) {
                auto values = valid();
                values[name] = value;
                const auto report = loaded(values).report;
                CPPUNIT_ASSERT_EQUAL_MESSAGE(name + value, std::size_t{1}, report.faults.size());
                CPPUNIT_ASSERT_MESSAGE(report.faults.front().problem,
                                       report.faults.front().problem.starts_with("holds a"));
            }
        for (const std::string key : {"CLIENT_ID", "CLIENT_SECRET"}) {
            const auto name = providerVariable("jira", key);
            for (const auto& value : spoilt(validOfProvider().at(name))) {
                auto values = validOfProvider();
                values[name] = value;
                const auto report = reportOf(values);
                CPPUNIT_ASSERT_EQUAL_MESSAGE(name + value, std::size_t{1}, report.faults.size());
                CPPUNIT_ASSERT_MESSAGE(report.faults.front().problem,
                                       report.faults.front().problem.starts_with("holds a"));
            }
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SettingNamesTest);
