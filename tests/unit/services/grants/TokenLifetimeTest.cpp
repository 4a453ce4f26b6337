// SPDX-License-Identifier: Apache-2.0
// No token is served for longer than upstream granted, whatever happens to the wall clock.
#include "TokenFixture.h"
#include "central_oauth/domain/GrantRules.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;

class TokenLifetimeTest : public TokenFixture {
    CPPUNIT_TEST_SUITE(TokenLifetimeTest);
    CPPUNIT_TEST(testClockSetBackServesNothingLonger);
    CPPUNIT_TEST(testClockSetForthServesNothingLonger);
    CPPUNIT_TEST(testClockBeforeTheGrantServesWhatIsLeft);
    CPPUNIT_TEST(testClockBeforeTheGrantAfterARebootServesNothing);
    CPPUNIT_TEST(testSlowRefreshCountsFromItsBeginning);
    CPPUNIT_TEST(testUpstreamsLifeIsLimited);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        TokenFixture::setUp();
        // The fixture's first token has no time of its beginning. This token has one.
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
        failRefreshes(provider::ProviderErrorKind::transient);
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

    // The age of the grant is unknown in this case.
    void testClockBeforeTheGrantAfterARebootServesNothing() {
        auto grant = _fixture->store.read(
            [&](const domain::ReadView& view) { return view.grantOf(_account).value(); });
        grant.granted.era = "another boot";
        _fixture->put(grant);
        clock().time -= 86400s;
        CPPUNIT_ASSERT_EQUAL(std::int64_t(3), get().tokens.version);
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
            return std::int64_t(domain::trustedLifeOf(ScriptedProvider::tokens("x", said)).count());
        };
        for (const auto said : {0s, -1s, std::chrono::seconds::min()})
            CPPUNIT_ASSERT_EQUAL(std::int64_t(60), lifeOf(said));
        for (const auto said : {1s, 59s, 3600s, 86400s})
            CPPUNIT_ASSERT_EQUAL(std::int64_t(said.count()), lifeOf(said));
        for (const auto said : {86401s, std::chrono::seconds::max()})
            CPPUNIT_ASSERT_EQUAL(std::int64_t(86400), lifeOf(said));
    }

private:
    [[nodiscard]] memory::FakeClock& clock() { return _fixture->clock; }
    void pass(std::chrono::seconds time) {
        clock().time += time;
        clock().steady += time;
    }
    // Returns the life left. Reads the clock after the token, because a refresh may move the clock.
    [[nodiscard]] std::int64_t left() {
        const auto held = get();
        return (held.tokens.accessExpiresAt - _fixture->now()).count();
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TokenLifetimeTest);
