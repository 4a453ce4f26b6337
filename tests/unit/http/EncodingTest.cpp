// SPDX-License-Identifier: Apache-2.0
// Percent-encoding and JSON strings.
#include "central_oauth/http/Encoding.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace central_oauth;
using namespace central_oauth::http;

class EncodingTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EncodingTest);
    CPPUNIT_TEST(testDecodesEscapes);
    CPPUNIT_TEST(testPlusIsASpaceInFormsOnly);
    CPPUNIT_TEST(testRefusesBrokenEscapes);
    CPPUNIT_TEST(testRefusesNulAndInvalidUtf8);
    CPPUNIT_TEST(testWritesJsonStrings);
    CPPUNIT_TEST_SUITE_END();

public:
    void testDecodesEscapes() {
        CPPUNIT_ASSERT_EQUAL(std::string("a b/ä?c"), percentDecode("a%20b%2F%c3%A4?c").value());
        CPPUNIT_ASSERT_EQUAL(std::string(), percentDecode("").value());
    }

    void testPlusIsASpaceInFormsOnly() {
        CPPUNIT_ASSERT_EQUAL(std::string("a+b+"), percentDecode("a+b%2B").value());
        CPPUNIT_ASSERT_EQUAL(std::string("a b+"), percentDecode("a+b%2B", Plus::space).value());
    }

    void testRefusesBrokenEscapes() {
        for (const char* broken : {"%", "%4", "a%zz", "%%20", "%4g", "%-1"})
            CPPUNIT_ASSERT_MESSAGE(broken, !percentDecode(broken));
    }

    void testRefusesNulAndInvalidUtf8() {
        for (const char* refused : {"a%00b", "%C3", "%C0%AF", "%ED%A0%80", "%FF", "%F5%80%80%80"})
            CPPUNIT_ASSERT_MESSAGE(refused, !percentDecode(refused));
    }

    void testWritesJsonStrings() {
        CPPUNIT_ASSERT_EQUAL(std::string(R"("a\"b\\c\n")"), jsonString("a\"b\\c\n"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(EncodingTest);
