// SPDX-License-Identifier: Apache-2.0
// Tests a guarded provider whose inner provider is replaced.
#include "../../support/ProviderServices.h"
#include "central_oauth/loader/GuardedProvider.h"

#include <atomic>
#include <chrono>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace central_oauth;
using namespace std::chrono_literals;
using loader::GuardedProvider;
using loader::PluginFault;
using provider::Secret;

namespace {

// Answers every call with its name; counts its living objects.
class NamedProvider final : public provider::Provider,
                            public provider::SiteLister,
                            public provider::ProductLocator,
                            public provider::IdentityReader,
                            public provider::Revoker {
public:
    NamedProvider(std::string name, std::atomic<int>& living) : _name(std::move(name)), _living(living) {
        ++_living;
    }
    ~NamedProvider() override { --_living; }

    std::function<void()> onRefresh = [] {};
    std::string issuer{};
    bool listsSites = true;

    provider::Properties properties() const override {
        provider::Properties properties;
        properties.issuer = issuer;
        return properties;
    }
    std::string authorizationUrl(const provider::AuthorizationRequest&) const override {
        return "https://" + _name + ".example";
    }
    provider::TokenSet exchange(const provider::CodeExchange&, const provider::Call&) const override {
        return tokens();
    }
    provider::TokenSet refresh(const Secret&, const provider::Call&) const override {
        onRefresh();
        return tokens();
    }
    std::vector<provider::Site> listSites(const Secret&, const provider::Call&) const override {
        return {{_name, "", "", {}}};
    }
    std::string apiBaseUrl(std::string_view, std::string_view) const override {
        return "https://" + _name + ".example";
    }
    provider::Identity readIdentity(const Secret&, const provider::Call&) const override {
        return {_name, "", ""};
    }
    provider::RevocationOutcome revoke(const Secret&, const provider::Call&) const override {
        return _name == "first" ? provider::RevocationOutcome::attempted
                                : provider::RevocationOutcome::revoked;
    }
    const void* extension(std::string_view id) const noexcept override {
        if (id == SiteLister::extensionId && listsSites)
            return static_cast<const SiteLister*>(this);
        if (id == ProductLocator::extensionId)
            return static_cast<const ProductLocator*>(this);
        if (id == IdentityReader::extensionId)
            return static_cast<const IdentityReader*>(this);
        if (id == Revoker::extensionId)
            return static_cast<const Revoker*>(this);
        return nullptr;
    }

private:
    [[nodiscard]] provider::TokenSet tokens() const {
        provider::TokenSet tokens;
        tokens.accessToken = Secret(_name);
        return tokens;
    }

    std::string _name;
    std::atomic<int>& _living;
};

} // namespace

class ReplacedProviderTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ReplacedProviderTest);
    CPPUNIT_TEST(testEveryCallGoesToTheNewOne);
    CPPUNIT_TEST(testExtensionsKeepTheirAddresses);
    CPPUNIT_TEST(testARunningCallEndsWithTheEarlierOne);
    CPPUNIT_TEST(testAnAbandonedCallKeepsTheEarlierOne);
    CPPUNIT_TEST(testRefusesOtherPropertiesAndExtensions);
    CPPUNIT_TEST(testManyCallsWhileItIsReplaced);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { _guarded = guard(make("first")); }

    void testEveryCallGoesToTheNewOne() {
        expectAll("first");
        _guarded->replace(make("second"));
        expectAll("second");
        CPPUNIT_ASSERT_EQUAL_MESSAGE("the earlier one has ended", 1, _living.load());
    }

    void testExtensionsKeepTheirAddresses() {
        const auto addresses = [this] {
            return std::vector{_guarded->extension(provider::SiteLister::extensionId),
                               _guarded->extension(provider::ProductLocator::extensionId),
                               _guarded->extension(provider::IdentityReader::extensionId),
                               _guarded->extension(provider::Revoker::extensionId)};
        };
        const auto before = addresses();
        const auto& sites = *static_cast<const provider::SiteLister*>(before.front());
        _guarded->replace(make("second"));
        CPPUNIT_ASSERT(before == addresses());
        CPPUNIT_ASSERT_EQUAL(std::string("second"), sites.listSites(Secret("a"), callFor(30s)).at(0).id);
    }

    void testARunningCallEndsWithTheEarlierOne() {
        auto slow = make("slow");
        std::promise<void> begun;
        std::promise<void> mayEnd;
        slow->onRefresh = [&begun, end = mayEnd.get_future().share()] {
            begun.set_value();
            end.wait();
        };
        const auto guarded = guard(std::move(slow));
        auto running = std::async(std::launch::async, [&] { return refreshed(*guarded); });
        begun.get_future().wait();
        guarded->replace(make("second"));
        CPPUNIT_ASSERT_EQUAL(std::string("second"), refreshed(*guarded));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("the earlier one lives", 3, _living.load());
        mayEnd.set_value();
        CPPUNIT_ASSERT_EQUAL(std::string("slow"), running.get());
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), _pool.stop(30s));
        CPPUNIT_ASSERT_EQUAL(2, _living.load());
    }

    void testAnAbandonedCallKeepsTheEarlierOne() {
        auto slow = make("slow");
        std::promise<void> mayEnd;
        slow->onRefresh = [end = mayEnd.get_future().share()] { end.wait(); };
        const auto guarded = guard(std::move(slow));
        CPPUNIT_ASSERT_THROW(static_cast<void>(guarded->refresh(Secret("r"), callFor(100ms))),
                             provider::ProviderError);
        guarded->replace(make("second"));
        CPPUNIT_ASSERT_EQUAL(3, _living.load());
        mayEnd.set_value();
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), _pool.stop(30s));
        CPPUNIT_ASSERT_EQUAL(2, _living.load());
    }

    void testRefusesOtherPropertiesAndExtensions() {
        auto other = make("second");
        other->issuer = "https://other.example";
        CPPUNIT_ASSERT_THROW(_guarded->replace(std::move(other)), PluginFault);
        auto lacking = make("second");
        lacking->listsSites = false;
        CPPUNIT_ASSERT_THROW(_guarded->replace(std::move(lacking)), PluginFault);
        expectAll("first");
        CPPUNIT_ASSERT_EQUAL(1, _living.load());
    }

    void testManyCallsWhileItIsReplaced() {
        constexpr int rounds = 200;
        auto caller = std::async(std::launch::async, [this] {
            for (int i = 0; i < rounds; ++i) {
                CPPUNIT_ASSERT(!refreshed(*_guarded).empty());
                CPPUNIT_ASSERT(!baseUrl().empty());
            }
        });
        for (int i = 0; i < rounds; ++i)
            _guarded->replace(make(std::to_string(i)));
        caller.get();
        expectAll(std::to_string(rounds - 1));
    }

private:
    std::unique_ptr<NamedProvider> make(const std::string& name) {
        return std::make_unique<NamedProvider>(name, _living);
    }
    std::unique_ptr<GuardedProvider> guard(std::unique_ptr<NamedProvider> inner) {
        loader::GuardOptions options;
        options.grace = 0ms;
        return std::make_unique<GuardedProvider>("acme-jira", "jira", std::move(inner), _pool, _log, options);
    }
    static provider::Call callFor(std::chrono::milliseconds life) {
        return {std::chrono::steady_clock::now() + life, "request-1"};
    }
    static std::string refreshed(const GuardedProvider& guarded) {
        return std::string(guarded.refresh(Secret("r"), callFor(30s)).accessToken.reveal());
    }
    template <class Extension>
    [[nodiscard]] const Extension& extension() const {
        return *static_cast<const Extension*>(_guarded->extension(Extension::extensionId));
    }
    [[nodiscard]] std::string baseUrl() const {
        return extension<provider::ProductLocator>().apiBaseUrl("jira", "site");
    }

    void expectAll(const std::string& name) const {
        const auto call = callFor(30s);
        CPPUNIT_ASSERT_EQUAL("https://" + name + ".example", _guarded->authorizationUrl({}));
        CPPUNIT_ASSERT_EQUAL(name, std::string(_guarded->exchange({}, call).accessToken.reveal()));
        CPPUNIT_ASSERT_EQUAL(name, refreshed(*_guarded));
        CPPUNIT_ASSERT_EQUAL(name, extension<provider::SiteLister>().listSites(Secret("a"), call).at(0).id);
        CPPUNIT_ASSERT_EQUAL("https://" + name + ".example", baseUrl());
        CPPUNIT_ASSERT_EQUAL(
            name, extension<provider::IdentityReader>().readIdentity(Secret("a"), call).upstreamId);
        CPPUNIT_ASSERT((extension<provider::Revoker>().revoke(Secret("r"), call) ==
                        provider::RevocationOutcome::attempted) == (name == "first"));
    }

    std::atomic<int> _living{0};
    test::SilentLog _log;
    loader::UpstreamPool _pool{loader::UpstreamPool::Limits{3, 3, 4}};
    std::unique_ptr<GuardedProvider> _guarded;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ReplacedProviderTest);
