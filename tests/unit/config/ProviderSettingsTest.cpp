// SPDX-License-Identifier: Apache-2.0
// Settings of providers, checked by the type that the plugin declares.
#include "central_oauth/config/ProviderSettings.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <map>
#include <string>

using namespace central_oauth;
using namespace central_oauth::config;
using provider::SettingType;

class ProviderSettingsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ProviderSettingsTest);
    CPPUNIT_TEST(testReadsEveryType);
    CPPUNIT_TEST(testUsesDefaults);
    CPPUNIT_TEST(testSecretsAreNoTexts);
    CPPUNIT_TEST(testReportsWhatIsMissing);
    CPPUNIT_TEST(testRefusesControlCharacters);
    CPPUNIT_TEST(testRefusesUrls);
    CPPUNIT_TEST(testRefusesScopes);
    CPPUNIT_TEST(testRefusesChoices);
    CPPUNIT_TEST(testRefusesFlags);
    CPPUNIT_TEST(testWarnsOfLaterSettingsUnlessDeclared);
    CPPUNIT_TEST(testRefusesDataCenter);
    CPPUNIT_TEST(testNamesVariables);
    CPPUNIT_TEST(testNoMessageHoldsAValue);
    CPPUNIT_TEST_SUITE_END();

    static std::vector<provider::SettingSpec> specs() {
        return {{"CLIENT_ID", SettingType::text, true, "", "the id of the app.", {}},
                {"CLIENT_SECRET", SettingType::secret, true, "", "the secret of the app.", {}},
                {"SCOPES", SettingType::scopeList, false, "read:me", "what to ask for.", {}},
                {"AUTH_BASE", SettingType::url, false, "https://auth.example", "where to authorize.", {}},
                {"REGION", SettingType::choice, false, "eu", "where the data is.", {"eu", "us"}},
                {"STRICT", SettingType::flag, false, "", "whether to be strict.", {}}};
    }

    static provider::Settings read(std::map<std::string, std::string> values, Report& report) {
        std::map<std::string, std::string> full;
        for (const auto& [key, value] : values)
            full[providerVariable("acme-jira", key)] = value;
        return readProviderSettings(Environment(full), "acme-jira", specs(), report);
    }

    // Asserts that this value, beside id and secret, yields exactly this fault.
    static void assertFault(const std::string& expected, const std::string& key, const std::string& value) {
        Report report;
        std::map<std::string, std::string> values{{"CLIENT_ID", "app"}, {"CLIENT_SECRET", "hush"}};
        values[key] = value;
        (void)read(values, report);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(value, "1. CENTRAL_OAUTH_ACME_JIRA_" + key + ' ' + expected + ".\n",
                                     faultText(report));
    }

public:
    void testReadsEveryType() {
        Report report;
        const auto settings = read({{"CLIENT_ID", "app-one"},
                                    {"CLIENT_SECRET", "newer,older"},
                                    {"SCOPES", "  read:jira-work   write:x "},
                                    {"AUTH_BASE", "http://127.0.0.1:9000/base/"},
                                    {"REGION", "us"},
                                    {"STRICT", "on"}},
                                   report);
        CPPUNIT_ASSERT_EQUAL(std::string(), faultText(report));
        CPPUNIT_ASSERT_EQUAL(std::string("app-one"), settings.text("CLIENT_ID"));
        CPPUNIT_ASSERT_EQUAL(std::string("newer,older"),
                             std::string(settings.secret("CLIENT_SECRET").reveal()));
        CPPUNIT_ASSERT_EQUAL(std::string("read:jira-work write:x"), settings.text("SCOPES"));
        CPPUNIT_ASSERT_EQUAL(std::string("http://127.0.0.1:9000/base/"), settings.text("AUTH_BASE"));
        CPPUNIT_ASSERT_EQUAL(std::string("us"), settings.text("REGION"));
        CPPUNIT_ASSERT_EQUAL(std::string("on"), settings.text("STRICT"));
    }

    void testUsesDefaults() {
        Report report;
        const auto settings = read({{"CLIENT_ID", "app"}, {"CLIENT_SECRET", "hush"}, {"REGION", ""}}, report);
        CPPUNIT_ASSERT(!report.hasFaults());
        CPPUNIT_ASSERT_EQUAL(std::string("read:me"), settings.text("SCOPES"));
        CPPUNIT_ASSERT_EQUAL(std::string("https://auth.example"), settings.text("AUTH_BASE"));
        CPPUNIT_ASSERT_EQUAL(std::string("eu"), settings.text("REGION"));
        CPPUNIT_ASSERT_EQUAL(std::string(), settings.text("STRICT"));
    }

    void testSecretsAreNoTexts() {
        Report report;
        const auto settings = read({{"CLIENT_ID", "app"}, {"CLIENT_SECRET", "hush"}}, report);
        CPPUNIT_ASSERT_EQUAL(std::string(), settings.text("CLIENT_SECRET"));
        CPPUNIT_ASSERT(settings.secret("CLIENT_ID").empty());
    }

    void testReportsWhatIsMissing() {
        Report report;
        (void)read({}, report);
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                "1. CENTRAL_OAUTH_ACME_JIRA_CLIENT_ID is required by the provider acme-jira and not set.\n"
                "   Fix: set it: the id of the app.\n"
                "2. CENTRAL_OAUTH_ACME_JIRA_CLIENT_SECRET is required by the provider acme-jira and not "
                "set.\n"
                "   Fix: set it: the secret of the app.\n"),
            faultText(report));
    }

    void testRefusesControlCharacters() {
        assertFault(
            "holds a tab as character 2.\n   Fix: write the value alone: visible ASCII characters, without "
            "quotation marks and blanks",
            "CLIENT_ID", "a\tb");
        assertFault(
            "holds a tab as character 2.\n   Fix: write the value alone, as one line, without quotation "
            "marks and blanks around it",
            "SCOPES", "a\tb");
        assertFault("holds a line end as character 2.\n   Fix: write only the secret, as one line",
                    "CLIENT_SECRET", "a\nb");
    }

    void testRefusesUrls() {
        assertFault("is not https.\n   Fix: use https; http is for localhost, 127.0.0.1 and [::1] alone",
                    "AUTH_BASE", "http://auth.example");
        assertFault("holds a query.\n   Fix: leave out the ? and what follows", "AUTH_BASE",
                    "https://a.example/x?y");
        assertFault("holds a fragment.\n   Fix: leave out the # and what follows", "AUTH_BASE",
                    "https://a.example#y");
        assertFault("is not an absolute URL.\n   Fix: write it as https://host or https://host:port",
                    "AUTH_BASE", "auth.example");
    }

    void testRefusesScopes() {
        for (const auto* odd : {"a \"read\" b", "a\\b", " ", "a \xC3\xBC"})
            assertFault("is not a list of scopes.\n   Fix: separate the scopes with spaces, without quotes "
                        "and backslashes",
                        "SCOPES", odd);
    }

    void testRefusesChoices() {
        assertFault("is not one of its choices.\n   Fix: write one of: eu, us", "REGION", "EU");
    }

    void testRefusesFlags() {
        for (const auto* odd : {"true", "ON", "1"})
            assertFault("is neither on nor off.\n   Fix: write on or off", "STRICT", odd);
    }

    void testWarnsOfLaterSettingsUnlessDeclared() {
        Report report;
        (void)read({{"CLIENT_ID", "app"},
                    {"CLIENT_SECRET", "hush"},
                    {"DEPLOYMENT", "cloud"},
                    {"BASE_URL", "https://jira.example"}},
                   report);
        CPPUNIT_ASSERT_EQUAL(std::string(), faultText(report));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, report.warnings.size());
        CPPUNIT_ASSERT_EQUAL(std::string("CENTRAL_OAUTH_ACME_JIRA_BASE_URL"), report.warnings[1].setting);
        CPPUNIT_ASSERT_EQUAL(
            std::string("is not in this release yet and has no effect: there is no Data Center"),
            report.warnings[1].text);

        Report other;
        const auto settings =
            readProviderSettings(Environment({{"CENTRAL_OAUTH_A_BASE_URL", "https://a.example"}}), "a",
                                 {{"BASE_URL", SettingType::url, false, "", "", {}}}, other);
        CPPUNIT_ASSERT(!other.hasFaults() && other.warnings.empty());
        CPPUNIT_ASSERT_EQUAL(std::string("https://a.example"), settings.text("BASE_URL"));
    }

    // Refused unless the plugin offers that deployment, whether it declares the setting or not.
    void testRefusesDataCenter() {
        const std::string expected =
            "asks for Data Center, which is not in this release yet.\n   Fix: remove "
            "it, or write cloud";
        assertFault(expected, "DEPLOYMENT", "datacenter");
        const Environment environment({{"CENTRAL_OAUTH_A_DEPLOYMENT", "datacenter"}});
        const auto faultsOf = [&environment](const std::vector<std::string>& choices) {
            Report report;
            (void)readProviderSettings(
                environment, "a", {{"DEPLOYMENT", SettingType::choice, false, "cloud", "", choices}}, report);
            return faultText(report);
        };
        CPPUNIT_ASSERT_EQUAL("1. CENTRAL_OAUTH_A_DEPLOYMENT " + expected + ".\n", faultsOf({"cloud"}));
        CPPUNIT_ASSERT_EQUAL(std::string(), faultsOf({"cloud", "datacenter"}));
    }

    void testNamesVariables() {
        std::string all;
        for (const auto& name : providerVariables("x", specs()))
            all += name.substr(std::string("CENTRAL_OAUTH_X_").size()) + ' ';
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                "CLIENT_ID CLIENT_SECRET CLIENT_SECRET_FILE SCOPES AUTH_BASE REGION STRICT ALLOWED_SITES "
                "ALLOWED_EMAIL_DOMAINS DEPLOYMENT BASE_URL "),
            all);
        CPPUNIT_ASSERT((providerSecretVariables("x", specs()) ==
                        std::vector<std::string>{"CENTRAL_OAUTH_X_CLIENT_SECRET"}));
    }

    void testNoMessageHoldsAValue() {
        Report report;
        std::map<std::string, std::string> values;
        for (const auto* key : {"CLIENT_ID", "CLIENT_SECRET", "CLIENT_SECRET_FILE", "SCOPES", "AUTH_BASE",
                                "REGION", "STRICT", "BASE_URL"})
            values[key] = "\"canary\x01";
        (void)read(values, report);
        CPPUNIT_ASSERT_EQUAL(std::size_t{6}, report.faults.size());
        CPPUNIT_ASSERT(faultText(report).find("canary") == std::string::npos);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProviderSettingsTest);
