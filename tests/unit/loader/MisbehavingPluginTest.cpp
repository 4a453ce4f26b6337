// SPDX-License-Identifier: Apache-2.0
// A real library that throws, hangs and floods: only its own calls fail, and another provider works.
#include "../../support/ProviderServices.h"
#include "central_oauth/loader/ProviderRegistry.h"

#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>

#include <Poco/SharedLibrary.h>
#include <Poco/TemporaryFile.h>

using namespace central_oauth;
using namespace std::chrono_literals;
using loader::GuardedProvider;
using loader::PluginFault;
using provider::ProviderError;
using provider::ProviderErrorKind;
using provider::Secret;
using test::FixedClock;
namespace fs = std::filesystem;

namespace {

// Fails like the real client when upstream exceeds the size limit.
class FloodedHttp final : public provider::HttpClient {
public:
    provider::HttpResponse send(const provider::HttpRequest&) const override {
        throw provider::HttpError(provider::HttpFailure::outcomeUnknown, "host: answer is too large");
    }
};

class KeptLog final : public provider::Log {
public:
    void write(provider::LogLevel, std::string_view message,
               const std::vector<provider::LogField>& fields) noexcept override {
        const std::lock_guard hold(_mutex);
        _text += message;
        for (const auto& field : fields)
            _text += " " + field.name + "=" + field.value;
        _text += "\n";
    }
    std::string all() {
        const std::lock_guard hold(_mutex);
        return _text;
    }

private:
    std::mutex _mutex; ///< guards _text
    std::string _text;
};

provider::Call callFor(std::chrono::milliseconds life) {
    return {std::chrono::steady_clock::now() + life, "request-1"};
}

} // namespace

class MisbehavingPluginTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(MisbehavingPluginTest);
    CPPUNIT_TEST(testForeignExceptionsAreThePluginsFault);
    CPPUNIT_TEST(testHugeErrorsAreCutAndBounded);
    CPPUNIT_TEST(testUnfitAnswersAreThePluginsFault);
    CPPUNIT_TEST(testFloodedPluginLosesItsCall);
    CPPUNIT_TEST(testHangingPluginCostsItsSlotsOnly);
    CPPUNIT_TEST(testHangingUrlCostsItsSlotsOnly);
    CPPUNIT_TEST(testUnfitPropertiesAreRefusedAtTheStart);
    CPPUNIT_TEST_SUITE_END();

    FloodedHttp _http;
    KeptLog _log;
    FixedClock _clock;
    loader::UpstreamPool _pool;
    Poco::TemporaryFile _temporary;
    loader::RegistryOutcome _outcome;

    loader::PluginLibrary load(const std::string& id) const {
        const fs::path directory = _temporary.path();
        const fs::path file = directory / (id + Poco::SharedLibrary::suffix());
        fs::create_directories(directory);
        fs::permissions(directory, fs::perms(0755));
        fs::copy_file(fs::path(FIXTURE_PLUGIN_DIR) / file.filename(), file);
        fs::permissions(file, fs::perms(0644));
        return loader::loadPlugins(directory, {id}).libraries.at(0);
    }

    loader::ProviderDefinition definition(const std::string& name, const loader::PluginLibrary& library,
                                          const std::string& mode) {
        provider::Settings settings;
        settings.set("BASE", "https://base.example");
        settings.set("MODE", mode);
        return {name, library, std::move(settings), {_http, _log, _clock}};
    }

    // Builds the provider "good" and, for each mode, one named like it.
    void build(const std::vector<std::string>& modes) {
        std::vector<loader::ProviderDefinition> definitions;
        definitions.push_back(definition("good", load("fixture-good"), ""));
        const auto library = load("fixture-misbehaving");
        for (const auto& mode : modes)
            definitions.push_back(definition(mode, library, mode));
        loader::GuardOptions options;
        options.grace = 0ms;
        options.urlLimit = 2s;
        _outcome = loader::buildRegistry(std::move(definitions), _pool, options);
    }

    const GuardedProvider& named(const std::string& name) const {
        return *_outcome.registry.find(name)->provider;
    }

    void assertGoodGoesOn() const {
        const auto tokens = named("good").refresh(Secret("echo"), callFor(30s));
        CPPUNIT_ASSERT(tokens.accessToken.reveal() == "echo");
        CPPUNIT_ASSERT(named("good").authorizationUrl({"", "s", "", {}}).ends_with("?state=s"));
    }

    static std::string faultOf(const std::function<void()>& action) {
        try {
            action();
        } catch (const PluginFault& fault) {
            return fault.what();
        } catch (const ProviderError& error) {
            return std::string("ProviderError ") + error.what();
        }
        return "no fault";
    }

    static ProviderErrorKind kindOf(const std::function<void()>& action) {
        try {
            action();
        } catch (const ProviderError& error) {
            return error.kind();
        }
        throw CppUnit::Exception(CppUnit::Message("no ProviderError"));
    }

    std::string faultOfRefresh(const std::string& name) const {
        return faultOf([&] { static_cast<void>(named(name).refresh(Secret("r"), callFor(30s))); });
    }

    void testForeignExceptionsAreThePluginsFault() {
        build({"throw-foreign", "throw-number", "throw-standard"});
        const std::string plugin = "plugin fixture-misbehaving threw ";
        CPPUNIT_ASSERT_EQUAL(plugin + "no std::exception in refresh", faultOfRefresh("throw-foreign"));
        CPPUNIT_ASSERT_EQUAL(plugin + "no std::exception in refresh", faultOfRefresh("throw-number"));
        CPPUNIT_ASSERT(faultOfRefresh("throw-standard").find("out_of_range in refresh") !=
                           std::string::npos ||
                       faultOfRefresh("throw-standard").starts_with(plugin + "St12out_of_range"));
        CPPUNIT_ASSERT_EQUAL(plugin + "no std::exception in exchange", faultOf([&] {
                                 static_cast<void>(named("throw-number").exchange({}, callFor(30s)));
                             }));
        CPPUNIT_ASSERT_MESSAGE(_log.all(),
                               _log.all().find("it threw something else than ProviderError "
                                               "provider=throw-number plugin=fixture-misbehaving") !=
                                   std::string::npos);
        CPPUNIT_ASSERT(_log.all().find("canary") == std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), _pool.counts().running);
        assertGoodGoesOn();
    }

    void testHugeErrorsAreCutAndBounded() {
        build({"huge-error"});
        try {
            static_cast<void>(named("huge-error").refresh(Secret("r"), callFor(30s)));
            CPPUNIT_FAIL("no error");
        } catch (const ProviderError& error) {
            CPPUNIT_ASSERT(error.kind() == ProviderErrorKind::protocol);
            CPPUNIT_ASSERT_EQUAL(std::size_t(1024), std::string(error.what()).size());
            CPPUNIT_ASSERT(error.retryAfter() == 24h);
        }
        assertGoodGoesOn();
    }

    void testUnfitAnswersAreThePluginsFault() {
        build({"huge-token", "endless-token", "huge-sites", "no-identity", "script-url"});
        const std::string plugin = "plugin fixture-misbehaving returned ";
        CPPUNIT_ASSERT_EQUAL(plugin + "an access token with a length of 67108864, more than 65536 in refresh",
                             faultOfRefresh("huge-token"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("a fresh pair is kept", std::string("no fault"),
                                     faultOfRefresh("endless-token"));
        const auto* sites = static_cast<const provider::SiteLister*>(
            named("huge-sites").extension(provider::SiteLister::extensionId));
        CPPUNIT_ASSERT_EQUAL(
            plugin + "a number of sites of 100000, more than 5000 in list_sites",
            faultOf([&] { static_cast<void>(sites->listSites(Secret("a"), callFor(30s))); }));
        const auto* identities = static_cast<const provider::IdentityReader*>(
            named("no-identity").extension(provider::IdentityReader::extensionId));
        CPPUNIT_ASSERT_EQUAL(plugin + "an identity without an id in read_identity", faultOf([&] {
                                 static_cast<void>(identities->readIdentity(Secret("a"), callFor(30s)));
                             }));
        CPPUNIT_ASSERT_EQUAL(plugin +
                                 "a URL that is neither http nor https, or not encoded in authorization_url",
                             faultOf([&] { static_cast<void>(named("script-url").authorizationUrl({})); }));
        CPPUNIT_ASSERT_MESSAGE(_log.all(),
                               _log.all().find("plugin broke its contract: its answer is refused "
                                               "provider=huge-token plugin=fixture-misbehaving") !=
                                   std::string::npos);
        assertGoodGoesOn();
    }

    void testFloodedPluginLosesItsCall() {
        build({"flood"});
        const auto fault = faultOfRefresh("flood");
        CPPUNIT_ASSERT_MESSAGE(fault, fault.find("HttpError") != std::string::npos);
        assertGoodGoesOn();
    }

    void testHangingPluginCostsItsSlotsOnly() {
        build({"hang"});
        for (int i = 0; i < 4; ++i) {
            CPPUNIT_ASSERT(kindOf([&] {
                               static_cast<void>(named("hang").refresh(Secret("r"), callFor(500ms)));
                           }) == ProviderErrorKind::ambiguous);
        }
        // No slot will become free: with 30 s to start, the call is still refused at once.
        CPPUNIT_ASSERT(kindOf([&] { static_cast<void>(named("hang").refresh(Secret("r"), callFor(30s))); }) ==
                       ProviderErrorKind::transient);
        CPPUNIT_ASSERT_EQUAL(std::size_t(4), _pool.counts().abandoned);
        assertGoodGoesOn();
        CPPUNIT_ASSERT_EQUAL(std::size_t(4), _pool.stop(20ms));
    }

    void testHangingUrlCostsItsSlotsOnly() {
        build({"hang-url"});
        CPPUNIT_ASSERT(kindOf([&] { static_cast<void>(named("hang-url").authorizationUrl({})); }) ==
                       ProviderErrorKind::transient);
        assertGoodGoesOn();
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), _pool.stop(20ms));
    }

    void testUnfitPropertiesAreRefusedAtTheStart() {
        build({"negative-properties"});
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), _outcome.refusals.size());
        CPPUNIT_ASSERT_EQUAL(
            std::string("provider negative-properties: plugin fixture-misbehaving failed in an unforeseen "
                        "way; report that to its author (plugin fixture-misbehaving returned an idle "
                        "lifetime that is negative or longer than ten years in properties)"),
            _outcome.refusals.front().message);
        assertGoodGoesOn();
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(MisbehavingPluginTest);
