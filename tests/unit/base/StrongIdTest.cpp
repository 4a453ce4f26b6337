// SPDX-License-Identifier: Apache-2.0
// Ids of different kinds are different types.
#include "central_oauth/base/StrongId.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <type_traits>

using namespace central_oauth::base;

namespace {

static_assert(!std::is_same_v<ClientId, AccountId> && !std::is_same_v<AccountId, LinkId>);
static_assert(!std::is_convertible_v<std::string, ClientId> && !std::is_convertible_v<ClientId, std::string>);
static_assert(!std::is_constructible_v<AccountId, ClientId>);

} // namespace

class StrongIdTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StrongIdTest);
    CPPUNIT_TEST(testComparesByValue);
    CPPUNIT_TEST(testBeginsEmpty);
    CPPUNIT_TEST_SUITE_END();

    void testComparesByValue() {
        CPPUNIT_ASSERT(ClientId("a") == ClientId("a"));
        CPPUNIT_ASSERT(ClientId("a") != ClientId("b"));
        CPPUNIT_ASSERT(ClientId("a") < ClientId("b"));
        CPPUNIT_ASSERT_EQUAL(std::string("acc_1"), AccountId("acc_1").value());
    }

    void testBeginsEmpty() {
        CPPUNIT_ASSERT(LinkId().empty());
        CPPUNIT_ASSERT(!LinkId("l").empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StrongIdTest);
