// SPDX-License-Identifier: Apache-2.0
// For any value of a variable: no exception, no value in a message, no control character on a terminal.
#include "HostSettingsFixture.h"
#include "central_oauth/config/ProviderSettings.h"

#include <algorithm>
#include <cstdint>
#include <random>

using namespace central_oauth;
using namespace central_oauth::config;
using namespace central_oauth::config::test;

class HostileSettingsTest : public HostSettingsFixture {
    CPPUNIT_TEST_SUITE(HostileSettingsTest);
    CPPUNIT_TEST(testEachSettingOfTheHostWithEachOddValue);
    CPPUNIT_TEST(testEachTypeOfProvidersWithEachOddValue);
    CPPUNIT_TEST(testAllSettingsWithRandomBytes);
    CPPUNIT_TEST(testKnownFormsWithOneByteChanged);
    CPPUNIT_TEST_SUITE_END();

    static constexpr const char* canary = "canary42";

    // The longest variable that Linux allows (execve(2)), and values that confuse parsers.
    static std::vector<std::string> oddValues() {
        constexpr std::size_t longest = 128 * 1024 - 64;
        std::vector<std::string> values{
            std::string(longest, 'a'),
            std::string(longest, ','),
            std::string(longest, '9'),
            std::string(longest, '['),
            std::string(longest, '/'),
            std::string(longest, ' '),
            std::string(longest, '\xC3'),
            "https://" + std::string(longest, 'a'),
            "https://" + std::string(longest, '%'),
            "\xFF\xFE",
            "\xC0\x80",
            "\xF0\x9F\x98\x80",
            "\xE2\x80\xAE",
            "\xED\xA0\x80",
            "\x1b]0;x\x07",
            "\r\n",
            "\x01",
            "\x7F",
            "%s%n%n",
            "%00",
            "../../../etc/passwd",
            "$(id)",
            "-1",
            "+1",
            "0x10",
            "1e9",
            "nan",
            "99999999999999999999999d",
            "=",
            "=,=",
            "a=b=c",
            "+",
            ",",
            ":",
            "[]:",
            "::::::::::",
            "://",
            "https://[",
            "https://]:[",
            "https://a:b:c",
            "https://%",
            "https://a%2",
            "mailto:",
            "\"",
            "\\",
            "<script>",
            "~",
            ".",
            "/",
            "//",
        };
        const auto plain = values.size();
        for (std::size_t i = 0; i < plain; ++i)
            values.push_back(canary + values[i]);
        return values;
    }

    static void assertHarmless(const Report& report, const std::string& value) {
        for (const auto& fault : report.faults)
            CPPUNIT_ASSERT_MESSAGE(fault.setting, !fault.problem.empty() && !fault.fix.empty());
        auto text = faultText(report);
        for (const auto& warning : report.warnings)
            text += warning.setting + ' ' + warning.text + '\n';
        const auto shown = value.substr(0, 60);
        CPPUNIT_ASSERT_MESSAGE(shown, text.find(canary) == std::string::npos);
        CPPUNIT_ASSERT_MESSAGE(shown, text.size() < 20000);
        CPPUNIT_ASSERT_MESSAGE(shown + text, std::all_of(text.begin(), text.end(), [](char c) {
                                   return c == '\n' || (c >= ' ' && c < '\x7F');
                               }));
    }

    static std::vector<provider::SettingSpec> specs() {
        using provider::SettingType;
        return {{"CLIENT_ID", SettingType::text, true, "", "the id.", {}},
                {"CLIENT_SECRET", SettingType::secret, true, "", "the secret.", {}},
                {"SCOPES", SettingType::scopeList, false, "", "scopes.", {}},
                {"AUTH_BASE", SettingType::url, false, "", "where.", {}},
                {"DEPLOYMENT", SettingType::choice, false, "", "kind.", {"cloud"}},
                {"STRICT", SettingType::flag, false, "", "whether.", {}}};
    }

public:
    void testEachSettingOfTheHostWithEachOddValue() {
        for (const auto& value : oddValues()) {
            Values all;
            for (const auto& spec : settingsTable()) {
                const auto name = std::string(spec.name).substr(std::string("CENTRAL_OAUTH_").size());
                assertHarmless(loaded({{name, value}}).report, value);
                all[name] = value;
                all[name + "_FILE"] = value;
            }
            all["SECRET_KEY_FILE"] = value;
            assertHarmless(loaded(all).report, value);
            assertHarmless(load(Environment({{"CENTRAL_OAUTH_SECRET_KEY_FILE", value}})).report, value);
            assertHarmless(load(Environment({{"CREDENTIALS_DIRECTORY", value}})).report, value);
        }
    }

    void testEachTypeOfProvidersWithEachOddValue() {
        auto all = specs();
        for (const auto& spec : hostSettingSpecs())
            all.push_back(spec);
        for (const auto& value : oddValues()) {
            for (const auto& spec : all) {
                const Environment environment({{providerVariable("jira", spec.key), value}});
                Report report;
                (void)readProviderSettings(environment, "jira", specs(), report);
                (void)readAllowLists(environment, "jira", report);
                assertHarmless(report, value);
            }
        }
    }

    void testAllSettingsWithRandomBytes() {
        std::mt19937 random(20261124); // the same sequence in each run
        const std::string signs = "0123456789abcfd.:/,=-+@[]% \t\n\x01\xC3\xA9\xFF\"\\hts";
        for (int round = 0; round < 300; ++round) {
            Values values;
            for (const auto& spec : settingsTable()) {
                std::string value;
                for (auto length = 1 + random() % 24; length > 0; --length)
                    value += round % 2 == 0 ? signs[random() % signs.size()]
                                            : static_cast<char>(1 + random() % 255);
                values[std::string(spec.name).substr(std::string("CENTRAL_OAUTH_").size())] = value;
            }
            const auto report = loaded(values).report;
            CPPUNIT_ASSERT(report.hasFaults());
            assertHarmless(report, "");
        }
    }

    // Parsers fail most often on nearly valid values.
    void testKnownFormsWithOneByteChanged() {
        const Values right{{"BIND", "[::1]:8080"},
                           {"PUBLIC_URL", "https://link.example.org:8443"},
                           {"TRUSTED_PROXIES", "10.0.0.0/8, fd00::/8"},
                           {"PROVIDERS", "jira,acme-jira=jira"},
                           {"LINK_TTL", "10m"},
                           {"SUPPORT_URL", "mailto:help@example.org"},
                           {"KEY_RING", key() + ',' + std::string(8, 'b') +
                                            "3f0c9a71d25be846b1e7c3a9584d60f2e6b85d1907fac42c13e87b5d"}};
        for (const auto& [name, text] : right) {
            for (std::size_t at = 0; at < text.size(); ++at) {
                for (const char octet :
                     {'\0', '\n', ' ', ',', ':', '/', '=', '%', '[', '9', '\x7F', '\xFF'}) {
                    auto value = text;
                    value[at] = octet;
                    assertHarmless(loaded({{name, value}}).report, value);
                }
            }
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HostileSettingsTest);
