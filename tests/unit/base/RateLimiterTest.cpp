// SPDX-License-Identifier: Apache-2.0
// Rate limits under a clock that a test moves.
#include "central_oauth/base/RateLimiter.h"

#include "../../memory/FakeClock.h"

#include <atomic>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <thread>

using namespace central_oauth;
using namespace central_oauth::base;
using central_oauth::memory::FakeClock;
using namespace std::chrono_literals;

class RateLimiterTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RateLimiterTest);
    CPPUNIT_TEST(testBurstThenRefusal);
    CPPUNIT_TEST(testRefillsAtItsRate);
    CPPUNIT_TEST(testHoldsNoMoreThanItsBurst);
    CPPUNIT_TEST(testWaitIsExactAndAtLeastASecond);
    CPPUNIT_TEST(testARefusalCostsNothing);
    CPPUNIT_TEST(testKeysAreIndependent);
    CPPUNIT_TEST(testClockSetBackNeitherFillsNorEmpties);
    CPPUNIT_TEST(testMemoryIsBounded);
    CPPUNIT_TEST(testNewKeyIsNeverEvicted);
    CPPUNIT_TEST(testThreadsTakeNoMoreThanAvailable);
    CPPUNIT_TEST_SUITE_END();

public:
    void testBurstThenRefusal() {
        CPPUNIT_ASSERT_EQUAL(3, takeAll("a"));
        CPPUNIT_ASSERT(_buckets.take("a", rate));
    }

    void testRefillsAtItsRate() {
        takeAll("a");
        _clock.time += 10s; // six a minute: one token
        CPPUNIT_ASSERT_EQUAL(1, takeAll("a"));
        _clock.time += 9s;
        CPPUNIT_ASSERT_EQUAL(0, takeAll("a"));
        _clock.time += 1s;
        CPPUNIT_ASSERT_EQUAL_MESSAGE("a refusal must not lose a part of a token", 1, takeAll("a"));
    }

    void testHoldsNoMoreThanItsBurst() {
        takeAll("a");
        _clock.time += 24h;
        CPPUNIT_ASSERT_EQUAL(3, takeAll("a"));
    }

    void testWaitIsExactAndAtLeastASecond() {
        takeAll("a");
        CPPUNIT_ASSERT_EQUAL(10L, waitOf("a"));
        _clock.time += 4s;
        CPPUNIT_ASSERT_EQUAL(6L, waitOf("a"));
        _clock.time += 6s;
        CPPUNIT_ASSERT_EQUAL(0L, waitOf("a"));
        const BucketRate fast{1, 6000};
        CPPUNIT_ASSERT(!_buckets.take("fast", fast));
        CPPUNIT_ASSERT(_buckets.take("fast", fast) == std::optional(1s));
    }

    void testARefusalCostsNothing() {
        takeAll("a");
        for (int i = 0; i < 100; ++i)
            CPPUNIT_ASSERT(_buckets.take("a", rate));
        _clock.time += 10s;
        CPPUNIT_ASSERT_EQUAL(1, takeAll("a"));
    }

    void testKeysAreIndependent() {
        takeAll("a");
        CPPUNIT_ASSERT_EQUAL(3, takeAll("b"));
    }

    void testClockSetBackNeitherFillsNorEmpties() {
        CPPUNIT_ASSERT(!_buckets.take("a", rate));
        _clock.time -= 1h;
        CPPUNIT_ASSERT_EQUAL(2, takeAll("a"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("refills at its rate from here on", 10L, waitOf("a"));
        _clock.time += 10s;
        CPPUNIT_ASSERT_EQUAL(1, takeAll("a"));
    }

    void testMemoryIsBounded() {
        RateLimiter small(_clock, 2);
        const BucketRate once{1, 1};
        int granted = 0;
        for (int round = 0; round < 50; ++round)
            for (const std::string key : {"a", "b", "c"})
                granted += small.take(key, once) ? 0 : 1;
        CPPUNIT_ASSERT_MESSAGE("with room for two of three keys one is always evicted", granted > 3);
    }

    void testNewKeyIsNeverEvicted() {
        RateLimiter small(_clock, 3);
        const BucketRate once{1, 1};
        for (int i = 0; i < 200; ++i) {
            const auto key = "key " + std::to_string(i);
            CPPUNIT_ASSERT(!small.take(key, once));
            CPPUNIT_ASSERT(small.take(key, once));
        }
    }

    void testThreadsTakeNoMoreThanAvailable() {
        const BucketRate hundred{100, 1};
        std::atomic<int> granted{0};
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] {
                for (int j = 0; j < 100; ++j)
                    granted += _buckets.take("a", hundred) ? 0 : 1;
            });
        for (auto& thread : threads)
            thread.join();
        CPPUNIT_ASSERT_EQUAL(100, granted.load());
    }

private:
    static constexpr BucketRate rate{3, 6};

    // Returns the number of available tokens, up to four.
    int takeAll(const std::string& key) {
        int taken = 0;
        while (taken < 4 && !_buckets.take(key, rate))
            ++taken;
        return taken;
    }

    long waitOf(const std::string& key) {
        return static_cast<long>(_buckets.take(key, rate).value_or(0s).count());
    }

    memory::FakeClock _clock;
    RateLimiter _buckets{_clock, 1000};
};

CPPUNIT_TEST_SUITE_REGISTRATION(RateLimiterTest);
