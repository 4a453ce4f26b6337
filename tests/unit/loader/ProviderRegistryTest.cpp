// SPDX-License-Identifier: Apache-2.0
// Makes providers from libraries and settings, with a fixture and with the real Jira plugin.
#include "central_oauth/loader/ProviderRegistry.h"

#include "../../support/ProviderServices.h"

#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>
#include <string>

#include <Poco/SharedLibrary.h>
#include <Poco/TemporaryFile.h>

using namespace central_oauth;
using test::FixedClock;
using test::SilentLog;
namespace fs = std::filesystem;

namespace {

class NoHttp final : public provider::HttpClient {
public:
    provider::HttpResponse send(const provider::HttpRequest&) const override {
        throw provider::HttpError(provider::HttpFailure::outcomeUnknown, "host: cause");
    }
};

provider::Settings baseOf(const std::string& base) {
    provider::Settings settings;
    settings.set("BASE", base);
    return settings;
}

} // namespace

class ProviderRegistryTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ProviderRegistryTest);
    CPPUNIT_TEST(testBuildsProvidersInOrder);
    CPPUNIT_TEST(testCollectsRefusals);
    CPPUNIT_TEST(testCatchesErrorsAcrossTheLibraryBoundary);
    CPPUNIT_TEST(testServesTheJiraPlugin);
    CPPUNIT_TEST_SUITE_END();

    NoHttp _http;
    SilentLog _log;
    FixedClock _clock;
    provider::Context _context{_http, _log, _clock};
    loader::UpstreamPool _pool;
    Poco::TemporaryFile _temporary;

    loader::PluginLibrary load(const std::string& from, const std::string& id) {
        const fs::path directory = _temporary.path();
        const fs::path file = directory / (id + Poco::SharedLibrary::suffix());
        fs::create_directories(directory);
        fs::permissions(directory, fs::perms(0755));
        fs::copy_file(fs::path(from) / file.filename(), file, fs::copy_options::skip_existing);
        fs::permissions(file, fs::perms(0644));
        auto outcome = loader::loadPlugins(directory, {id});
        CPPUNIT_ASSERT_MESSAGE(outcome.refusals.empty() ? "" : outcome.refusals.front().message,
                               outcome.refusals.empty());
        return outcome.libraries.at(0);
    }

    loader::RegistryOutcome build(const std::vector<std::pair<std::string, std::string>>& namesAndBases) {
        const auto library = load(FIXTURE_PLUGIN_DIR, "fixture-good");
        std::vector<loader::ProviderDefinition> definitions;
        for (const auto& [name, base] : namesAndBases)
            definitions.push_back({name, library, baseOf(base), _context});
        return loader::buildRegistry(std::move(definitions), _pool);
    }

    void testBuildsProvidersInOrder() {
        const auto outcome = build({{"second", "https://b"}, {"first", "https://a"}});
        CPPUNIT_ASSERT(outcome.refusals.empty());
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), outcome.registry.all().size());
        CPPUNIT_ASSERT_EQUAL(std::string("second"), outcome.registry.all().at(0).name);
        const auto* first = outcome.registry.find("first");
        CPPUNIT_ASSERT(first != nullptr);
        CPPUNIT_ASSERT_EQUAL(std::string("fixture-good"), first->pluginId);
        CPPUNIT_ASSERT_EQUAL(std::string("1.2.3"), first->pluginVersion);
        CPPUNIT_ASSERT_EQUAL(std::string("Good fixture"), first->displayName);
        CPPUNIT_ASSERT_EQUAL(std::string("https://a?state=s"),
                             first->provider->authorizationUrl({"", "s", "", {}}));
        CPPUNIT_ASSERT(outcome.registry.find("third") == nullptr);
    }

    void testCollectsRefusals() {
        const auto outcome = build({{"good", "https://a"},
                                    {"unset", ""},
                                    {"good", "https://b"},
                                    {"null", "null"},
                                    {"throws", "throw"}});
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), outcome.registry.all().size());
        CPPUNIT_ASSERT_EQUAL(std::size_t(4), outcome.refusals.size());
        CPPUNIT_ASSERT_EQUAL(std::string("provider unset: BASE is not set; name a URL"),
                             outcome.refusals.at(0).message);
        CPPUNIT_ASSERT_EQUAL(std::string("provider good is configured twice; rename one of the two"),
                             outcome.refusals.at(1).message);
        const std::string unforeseen =
            ": plugin fixture-good failed in an unforeseen way; report that to its author ";
        CPPUNIT_ASSERT_EQUAL("provider null" + unforeseen + "(no provider)", outcome.refusals.at(2).message);
        CPPUNIT_ASSERT_EQUAL("provider throws" + unforeseen + "(no std::exception)",
                             outcome.refusals.at(3).message);
    }

    void testCatchesErrorsAcrossTheLibraryBoundary() {
        const auto outcome = build({{"good", "https://a"}});
        const provider::Call call{std::chrono::steady_clock::now() + std::chrono::seconds(30), "r"};
        const auto& provider = *outcome.registry.find("good")->provider;
        CPPUNIT_ASSERT(provider.refresh(provider::Secret("echo"), call).accessToken.reveal() == "echo");
        try {
            static_cast<void>(provider.exchange({}, call));
            CPPUNIT_FAIL("no error");
        } catch (const provider::ProviderError& error) {
            CPPUNIT_ASSERT(error.kind() == provider::ProviderErrorKind::invalidGrant);
            CPPUNIT_ASSERT_EQUAL(std::string("thrown in the plugin"), std::string(error.what()));
            CPPUNIT_ASSERT(error.retryAfter() == std::chrono::seconds(5));
        }
    }

    void testServesTheJiraPlugin() {
        const auto library = load(JIRA_PLUGIN_DIR, "jira");
        CPPUNIT_ASSERT_EQUAL(std::string("Jira"), library.displayName());
        provider::Settings settings;
        settings.set("CLIENT_ID", "client");
        settings.setSecret("CLIENT_SECRET", provider::Secret("secret-1"));
        std::vector<loader::ProviderDefinition> definitions;
        definitions.push_back({"jira", library, std::move(settings), _context});
        const auto outcome = loader::buildRegistry(std::move(definitions), _pool);
        CPPUNIT_ASSERT_MESSAGE(outcome.refusals.empty() ? "" : outcome.refusals.front().message,
                               outcome.refusals.empty());
        const auto& provider = *outcome.registry.find("jira")->provider;
        CPPUNIT_ASSERT(provider.authorizationUrl({"https://b", "s", "", {}})
                           .find("scope=read%3Ame%20read%3Ajira-work%20write%3Ajira-work%20read%3Ajira-user%"
                                 "20offline_access&") != std::string::npos);
        CPPUNIT_ASSERT(provider.extension(provider::SiteLister::extensionId) != nullptr);
        try {
            // The plugin catches the host's HttpError, the host the plugin's ProviderError.
            static_cast<void>(provider.refresh(
                provider::Secret("r"), {std::chrono::steady_clock::now() + std::chrono::seconds(30), "r"}));
            CPPUNIT_FAIL("no error");
        } catch (const provider::ProviderError& error) {
            CPPUNIT_ASSERT(error.kind() == provider::ProviderErrorKind::ambiguous);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProviderRegistryTest);
