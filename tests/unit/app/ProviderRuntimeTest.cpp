// SPDX-License-Identifier: Apache-2.0
// Makes the providers from the settings of several, each with its own.
#include "central_oauth/app/ProviderRuntime.h"

#include "central_oauth/httpclient/TlsInitialisation.h"
#include "central_oauth/logging/LogSink.h"

#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <Poco/TemporaryFile.h>

using namespace central_oauth;
using namespace central_oauth::app;

class ProviderRuntimeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ProviderRuntimeTest);
    CPPUNIT_TEST(testEachProviderHasItsOwnSettings);
    CPPUNIT_TEST(testProvidersOfAFaultyReportAreNotMade);
    CPPUNIT_TEST(testAnAppThatSharesTheNeutralCallbackIsAFault);
    CPPUNIT_TEST(testWithoutAChoiceEveryConfiguredPluginIsTaken);
    CPPUNIT_TEST(testProxyInLowerCaseCounts);
    CPPUNIT_TEST(testSecretsOfFilesAreReadAgain);
    CPPUNIT_TEST(testASecretThatThePluginRefusesIsAFault);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _settings.pluginDir = JIRA_PLUGIN_DIR;
        // Not in alphabetical order, unlike the catalog.
        _settings.providers = {{"zoo", "jira"}, {"ant", "jira"}, {"jira", "jira"}};
        for (const char* name : {"ZOO", "ANT", "JIRA"}) {
            const std::string prefix = std::string("CENTRAL_OAUTH_") + name;
            _variables[prefix + "_CLIENT_ID"] = std::string("id-of-") + name;
            _variables[prefix + "_CLIENT_SECRET"] = std::string("secret-of-") + name;
        }
    }

    void testEachProviderHasItsOwnSettings() {
        _variables["CENTRAL_OAUTH_ANT_REDIRECT_URI"] = "https://broker.example/callback/ant";
        _variables["CENTRAL_OAUTH_ANT_ALLOWED_EMAIL_DOMAINS"] = "ant.example";
        _variables["CENTRAL_OAUTH_ZOO_ALLOWED_EMAIL_DOMAINS"] = "zoo.example";
        ProviderRuntime runtime(plans(), _settings, _clock, _logger, _report);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(config::faultText(_report), false, _report.hasFaults());

        const auto providers = runtime.configured("https://public.example");
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, providers.size());
        for (const auto& provider : providers) {
            std::string upper = provider.name;
            std::transform(upper.begin(), upper.end(), upper.begin(),
                           [](char c) { return static_cast<char>(c - 'a' + 'A'); });
            const auto url =
                provider.plugin->authorizationUrl({provider.redirectUri, "state", "", provider.scopes});
            CPPUNIT_ASSERT_MESSAGE(url, url.find("client_id=id-of-" + upper + '&') != std::string::npos);
            CPPUNIT_ASSERT_MESSAGE(provider.app, provider.app.ends_with(" id-of-" + upper));
            const bool isAnt = provider.name == "ant";
            CPPUNIT_ASSERT_EQUAL(
                (isAnt ? "https://broker.example/callback/" : "https://public.example/callback/") +
                    provider.name,
                provider.redirectUri);
            const auto domains = provider.name == "jira" ? std::vector<std::string>()
                                                         : std::vector{provider.name + ".example"};
            CPPUNIT_ASSERT(domains == provider.allowedEmailDomains);
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, runtime.stop(std::chrono::seconds(5)));
    }

    void testProvidersOfAFaultyReportAreNotMade() {
        auto made = plans();
        _report.faults.push_back({"ANYTHING", "is wrong", "fix it"});
        ProviderRuntime runtime(std::move(made), _settings, _clock, _logger, _report);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, _report.faults.size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, runtime.stop(std::chrono::seconds(0)));
    }

    void testAnAppThatSharesTheNeutralCallbackIsAFault() {
        for (const char* name : {"ZOO", "ANT"})
            _variables[std::string("CENTRAL_OAUTH_") + name + "_REDIRECT_URI"] = "https://h.example/callback";
        (void)plans();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, _report.faults.size());
        CPPUNIT_ASSERT_EQUAL(std::string("CENTRAL_OAUTH_ANT_REDIRECT_URI"), _report.faults.front().setting);

        _report = {};
        _variables["CENTRAL_OAUTH_ANT_CLIENT_ID"] = _variables["CENTRAL_OAUTH_ZOO_CLIENT_ID"];
        (void)plans();
        CPPUNIT_ASSERT_MESSAGE("one app may", !_report.hasFaults());
    }

    void testWithoutAChoiceEveryConfiguredPluginIsTaken() {
        _settings.providers.clear();
        const auto found = plans();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, found.providers.size());
        CPPUNIT_ASSERT_EQUAL(std::string("jira"), found.providers.front().name);
        CPPUNIT_ASSERT(!_report.hasFaults());

        _variables.erase("CENTRAL_OAUTH_JIRA_CLIENT_ID");
        (void)plans();
        CPPUNIT_ASSERT_EQUAL(std::string("CENTRAL_OAUTH_PROVIDERS"), _report.faults.front().setting);
    }

    void testProxyInLowerCaseCounts() {
        _variables["HTTPS_PROXY"] = "http://upper.example:1";
        _variables["https_proxy"] = "http://lower.example:2";
        _variables["NO_PROXY"] = "localhost";
        const auto proxy = plans().proxy;
        CPPUNIT_ASSERT_EQUAL(std::string("https_proxy"), proxy.setting);
        CPPUNIT_ASSERT_EQUAL(std::string("http://lower.example:2"), proxy.url);
        CPPUNIT_ASSERT_EQUAL(std::string("localhost"), proxy.noProxy);
        CPPUNIT_ASSERT_EQUAL(std::string("HTTPS_PROXY"), _report.warnings.front().setting);
        CPPUNIT_ASSERT_MESSAGE("it may hold a password",
                               std::find(_description.begin(), _description.end(),
                                         std::pair<std::string, std::string>("https_proxy", "set")) !=
                                   _description.end());
    }

    void testSecretsOfFilesAreReadAgain() {
        for (const char* name : {"ZOO", "ANT"})
            takeFromFile(name);
        ProviderRuntime runtime(plans(), _settings, _clock, _logger, _report);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(config::faultText(_report), false, _report.hasFaults());
        const auto before = runtime.configured("https://public.example");

        expectReload(runtime, {{"zoo", false}, {"ant", false}});
        write("ANT", "rotated");
        expectReload(runtime, {{"zoo", false}, {"ant", true}});
        expectReload(runtime, {{"zoo", false}, {"ant", false}});

        write("ANT", "");
        write("ZOO", "rotated");
        const auto reloads = runtime.reloadSecrets();
        CPPUNIT_ASSERT_EQUAL_MESSAGE("one provider's fault", true, reloads[0].hasChanged);
        CPPUNIT_ASSERT_EQUAL(std::string("CENTRAL_OAUTH_ANT_CLIENT_SECRET_FILE"),
                             reloads[1].report.faults.at(0).setting);
        CPPUNIT_ASSERT(!reloads[1].hasChanged);
        write("ANT", "rotated");
        expectReload(runtime, {{"zoo", false}, {"ant", false}});

        const auto after = runtime.configured("https://public.example");
        for (std::size_t i = 0; i < before.size(); ++i)
            CPPUNIT_ASSERT(before[i].plugin == after[i].plugin);
        const auto url = after[1].plugin->authorizationUrl({after[1].redirectUri, "state", "", {}});
        CPPUNIT_ASSERT_MESSAGE("the other settings stay: " + url,
                               url.find("client_id=id-of-ANT&") != std::string::npos);
    }

    void testASecretThatThePluginRefusesIsAFault() {
        takeFromFile("ANT");
        ProviderRuntime runtime(plans(), _settings, _clock, _logger, _report);
        write("ANT", "one,two,three");
        for (int i = 0; i < 2; ++i) {
            const auto reload = runtime.reloadSecrets().at(0);
            CPPUNIT_ASSERT(!reload.hasChanged);
            const auto& fault = reload.report.faults.at(0);
            CPPUNIT_ASSERT_EQUAL(std::string("CENTRAL_OAUTH_ANT_CLIENT_SECRET"), fault.setting);
            CPPUNIT_ASSERT((fault.problem + fault.fix).find("three") == std::string::npos);
        }
        write("ANT", "new,secret-of-ANT");
        expectReload(runtime, {{"ant", true}});
    }

private:
    void takeFromFile(const std::string& name) {
        const auto setting = "CENTRAL_OAUTH_" + name + "_CLIENT_SECRET";
        _variables.erase(setting);
        _variables[setting + "_FILE"] = write(name, "secret-of-" + name);
    }
    std::string write(const std::string& name, const std::string& content) const {
        std::filesystem::create_directories(_folder.path());
        const auto path = std::filesystem::path(_folder.path()) / name;
        std::ofstream(path, std::ios::trunc) << content;
        std::filesystem::permissions(path, std::filesystem::perms::owner_read |
                                               std::filesystem::perms::owner_write);
        return path.string();
    }
    static void expectReload(ProviderRuntime& runtime,
                             const std::vector<std::pair<std::string, bool>>& expected) {
        std::vector<std::pair<std::string, bool>> found;
        for (const auto& reload : runtime.reloadSecrets()) {
            CPPUNIT_ASSERT_EQUAL(std::string(), config::faultText(reload.report));
            found.emplace_back(reload.provider, reload.hasChanged);
        }
        CPPUNIT_ASSERT(expected == found);
    }

    ProviderPlans plans() {
        return readProviderPlans(config::Environment(_variables), _settings, _report, _description);
    }

    const httpclient::TlsInitialisation _tls;
    Poco::TemporaryFile _folder;
    std::map<std::string, std::string> _variables;
    config::HostSettings _settings;
    config::Report _report;
    Description _description;
    std::ostringstream _lines;
    logging::StreamSink _sink{_lines};
    base::SystemClock _clock;
    logging::Logger _logger{_sink, _clock};
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProviderRuntimeTest);
