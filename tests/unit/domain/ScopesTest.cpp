// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/domain/GrantRules.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using central_oauth::domain::missingScopes;
using central_oauth::domain::offeredScopes;
using central_oauth::domain::scopeText;
using Scopes = std::vector<std::string>;

class ScopesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ScopesTest);
    CPPUNIT_TEST(testMissing);
    CPPUNIT_TEST(testOfflineAccessIsNeverMissing);
    CPPUNIT_TEST(testOffered);
    CPPUNIT_TEST(testText);
    CPPUNIT_TEST_SUITE_END();

public:
    void testMissing() {
        CPPUNIT_ASSERT(missingScopes({}, {}).empty());
        CPPUNIT_ASSERT(missingScopes({"a", "b"}, {"b", "c", "a"}).empty());
        CPPUNIT_ASSERT(missingScopes({"b", "x", "a"}, {"a"}) == (Scopes{"b", "x"}));
        CPPUNIT_ASSERT_MESSAGE("names are compared as they are",
                               missingScopes({"A"}, {"a", "A "}).size() == 1);
    }

    void testOfflineAccessIsNeverMissing() {
        CPPUNIT_ASSERT(missingScopes({"offline_access", "b"}, {"a"}) == Scopes{"b"});
    }

    void testOffered() {
        CPPUNIT_ASSERT(offeredScopes({"b", "x", "a"}, {"a", "b"}) == (Scopes{"b", "a"}));
        CPPUNIT_ASSERT(offeredScopes({"x"}, {}).empty());
    }

    void testText() {
        CPPUNIT_ASSERT_EQUAL(std::string("b a"), scopeText({"b", "a"}));
        CPPUNIT_ASSERT(scopeText({}).empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ScopesTest);
