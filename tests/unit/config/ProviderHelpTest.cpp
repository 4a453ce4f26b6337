// SPDX-License-Identifier: Apache-2.0
// The settings of providers in help, documentation and log.
#include "central_oauth/config/ProviderSettings.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace central_oauth;
using namespace central_oauth::config;
using provider::SettingType;

class ProviderHelpTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ProviderHelpTest);
    CPPUNIT_TEST(testMergesWhatPluginsShare);
    CPPUNIT_TEST(testHelpListsTheMergedSettings);
    CPPUNIT_TEST(testHelpWithoutPluginsHasTheHostsOwn);
    CPPUNIT_TEST(testDescribesWithoutSecrets);
    CPPUNIT_TEST_SUITE_END();

    static std::vector<provider::SettingSpec> specs(const std::string& scopes) {
        return {{"CLIENT_SECRET", SettingType::secret, true, "", "The secret.", {}},
                {"SCOPES", SettingType::scopeList, false, scopes, "What to ask for.", {}},
                {"REDIRECT_URI", SettingType::url, false, "", "The callback.", {}}};
    }

    static std::vector<PluginSettings> plugins() {
        std::vector<PluginSettings> both{{"jira", specs("read:jira")}, {"wiki", specs("read:wiki")}};
        both[1].specs.push_back({"REGION", SettingType::choice, false, "eu", "Where it is.", {"eu", "us"}});
        both[1].specs.push_back({"STRICT", SettingType::flag, false, "", "Whether to be strict.", {}});
        return both;
    }

public:
    void testMergesWhatPluginsShare() {
        const auto table = providerMarkdownTable(plugins());
        const std::string expected =
            "| suffix | default | meaning |\n"
            "|---|---|---|\n"
            "| `CLIENT_SECRET` | required | The secret. Secret. |\n"
            "| `SCOPES` | jira: `read:jira`; wiki: `read:wiki` | What to ask for. |\n"
            "| `REDIRECT_URI` | the public URL with /callback/ and the provider's name "
            "| The callback. |\n"
            "| `REGION` | `eu` | Where it is. One of: eu, us. Of wiki only. |\n"
            "| `STRICT` | none | Whether to be strict. on or off. Of wiki only. |\n"
            "| `ALLOWED_SITES` | none | ";
        CPPUNIT_ASSERT_EQUAL(expected, table.substr(0, expected.size()));
        CPPUNIT_ASSERT(table.find("| `ALLOWED_EMAIL_DOMAINS` | none | ") != std::string::npos);
    }

    void testHelpListsTheMergedSettings() {
        const auto help = providerHelpText(plugins());
        for (const auto* text : {"CENTRAL_OAUTH_ACME_JIRA_CLIENT_ID", "\nSCOPES\n    What to ask for.\n",
                                 "    Default: jira: read:jira; wiki: read:wiki\n",
                                 "Secret.\n    Default: required\n", "\nALLOWED_SITES\n"})
            CPPUNIT_ASSERT_MESSAGE(text + help, help.find(text) != std::string::npos);
    }

    void testHelpWithoutPluginsHasTheHostsOwn() {
        const auto help = providerHelpText({});
        CPPUNIT_ASSERT(help.find("\nALLOWED_EMAIL_DOMAINS\n") != std::string::npos);
        CPPUNIT_ASSERT(help.find("SCOPES") == std::string::npos);
        for (const auto& spec : hostSettingSpecs())
            CPPUNIT_ASSERT(spec.help.ends_with('.') && spec.help.find('|') == std::string::npos);
    }

    void testDescribesWithoutSecrets() {
        provider::Settings settings;
        settings.setSecret("CLIENT_SECRET", provider::Secret("hush"));
        settings.set("SCOPES", "read:me");
        std::string text;
        for (const auto& [name, value] : describeProvider("acme-jira", specs(""), settings, {{"a", "b"}, {}}))
            text += name + '=' + value + '\n';
        CPPUNIT_ASSERT_EQUAL(std::string("CENTRAL_OAUTH_ACME_JIRA_CLIENT_SECRET=set\n"
                                         "CENTRAL_OAUTH_ACME_JIRA_SCOPES=read:me\n"
                                         "CENTRAL_OAUTH_ACME_JIRA_REDIRECT_URI=none\n"
                                         "CENTRAL_OAUTH_ACME_JIRA_ALLOWED_SITES=a, b\n"
                                         "CENTRAL_OAUTH_ACME_JIRA_ALLOWED_EMAIL_DOMAINS=any\n"),
                             text);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProviderHelpTest);
