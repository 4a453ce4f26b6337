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
    CPPUNIT_TEST(testParsesWhatCanBeAnId);
    CPPUNIT_TEST(testParsesNothingElse);
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

    void testParsesWhatCanBeAnId() {
        for (const std::string text : {"a", "lnk_Az09-_", "_", "-"})
            CPPUNIT_ASSERT_EQUAL(text, LinkId::parse(text).value().value());
        CPPUNIT_ASSERT(AccountId::parse(std::string(64, 'a')));
    }

    void testParsesNothingElse() {
        for (const std::string text :
             {"", " ", "a:b", "a b", "a/b", "..", "a\n", "a;b", "\xC3\xA4", "a=", "%41"})
            CPPUNIT_ASSERT_MESSAGE(text, !LinkId::parse(text));
        CPPUNIT_ASSERT(!LinkId::parse(std::string(65, 'a')));
        CPPUNIT_ASSERT(!LinkId::parse(std::string("a\0", 2)));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StrongIdTest);
