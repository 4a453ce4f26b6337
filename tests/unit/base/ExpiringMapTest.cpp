// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/base/ExpiringMap.h"

#include "CountedKey.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace central_oauth::base;
using namespace std::chrono_literals;

class ExpiringMapTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ExpiringMapTest);
    CPPUNIT_TEST(testUnknownKeyHasNoValue);
    CPPUNIT_TEST(testValueIsKeptForItsLife);
    CPPUNIT_TEST(testLaterValueReplacesTheEarlier);
    CPPUNIT_TEST(testErasedValueIsGone);
    CPPUNIT_TEST(testErasesValuesByACondition);
    CPPUNIT_TEST(testFullMapEvictsWhatWasPutFirst);
    CPPUNIT_TEST(testKnownKeyNeedsNoRoom);
    CPPUNIT_TEST(testEvictionCostsTheSameInAFullMap);
    CPPUNIT_TEST(testClockSetBackEndsALife);
    CPPUNIT_TEST_SUITE_END();

    class HandClock final : public Clock {
    public:
        Timestamp time{1'700'000'000s};
        [[nodiscard]] std::chrono::system_clock::time_point now() const override { return time; }
    };

public:
    void testUnknownKeyHasNoValue() { CPPUNIT_ASSERT(!_map.find("one")); }

    void testValueIsKeptForItsLife() {
        _map.put("one", "first", 30s);
        _map.put("two", "second", 60s);
        _clock.time += 29s;
        CPPUNIT_ASSERT_EQUAL(std::string("first"), _map.find("one").value().value);
        CPPUNIT_ASSERT(_map.find("one").value().left == 1s);
        _clock.time += 1s;
        CPPUNIT_ASSERT(!_map.find("one"));
        CPPUNIT_ASSERT(_map.find("two").value().left == 30s);
    }

    void testLaterValueReplacesTheEarlier() {
        _map.put("one", "first", 30s);
        _map.put("one", "second", 5s);
        CPPUNIT_ASSERT_EQUAL(std::string("second"), _map.find("one").value().value);
        _clock.time += 5s;
        CPPUNIT_ASSERT(!_map.find("one"));
    }

    void testErasedValueIsGone() {
        _map.put("one", "first", 30s);
        _map.erase("one");
        _map.erase("unknown");
        CPPUNIT_ASSERT(!_map.find("one"));
    }

    void testErasesValuesByACondition() {
        _map.put("one", "first", 30s);
        _map.put("two", "second", 30s);
        _map.eraseIf([](const std::string& value) { return value == "first"; });
        CPPUNIT_ASSERT(!_map.find("one") && _map.find("two"));
    }

    void testFullMapEvictsWhatWasPutFirst() {
        _map.put("one", "first", 5s);
        _map.put("two", "second", 30s);
        _map.put("one", "again", 5s);
        _map.put("three", "third", 5s);
        CPPUNIT_ASSERT_MESSAGE("put again, so the youngest", _map.find("one"));
        CPPUNIT_ASSERT(!_map.find("two"));
        CPPUNIT_ASSERT(_map.find("three"));
    }

    void testKnownKeyNeedsNoRoom() {
        _map.put("one", "first", 5s);
        _map.put("two", "second", 5s);
        _map.put("two", "again", 5s);
        CPPUNIT_ASSERT(_map.find("one"));
    }

    void testEvictionCostsTheSameInAFullMap() {
        constexpr int keys = 4096; // a look-up compares 13 times
        ExpiringMap<CountedKey, int> many(_clock, keys);
        // Negative, so that the oldest is the last in the order of keys.
        for (int number = 0; number < keys; ++number)
            many.put(CountedKey{-number}, number, 30s);
        CountedKey::comparisons = 0;
        for (int number = keys; number < keys + 100; ++number)
            many.put(CountedKey{-number}, number, 30s);
        CPPUNIT_ASSERT_MESSAGE(std::to_string(CountedKey::comparisons), CountedKey::comparisons < 100 * 100);
        CPPUNIT_ASSERT(!many.find(CountedKey{-99}) && many.find(CountedKey{-100}));
    }

    void testClockSetBackEndsALife() {
        _map.put("one", "first", 30s);
        _clock.time -= 1h;
        CPPUNIT_ASSERT(!_map.find("one"));
        _map.put("one", "second", 30s);
        CPPUNIT_ASSERT(_map.find("one"));
    }

private:
    HandClock _clock;
    ExpiringMap<std::string, std::string> _map{_clock, 2};
};

CPPUNIT_TEST_SUITE_REGISTRATION(ExpiringMapTest);
