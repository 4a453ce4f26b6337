// SPDX-License-Identifier: Apache-2.0
// Percent-encoding and character classes.
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
    CPPUNIT_TEST(testKnowsTokensAndControls);
    CPPUNIT_TEST(testComparesWithoutCaseOfAsciiLettersOnly);
    CPPUNIT_TEST(testTrimsBlanks);
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

    void testKnowsTokensAndControls() {
        CPPUNIT_ASSERT(isToken("X-Correlation-ID") && isToken("a!#$%&'*+-.^_`|~9"));
        for (const char* other : {"", "a b", "a:", "a\xC3\xA4", "a/b", "a\"", "a\n"})
            CPPUNIT_ASSERT(!isToken(other));
        CPPUNIT_ASSERT(hasControls("a\tb") && hasControls("a\r\n") && hasControls("\x7F"));
        CPPUNIT_ASSERT(!hasControls("a b\xC3\xA4"));
    }

    void testComparesWithoutCaseOfAsciiLettersOnly() {
        CPPUNIT_ASSERT(equalsIgnoringCase("Content-LENGTH", "content-length"));
        CPPUNIT_ASSERT(!equalsIgnoringCase("content", "content-length"));
        CPPUNIT_ASSERT(!equalsIgnoringCase("[", "{"));
    }

    void testTrimsBlanks() {
        CPPUNIT_ASSERT_EQUAL(std::string("a b"), std::string(trimBlanks(" \ta b\t ")));
        CPPUNIT_ASSERT(trimBlanks(" \t").empty());
    }

    void testWritesJsonStrings() {
        CPPUNIT_ASSERT_EQUAL(std::string(R"("a\"b\\c\n")"), jsonString("a\"b\\c\n"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(EncodingTest);
