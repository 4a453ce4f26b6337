// SPDX-License-Identifier: Apache-2.0
// Pauses after failed refreshes.
#include "central_oauth/services/RefreshBackoff.h"

#include "ServiceFixture.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;

class RefreshBackoffTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RefreshBackoffTest);
    CPPUNIT_TEST(testNothingPausesAtFirst);
    CPPUNIT_TEST(testPauseTellsWhatIsLeftOfIt);
    CPPUNIT_TEST(testLaterFailureReplacesTheEarlier);
    CPPUNIT_TEST(testClearEndsIt);
    CPPUNIT_TEST(testAccountsAreIndependent);
    CPPUNIT_TEST(testFullTableDropsWhatEndsFirst);
    CPPUNIT_TEST(testKnownAccountNeedsNoRoom);
    CPPUNIT_TEST(testClockSetBackEndsThePause);
    CPPUNIT_TEST(testPauseIsOfOneTokenVersion);
    CPPUNIT_TEST(testPauseIsTenMinutesAtMost);
    CPPUNIT_TEST_SUITE_END();

public:
    void testNothingPausesAtFirst() { CPPUNIT_ASSERT(!_backoff.current(id("1"), 1)); }

    void testPauseTellsWhatIsLeftOfIt() {
        _backoff.pause(id("1"), 1, failure("down"), 30s);
        _clock.time += 10s;
        const auto left = _backoff.current(id("1"), 1);
        CPPUNIT_ASSERT(left && left->retryAfter() == std::optional(20s));
        CPPUNIT_ASSERT(left->code() == base::ErrorCode::providerUnavailable);
        CPPUNIT_ASSERT_EQUAL(std::string("down"), std::string(left->what()));
        _clock.time += 19s;
        CPPUNIT_ASSERT(_backoff.current(id("1"), 1));
        _clock.time += 1s;
        CPPUNIT_ASSERT(!_backoff.current(id("1"), 1));
    }

    void testLaterFailureReplacesTheEarlier() {
        _backoff.pause(id("1"), 1, failure("first"), 30s);
        _backoff.pause(id("1"), 1, failure("second"), 5s);
        CPPUNIT_ASSERT_EQUAL(std::string("second"), std::string(_backoff.current(id("1"), 1).value().what()));
        _clock.time += 5s;
        CPPUNIT_ASSERT(!_backoff.current(id("1"), 1));
    }

    void testClearEndsIt() {
        _backoff.pause(id("1"), 1, failure("down"), 30s);
        _backoff.clear(id("1"));
        CPPUNIT_ASSERT(!_backoff.current(id("1"), 1));
        _backoff.clear(id("unknown"));
    }

    void testAccountsAreIndependent() {
        _backoff.pause(id("1"), 1, failure("down"), 30s);
        CPPUNIT_ASSERT(!_backoff.current(id("2"), 1));
    }

    void testFullTableDropsWhatEndsFirst() {
        _backoff.pause(id("long"), 1, failure("down"), 30s);
        _backoff.pause(id("short"), 1, failure("down"), 5s);
        _backoff.pause(id("new"), 1, failure("down"), 1s);
        CPPUNIT_ASSERT(_backoff.current(id("long"), 1));
        CPPUNIT_ASSERT(!_backoff.current(id("short"), 1));
        CPPUNIT_ASSERT(_backoff.current(id("new"), 1));
    }

    void testKnownAccountNeedsNoRoom() {
        _backoff.pause(id("1"), 1, failure("down"), 5s);
        _backoff.pause(id("2"), 1, failure("down"), 30s);
        _backoff.pause(id("2"), 1, failure("again"), 30s);
        CPPUNIT_ASSERT(_backoff.current(id("1"), 1));
    }

    void testClockSetBackEndsThePause() {
        _backoff.pause(id("1"), 1, failure("down"), 30s);
        _clock.time -= 1h;
        CPPUNIT_ASSERT(!_backoff.current(id("1"), 1));
        _backoff.pause(id("1"), 1, failure("down"), 30s);
        CPPUNIT_ASSERT(_backoff.current(id("1"), 1));
    }

    void testPauseIsOfOneTokenVersion() {
        _backoff.pause(id("1"), 1, failure("down"), 30s);
        CPPUNIT_ASSERT(!_backoff.current(id("1"), 2));
    }

    void testPauseIsTenMinutesAtMost() {
        _backoff.pause(id("1"), 1, failure("down"), 24h);
        _clock.time += 601s;
        CPPUNIT_ASSERT(!_backoff.current(id("1"), 1));
    }

private:
    static base::AccountId id(const std::string& name) { return base::AccountId("acc_" + name); }
    static base::Error failure(const std::string& detail) {
        return base::Error(base::ErrorCode::providerUnavailable, {}, detail);
    }

    store::FakeClock _clock;
    RefreshBackoff _backoff{_clock, 2};
};

CPPUNIT_TEST_SUITE_REGISTRATION(RefreshBackoffTest);
