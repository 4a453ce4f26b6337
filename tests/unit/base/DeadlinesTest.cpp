// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/base/Deadlines.h"

#include "CountedKey.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <vector>

using namespace central_oauth::base;
using namespace std::chrono_literals;

class DeadlinesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DeadlinesTest);
    CPPUNIT_TEST(testNothingHasPassedYet);
    CPPUNIT_TEST(testPassedKeysAreReportedOnce);
    CPPUNIT_TEST(testTimeThatIsSetBackPutsThemAhead);
    CPPUNIT_TEST(testKeyAddedAfterItsDeadlineIsNotReported);
    CPPUNIT_TEST(testRemovedKeyIsNotReported);
    CPPUNIT_TEST(testEarliestComesFirst);
    CPPUNIT_TEST(testCostDoesNotGrowWithTheNumberOfKeys);
    CPPUNIT_TEST_SUITE_END();

    using Keys = std::vector<std::string>;

public:
    void testNothingHasPassedYet() {
        _deadlines.add(_start, "one");
        CPPUNIT_ASSERT(_deadlines.isAhead(_start));
        CPPUNIT_ASSERT(_deadlines.moveTo(_start - 1s).passed.empty());
        CPPUNIT_ASSERT(_deadlines.isAhead(_start));
    }

    void testPassedKeysAreReportedOnce() {
        _deadlines.add(_start + 2s, "two");
        _deadlines.add(_start + 1s, "one");
        _deadlines.add(_start + 3s, "three");
        CPPUNIT_ASSERT((_deadlines.moveTo(_start + 2s).passed == Keys{"one", "two"}));
        CPPUNIT_ASSERT(!_deadlines.isAhead(_start + 2s));
        CPPUNIT_ASSERT(_deadlines.isAhead(_start + 3s));
        CPPUNIT_ASSERT(_deadlines.moveTo(_start + 2s).passed.empty());
        CPPUNIT_ASSERT((_deadlines.moveTo(_start + 9s).passed == Keys{"three"}));
    }

    void testTimeThatIsSetBackPutsThemAhead() {
        _deadlines.add(_start + 1s, "one");
        _deadlines.add(_start + 2s, "two");
        (void)_deadlines.moveTo(_start + 2s);
        const auto moved = _deadlines.moveTo(_start + 1s);
        CPPUNIT_ASSERT(moved.passed.empty());
        CPPUNIT_ASSERT((moved.ahead == Keys{"two"}));
        CPPUNIT_ASSERT((_deadlines.moveTo(_start).ahead == Keys{"one"}));
        CPPUNIT_ASSERT((_deadlines.moveTo(_start + 2s).passed == Keys{"one", "two"}));
    }

    void testKeyAddedAfterItsDeadlineIsNotReported() {
        (void)_deadlines.moveTo(_start);
        _deadlines.add(_start, "late");
        CPPUNIT_ASSERT(!_deadlines.isAhead(_start));
        CPPUNIT_ASSERT(_deadlines.moveTo(_start + 1s).passed.empty());
        CPPUNIT_ASSERT((_deadlines.moveTo(_start - 1s).ahead == Keys{"late"}));
    }

    void testRemovedKeyIsNotReported() {
        _deadlines.add(_start, "one");
        _deadlines.add(_start, "two");
        _deadlines.remove(_start, "one");
        _deadlines.remove(_start + 1s, "two");
        CPPUNIT_ASSERT((_deadlines.moveTo(_start).passed == Keys{"two"}));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), _deadlines.size());
    }

    void testEarliestComesFirst() {
        _deadlines.add(_start + 1s, "one");
        _deadlines.add(_start - 1s, "zero");
        CPPUNIT_ASSERT(_deadlines.earliest() == std::pair(_start - 1s, std::string("zero")));
    }

    void testCostDoesNotGrowWithTheNumberOfKeys() {
        constexpr int keys = 4096; // a look-up compares 13 times
        Deadlines<int, CountedKey> many;
        for (int number = 0; number < keys; ++number)
            many.add(CountedKey{number}, number);
        CountedKey::comparisons = 0;
        for (int number = 0; number < 100; ++number)
            CPPUNIT_ASSERT_EQUAL(std::size_t(1), many.moveTo(CountedKey{number}).passed.size());
        CPPUNIT_ASSERT_MESSAGE(std::to_string(CountedKey::comparisons), CountedKey::comparisons < 100 * 40);
    }

private:
    const Timestamp _start{1'700'000'000s};
    Deadlines<std::string> _deadlines;
};

CPPUNIT_TEST_SUITE_REGISTRATION(DeadlinesTest);
