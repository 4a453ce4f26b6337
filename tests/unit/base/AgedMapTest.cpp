// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/base/AgedMap.h"

#include "CountedKey.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace central_oauth::base;

class AgedMapTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AgedMapTest);
    CPPUNIT_TEST(testFindsWhatWasPut);
    CPPUNIT_TEST(testOldestWasPutFirst);
    CPPUNIT_TEST(testPutOrRenewedAgainIsTheYoungest);
    CPPUNIT_TEST(testErasedKeyHasNoAge);
    CPPUNIT_TEST(testErasesWhatFulfilsACondition);
    CPPUNIT_TEST(testCostDoesNotGrowWithTheNumberOfKeys);
    CPPUNIT_TEST_SUITE_END();

public:
    void testFindsWhatWasPut() {
        CPPUNIT_ASSERT(_map.empty() && _map.find("one") == nullptr);
        _map.put("one", 1);
        _map.put("one", 2);
        CPPUNIT_ASSERT_EQUAL(2, *_map.find("one"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), _map.size());
    }

    void testOldestWasPutFirst() {
        putThree();
        CPPUNIT_ASSERT_EQUAL(std::string("c"), _map.oldest());
    }

    void testPutOrRenewedAgainIsTheYoungest() {
        putThree();
        _map.put("c", 4);
        CPPUNIT_ASSERT_EQUAL(std::string("a"), _map.oldest());
        _map.renew("a");
        _map.renew("unknown");
        CPPUNIT_ASSERT_EQUAL(std::string("b"), _map.oldest());
        _map.erase("b");
        CPPUNIT_ASSERT_EQUAL(std::string("c"), _map.oldest());
    }

    void testErasedKeyHasNoAge() {
        putThree();
        _map.erase("c");
        _map.erase("c");
        CPPUNIT_ASSERT(_map.find("c") == nullptr);
        CPPUNIT_ASSERT_EQUAL(std::string("a"), _map.oldest());
        _map.put("c", 5);
        CPPUNIT_ASSERT_EQUAL(std::string("a"), _map.oldest());
    }

    void testErasesWhatFulfilsACondition() {
        putThree();
        _map.eraseIf([](int value) { return value != 3; });
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), _map.size());
        CPPUNIT_ASSERT_EQUAL_MESSAGE("the others have no age", std::string("b"), _map.oldest());
        _map.eraseIf([](int value) { return value == 3; });
        CPPUNIT_ASSERT(_map.empty());
    }

    // Evicts as bounded maps do.
    void testCostDoesNotGrowWithTheNumberOfKeys() {
        constexpr int keys = 4096; // a look-up compares 13 times
        AgedMap<CountedKey, int> many;
        // Negative, so that the oldest is the last in the order of keys.
        for (int number = 0; number < keys; ++number)
            many.put(CountedKey{-number}, number);
        CountedKey::comparisons = 0;
        for (int number = keys; number < keys + 100; ++number) {
            many.erase(many.oldest());
            many.put(CountedKey{-number}, number);
            many.renew(CountedKey{1 - number});
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(keys), many.size());
        CPPUNIT_ASSERT_MESSAGE(std::to_string(CountedKey::comparisons), CountedKey::comparisons < 100 * 100);
    }

private:
    void putThree() {
        _map.put("c", 1);
        _map.put("a", 2);
        _map.put("b", 3);
    }

    AgedMap<std::string, int> _map;
};

CPPUNIT_TEST_SUITE_REGISTRATION(AgedMapTest);
