// SPDX-License-Identifier: Apache-2.0
// The task that is repeated, and its end.
#include "central_oauth/services/Housekeeper.h"

#include "ServiceFixture.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <future>
#include <stdexcept>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;

class HousekeeperTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HousekeeperTest);
    CPPUNIT_TEST(testTaskIsRepeatedThoughItThrows);
    CPPUNIT_TEST(testStopsWithoutWaitingForTheInterval);
    CPPUNIT_TEST(testStopWaitsForTheRunningTask);
    CPPUNIT_TEST_SUITE_END();

public:
    void testTaskIsRepeatedThoughItThrows() {
        std::promise<void> third;
        std::atomic<int> runs{0};
        Housekeeper housekeeper(
            "test",
            [&] {
                if (++runs == 3)
                    third.set_value();
                if (runs < 3)
                    throw std::runtime_error("scripted");
            },
            0s, _logger);
        CPPUNIT_ASSERT(third.get_future().wait_for(10s) == std::future_status::ready);
        housekeeper.stop();
        CPPUNIT_ASSERT(_text.str().find("housekeeping failed") != std::string::npos);
    }

    void testStopsWithoutWaitingForTheInterval() {
        std::atomic<int> runs{0};
        Housekeeper housekeeper(
            "test", [&] { ++runs; }, 1h, _logger);
        housekeeper.stop();
        housekeeper.stop();
        CPPUNIT_ASSERT_EQUAL(0, runs.load());
    }

    void testStopWaitsForTheRunningTask() {
        std::promise<void> entered;
        std::promise<void> leave;
        std::atomic<bool> left{false};
        std::atomic<int> runs{0};
        Housekeeper housekeeper(
            "test",
            [&] {
                if (++runs > 1)
                    return;
                entered.set_value();
                leave.get_future().wait();
                left = true;
            },
            0s, _logger);
        entered.get_future().wait();
        auto stopped = std::async(std::launch::async, [&] {
            housekeeper.stop();
            return left.load();
        });
        const bool returned = stopped.wait_for(50ms) == std::future_status::ready;
        leave.set_value();
        CPPUNIT_ASSERT(stopped.get());
        CPPUNIT_ASSERT(!returned);
    }

private:
    store::FakeClock _clock;
    std::ostringstream _text;
    logging::StreamSink _sink{_text};
    logging::Logger _logger{_sink, _clock};
};

CPPUNIT_TEST_SUITE_REGISTRATION(HousekeeperTest);
