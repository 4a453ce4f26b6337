// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/base/TypedName.h"

#include <cppunit/extensions/HelperMacros.h>

using central_oauth::base::foldTypedName;

class TypedNameTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TypedNameTest);
    CPPUNIT_TEST(testPlainNamesStay);
    CPPUNIT_TEST(testIgnoresWhatKeyboardsAndPagesAdd);
    CPPUNIT_TEST(testBytesThatAreNoText);
    CPPUNIT_TEST_SUITE_END();

public:
    void testPlainNamesStay() {
        for (const std::string name :
             {"", "jira mcp", "A.b_c-9", "a  b", "_f-abcdefghi", "Zo\u00eb", "\u4f8b"})
            CPPUNIT_ASSERT_EQUAL(name, foldTypedName(name));
    }

    void testIgnoresWhatKeyboardsAndPagesAdd() {
        const std::string name = "jira-mcp 7";
        for (const std::string typed :
             {" jira-mcp 7\n", "\u00a0jira-mcp\u00a07\u3000", "jira\u2013mcp 7", "jira\u2212mcp\u20097",
              "\ufeffjira-mcp 7", "ji\u200bra-mcp 7\u200e", "ji\u00adra-mcp 7",
              "\uff4a\uff49\uff52\uff41\uff0d\uff4d\uff43\uff50\u3000\uff17"})
            CPPUNIT_ASSERT_EQUAL(name, foldTypedName(typed));
        CPPUNIT_ASSERT_EQUAL(std::string("Jira"), foldTypedName("Jira"));
        CPPUNIT_ASSERT_EQUAL(std::string(), foldTypedName(" \u00a0\u200b"));
    }

    void testBytesThatAreNoText() {
        CPPUNIT_ASSERT_EQUAL(std::string("a\xff\xe2"), foldTypedName(" a\xff\xe2 "));
        CPPUNIT_ASSERT_EQUAL(std::string("a\0b", 3), foldTypedName(std::string("a\0b", 3)));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TypedNameTest);
