// SPDX-License-Identifier: Apache-2.0
// The block of memory for keys: contents, bounds, ownership.
#include "central_oauth/platform/PrivateMemory.h"

#include <cppunit/extensions/HelperMacros.h>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

using namespace central_oauth::platform;

namespace {

static_assert(!std::is_copy_constructible_v<LockedMemory> && !std::is_copy_assignable_v<LockedMemory>);

} // namespace

class PrivateMemoryTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PrivateMemoryTest);
    CPPUNIT_TEST(testBeginsZeroed);
    CPPUNIT_TEST(testKeepsWhatWasWritten);
    CPPUNIT_TEST(testRefusesToWriteBeyondTheEnd);
    CPPUNIT_TEST(testMovingLeavesTheSourceEmpty);
    CPPUNIT_TEST(testTakesNoMemoryForNothing);
    CPPUNIT_TEST_SUITE_END();

    void testBeginsZeroed() {
        const LockedMemory memory(10'000);
        CPPUNIT_ASSERT_EQUAL(std::size_t{10'000}, memory.size());
        CPPUNIT_ASSERT(memory.view() == std::string(10'000, '\0'));
    }

    void testKeepsWhatWasWritten() {
        LockedMemory memory(8);
        memory.write(0, "abcd");
        memory.write(4, "efgh");
        memory.write(8, "");
        CPPUNIT_ASSERT(memory.view() == "abcdefgh");
    }

    void testRefusesToWriteBeyondTheEnd() {
        LockedMemory memory(8);
        CPPUNIT_ASSERT_THROW(memory.write(0, "123456789"), std::out_of_range);
        CPPUNIT_ASSERT_THROW(memory.write(5, "1234"), std::out_of_range);
        CPPUNIT_ASSERT_THROW(memory.write(9, ""), std::out_of_range);
        CPPUNIT_ASSERT_THROW(memory.write(static_cast<std::size_t>(-1), "12"), std::out_of_range);
        CPPUNIT_ASSERT(memory.view() == std::string(8, '\0'));
    }

    void testMovingLeavesTheSourceEmpty() {
        LockedMemory first(4);
        first.write(0, "abcd");
        const bool locked = first.locked();
        LockedMemory second(std::move(first));
        CPPUNIT_ASSERT(first.view().empty() && !first.locked());
        CPPUNIT_ASSERT(second.view() == "abcd");

        LockedMemory third(16);
        third = std::move(second);
        CPPUNIT_ASSERT(second.view().empty() && !second.locked());
        CPPUNIT_ASSERT(third.view() == "abcd");
        CPPUNIT_ASSERT_EQUAL(locked, third.locked());
    }

    void testTakesNoMemoryForNothing() {
        const LockedMemory memory(0);
        CPPUNIT_ASSERT(memory.view().empty());
        CPPUNIT_ASSERT(!memory.locked());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PrivateMemoryTest);
