// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/base/Utf8.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <string_view>

#include <Poco/UTF8Encoding.h>

using namespace central_oauth::base;

class Utf8Test : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(Utf8Test);
    CPPUNIT_TEST(testTakesOneCodePoint);
    CPPUNIT_TEST(testTakesOneByteOfWhatIsNoUtf8);
    CPPUNIT_TEST(testTakesWhatItAppended);
    CPPUNIT_TEST(testKnowsUtf8);
    CPPUNIT_TEST(testPlainTexts);
    CPPUNIT_TEST(testTextsThatAreNotPlain);
    CPPUNIT_TEST(testCountsCharacters);
    CPPUNIT_TEST_SUITE_END();

public:
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

    void testTakesWhatItAppended() {
        for (char32_t c = 0; c <= 0x10FFFF; ++c) {
            if (c >= 0xD800 && c <= 0xDFFF)
                continue;
            std::string text;
            appendCodePoint(text, c);
            unsigned char bytes[4];
            const int length = Poco::UTF8Encoding().convert(static_cast<int>(c), bytes, sizeof bytes);
            CPPUNIT_ASSERT(std::equal(
                text.begin(), text.end(), bytes, bytes + length,
                [](char one, unsigned char other) { return static_cast<unsigned char>(one) == other; }));
            std::string_view rest = text;
            CPPUNIT_ASSERT(takeCodePoint(rest) == c && rest.empty());
        }
    }

    void testKnowsUtf8() {
        CPPUNIT_ASSERT(isUtf8("") && isUtf8("plain") && isUtf8("\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80"));
        for (const char* invalid : {"\x80", "a\xC3", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80",
                                    "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80", "\xF0\x9F\x98"})
            CPPUNIT_ASSERT(!isUtf8(invalid));
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

    void testCountsCharacters() {
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, countCodePoints("a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x92\xA9"));
        CPPUNIT_ASSERT(countPrintable("a \xC3\xA4") == std::size_t{3});
        for (const char* text :
             {"a\n", "\x7F", "\xC2\x9F", "\xE2\x80\xA8", "\xE2\x80\xAE", "\xE2\x81\xA6", "\xC3"})
            CPPUNIT_ASSERT_MESSAGE(text, !countPrintable(text));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(Utf8Test);
