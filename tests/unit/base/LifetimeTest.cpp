// SPDX-License-Identifier: Apache-2.0
// A life is a duration: no wall clock extends it.
#include "central_oauth/base/Lifetime.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::base;
using namespace std::chrono_literals;

namespace {

class TwoClocks final : public Clock {
public:
    std::chrono::seconds wall{1'700'000'000};
    std::chrono::seconds steady{5000};

    [[nodiscard]] std::chrono::system_clock::time_point now() const override {
        return std::chrono::system_clock::time_point(wall);
    }
    [[nodiscard]] std::chrono::steady_clock::time_point steadyNow() const override {
        return std::chrono::steady_clock::time_point(steady);
    }
    void pass(std::chrono::seconds time) {
        wall += time;
        steady += time;
    }
};

} // namespace

class LifetimeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LifetimeTest);
    CPPUNIT_TEST(testTimePasses);
    CPPUNIT_TEST(testWallClockSetBackLengthensNothing);
    CPPUNIT_TEST(testWallClockSetForwardEndsEarly);
    CPPUNIT_TEST(testWrongWallClockAtTheBeginningChangesNothing);
    CPPUNIT_TEST(testAnotherEraUsesTheWallClock);
    CPPUNIT_TEST(testClockBeforeTheBeginningLeavesNothing);
    CPPUNIT_TEST(testSteadyClockThatRunsBackIsAnotherOne);
    CPPUNIT_TEST(testUnknownBeginningUsesTheWallClock);
    CPPUNIT_TEST(testEraIsTheSameInOneProcess);
    CPPUNIT_TEST_SUITE_END();

    TwoClocks _clock;
    Moment _begin = momentOf(_clock);

    [[nodiscard]] std::chrono::seconds left() const {
        return leftOf(_begin, _begin.wall + 3600s, momentOf(_clock));
    }

    void expect(std::chrono::seconds seconds) const { CPPUNIT_ASSERT_EQUAL(seconds.count(), left().count()); }

public:
    void testTimePasses() {
        expect(3600s);
        _clock.pass(600s);
        expect(3000s);
        _clock.pass(3000s);
        expect(0s);
        _clock.pass(5s);
        expect(-5s);
    }

    void testWallClockSetBackLengthensNothing() {
        _clock.pass(1800s);
        _clock.wall -= 1200s;
        expect(1800s);
        _clock.pass(1800s);
        expect(0s);
    }

    void testWallClockSetForwardEndsEarly() {
        _clock.wall += 3000s;
        expect(600s);
        _clock.wall += 86400s;
        CPPUNIT_ASSERT(left() < 0s);
    }

    // The grant was made while the clock was a day ahead; the clock has been corrected since.
    void testWrongWallClockAtTheBeginningChangesNothing() {
        _clock.wall -= 86400s;
        expect(3600s);
        _clock.pass(1800s);
        expect(1800s);
        _clock.pass(86400s - 1740s);
        CPPUNIT_ASSERT_MESSAGE("a day later the wall clock shows the time of the grant again", left() < 0s);
    }

    void testAnotherEraUsesTheWallClock() {
        _begin.era = "another boot";
        _begin.steady = 900'000;
        expect(3600s);
        _clock.wall += 600s;
        expect(3000s);
    }

    void testClockBeforeTheBeginningLeavesNothing() {
        _begin.era = "another boot";
        _clock.wall -= 1s;
        expect(0s);
    }

    void testSteadyClockThatRunsBackIsAnotherOne() {
        _clock.steady -= 1s;
        expect(3600s);
        _clock.wall -= 1s;
        expect(0s);
    }

    void testUnknownBeginningUsesTheWallClock() {
        CPPUNIT_ASSERT_EQUAL(std::int64_t(90),
                             std::int64_t(leftOf({}, nowOf(_clock) + 90s, momentOf(_clock)).count()));
    }

    void testEraIsTheSameInOneProcess() {
        CPPUNIT_ASSERT(!steadyEra().empty());
        CPPUNIT_ASSERT_EQUAL(steadyEra(), momentOf(_clock).era);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LifetimeTest);
