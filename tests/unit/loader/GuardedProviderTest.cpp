// SPDX-License-Identifier: Apache-2.0
// Good, throwing and hanging plugins behind the guard.
#include "central_oauth/loader/GuardedProvider.h"

#include <condition_variable>
#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

using namespace central_oauth;
using namespace std::chrono_literals;
using loader::GuardedProvider;
using loader::PluginFault;
using provider::ProviderError;
using provider::ProviderErrorKind;
using provider::Secret;

namespace {

// Runs the test's script in every call; has all three extensions.
class ScriptedProvider final : public provider::Provider,
                               public provider::SiteLister,
                               public provider::IdentityReader,
                               public provider::Revoker {
public:
    std::function<void(const provider::Call&)> script = [](const provider::Call&) {};

    provider::Properties properties() const override {
        provider::Properties properties;
        properties.leeway = 600s;
        return properties;
    }
    std::string authorizationUrl(const provider::AuthorizationRequest& request) const override {
        script({});
        return "https://auth.example/?state=" + request.state;
    }
    provider::TokenSet exchange(const provider::CodeExchange& exchange,
                                const provider::Call& call) const override {
        script(call);
        return tokens(exchange.code);
    }
    provider::TokenSet refresh(const Secret& refreshToken, const provider::Call& call) const override {
        script(call);
        return tokens(refreshToken);
    }
    std::vector<provider::Site> listSites(const Secret& accessToken,
                                          const provider::Call& call) const override {
        script(call);
        return {{std::string(accessToken.reveal()), "", "", {}}};
    }
    provider::Identity readIdentity(const Secret& accessToken, const provider::Call& call) const override {
        script(call);
        return {std::string(accessToken.reveal()), "", ""};
    }
    provider::RevocationOutcome revoke(const Secret&, const provider::Call& call) const override {
        script(call);
        return provider::RevocationOutcome::attempted;
    }
    const void* extension(std::string_view id) const noexcept override {
        if (id == SiteLister::extensionId)
            return static_cast<const SiteLister*>(this);
        if (id == IdentityReader::extensionId)
            return static_cast<const IdentityReader*>(this);
        if (id == Revoker::extensionId)
            return static_cast<const Revoker*>(this);
        return id == "unguarded/1" ? this : nullptr;
    }

private:
    static provider::TokenSet tokens(const Secret& from) {
        provider::TokenSet tokens;
        tokens.accessToken = from.clone();
        return tokens;
    }
};

class BareProvider final : public provider::Provider {
public:
    provider::Properties properties() const override { throw std::logic_error("canary"); }
    std::string authorizationUrl(const provider::AuthorizationRequest&) const override { return {}; }
    provider::TokenSet exchange(const provider::CodeExchange&, const provider::Call&) const override {
        return {};
    }
    provider::TokenSet refresh(const Secret&, const provider::Call&) const override { return {}; }
    const void* extension(std::string_view) const noexcept override { return nullptr; }
};

// Records lines as "level message name=value ..."; a test can wait for one.
class RecordingLog final : public provider::Log {
public:
    void write(provider::LogLevel level, std::string_view message,
               const std::vector<provider::LogField>& fields) noexcept override {
        std::string line = std::to_string(static_cast<int>(level)) + " " + std::string(message);
        for (const auto& field : fields)
            line += " " + field.name + "=" + (field.name == "duration_ms" ? "*" : field.value);
        const std::lock_guard hold(_mutex);
        _lines.push_back(line);
        _changed.notify_all();
    }
    std::string awaitLine(const std::string& part) {
        std::unique_lock hold(_mutex);
        std::string found;
        _changed.wait(hold, [&] {
            for (const auto& line : _lines)
                if (line.find(part) != std::string::npos)
                    found = line;
            return !found.empty();
        });
        return found;
    }
    std::string all() {
        const std::lock_guard hold(_mutex);
        std::string text;
        for (const auto& line : _lines)
            text += line + "\n";
        return text;
    }

private:
    std::mutex _mutex; ///< guards _lines
    std::condition_variable _changed;
    std::vector<std::string> _lines;
};

// Holds a call inside the plugin until the test releases it.
struct Hang {
    std::mutex mutex; ///< guards released
    std::condition_variable changed;
    bool released = false;
    void wait() {
        std::unique_lock hold(mutex);
        changed.wait(hold, [this] { return released; });
    }
    void release() {
        const std::lock_guard hold(mutex);
        released = true;
        changed.notify_all();
    }
};

} // namespace

class GuardedProviderTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(GuardedProviderTest);
    CPPUNIT_TEST(testPassesGoodCallsThrough);
    CPPUNIT_TEST(testRunsEveryCallOnThePool);
    CPPUNIT_TEST(testPassesProviderErrorsThrough);
    CPPUNIT_TEST(testBlamesPluginForOtherExceptions);
    CPPUNIT_TEST(testHangingCallIsAmbiguousWhereItSpends);
    CPPUNIT_TEST(testHangingReadIsTransient);
    CPPUNIT_TEST(testHangingUrlIsTransient);
    CPPUNIT_TEST(testLateTokensAreReported);
    CPPUNIT_TEST(testAbandonedCallOutlivesTheProvider);
    CPPUNIT_TEST(testFullPoolIsTransient);
    CPPUNIT_TEST(testReportsTiming);
    CPPUNIT_TEST(testOffersOnlyGuardedExtensions);
    CPPUNIT_TEST(testRefusesProviderThatFailsAtOnce);
    CPPUNIT_TEST_SUITE_END();

    RecordingLog _log;
    Hang _hang; ///< must outlive the pool, whose threads may still use it
    loader::UpstreamPool _pool{loader::UpstreamPool::Limits{3, 2, 4}};
    std::unique_ptr<GuardedProvider> _guarded;
    ScriptedProvider* _inner = nullptr;
    std::vector<std::string> _reports;

public:
    void setUp() override {
        auto inner = std::make_unique<ScriptedProvider>();
        _inner = inner.get();
        loader::GuardOptions options;
        options.grace = 0ms;
        options.observer = [this](const loader::CallReport& report) {
            _reports.push_back(std::string(report.provider) + " " + std::string(report.operation) + " " +
                               std::string(report.outcome));
        };
        _guarded =
            std::make_unique<GuardedProvider>("acme-jira", "jira", std::move(inner), _pool, _log, options);
    }

private:
    static provider::Call callFor(std::chrono::milliseconds life) {
        return {std::chrono::steady_clock::now() + life, "request-1"};
    }

    template <class Extension>
    const Extension& extension() const {
        return *static_cast<const Extension*>(_guarded->extension(Extension::extensionId));
    }

    ProviderErrorKind kindOf(const std::function<void()>& action) {
        try {
            action();
        } catch (const ProviderError& error) {
            return error.kind();
        }
        throw CppUnit::Exception(CppUnit::Message("no ProviderError"));
    }

    void testPassesGoodCallsThrough() {
        const auto call = callFor(30s);
        CPPUNIT_ASSERT(_guarded->properties().leeway == 600s);
        CPPUNIT_ASSERT_EQUAL(std::string("https://auth.example/?state=s"),
                             _guarded->authorizationUrl({"", "s", "", {}}));
        CPPUNIT_ASSERT(_guarded->exchange({Secret("code"), "", Secret()}, call).accessToken.reveal() ==
                       "code");
        CPPUNIT_ASSERT(_guarded->refresh(Secret("refresh"), call).accessToken.reveal() == "refresh");
        CPPUNIT_ASSERT_EQUAL(std::string("access"),
                             extension<provider::SiteLister>().listSites(Secret("access"), call).at(0).id);
        CPPUNIT_ASSERT_EQUAL(
            std::string("access"),
            extension<provider::IdentityReader>().readIdentity(Secret("access"), call).upstreamId);
        CPPUNIT_ASSERT(extension<provider::Revoker>().revoke(Secret("refresh"), call) ==
                       provider::RevocationOutcome::attempted);
    }

    void testRunsEveryCallOnThePool() {
        std::thread::id ran;
        _inner->script = [&](const provider::Call&) { ran = std::this_thread::get_id(); };
        static_cast<void>(_guarded->refresh(Secret("r"), callFor(30s)));
        CPPUNIT_ASSERT(ran != std::this_thread::get_id() && ran != std::thread::id());
        ran = {};
        static_cast<void>(_guarded->authorizationUrl({}));
        CPPUNIT_ASSERT(ran != std::this_thread::get_id() && ran != std::thread::id());
    }

    void testHangingUrlIsTransient() {
        loader::GuardOptions options;
        options.grace = 0ms;
        options.urlLimit = 1s;
        auto inner = std::make_unique<ScriptedProvider>();
        inner->script = [this](const provider::Call&) { _hang.wait(); };
        const GuardedProvider guarded("acme-jira", "jira", std::move(inner), _pool, _log, options);
        CPPUNIT_ASSERT(kindOf([&] { static_cast<void>(guarded.authorizationUrl({})); }) ==
                       ProviderErrorKind::transient);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), _pool.counts().abandoned);
        _hang.release();
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), _pool.stop(30s));
    }

    void testPassesProviderErrorsThrough() {
        _inner->script = [](const provider::Call&) {
            throw ProviderError(ProviderErrorKind::rateLimited, "detail", 30s);
        };
        try {
            static_cast<void>(_guarded->refresh(Secret("r"), callFor(30s)));
            CPPUNIT_FAIL("no error");
        } catch (const ProviderError& error) {
            CPPUNIT_ASSERT(error.kind() == ProviderErrorKind::rateLimited);
            CPPUNIT_ASSERT(error.retryAfter() == 30s);
            CPPUNIT_ASSERT_EQUAL(std::string("detail"), std::string(error.what()));
        }
        CPPUNIT_ASSERT(_log.all().find("broke") == std::string::npos);
    }

    void testBlamesPluginForOtherExceptions() {
        const std::vector<std::function<void(const provider::Call&)>> faults{
            [](const provider::Call&) { throw std::runtime_error("canary"); },
            [](const provider::Call&) {
                throw provider::HttpError(provider::HttpFailure::notSent, "canary");
            },
            [](const provider::Call&) { throw 5; }};
        for (const auto& fault : faults) {
            _inner->script = fault;
            try {
                static_cast<void>(_guarded->refresh(Secret("r"), callFor(30s)));
                CPPUNIT_FAIL("no error");
            } catch (const PluginFault& error) {
                CPPUNIT_ASSERT(error.code() == base::ErrorCode::internal);
                CPPUNIT_ASSERT(std::string(error.what()).starts_with("plugin jira threw "));
                CPPUNIT_ASSERT(std::string(error.what()).find("canary") == std::string::npos);
            }
        }
        CPPUNIT_ASSERT_THROW(static_cast<void>(_guarded->authorizationUrl({})), PluginFault);
        const std::string line = _log.awaitLine("broke its contract");
        CPPUNIT_ASSERT_MESSAGE(line, line.starts_with("3 "));
        CPPUNIT_ASSERT_MESSAGE(line,
                               line.find("provider=acme-jira plugin=jira operation=") != std::string::npos);
        CPPUNIT_ASSERT(_log.all().find("canary") == std::string::npos);
    }

    void testHangingCallIsAmbiguousWhereItSpends() {
        _inner->script = [this](const provider::Call&) { _hang.wait(); };
        CPPUNIT_ASSERT(kindOf([&] { static_cast<void>(_guarded->refresh(Secret("r"), callFor(200ms))); }) ==
                       ProviderErrorKind::ambiguous);
        CPPUNIT_ASSERT(kindOf([&] { static_cast<void>(_guarded->exchange({}, callFor(200ms))); }) ==
                       ProviderErrorKind::ambiguous);
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), _pool.counts().abandoned);
        CPPUNIT_ASSERT_EQUAL(
            std::string("3 plugin did not answer by the deadline; its call is abandoned provider=acme-jira "
                        "plugin=jira operation=refresh request_id=request-1"),
            _log.awaitLine("abandoned provider=acme-jira plugin=jira operation=refresh"));
        _hang.release();
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), _pool.stop(30s));
    }

    void testHangingReadIsTransient() {
        _inner->script = [this](const provider::Call&) { _hang.wait(); };
        CPPUNIT_ASSERT(kindOf([&] {
                           static_cast<void>(
                               extension<provider::SiteLister>().listSites(Secret("a"), callFor(200ms)));
                       }) == ProviderErrorKind::transient);
        CPPUNIT_ASSERT(kindOf([&] {
                           static_cast<void>(extension<provider::IdentityReader>().readIdentity(
                               Secret("a"), callFor(200ms)));
                       }) == ProviderErrorKind::transient);
        _hang.release();
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), _pool.stop(30s));
    }

    void testLateTokensAreReported() {
        _inner->script = [this](const provider::Call&) { _hang.wait(); };
        CPPUNIT_ASSERT_THROW(static_cast<void>(_guarded->refresh(Secret("canary"), callFor(200ms))),
                             ProviderError);
        _hang.release();
        const std::string line = _log.awaitLine("what it obtained is dropped");
        CPPUNIT_ASSERT_EQUAL(
            std::string("2 an abandoned call ended after all; what it obtained is dropped provider=acme-jira "
                        "plugin=jira operation=refresh request_id=request-1"),
            line);
        CPPUNIT_ASSERT(_log.all().find("canary") == std::string::npos);
    }

    void testAbandonedCallOutlivesTheProvider() {
        // Copied before use: guarded provider and token no longer exist when the call continues.
        _inner->script = [this](const provider::Call& call) {
            _hang.wait();
            CPPUNIT_ASSERT_EQUAL(std::string("request-1"), call.requestId);
        };
        {
            const Secret token("r");
            CPPUNIT_ASSERT_THROW(static_cast<void>(_guarded->refresh(token, callFor(200ms))), ProviderError);
        }
        _guarded.reset();
        _hang.release();
        _log.awaitLine("what it obtained is dropped");
    }

    void testFullPoolIsTransient() {
        _inner->script = [this](const provider::Call&) { _hang.wait(); };
        for (int i = 0; i < 2; ++i)
            CPPUNIT_ASSERT_THROW(static_cast<void>(_guarded->refresh(Secret("r"), callFor(200ms))),
                                 ProviderError);
        CPPUNIT_ASSERT(kindOf([&] { static_cast<void>(_guarded->refresh(Secret("r"), callFor(30s))); }) ==
                       ProviderErrorKind::transient);
        CPPUNIT_ASSERT_EQUAL(std::string("acme-jira refresh refused"), _reports.back());
        _hang.release();
    }

    void testReportsTiming() {
        static_cast<void>(_guarded->refresh(Secret("r"), callFor(30s)));
        _inner->script = [](const provider::Call&) {
            throw ProviderError(ProviderErrorKind::invalidGrant, "");
        };
        CPPUNIT_ASSERT_THROW(
            static_cast<void>(extension<provider::Revoker>().revoke(Secret("r"), callFor(30s))),
            ProviderError);
        CPPUNIT_ASSERT_EQUAL(std::string("acme-jira refresh ok"), _reports.at(0));
        CPPUNIT_ASSERT_EQUAL(std::string("acme-jira revoke invalid_grant"), _reports.at(1));
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                "0 provider call ended provider=acme-jira plugin=jira operation=refresh request_id=request-1 "
                "outcome=ok duration_ms=*"),
            _log.awaitLine("operation=refresh"));
    }

    void testOffersOnlyGuardedExtensions() {
        CPPUNIT_ASSERT(_guarded->extension("unguarded/1") == nullptr);
        CPPUNIT_ASSERT(_guarded->extension(provider::SiteLister::extensionId) !=
                       static_cast<const void*>(static_cast<const provider::SiteLister*>(_inner)));
    }

    void testRefusesProviderThatFailsAtOnce() {
        CPPUNIT_ASSERT_THROW(GuardedProvider("a", "bare", std::make_unique<BareProvider>(), _pool, _log),
                             PluginFault);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(GuardedProviderTest);
