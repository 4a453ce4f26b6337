// SPDX-License-Identifier: Apache-2.0
// RFC 8628 section 3.5 under a clock that a test moves.
#include "central_oauth/services/PollPacer.h"

#include "ServiceFixture.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;

class PollPacerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PollPacerTest);
    CPPUNIT_TEST(testFirstPollIsWelcome);
    CPPUNIT_TEST(testPatientPollsKeepTheInterval);
    CPPUNIT_TEST(testHastyPollsLengthenIt);
    CPPUNIT_TEST(testIntervalEndsAtAMinute);
    CPPUNIT_TEST(testIntervalStaysOnceLengthened);
    CPPUNIT_TEST(testHastyPollStartsTheWaitAgain);
    CPPUNIT_TEST(testLinksAreIndependent);
    CPPUNIT_TEST(testForgottenLinksBeginAnew);
    CPPUNIT_TEST(testOldLinksAreForgotten);
    CPPUNIT_TEST(testClockSetBackCostsOneInterval);
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
        expect(false, 60s);
    }

    void testIntervalStaysOnceLengthened() {
        expect(false, 5s);
        expect(true, 10s);
        _clock.time += 10s;
        expect(false, 10s);
        _clock.time += 9s;
        expect(true, 15s);
    }

    void testHastyPollStartsTheWaitAgain() {
        expect(false, 5s);
        _clock.time += 4s;
        expect(true, 10s);
        _clock.time += 6s; // ten after the first, but six after the refusal
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

    void testClockSetBackCostsOneInterval() {
        expect(false, 5s);
        _clock.time -= 1h;
        expect(true, 10s);
        _clock.time += 10s;
        expect(false, 10s);
    }

private:
    void expect(bool tooSoon, std::chrono::seconds interval) {
        const auto pace = _pacer.note(_link);
        CPPUNIT_ASSERT_EQUAL(tooSoon, pace.tooSoon);
        CPPUNIT_ASSERT_EQUAL(interval.count(), pace.interval.count());
    }

    const base::LinkId _link{"lnk_1"};
    store::FakeClock _clock;
    PollPacer _pacer{_clock};
};

CPPUNIT_TEST_SUITE_REGISTRATION(PollPacerTest);
