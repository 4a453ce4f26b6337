// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/base/FairTurn.h"

#include <atomic>
#include <cppunit/extensions/HelperMacros.h>
#include <future>
#include <thread>
#include <vector>

using central_oauth::base::FairTurn;
using namespace std::chrono_literals;

using Steady = std::chrono::steady_clock;

class FairTurnTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FairTurnTest);
    CPPUNIT_TEST(testGivesTurnsInTheOrderOfRequests);
    CPPUNIT_TEST(testReleasingHolderCannotOvertake);
    CPPUNIT_TEST(testDeadlineLosesNothing);
    CPPUNIT_TEST(testGivesUpOnceItsConditionHolds);
    CPPUNIT_TEST(testOneHolderAtATime);
    CPPUNIT_TEST_SUITE_END();

public:
    void testGivesTurnsInTheOrderOfRequests() {
        CPPUNIT_ASSERT(_turn.take(Steady::now()));
        std::vector<int> order;
        std::vector<std::future<void>> waiting;
        for (int i = 0; i < 5; ++i) {
            std::promise<void> isAbout;
            waiting.push_back(std::async(std::launch::async, [&, i] {
                std::atomic<bool> asked{false};
                CPPUNIT_ASSERT(_turn.take(Steady::now() + 1h, [&] {
                    if (!asked.exchange(true))
                        isAbout.set_value();
                    return false;
                }));
                order.push_back(i); // guarded by the turn
                _turn.release();
            }));
            isAbout.get_future().wait(); // then it has its place in the queue
        }
        _turn.release();
        for (auto& each : waiting)
            each.get();
        CPPUNIT_ASSERT((std::vector<int>{0, 1, 2, 3, 4} == order));
    }

    // As a sweep of many batches does.
    void testReleasingHolderCannotOvertake() {
        CPPUNIT_ASSERT(_turn.take(Steady::now()));
        std::promise<void> isWaiting;
        std::atomic<bool> asked{false};
        std::atomic<bool> had{false};
        auto waiting = std::async(std::launch::async, [&] {
            CPPUNIT_ASSERT(_turn.take(Steady::now() + 1h, [&] {
                if (!asked.exchange(true))
                    isWaiting.set_value();
                return false;
            }));
            had = true;
            _turn.release();
        });
        isWaiting.get_future().wait();
        _turn.release();
        CPPUNIT_ASSERT(_turn.take(Steady::now() + 1h));
        CPPUNIT_ASSERT(had);
        _turn.release();
        waiting.get();
    }

    void testDeadlineLosesNothing() {
        CPPUNIT_ASSERT(_turn.take(Steady::now()));
        CPPUNIT_ASSERT(!_turn.take(Steady::now() + 1ms));
        CPPUNIT_ASSERT(!_turn.take(Steady::now() - 1h));
        _turn.release();
        CPPUNIT_ASSERT(_turn.take(Steady::now()));
        _turn.release();
    }

    void testGivesUpOnceItsConditionHolds() {
        CPPUNIT_ASSERT(_turn.take(Steady::now()));
        std::atomic<bool> isEnough{false};
        auto waiting = std::async(std::launch::async,
                                  [&] { return _turn.take(std::nullopt, [&] { return isEnough.load(); }); });
        CPPUNIT_ASSERT(waiting.wait_for(20ms) == std::future_status::timeout);
        isEnough = true;
        _turn.reconsider();
        CPPUNIT_ASSERT(!waiting.get());
        _turn.release();
        CPPUNIT_ASSERT(_turn.take(Steady::now()));
        _turn.release();
    }

    void testOneHolderAtATime() {
        constexpr int each = 2000;
        int count = 0; // guarded by the turn
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] {
                for (int k = 0; k < each; ++k) {
                    static_cast<void>(_turn.take(std::nullopt));
                    ++count;
                    _turn.release();
                }
            });
        for (auto& thread : threads)
            thread.join();
        CPPUNIT_ASSERT_EQUAL(4 * each, count);
    }

private:
    FairTurn _turn;
};

CPPUNIT_TEST_SUITE_REGISTRATION(FairTurnTest);
