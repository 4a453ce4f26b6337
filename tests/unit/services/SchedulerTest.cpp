// SPDX-License-Identifier: Apache-2.0
// Tests tasks that fail, tasks that take long, and tasks that run while the scheduler stops.
#include "central_oauth/services/Scheduler.h"

#include "ServiceFixture.h"

#include <atomic>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <future>
#include <stdexcept>
#include <string>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;

class SchedulerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SchedulerTest);
    CPPUNIT_TEST(testEachTaskHasItsInterval);
    CPPUNIT_TEST(testAFailingTaskStopsNoOther);
    CPPUNIT_TEST(testWhatIsNoExceptionOfTheLibraryIsCaughtToo);
    CPPUNIT_TEST(testTheIntervalBeginsWhenASlowTaskEnds);
    CPPUNIT_TEST(testASlowTaskDelaysAnotherByOneRunAtMost);
    CPPUNIT_TEST(testUnknownTask);
    CPPUNIT_TEST(testTheThreadRepeatsATaskThatThrows);
    CPPUNIT_TEST(testStopsWithoutWaitingForTheInterval);
    CPPUNIT_TEST(testStopDuringATaskIsBounded);
    CPPUNIT_TEST(testAStopBeginsNoFurtherTask);
    CPPUNIT_TEST(testTheEndWaitsForTheRunningTask);
    CPPUNIT_TEST(testEachTaskEndsOnceWithTheScheduler);
    CPPUNIT_TEST_SUITE_END();

public:
    void testEachTaskHasItsInterval() {
        auto scheduler = manual();
        scheduler->add({"often", [this] { _order += 'o'; }, 2s});
        scheduler->add({"seldom", [this] { _order += 's'; }, 5s, 5s});
        for (int second = 0; second <= 10; ++second) {
            scheduler->runDue();
            _now += 1s;
        }
        CPPUNIT_ASSERT_EQUAL(std::string("ooosooos"), _order);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{6}, scheduler->statistics("often").runs);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, scheduler->statistics("seldom").runs);
    }

    void testAFailingTaskStopsNoOther() {
        auto scheduler = manual();
        scheduler->add({"bad", [] { throw std::runtime_error("scripted"); }, 1s});
        scheduler->add({"good", [] {}, 1s});
        scheduler->runDue();
        _now += 1s;
        scheduler->runDue();
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, scheduler->statistics("bad").runs);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, scheduler->statistics("bad").failures);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, scheduler->statistics("good").runs);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, scheduler->statistics("good").failures);
        CPPUNIT_ASSERT(_text.str().find("\"message\":\"housekeeping failed\",\"task\":\"bad\",\"detail\":"
                                        "\"scripted\"") != std::string::npos);
    }

    void testWhatIsNoExceptionOfTheLibraryIsCaughtToo() {
        auto scheduler = manual();
        scheduler->add({"bad", [] { throw 1; }, 1s});
        scheduler->runDue();
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, scheduler->statistics("bad").failures);
    }

    void testTheIntervalBeginsWhenASlowTaskEnds() {
        auto scheduler = manual();
        scheduler->add({"slow", [this] { _now += 7s; }, 2s});
        scheduler->runDue();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{7000},
                             static_cast<std::int64_t>(scheduler->statistics("slow").lastDuration.count()));
        _now += 1999ms;
        scheduler->runDue();
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, scheduler->statistics("slow").runs);
        _now += 1ms;
        scheduler->runDue();
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, scheduler->statistics("slow").runs);
    }

    // Both tasks are always due, so they take turns.
    void testASlowTaskDelaysAnotherByOneRunAtMost() {
        std::promise<void> enough;
        Scheduler scheduler(_log);
        scheduler.add({"slow", [this] { _order += 's'; }, 0s});
        scheduler.add({"other",
                       [&] {
                           _order += 'o';
                           if (_order.size() == 6)
                               enough.set_value();
                       },
                       0s});
        scheduler.start("test");
        CPPUNIT_ASSERT(enough.get_future().wait_for(10s) == std::future_status::ready);
        CPPUNIT_ASSERT(scheduler.stop(10s));
        CPPUNIT_ASSERT_EQUAL(std::string("sososo"), _order.substr(0, 6));
    }

    void testUnknownTask() {
        auto scheduler = manual();
        CPPUNIT_ASSERT_THROW((void)scheduler->statistics("nobody"), std::out_of_range);
    }

    void testTheThreadRepeatsATaskThatThrows() {
        std::promise<void> third;
        int runs = 0;
        Scheduler scheduler(_log);
        scheduler.add({"task",
                       [&] {
                           if (++runs == 3)
                               third.set_value();
                           throw std::runtime_error("scripted");
                       },
                       0s});
        scheduler.start("test");
        CPPUNIT_ASSERT(third.get_future().wait_for(10s) == std::future_status::ready);
        CPPUNIT_ASSERT(scheduler.stop(10s));
    }

    void testStopsWithoutWaitingForTheInterval() {
        Scheduler scheduler(_log);
        scheduler.add({"asleep", [] {}, 1h, 1h});
        scheduler.start("test");
        CPPUNIT_ASSERT(scheduler.stop(10s));
        CPPUNIT_ASSERT(scheduler.stop(0s));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, scheduler.statistics("asleep").runs);
    }

    void testStopDuringATaskIsBounded() {
        Scheduler scheduler(_log);
        addSlow(scheduler);
        scheduler.start("test");
        _entered.get_future().wait();
        CPPUNIT_ASSERT(!scheduler.stop(1ms));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, scheduler.statistics("slow").runs);
        _leave.set_value();
        CPPUNIT_ASSERT(scheduler.stop(10s));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, scheduler.statistics("slow").runs);
    }

    void testAStopBeginsNoFurtherTask() {
        Scheduler scheduler(_log);
        addSlow(scheduler);
        scheduler.add({"next", [] {}, 1h});
        scheduler.start("test");
        _entered.get_future().wait();
        CPPUNIT_ASSERT(!scheduler.stop(1ms));
        _leave.set_value();
        CPPUNIT_ASSERT(scheduler.stop(10s));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, scheduler.statistics("next").runs);
    }

    void testTheEndWaitsForTheRunningTask() {
        auto scheduler = std::make_unique<Scheduler>(_log);
        addSlow(*scheduler);
        scheduler->start("test");
        _entered.get_future().wait();
        auto ended = std::async(std::launch::async, [&] {
            scheduler.reset();
            return _hasLeft.load();
        });
        const bool hasReturned = ended.wait_for(50ms) == std::future_status::ready;
        _leave.set_value();
        CPPUNIT_ASSERT(ended.get());
        CPPUNIT_ASSERT(!hasReturned);
    }

    void testEachTaskEndsOnceWithTheScheduler() {
        Scheduler scheduler(_log);
        addSlow(scheduler);
        scheduler.add({.name = "bad",
                       .work = [] {},
                       .interval = 1h,
                       .first = 1h,
                       .atEnd = [] { throw std::runtime_error("scripted"); }});
        scheduler.add({.name = "good",
                       .work = [this] { _order += 'w'; },
                       .interval = 1h,
                       .first = 1h,
                       .atEnd = [this] { _order += _hasLeft ? 'e' : '?'; }});
        scheduler.start("test");
        _entered.get_future().wait();
        CPPUNIT_ASSERT(!scheduler.stop(0ms));
        _leave.set_value();
        CPPUNIT_ASSERT(scheduler.stop(10s));
        CPPUNIT_ASSERT(scheduler.stop(10s));
        CPPUNIT_ASSERT_EQUAL(std::string("e"), _order);
        CPPUNIT_ASSERT(_text.str().find("\"task\":\"bad\",\"detail\":\"scripted\"") != std::string::npos);
    }

private:
    [[nodiscard]] std::unique_ptr<Scheduler> manual() {
        return std::make_unique<Scheduler>(_log, [this] { return _now; });
    }

    // Adds a task that runs until the test lets it end.
    void addSlow(Scheduler& scheduler) {
        scheduler.add({"slow",
                       [this] {
                           _entered.set_value();
                           _leave.get_future().wait();
                           _hasLeft = true;
                       },
                       1h});
    }

    std::promise<void> _entered;
    std::promise<void> _leave;
    std::atomic<bool> _hasLeft{false};
    memory::FakeClock _clock;
    std::ostringstream _text;
    logging::StreamSink _sink{_text};
    logging::Logger _logger{_sink, _clock};
    logging::Channel _log = _logger.channel("central_oauth.housekeeper");
    Scheduler::Clock::time_point _now{};
    std::string _order;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SchedulerTest);
