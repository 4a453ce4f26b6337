// SPDX-License-Identifier: Apache-2.0
// Tests when the same refresh token is sent again.
#include "central_oauth/domain/PendingRefresh.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::domain;
using namespace std::chrono_literals;

class PendingRefreshTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PendingRefreshTest);
    CPPUNIT_TEST(testManyAttemptsFitIntoAShortLeeway);
    CPPUNIT_TEST(testAnUpstreamThatIsDownIsNotStormed);
    CPPUNIT_TEST(testAgeFollowsTheSteadyClock);
    CPPUNIT_TEST_SUITE_END();

public:
    // With half of the answers lost, sixteen attempts fail together once in 65,536 times.
    void testManyAttemptsFitIntoAShortLeeway() {
        CPPUNIT_ASSERT(attemptsWithin(8s) >= 16);
        CPPUNIT_ASSERT(pauseBeforeResend(0s) == 250ms);
    }

    void testAnUpstreamThatIsDownIsNotStormed() {
        CPPUNIT_ASSERT(attemptsWithin(540s) <= 50);
        CPPUNIT_ASSERT(attemptsWithin(24h) <= 220);
        CPPUNIT_ASSERT(pauseBeforeResend(24h) == 10min);
    }

    void testAgeFollowsTheSteadyClock() {
        const base::Timestamp wall{std::chrono::seconds(1'700'000'000)};
        const PendingRefresh refresh{
            .account = AccountId("acc_1"), .version = 1, .firstSent = {wall, 1000, "era-1"}};
        CPPUNIT_ASSERT(ageOf(refresh, {wall + 70s, 1070, "era-1"}) == 70s);
        CPPUNIT_ASSERT_MESSAGE("the wall clock was set back",
                               ageOf(refresh, {wall - 1h, 1070, "era-1"}) == 70s);
        CPPUNIT_ASSERT_MESSAGE("after a restart of the machine",
                               ageOf(refresh, {wall + 300s, 5, "era-2"}) == 300s);
        CPPUNIT_ASSERT_MESSAGE("a time that nobody knows is long ago",
                               ageOf({.account = AccountId("acc_1"), .version = 1}, {wall, 1000, "era-1"}) ==
                                   24h);
    }

private:
    static int attemptsWithin(std::chrono::milliseconds leeway) {
        int attempts = 0;
        std::chrono::milliseconds age{0};
        for (; age < leeway; ++attempts)
            age += pauseBeforeResend(std::chrono::floor<std::chrono::seconds>(age));
        return attempts;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PendingRefreshTest);
