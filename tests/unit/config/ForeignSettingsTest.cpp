// SPDX-License-Identifier: Apache-2.0
// Copying, shells and editors add characters around a value: each setting refuses them by name.
#include "HostSettingsFixture.h"
#include "central_oauth/config/ProviderSettings.h"

#include <functional>
#include <vector>

using namespace central_oauth;
using namespace central_oauth::config;
using namespace central_oauth::config::test;

class ForeignSettingsTest : public HostSettingsFixture {
    CPPUNIT_TEST_SUITE(ForeignSettingsTest);
    CPPUNIT_TEST(testEachSettingOfTheHost);
    CPPUNIT_TEST(testEachSettingOfProviders);
    CPPUNIT_TEST(testFilesOfSecrets);
    CPPUNIT_TEST(testListsWithQuotedEntries);
    CPPUNIT_TEST(testPathsAndProseMayHoldQuotesAndBlanks);
    CPPUNIT_TEST_SUITE_END();

    struct Wrapping {
        std::string before;
        std::string after;
        std::string words; ///< the message's words about it
    };

    static const std::vector<Wrapping>& wrappings() {
        static const std::vector<Wrapping> all{
            {"\"", "\"", "holds a quotation mark as its first character"},
            {"'", "'", "holds a quotation mark as its first character"},
            {"`", "`", "holds a backquote as its first character"},
            {"\xEF\xBB\xBF", "", "holds a byte order mark as its first character"},
            {" ", "", "holds a blank as its first character"},
            {"", " ", "holds a blank as its last character"},
            {"", "\t", "holds a tab as its last character"},
            {"", "\xC2\xA0", "holds a no-break space as its last character"},
            {"", "\r", "holds a carriage return, part of a Windows line end, as its last character"},
            {"", "\n", "holds a line end as its last character"}};
        return all;
    }

    static std::string validValue(const SettingSpec& spec) {
        switch (spec.type) {
        case ValueType::text:
            return "Example";
        case ValueType::path:
            return "/srv/central-oauth/file";
        case ValueType::key:
            return key();
        case ValueType::level:
            return "INFO";
        case ValueType::address:
            return "127.0.0.1:8080";
        case ValueType::url:
            return "https://link.example.org";
        case ValueType::networks:
            return "10.0.0.0/8, ::1";
        case ValueType::choice:
            return std::string(spec.defaultValue);
        case ValueType::providers:
            return "jira, acme-jira=jira";
        case ValueType::number:
            return std::to_string(spec.least);
        case ValueType::duration:
            return std::to_string(spec.least);
        }
        return {};
    }

    static void assertNamed(const Report& report, const std::string& setting, const std::string& words) {
        const auto text = faultText(report);
        std::size_t count = 0;
        for (const auto& fault : report.faults) {
            if (fault.setting != setting)
                continue;
            ++count;
            CPPUNIT_ASSERT_MESSAGE(words + " is not in:\n" + text,
                                   fault.problem.find(words) != std::string::npos);
        }
        CPPUNIT_ASSERT_EQUAL_MESSAGE(setting + ": " + words + '\n' + text, std::size_t{1}, count);
    }

    static std::vector<provider::SettingSpec> providerSpecs() {
        using provider::SettingType;
        std::vector<provider::SettingSpec> specs{
            {"CLIENT_ID", SettingType::text, true, "", "the id.", {}},
            {"CLIENT_SECRET", SettingType::secret, true, "", "the secret.", {}},
            {"NAME", SettingType::text, false, "", "what pages call it.", {}},
            {"SCOPES", SettingType::scopeList, false, "", "scopes.", {}},
            {"AUTH_BASE", SettingType::url, false, "", "where.", {}},
            {"DEPLOYMENT", SettingType::choice, false, "", "kind.", {"cloud"}},
            {"STRICT", SettingType::flag, false, "", "whether.", {}}};
        for (const auto& spec : hostSettingSpecs())
            specs.push_back(spec);
        return specs;
    }

    static std::string validValue(const provider::SettingSpec& spec) {
        static const std::map<std::string, std::string> values{{"SCOPES", "read:jira-work offline_access"},
                                                               {"AUTH_BASE", "https://auth.example"},
                                                               {"DEPLOYMENT", "cloud"},
                                                               {"STRICT", "on"},
                                                               {"ALLOWED_SITES", "https://acme.example"},
                                                               {"ALLOWED_EMAIL_DOMAINS", "example.org"}};
        const auto found = values.find(spec.key);
        return found == values.end() ? "one-app" : found->second;
    }

    static Report readProvider(const std::string& variable, const std::string& value) {
        const auto all = providerSpecs();
        const std::vector<provider::SettingSpec> ofPlugin(
            all.begin(), all.end() - static_cast<std::ptrdiff_t>(hostSettingSpecs().size()));
        const Environment environment(std::map<std::string, std::string>{{variable, value}});
        Report report;
        (void)readProviderSettings(environment, "jira", ofPlugin, report);
        (void)readAllowLists(environment, "jira", report);
        return report;
    }

public:
    void testEachSettingOfTheHost() {
        for (const auto& spec : settingsTable()) {
            const auto name = std::string(spec.name).substr(std::string("CENTRAL_OAUTH_").size());
            for (const auto& [before, after, words] : wrappings())
                assertNamed(loaded({{name, before + validValue(spec) + after}}).report,
                            std::string(spec.name), words);
        }
    }

    // A list of scopes is separated by blanks, so blanks at its ends mean nothing.
    void testEachSettingOfProviders() {
        for (const auto& spec : providerSpecs()) {
            const auto variable = "CENTRAL_OAUTH_JIRA_" + spec.key;
            for (const auto& [before, after, words] : wrappings()) {
                const bool isSeparator = before == " " || after == " " || after == "\t";
                if (spec.type != provider::SettingType::scopeList || !isSeparator)
                    assertNamed(readProvider(variable, before + validValue(spec) + after), variable, words);
            }
        }
    }

    void testFilesOfSecrets() {
        for (const auto& [before, after, words] : wrappings()) {
            const std::string path = before + "/run/secrets/key" + after;
            assertNamed(load(Environment({{"CENTRAL_OAUTH_SECRET_KEY_FILE", path}})).report,
                        "CENTRAL_OAUTH_SECRET_KEY_FILE", words);
        }
    }

    void testListsWithQuotedEntries() {
        for (const std::string key : {"ALLOWED_SITES", "ALLOWED_EMAIL_DOMAINS"})
            assertNamed(
                readProvider("CENTRAL_OAUTH_JIRA_" + key, "acme1.example, \"acme2.example\",x.example"),
                "CENTRAL_OAUTH_JIRA_" + key, "holds a quotation mark as character 16");
    }

    void testPathsAndProseMayHoldQuotesAndBlanks() {
        for (const std::string path :
             {"/srv/My Files/db.sqlite3", "/srv/o'brien/db.sqlite3", "/srv/d\xC3\xA9p\xC3\xB4t/db.sqlite3"})
            CPPUNIT_ASSERT_EQUAL(path, accepted({{"DB_PATH", path}}).dbPath.string());
        for (const std::string name : {"The \"Example\" Ltd", "\"Example\" Ltd", "O'Brien & Sons'",
                                       "\xC2\xAB\xD0\xA0\xC2\xBB", "Example, Inc."})
            CPPUNIT_ASSERT_EQUAL(name, accepted({{"OPERATOR_NAME", name}}).operatorName);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ForeignSettingsTest);
