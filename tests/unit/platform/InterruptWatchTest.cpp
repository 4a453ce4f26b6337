// SPDX-License-Identifier: Apache-2.0
// Signals that the process sends to itself. POSIX.
#include "central_oauth/platform/InterruptWatch.h"

#include <algorithm>
#include <chrono>
#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <fcntl.h>
#include <future>
#include <vector>

using namespace central_oauth::platform;

class InterruptWatchTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(InterruptWatchTest);
    CPPUNIT_TEST(testReportsTheFirstSignalAndThenStandsBack);
    CPPUNIT_TEST(testEndsWithoutASignal);
    CPPUNIT_TEST(testLeavesAnIgnoredSignalIgnored);
    CPPUNIT_TEST(testGivesItsPipeToNoOtherProgram);
    CPPUNIT_TEST_SUITE_END();

    static bool isDefault(int number) {
        struct sigaction action {};
        sigaction(number, nullptr, &action);
        return action.sa_handler == SIG_DFL;
    }

public:
    void testReportsTheFirstSignalAndThenStandsBack() {
        for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
            std::promise<void> interrupted;
            const InterruptWatch watch([&] { interrupted.set_value(); });
            CPPUNIT_ASSERT(!isDefault(number));
            CPPUNIT_ASSERT_EQUAL(0, std::raise(number));
            CPPUNIT_ASSERT(interrupted.get_future().wait_for(std::chrono::seconds(30)) ==
                           std::future_status::ready);
            CPPUNIT_ASSERT_MESSAGE("the second one ends the process", isDefault(number));
        }
    }

    void testEndsWithoutASignal() {
        bool isCalled = false;
        {
            const InterruptWatch watch([&] { isCalled = true; });
        }
        CPPUNIT_ASSERT(!isCalled && isDefault(SIGINT));
    }

    void testLeavesAnIgnoredSignalIgnored() {
        const auto before = std::signal(SIGHUP, SIG_IGN);
        {
            bool isCalled = false;
            const InterruptWatch watch([&] { isCalled = true; });
            CPPUNIT_ASSERT_EQUAL(0, std::raise(SIGHUP));
            CPPUNIT_ASSERT(!isCalled);
        }
        std::signal(SIGHUP, before);
    }

    void testGivesItsPipeToNoOtherProgram() {
        constexpr int most = 256;
        const auto isOpen = [](int file) { return fcntl(file, F_GETFD) != -1; };
        std::vector<int> before;
        for (int file = 0; file < most; ++file)
            if (isOpen(file))
                before.push_back(file);
        const InterruptWatch watch([] {});
        int opened = 0;
        for (int file = 0; file < most; ++file)
            if (isOpen(file) && std::find(before.begin(), before.end(), file) == before.end()) {
                ++opened;
                CPPUNIT_ASSERT((fcntl(file, F_GETFD) & FD_CLOEXEC) != 0);
            }
        CPPUNIT_ASSERT_EQUAL(2, opened);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(InterruptWatchTest);
