// SPDX-License-Identifier: Apache-2.0
// Times as text (RFC 3339) and their rounding to whole seconds.
#include "central_oauth/base/Clock.h"

#include <chrono>
#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace central_oauth::base;
using namespace std::chrono_literals;

namespace {

class FixedClock final : public Clock {
public:
    explicit FixedClock(std::chrono::system_clock::time_point time) : _time(time) {}
    [[nodiscard]] std::chrono::system_clock::time_point now() const override { return _time; }

private:
    std::chrono::system_clock::time_point _time;
};

} // namespace

class TimestampTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TimestampTest);
    CPPUNIT_TEST(testFormatsSecondsInUtc);
    CPPUNIT_TEST(testFormatsLeapDaysAndYearEnds);
    CPPUNIT_TEST(testFormatsMilliseconds);
    CPPUNIT_TEST(testFormatsTimesBefore1970);
    CPPUNIT_TEST(testRoundsTheClockDown);
    CPPUNIT_TEST_SUITE_END();

    void testFormatsSecondsInUtc() {
        CPPUNIT_ASSERT_EQUAL(std::string("1970-01-01T00:00:00Z"), formatRfc3339(Timestamp(0s)));
        CPPUNIT_ASSERT_EQUAL(std::string("2026-11-24T05:44:17Z"), formatRfc3339(Timestamp(1795499057s)));
    }

    void testFormatsLeapDaysAndYearEnds() {
        CPPUNIT_ASSERT_EQUAL(std::string("2024-02-29T23:59:59Z"), formatRfc3339(Timestamp(1709251199s)));
        CPPUNIT_ASSERT_EQUAL(std::string("2024-03-01T00:00:00Z"), formatRfc3339(Timestamp(1709251200s)));
        CPPUNIT_ASSERT_EQUAL(std::string("2038-01-19T03:14:08Z"), formatRfc3339(Timestamp(2147483648s)));
        CPPUNIT_ASSERT_EQUAL(std::string("9999-12-31T23:59:59Z"), formatRfc3339(Timestamp(253402300799s)));
    }

    void testFormatsMilliseconds() {
        const std::chrono::system_clock::time_point time(1795499057s + 7ms + 999us);
        CPPUNIT_ASSERT_EQUAL(std::string("2026-11-24T05:44:17.007Z"), formatRfc3339Millis(time));
        CPPUNIT_ASSERT_EQUAL(std::string("2026-11-24T05:44:17.000Z"),
                             formatRfc3339Millis(Timestamp(1795499057s)));
    }

    void testFormatsTimesBefore1970() {
        CPPUNIT_ASSERT_EQUAL(std::string("1969-12-31T23:59:59Z"), formatRfc3339(Timestamp(-1s)));
        CPPUNIT_ASSERT_EQUAL(std::string("1969-12-31T23:59:59.500Z"),
                             formatRfc3339Millis(std::chrono::system_clock::time_point(-500ms)));
    }

    void testRoundsTheClockDown() {
        CPPUNIT_ASSERT(nowOf(FixedClock(std::chrono::system_clock::time_point(5s + 999ms))) == Timestamp(5s));
        CPPUNIT_ASSERT(nowOf(FixedClock(std::chrono::system_clock::time_point(-1ms))) == Timestamp(-1s));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TimestampTest);
