// SPDX-License-Identifier: Apache-2.0
// One holder per key, independent keys, and no memory for unused keys.
#include "central_oauth/base/KeyedMutex.h"

#include <array>
#include <atomic>
#include <cppunit/extensions/HelperMacros.h>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using central_oauth::base::KeyedMutex;

class KeyedMutexTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(KeyedMutexTest);
    CPPUNIT_TEST(testHoldersOfOneKeyExcludeEachOther);
    CPPUNIT_TEST(testAHeldKeyDoesNotStopAnother);
    CPPUNIT_TEST(testAWaiterGetsTheKeyAfterTheHolder);
    CPPUNIT_TEST(testForgetsKeysNobodyHolds);
    CPPUNIT_TEST(testReleasesWhenAnExceptionPasses);
    CPPUNIT_TEST(testMovingAGuardMovesTheHold);
    CPPUNIT_TEST_SUITE_END();

    void testHoldersOfOneKeyExcludeEachOther() {
        struct Section {
            std::atomic<int> inside{0};
            int entries = 0; ///< deliberately not atomic
        };
        std::array<Section, 3> sections;
        std::atomic<bool> overlapped{false};
        std::vector<std::thread> threads;
        for (int t = 0; t < 8; ++t)
            threads.emplace_back([&] {
                for (std::size_t i = 0; i < 3000; ++i) {
                    Section& section = sections.at(i % sections.size());
                    const auto hold = _mutex.lock("key " + std::to_string(i % sections.size()));
                    if (++section.inside != 1)
                        overlapped = true;
                    ++section.entries;
                    std::this_thread::yield();
                    --section.inside;
                }
            });
        for (std::thread& thread : threads)
            thread.join();
        CPPUNIT_ASSERT(!overlapped);
        for (const Section& section : sections)
            CPPUNIT_ASSERT_EQUAL(8 * 1000, section.entries);
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, _mutex.size());
    }

    // Terminates only if the second key is free; otherwise CTest's time limit fails the test.
    void testAHeldKeyDoesNotStopAnother() {
        const auto hold = _mutex.lock("one");
        std::thread other([this] { const auto second = _mutex.lock("two"); });
        other.join();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, _mutex.size());
    }

    void testAWaiterGetsTheKeyAfterTheHolder() {
        std::atomic<bool> released{false};
        bool tooEarly = true;
        std::optional<KeyedMutex::Guard> hold(_mutex.lock("one"));
        std::thread waiter([&] {
            const auto second = _mutex.lock("one");
            tooEarly = !released;
        });
        for (int i = 0; i < 1000; ++i)
            std::this_thread::yield();
        released = true;
        hold.reset();
        waiter.join();
        CPPUNIT_ASSERT(!tooEarly);
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, _mutex.size());
    }

    void testForgetsKeysNobodyHolds() {
        {
            const auto one = _mutex.lock("one");
            const auto two = _mutex.lock("two");
            CPPUNIT_ASSERT_EQUAL(std::size_t{2}, _mutex.size());
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, _mutex.size());
        for (int i = 0; i < 100; ++i)
            const auto hold = _mutex.lock(std::to_string(i));
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, _mutex.size());
    }

    void testReleasesWhenAnExceptionPasses() {
        try {
            const auto hold = _mutex.lock("one");
            throw std::runtime_error("passes");
        } catch (const std::runtime_error&) {
            CPPUNIT_ASSERT_EQUAL(std::size_t{0}, _mutex.size());
        }
    }

    void testMovingAGuardMovesTheHold() {
        std::optional<KeyedMutex::Guard> first(_mutex.lock("one"));
        {
            const KeyedMutex::Guard second(std::move(*first));
            first.reset();
            CPPUNIT_ASSERT_EQUAL(std::size_t{1}, _mutex.size());
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, _mutex.size());
        const auto again = _mutex.lock("one");
    }

    KeyedMutex _mutex;
};

CPPUNIT_TEST_SUITE_REGISTRATION(KeyedMutexTest);
