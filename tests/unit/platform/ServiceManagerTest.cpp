// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/platform/ServiceManager.h"

#include <cppunit/extensions/HelperMacros.h>
#include <cstdlib>
#include <string>
#include <unistd.h>

using namespace central_oauth::platform;

class ServiceManagerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ServiceManagerTest);
    CPPUNIT_TEST(testTakesTheTimeThatIsMeantForThisProcess);
    CPPUNIT_TEST_SUITE_END();

public:
    void tearDown() override {
        for (const auto* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"})
            ::unsetenv(name);
    }

    void testTakesTheTimeThatIsMeantForThisProcess() {
        CPPUNIT_ASSERT(!watchdogTime() && !hasServiceManager());
        ::setenv("NOTIFY_SOCKET", "/nonexistent", 1);
        CPPUNIT_ASSERT(!watchdogTime() && hasServiceManager());
        ::setenv("WATCHDOG_USEC", "30000000", 1);
        CPPUNIT_ASSERT(watchdogTime() == std::chrono::seconds(30));
        ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
        CPPUNIT_ASSERT(watchdogTime() == std::chrono::seconds(30));
        ::setenv("WATCHDOG_PID", "1", 1);
        CPPUNIT_ASSERT_MESSAGE("the variables are inherited", !watchdogTime());
        ::unsetenv("WATCHDOG_PID");
        for (const auto* odd : {"", "0", "-1", "999", "3s", "99999999999999999999"}) {
            ::setenv("WATCHDOG_USEC", odd, 1);
            CPPUNIT_ASSERT_MESSAGE(odd, !watchdogTime());
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ServiceManagerTest);
