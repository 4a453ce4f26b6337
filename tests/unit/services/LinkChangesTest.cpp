// SPDX-License-Identifier: Apache-2.0
// One wait per link, whoever ends it.
#include "central_oauth/services/LinkChanges.h"

#include "ServiceFixture.h"

#include <atomic>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <memory>
#include <thread>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;

class LinkChangesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LinkChangesTest);
    CPPUNIT_TEST(testChangeWakesWhoWaitsForThatLink);
    CPPUNIT_TEST(testChangeIsToldOnce);
    CPPUNIT_TEST(testChangeBeforeTheServerListensIsNotLost);
    CPPUNIT_TEST(testLinkTakesOneWaitAtATime);
    CPPUNIT_TEST(testWaitEndsWithItsSignal);
    CPPUNIT_TEST(testEndOfAnOlderWaitLeavesTheNewerOne);
    CPPUNIT_TEST(testExpiredLinksAreTold);
    CPPUNIT_TEST(testFinishTellsWhetherTheWaitWasCompleted);
    CPPUNIT_TEST(testSignalOutlivesItsMaker);
    CPPUNIT_TEST(testWaiterMayLetGoWhileItIsTold);
    CPPUNIT_TEST(testManyThreads);
    CPPUNIT_TEST_SUITE_END();

public:
    void testChangeWakesWhoWaitsForThatLink() {
        const auto one = await(_link);
        const auto other = await(base::LinkId("lnk_2"));
        _changes->publish(base::LinkId("lnk_3"));
        _changes->publish(_link);
        CPPUNIT_ASSERT(one->fired());
        CPPUNIT_ASSERT(!other->fired());
    }

    void testChangeIsToldOnce() {
        const auto first = await(_link);
        int told = 0;
        first->onFire([&] { ++told; });
        _changes->publish(_link);
        _changes->publish(_link);
        CPPUNIT_ASSERT_EQUAL(1, told);
        CPPUNIT_ASSERT_MESSAGE("a wait that was told is over", !_changes->isAwaited(_link));
        const auto second = await(_link);
        CPPUNIT_ASSERT_MESSAGE("old news", second && !second->fired());
    }

    void testChangeBeforeTheServerListensIsNotLost() {
        const auto waiter = await(_link);
        _changes->publish(_link);
        int told = 0;
        waiter->onFire([&] { ++told; });
        CPPUNIT_ASSERT_EQUAL(1, told);
    }

    void testLinkTakesOneWaitAtATime() {
        CPPUNIT_ASSERT(!_changes->isAwaited(_link));
        const auto first = await(_link);
        CPPUNIT_ASSERT(_changes->isAwaited(_link));
        CPPUNIT_ASSERT(!await(_link));
        CPPUNIT_ASSERT_MESSAGE("the refused one ends nobody's wait", _changes->isAwaited(_link));
        _changes->publish(_link);
        CPPUNIT_ASSERT(first->fired());
    }

    void testWaitEndsWithItsSignal() {
        auto waiter = await(_link);
        auto copy = waiter;
        waiter.reset();
        CPPUNIT_ASSERT(_changes->isAwaited(_link));
        copy.reset();
        CPPUNIT_ASSERT(!_changes->isAwaited(_link));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("nothing is left of it", std::size_t(0), _changes->count());
        const auto next = await(_link);
        CPPUNIT_ASSERT(next);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), _changes->count());
    }

    void testEndOfAnOlderWaitLeavesTheNewerOne() {
        auto older = await(_link);
        _changes->publish(_link);
        const auto newer = await(_link);
        older.reset();
        CPPUNIT_ASSERT(_changes->isAwaited(_link));
        _changes->publish(_link);
        CPPUNIT_ASSERT(newer->fired());
    }

    void testExpiredLinksAreTold() {
        const auto soon = _changes->await(_link, _expiry, 30s);
        const auto later = _changes->await(base::LinkId("lnk_2"), _expiry + 1s, 30s);
        _changes->publishExpired(_expiry - 1s);
        CPPUNIT_ASSERT(!soon->fired());
        _changes->publishExpired(_expiry);
        CPPUNIT_ASSERT(soon->fired());
        CPPUNIT_ASSERT(!later->fired());
    }

    void testFinishTellsWhetherTheWaitWasCompleted() {
        const auto interrupted = _changes->await(_link, _expiry, 30s);
        _now += 30s - 1ms;
        CPPUNIT_ASSERT(!_changes->finish(_link));
        CPPUNIT_ASSERT(!_changes->isAwaited(_link));
        const auto full = _changes->await(_link, _expiry, 30s);
        _now += 30s;
        CPPUNIT_ASSERT(_changes->finish(_link));
        const auto told = _changes->await(_link, _expiry, 30s);
        _changes->publish(_link);
        CPPUNIT_ASSERT(_changes->finish(_link));
    }

    void testSignalOutlivesItsMaker() {
        auto waiter = await(_link);
        _changes.reset();
        waiter->fire();
        waiter.reset();
    }

    void testWaiterMayLetGoWhileItIsTold() {
        auto waiter = await(_link);
        waiter->onFire([&] { waiter.reset(); });
        _changes->publish(_link);
        CPPUNIT_ASSERT(!waiter);
        CPPUNIT_ASSERT(!_changes->isAwaited(_link));
    }

    // Worth most under the thread sanitizer. Every wait that was begun is told or let go.
    void testManyThreads() {
        std::atomic<bool> isOver{false};
        std::atomic<int> begun{0};
        std::thread teller([&] {
            while (!isOver)
                _changes->publish(_link);
        });
        std::thread rival([&] {
            for (int i = 0; i < 2'000; ++i)
                (void)await(_link);
        });
        for (int i = 0; i < 2'000; ++i) {
            if (const auto waiter = await(_link))
                ++begun;
        }
        rival.join();
        isOver = true;
        teller.join();
        CPPUNIT_ASSERT(begun > 0);
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), _changes->count());
    }

private:
    std::shared_ptr<base::OneShotEvent> await(const base::LinkId& link) {
        return _changes->await(link, _expiry, 30s);
    }

    const base::LinkId _link{"lnk_1"};
    const base::Timestamp _expiry{std::chrono::seconds(1'700'000'600)};
    LinkChanges::SteadyTime _now{std::chrono::hours(1)};
    std::unique_ptr<LinkChanges> _changes = std::make_unique<LinkChanges>([this] { return _now; });
};

CPPUNIT_TEST_SUITE_REGISTRATION(LinkChangesTest);
