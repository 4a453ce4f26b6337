// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/base/LotteryMap.h"

#include "CountedKey.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace central_oauth::base;

class LotteryMapTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LotteryMapTest);
    CPPUNIT_TEST(testFindsWhatWasAdded);
    CPPUNIT_TEST(testFullMapEvictsOneAndNeverTheNewKey);
    CPPUNIT_TEST(testEveryKeyMayBeEvicted);
    CPPUNIT_TEST(testEvictionCostsTheSameInAFullMap);
    CPPUNIT_TEST_SUITE_END();

    using Map = LotteryMap<CountedKey, int, CountedHash>;

public:
    void testFindsWhatWasAdded() {
        Map map(2);
        CPPUNIT_ASSERT(map.find({1}) == nullptr);
        map.add({1}, 10) += 1;
        CPPUNIT_ASSERT_EQUAL(11, *map.find({1}));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), map.size());
    }

    void testFullMapEvictsOneAndNeverTheNewKey() {
        Map map(3);
        for (int number = 0; number < 200; ++number) {
            map.add({number}, number);
            CPPUNIT_ASSERT_EQUAL(number, *map.find({number}));
            CPPUNIT_ASSERT(map.size() <= 3);
        }
    }

    void testEveryKeyMayBeEvicted() {
        int firstWent = 0;
        constexpr int rounds = 1000;
        for (int round = 0; round < rounds; ++round) {
            Map map(2);
            map.add({1}, 1);
            map.add({2}, 2);
            map.add({3}, 3);
            firstWent += map.find({1}) == nullptr ? 1 : 0;
        }
        CPPUNIT_ASSERT_MESSAGE(std::to_string(firstWent), firstWent > 300 && firstWent < 700);
    }

    void testEvictionCostsTheSameInAFullMap() {
        constexpr int keys = 4096;
        Map many(keys);
        for (int number = 0; number < keys; ++number)
            many.add({number}, number);
        CountedKey::comparisons = 0;
        for (int number = keys; number < keys + 100; ++number)
            many.add({number}, number);
        CPPUNIT_ASSERT_MESSAGE(std::to_string(CountedKey::comparisons), CountedKey::comparisons < 100 * 20);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LotteryMapTest);
