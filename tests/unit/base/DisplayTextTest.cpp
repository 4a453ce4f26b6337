// SPDX-License-Identifier: Apache-2.0
// What is UTF-8, and what is plain. How texts are shown is tested where pages show them.
#include "central_oauth/base/DisplayText.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <string_view>

using namespace central_oauth::base;

class DisplayTextTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DisplayTextTest);
    CPPUNIT_TEST(testTakesOneCodePoint);
    CPPUNIT_TEST(testTakesOneByteOfWhatIsNoUtf8);
    CPPUNIT_TEST(testPlainTexts);
    CPPUNIT_TEST(testTextsThatAreNotPlain);
    CPPUNIT_TEST_SUITE_END();

    void testTakesOneCodePoint() {
        std::string_view rest = "a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x92\xA9";
        for (const char32_t expected : {U'a', U'\u00E4', U'\u20AC', U'\U0001F4A9'})
            CPPUNIT_ASSERT(takeCodePoint(rest) == expected);
        CPPUNIT_ASSERT(rest.empty());
    }

    void testTakesOneByteOfWhatIsNoUtf8() {
        for (const std::string_view text :
             {"\x80", "\xC0\xAF", "\xC1\x81", "\xC3", "\xC3x", "\xE0\x80\x80", "\xED\xA0\x80", "\xEF\xBF",
              "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"}) {
            auto rest = text;
            CPPUNIT_ASSERT(!takeCodePoint(rest));
            CPPUNIT_ASSERT_EQUAL(text.size() - 1, rest.size());
        }
    }

    void testPlainTexts() {
        for (const std::string_view text :
             {"", " ", "a b", "\xC3\xA4", "\xC2\xA0", "\xF0\x9F\x92\xA9", "\"<>\\%"})
            CPPUNIT_ASSERT_MESSAGE(std::string(text), isPlainText(text));
    }

    void testTextsThatAreNotPlain() {
        for (const std::string_view text :
             {std::string_view("a\0b", 3), std::string_view("\n"), std::string_view("\t"),
              std::string_view("\x1F"), std::string_view("\x7F"), std::string_view("\xC2\x80"),
              std::string_view("\xC2\x9F"), std::string_view("a\xFF"), std::string_view("\xC3")})
            CPPUNIT_ASSERT(!isPlainText(text));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DisplayTextTest);
