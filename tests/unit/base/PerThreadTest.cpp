// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/base/PerThread.h"

#include <atomic>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <thread>
#include <vector>

using central_oauth::base::PerThread;

namespace {

std::atomic<int> alive{0};
std::atomic<int> spoilt{0};

const std::string content(400, 'c');

struct Kept {
    Kept() { ++alive; }
    Kept(const Kept&) = delete;
    Kept& operator=(const Kept&) = delete;
    ~Kept() {
        --alive;
        if (text != content)
            ++spoilt;
    }
    std::string text = content;
};

struct Other {
    int number = 0;
};

} // namespace

class PerThreadTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PerThreadTest);
    CPPUNIT_TEST(testEachThreadHasOne);
    CPPUNIT_TEST(testEndsWithItsThread);
    CPPUNIT_TEST_SUITE_END();

public:
    void testEachThreadHasOne() {
        PerThread<Other>::get().number = 1;
        std::thread([] {
            CPPUNIT_ASSERT_EQUAL(0, PerThread<Other>::get().number);
            PerThread<Other>::get().number = 2;
            CPPUNIT_ASSERT_EQUAL(2, PerThread<Other>::find()->number);
        }).join();
        CPPUNIT_ASSERT_EQUAL(1, PerThread<Other>::get().number);
    }

    // The content is whole when the destructor runs, while other threads use the heap.
    void testEndsWithItsThread() {
        for (int round = 0; round < 100; ++round) {
            std::vector<std::thread> threads;
            for (int i = 0; i < 4; ++i)
                threads.emplace_back([] {
                    PerThread<Kept>::get().text.front() = 'c';
                    std::vector<std::string> others(200, std::string(300, 'o'));
                });
            for (auto& thread : threads)
                thread.join();
        }
        CPPUNIT_ASSERT_EQUAL(0, alive.load());
        CPPUNIT_ASSERT_EQUAL(0, spoilt.load());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PerThreadTest);
