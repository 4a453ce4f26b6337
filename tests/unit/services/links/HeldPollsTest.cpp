// SPDX-License-Identifier: Apache-2.0
// Tests that a link has one hold, and everything that ends the hold.
#include "central_oauth/services/links/HeldPolls.h"

#include <atomic>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <memory>
#include <thread>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;

class HeldPollsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HeldPollsTest);
    CPPUNIT_TEST(testWakesThePollOfThatLink);
    CPPUNIT_TEST(testWakesOnce);
    CPPUNIT_TEST(testChangeBeforeTheServerListensIsNotLost);
    CPPUNIT_TEST(testLinkTakesOneHoldAtATime);
    CPPUNIT_TEST(testHoldEndsWithItsSignal);
    CPPUNIT_TEST(testEndOfAnOlderHoldLeavesTheNewerOne);
    CPPUNIT_TEST(testExpiredLinksAreWoken);
    CPPUNIT_TEST(testFinishSaysWhetherTheHoldWasCompleted);
    CPPUNIT_TEST(testSignalOutlivesItsMaker);
    CPPUNIT_TEST(testSignalMayBeReleasedWhileItFires);
    CPPUNIT_TEST(testCommitsWakeWherePollsAreAnsweredOtherwise);
    CPPUNIT_TEST(testManyThreads);
    CPPUNIT_TEST_SUITE_END();

public:
    void testWakesThePollOfThatLink() {
        const auto one = hold(_link);
        const auto other = hold(base::LinkId("lnk_2"));
        _held->wake(base::LinkId("lnk_3"));
        _held->wake(_link);
        CPPUNIT_ASSERT(one->fired());
        CPPUNIT_ASSERT(!other->fired());
    }

    void testWakesOnce() {
        const auto first = hold(_link);
        int woken = 0;
        first->onFire([&] { ++woken; });
        _held->wake(_link);
        _held->wake(_link);
        CPPUNIT_ASSERT_EQUAL(1, woken);
        CPPUNIT_ASSERT_MESSAGE("a wait that was woken is over", !_held->isHeld(_link));
        const auto second = hold(_link);
        CPPUNIT_ASSERT_MESSAGE("old news", second && !second->fired());
    }

    void testChangeBeforeTheServerListensIsNotLost() {
        const auto held = hold(_link);
        _held->wake(_link);
        int woken = 0;
        held->onFire([&] { ++woken; });
        CPPUNIT_ASSERT_EQUAL(1, woken);
    }

    void testLinkTakesOneHoldAtATime() {
        CPPUNIT_ASSERT(!_held->isHeld(_link));
        const auto first = hold(_link);
        CPPUNIT_ASSERT(_held->isHeld(_link));
        CPPUNIT_ASSERT(!hold(_link));
        CPPUNIT_ASSERT_MESSAGE("the refused one ends nobody's wait", _held->isHeld(_link));
        _held->wake(_link);
        CPPUNIT_ASSERT(first->fired());
    }

    void testHoldEndsWithItsSignal() {
        auto held = hold(_link);
        auto copy = held;
        held.reset();
        CPPUNIT_ASSERT(_held->isHeld(_link));
        copy.reset();
        CPPUNIT_ASSERT(!_held->isHeld(_link));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("nothing is left of it", std::size_t(0), _held->count());
        const auto next = hold(_link);
        CPPUNIT_ASSERT(next);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), _held->count());
    }

    void testEndOfAnOlderHoldLeavesTheNewerOne() {
        auto older = hold(_link);
        _held->wake(_link);
        const auto newer = hold(_link);
        older.reset();
        CPPUNIT_ASSERT(_held->isHeld(_link));
        _held->wake(_link);
        CPPUNIT_ASSERT(newer->fired());
    }

    void testExpiredLinksAreWoken() {
        const auto soon = _held->hold(_link, _expiry, 30s);
        const auto later = _held->hold(base::LinkId("lnk_2"), _expiry + 1s, 30s);
        _held->wakeExpired(_expiry - 1s);
        CPPUNIT_ASSERT(!soon->fired());
        _held->wakeExpired(_expiry);
        CPPUNIT_ASSERT(soon->fired());
        CPPUNIT_ASSERT(!later->fired());
    }

    void testFinishSaysWhetherTheHoldWasCompleted() {
        const auto interrupted = _held->hold(_link, _expiry, 30s);
        _now += 30s - 1ms;
        CPPUNIT_ASSERT(!_held->finish(_link));
        CPPUNIT_ASSERT(!_held->isHeld(_link));
        const auto full = _held->hold(_link, _expiry, 30s);
        _now += 30s;
        CPPUNIT_ASSERT(_held->finish(_link));
        const auto woken = _held->hold(_link, _expiry, 30s);
        _held->wake(_link);
        CPPUNIT_ASSERT(_held->finish(_link));
    }

    void testSignalOutlivesItsMaker() {
        auto held = hold(_link);
        _held.reset();
        held->fire();
        held.reset();
    }

    void testSignalMayBeReleasedWhileItFires() {
        auto held = hold(_link);
        held->onFire([&] { held.reset(); });
        _held->wake(_link);
        CPPUNIT_ASSERT(!held);
        CPPUNIT_ASSERT(!_held->isHeld(_link));
    }

    void testCommitsWakeWherePollsAreAnsweredOtherwise() {
        using domain::LinkStatus;
        for (const auto status : {LinkStatus::pending, LinkStatus::authorizing, LinkStatus::choosing,
                                  LinkStatus::staged, LinkStatus::delivered, LinkStatus::ended}) {
            const auto mine = hold(_link);
            const auto other = hold(base::LinkId("lnk_2"));
            _held->committed({{{_link, status}, {base::LinkId("lnk_3"), status}}, {}});
            CPPUNIT_ASSERT_EQUAL_MESSAGE(std::string(nameOf(status)),
                                         status != LinkStatus::pending && status != LinkStatus::authorizing,
                                         mine->fired());
            CPPUNIT_ASSERT(!other->fired());
        }
    }

    // Runs mainly for the thread sanitizer. Every wait that has begun is woken or released.
    void testManyThreads() {
        std::atomic<bool> isOver{false};
        std::thread waker([&] {
            while (!isOver)
                _held->wake(_link);
        });
        std::thread rival([&] {
            for (int i = 0; i < 2'000; ++i)
                (void)hold(_link);
        });
        for (int i = 0; i < 2'000; ++i)
            (void)hold(_link);
        rival.join();
        isOver = true;
        waker.join();
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), _held->count());
        CPPUNIT_ASSERT_MESSAGE("none of them is left", hold(_link));
    }

private:
    std::shared_ptr<base::OneShotEvent> hold(const base::LinkId& link) {
        return _held->hold(link, _expiry, 30s);
    }

    const base::LinkId _link{"lnk_1"};
    const base::Timestamp _expiry{std::chrono::seconds(1'700'000'600)};
    HeldPolls::SteadyTime _now{std::chrono::hours(1)};
    std::unique_ptr<HeldPolls> _held = std::make_unique<HeldPolls>([this] { return _now; });
};

CPPUNIT_TEST_SUITE_REGISTRATION(HeldPollsTest);
