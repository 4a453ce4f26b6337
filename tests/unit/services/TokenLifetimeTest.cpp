// SPDX-License-Identifier: Apache-2.0
// No token is served for longer than upstream granted, whatever is done to the wall clock.
#include "ServiceFixture.h"
#include "central_oauth/services/GrantRules.h"
#include "central_oauth/services/TokenService.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <memory>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;

class TokenLifetimeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TokenLifetimeTest);
    CPPUNIT_TEST(testClockSetBackServesNothingLonger);
    CPPUNIT_TEST(testClockSetForthServesNothingLonger);
    CPPUNIT_TEST(testClockBeforeTheGrantServesWhatIsLeft);
    CPPUNIT_TEST(testSlowRefreshCountsFromItsBeginning);
    CPPUNIT_TEST(testUpstreamsLifeIsLimited);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _fixture = std::make_unique<ServiceFixture>();
        _account = store::linkAccount(_fixture->base, "1");
        _tokens = std::make_unique<TokenService>(TokenService::Parts{
            _fixture->store().accounts(), _fixture->store().audit(), _fixture->catalog, _fixture->base.clock,
            _fixture->base.logger, _fixture->upstream, _fixture->limits});
        // The fixture's first token knows nothing of its beginning; this one does.
        clock().time += 3600s;
        CPPUNIT_ASSERT_EQUAL(std::int64_t(2), get().tokens.version);
    }

    void testClockSetBackServesNothingLonger() {
        pass(1800s);
        clock().time -= 1500s;
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1800), left());
        pass(1800s);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("refreshed", std::int64_t(3), get().tokens.version);
    }

    void testClockSetForthServesNothingLonger() {
        pass(600s);
        clock().time += 1200s;
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1800), left());
        clock().time += 1800s;
        CPPUNIT_ASSERT_EQUAL(std::int64_t(3), get().tokens.version);
    }

    void testClockBeforeTheGrantServesWhatIsLeft() {
        _fixture->provider.onRefresh = [](const auto&) -> provider::TokenSet {
            throw provider::ProviderError(provider::ProviderErrorKind::transient, "down");
        };
        clock().time -= 3s;
        CPPUNIT_ASSERT_EQUAL(std::int64_t(3600), left());
        clock().time -= 2 * 86400s;
        CPPUNIT_ASSERT_EQUAL(std::int64_t(3600), left());
        pass(3600s);
        ASSERT_REFUSED(base::ErrorCode::providerUnavailable, get());
        clock().time += 2 * 86400s;
        pass(2 * 86400s);
        clock().time -= 2 * 86400s;
        ASSERT_REFUSED(base::ErrorCode::providerUnavailable, get());
    }

    void testSlowRefreshCountsFromItsBeginning() {
        pass(3600s);
        _fixture->provider.onRefresh = [this](const auto&) {
            pass(15s);
            return ScriptedProvider::tokens("slow", 3600s);
        };
        CPPUNIT_ASSERT_EQUAL(std::int64_t(3585), left());
    }

    void testUpstreamsLifeIsLimited() {
        const auto lifeOf = [](std::chrono::seconds said) {
            return std::int64_t(trustedLifeOf(ScriptedProvider::tokens("x", said)).count());
        };
        for (const auto said : {0s, -1s, std::chrono::seconds::min()})
            CPPUNIT_ASSERT_EQUAL(std::int64_t(60), lifeOf(said));
        for (const auto said : {1s, 59s, 3600s, 86400s})
            CPPUNIT_ASSERT_EQUAL(std::int64_t(said.count()), lifeOf(said));
        for (const auto said : {86401s, std::chrono::seconds::max()})
            CPPUNIT_ASSERT_EQUAL(std::int64_t(86400), lifeOf(said));
    }

private:
    [[nodiscard]] store::FakeClock& clock() { return _fixture->base.clock; }
    void pass(std::chrono::seconds time) {
        clock().time += time;
        clock().steady += time;
    }
    [[nodiscard]] AccountToken get() {
        return _tokens->get(_fixture->caller(), _account, 0s, _fixture->source);
    }
    // The clock is read after the token: a refresh may move it.
    [[nodiscard]] std::int64_t left() {
        const auto held = get();
        return (held.tokens.accessExpiresAt - _fixture->now()).count();
    }

    std::unique_ptr<ServiceFixture> _fixture;
    base::AccountId _account;
    std::unique_ptr<TokenService> _tokens;
};

CPPUNIT_TEST_SUITE_REGISTRATION(TokenLifetimeTest);
