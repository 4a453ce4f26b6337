// SPDX-License-Identifier: Apache-2.0
// How long a check stands, and for which token.
#include "central_oauth/services/TokenCheck.h"

#include "../store/StoreFixture.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;

class TokenCheckTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TokenCheckTest);
    CPPUNIT_TEST(testStandsForAMinute);
    CPPUNIT_TEST(testAnotherVersionHasNone);
    CPPUNIT_TEST(testFailureCountsDown);
    CPPUNIT_TEST(testClockSetBackEndsIt);
    CPPUNIT_TEST(testOldestGoesWhenFull);
    CPPUNIT_TEST_SUITE_END();

public:
    void testStandsForAMinute() {
        TokenCheckMemory memory(_clock);
        CPPUNIT_ASSERT(!memory.find(one, 1));
        memory.keep(one, 1, accepted());
        _clock.time += 59s;
        CPPUNIT_ASSERT(memory.find(one, 1) && memory.find(one, 1)->isAccepted);
        _clock.time += 1s;
        CPPUNIT_ASSERT(!memory.find(one, 1));
    }

    void testAnotherVersionHasNone() {
        TokenCheckMemory memory(_clock);
        memory.keep(one, 1, accepted());
        CPPUNIT_ASSERT(!memory.find(one, 2));
        CPPUNIT_ASSERT(!memory.find(other, 1));
    }

    void testFailureCountsDown() {
        TokenCheckMemory memory(_clock);
        TokenCheck check;
        check.failure = base::Error(base::ErrorCode::providerUnavailable);
        memory.keep(one, 1, check);
        _clock.time += 25s;
        CPPUNIT_ASSERT(memory.find(one, 1)->failure->retryAfter() == std::optional(35s));
    }

    void testClockSetBackEndsIt() {
        TokenCheckMemory memory(_clock);
        memory.keep(one, 1, accepted());
        _clock.time -= 1h;
        CPPUNIT_ASSERT(!memory.find(one, 1));
    }

    void testOldestGoesWhenFull() {
        TokenCheckMemory memory(_clock, 2);
        memory.keep(one, 1, accepted());
        _clock.time += 1s;
        memory.keep(other, 1, accepted());
        memory.keep(other, 2, accepted());
        CPPUNIT_ASSERT(memory.find(one, 1).has_value());
        memory.keep(base::AccountId("acc_3"), 1, accepted());
        CPPUNIT_ASSERT(!memory.find(one, 1));
        CPPUNIT_ASSERT(memory.find(other, 2).has_value());
    }

private:
    static TokenCheck accepted() {
        TokenCheck check;
        check.isAccepted = true;
        return check;
    }

    const base::AccountId one{"acc_1"};
    const base::AccountId other{"acc_2"};
    store::FakeClock _clock;
};

CPPUNIT_TEST_SUITE_REGISTRATION(TokenCheckTest);
