// SPDX-License-Identifier: Apache-2.0
// Tests RFC 8628 section 3.5 with a clock that the test moves.
#include "central_oauth/services/links/PollPacer.h"

#include "../ServiceFixture.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;

namespace {

/// A clock with a resolution of milliseconds.
class ClockInMilliseconds final : public base::Clock {
public:
    mutable std::chrono::system_clock::time_point time{1'700'000'000s};
    [[nodiscard]] std::chrono::system_clock::time_point now() const override { return time; }
};

} // namespace

class PollPacerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PollPacerTest);
    CPPUNIT_TEST(testFirstPollIsWelcome);
    CPPUNIT_TEST(testPatientPollsKeepTheInterval);
    CPPUNIT_TEST(testHastyPollsLengthenIt);
    CPPUNIT_TEST(testIntervalEndsAtAMinute);
    CPPUNIT_TEST(testPollsThatKeepToItShortenItAgain);
    CPPUNIT_TEST(testAWhisperEarlyIsInTime);
    CPPUNIT_TEST(testEarlyRefusalIsOne);
    CPPUNIT_TEST(testHastyPollStartsTheWaitAgain);
    CPPUNIT_TEST(testLinksAreIndependent);
    CPPUNIT_TEST(testForgottenLinksBeginAnew);
    CPPUNIT_TEST(testOldLinksAreForgotten);
    CPPUNIT_TEST(testFullTableForgetsTheOldestAnswer);
    CPPUNIT_TEST(testClockSetBackCostsOneInterval);
    CPPUNIT_TEST(testHeldPollIsPacedLikeAnyOther);
    CPPUNIT_TEST(testHeldPollWithoutAnswerChangesNothing);
    CPPUNIT_TEST(testIntervalCountsFromTheEndOfAHeldPoll);
    CPPUNIT_TEST(testPollAfterACompletedWaitIsWelcome);
    CPPUNIT_TEST(testCrowdLengthensTheInterval);
    CPPUNIT_TEST_SUITE_END();

public:
    void testFirstPollIsWelcome() { expect(false, 5s); }

    void testPatientPollsKeepTheInterval() {
        expect(false, 5s);
        for (int i = 0; i < 100; ++i) {
            _clock.time += 5s;
            expect(false, 5s);
        }
    }

    void testHastyPollsLengthenIt() {
        expect(false, 5s);
        _clock.time += 4s;
        expect(true, 10s);
        _clock.time += 9s;
        expect(true, 15s);
    }

    void testIntervalEndsAtAMinute() {
        for (int i = 0; i < 20; ++i)
            (void)_pacer.note(_link);
        expect(true, 60s);
        _clock.time += 59s;
        expect(true, 60s);
        _clock.time += 60s;
        expect(false, 55s);
    }

    void testPollsThatKeepToItShortenItAgain() {
        expect(false, 5s);
        expect(true, 10s);
        expect(true, 15s);
        _clock.time += 15s;
        expect(false, 10s);
        _clock.time += 9s;
        expect(true, 15s);
        for (const auto interval : {10s, 5s, 5s}) {
            _clock.time += 15s;
            expect(false, interval);
        }
    }

    // A timer of whole seconds fires a few hundredths of a second early as often as late.
    void testAWhisperEarlyIsInTime() {
        const ClockInMilliseconds clock;
        PollPacer pacer(clock);
        (void)pacer.note(_link);
        for (const auto pause : {4960ms, 4501ms, 4990ms, 5000ms}) {
            clock.time += pause;
            CPPUNIT_ASSERT(!pacer.refuseIfTooSoon(_link));
            CPPUNIT_ASSERT(!pacer.note(_link).tooSoon);
        }
        clock.time += 4499ms;
        CPPUNIT_ASSERT(pacer.note(_link).tooSoon);
    }

    void testEarlyRefusalIsOne() {
        CPPUNIT_ASSERT(!_pacer.refuseIfTooSoon(_link));
        CPPUNIT_ASSERT_MESSAGE("it notes nothing", !_pacer.refuseIfTooSoon(_link));
        expect(false, 5s);
        CPPUNIT_ASSERT(_pacer.refuseIfTooSoon(_link)->interval == 10s);
        _clock.time += 9s;
        CPPUNIT_ASSERT_MESSAGE("a refusal is an answer", _pacer.refuseIfTooSoon(_link)->interval == 15s);
        _clock.time += 15s;
        CPPUNIT_ASSERT(!_pacer.refuseIfTooSoon(_link));
        expect(false, 10s);
    }

    void testHastyPollStartsTheWaitAgain() {
        expect(false, 5s);
        _clock.time += 4s;
        expect(true, 10s);
        _clock.time += 6s; // ten seconds after the first poll, but six after the refusal
        expect(true, 15s);
    }

    void testLinksAreIndependent() {
        expect(false, 5s);
        CPPUNIT_ASSERT(!_pacer.note(base::LinkId("lnk_2")).tooSoon);
    }

    void testForgottenLinksBeginAnew() {
        expect(false, 5s);
        expect(true, 10s);
        _pacer.forget(_link);
        expect(false, 5s);
    }

    void testOldLinksAreForgotten() {
        expect(false, 5s);
        expect(true, 10s);
        _pacer.forgetBefore(_clock.time);
        expect(true, 15s);
        _pacer.forgetBefore(_clock.time + 1s);
        expect(false, 5s);
    }

    void testFullTableForgetsTheOldestAnswer() {
        PollPacer pacer(_clock, 2);
        const base::LinkId second("lnk_2");
        const base::LinkId third("lnk_3");
        (void)pacer.note(_link);
        (void)pacer.note(second);
        (void)pacer.note(_link); // too soon, and the youngest answer
        (void)pacer.note(third);
        CPPUNIT_ASSERT_MESSAGE("forgotten", !pacer.refuseIfTooSoon(second));
        CPPUNIT_ASSERT(pacer.intervalOf(_link) == 10s);
        CPPUNIT_ASSERT(pacer.refuseIfTooSoon(third));
    }

    void testClockSetBackCostsOneInterval() {
        expect(false, 5s);
        _clock.time -= 1h;
        expect(true, 10s);
        _clock.time += 10s;
        expect(false, 5s);
    }

    void testHeldPollIsPacedLikeAnyOther() {
        CPPUNIT_ASSERT(!_pacer.noteHeld(_link).tooSoon);
        expect(false, 5s);
        _clock.time += 4s;
        const auto refused = _pacer.noteHeld(_link);
        CPPUNIT_ASSERT(refused.tooSoon && refused.interval == 10s);
        _clock.time += 9s;
        CPPUNIT_ASSERT_MESSAGE("a refusal is an answer", _pacer.noteHeld(_link).tooSoon);
        _clock.time += 15s;
        CPPUNIT_ASSERT(!_pacer.noteHeld(_link).tooSoon);
    }

    void testHeldPollWithoutAnswerChangesNothing() {
        (void)_pacer.noteHeld(_link);
        expect(false, 5s);
        _clock.time += 5s;
        CPPUNIT_ASSERT(!_pacer.noteHeld(_link).tooSoon);
        CPPUNIT_ASSERT(!_pacer.noteHeld(_link).tooSoon);
        expect(false, 5s);
    }

    void testIntervalCountsFromTheEndOfAHeldPoll() {
        (void)_pacer.noteHeld(_link);
        _clock.time += 20s;
        CPPUNIT_ASSERT(_pacer.noteEnd(_link, false) == 5s);
        _clock.time += 4s;
        expect(true, 10s);
    }

    void testPollAfterACompletedWaitIsWelcome() {
        expect(false, 5s);
        expect(true, 10s);
        _clock.time += 10s;
        (void)_pacer.noteHeld(_link);
        CPPUNIT_ASSERT_MESSAGE("cut short", _pacer.noteEnd(_link, false) == 10s);
        _clock.time += 10s;
        (void)_pacer.noteHeld(_link);
        CPPUNIT_ASSERT(_pacer.noteEnd(_link, true) == 5s);
        CPPUNIT_ASSERT(!_pacer.noteHeld(_link).tooSoon);
        CPPUNIT_ASSERT(_pacer.noteEnd(_link, true) == 5s);
        expect(false, 5s);
        expect(true, 10s); // only the poll after that is too soon
    }

    void testCrowdLengthensTheInterval() {
        for (const auto interval : {10s, 15s, 20s, 25s, 30s, 35s, 40s, 45s, 50s, 55s, 60s, 60s})
            CPPUNIT_ASSERT(_pacer.noteCrowd(_link).interval == interval);
        CPPUNIT_ASSERT(_pacer.intervalOf(_link) == 60s);
        CPPUNIT_ASSERT(_pacer.noteHeld(_link).tooSoon);
        CPPUNIT_ASSERT(_pacer.intervalOf(base::LinkId("lnk_2")) == 5s);
        CPPUNIT_ASSERT(_pacer.noteEnd(_link, true) == 55s);
        CPPUNIT_ASSERT(_pacer.noteCrowd(_link).tooSoon);
        CPPUNIT_ASSERT_MESSAGE("a refusal is the last answer now", _pacer.note(_link).tooSoon);
    }

private:
    void expect(bool tooSoon, std::chrono::seconds interval) {
        const auto pace = _pacer.note(_link);
        CPPUNIT_ASSERT_EQUAL(tooSoon, pace.tooSoon);
        CPPUNIT_ASSERT_EQUAL(interval.count(), pace.interval.count());
    }

    const base::LinkId _link{"lnk_1"};
    memory::FakeClock _clock;
    PollPacer _pacer{_clock};
};

CPPUNIT_TEST_SUITE_REGISTRATION(PollPacerTest);
