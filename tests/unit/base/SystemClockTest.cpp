// SPDX-License-Identifier: Apache-2.0
// The operating system's clock behind the Clock interface.
#include "central_oauth/base/Clock.h"

#include <chrono>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::base;

class SystemClockTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SystemClockTest);
    CPPUNIT_TEST(testTellsTheSystemTime);
    CPPUNIT_TEST_SUITE_END();

    // Tolerates an hour, because the system's time may be set during the test.
    void testTellsTheSystemTime() {
        const auto difference = SystemClock().now() - std::chrono::system_clock::now();
        CPPUNIT_ASSERT(std::chrono::abs(difference) < std::chrono::hours(1));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SystemClockTest);
