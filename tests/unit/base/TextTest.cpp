// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/base/Text.h"

#include <cppunit/extensions/HelperMacros.h>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

using namespace central_oauth::base;

class TextTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TextTest);
    CPPUNIT_TEST(testLettersAndDigitsAreThoseOfAscii);
    CPPUNIT_TEST(testPlainJsonAtEachPlace);
    CPPUNIT_TEST(testKnowsTokensAndControls);
    CPPUNIT_TEST(testReadsWholeNumbersOnly);
    CPPUNIT_TEST(testANumberThatDoesNotFitIsNone);
    CPPUNIT_TEST(testComparesWithoutCaseOfAsciiLettersOnly);
    CPPUNIT_TEST(testTrimsBlanks);
    CPPUNIT_TEST(testJoins);
    CPPUNIT_TEST(testSplitsLists);
    CPPUNIT_TEST(testCounts);
    CPPUNIT_TEST(testShowsNothingButVisibleAscii);
    CPPUNIT_TEST_SUITE_END();

public:
    void testPlainJsonAtEachPlace() {
        CPPUNIT_ASSERT(isPlainJson(""));
        std::vector<std::size_t> sizes{63, 64, 65, 72, 140};
        for (std::size_t size = 1; size <= 20; ++size)
            sizes.push_back(size);
        for (const auto size : sizes)
            for (std::size_t at = 0; at < size; ++at)
                for (int code = 0; code < 256; ++code) {
                    std::string text(size, '~');
                    text[at] = static_cast<char>(code);
                    const bool isPlain = code >= 0x20 && code < 0x7F && code != '"' && code != '\\';
                    CPPUNIT_ASSERT_EQUAL_MESSAGE(std::to_string(code), isPlain, isPlainJson(text));
                }
    }

    void testLettersAndDigitsAreThoseOfAscii() {
        int letters = 0;
        for (int c = -128; c < 128; ++c)
            letters += isAlphanumeric(static_cast<char>(c)) ? 1 : 0;
        CPPUNIT_ASSERT_EQUAL(26 + 26 + 10, letters);
        CPPUNIT_ASSERT_EQUAL(std::string("\xC3\x84 ab[9"), lower("\xC3\x84 aB[9"));
        CPPUNIT_ASSERT_EQUAL(std::string("\xC3\xA4 AB{9"), upper("\xC3\xA4 aB{9"));
    }

    void testKnowsTokensAndControls() {
        CPPUNIT_ASSERT(isToken("X-Correlation-ID") && isToken("a!#$%&'*+-.^_`|~9"));
        for (const char* other : {"", "a b", "a:", "a\xC3\xA4", "a/b", "a\"", "a\n"})
            CPPUNIT_ASSERT(!isToken(other));
        CPPUNIT_ASSERT(hasControls("a\tb") && hasControls("a\r\n") && hasControls("\x7F"));
        CPPUNIT_ASSERT(!hasControls("a b\xC3\xA4"));
    }

    void testReadsWholeNumbersOnly() {
        CPPUNIT_ASSERT(parseNumber<int>("-17") == -17 && parseNumber<unsigned>("007") == 7U);
        CPPUNIT_ASSERT(parseNumber<unsigned>("fF", 16) == 255U);
        for (const char* text : {"", " 1", "1 ", "+1", "-1", "1.0", "0x1", "1a"})
            CPPUNIT_ASSERT_MESSAGE(text, !parseNumber<unsigned>(text));
    }

    void testANumberThatDoesNotFitIsNone() {
        CPPUNIT_ASSERT(parseNumber<std::uint8_t>("255") && !parseNumber<std::uint8_t>("256"));
        CPPUNIT_ASSERT(!parseNumber<std::int64_t>("9223372036854775808"));
    }

    void testComparesWithoutCaseOfAsciiLettersOnly() {
        CPPUNIT_ASSERT(equalsIgnoringCase("Content-LENGTH", "content-length"));
        CPPUNIT_ASSERT(!equalsIgnoringCase("content", "content-length"));
        CPPUNIT_ASSERT(!equalsIgnoringCase("[", "{"));
        CPPUNIT_ASSERT(startsWithIgnoringCase("BEARER x", "Bearer ") && !startsWithIgnoringCase("b", "bb"));
    }

    void testTrimsBlanks() {
        CPPUNIT_ASSERT_EQUAL(std::string("a b"), std::string(trim(" \ta b\t ")));
        CPPUNIT_ASSERT(trim(" \t").empty() && trim("").empty());
        CPPUNIT_ASSERT_EQUAL(std::string("a"), std::string(trim("..a.", ".")));
        CPPUNIT_ASSERT_EQUAL(std::string("/a"), std::string(trimEnd("/a//", "/")));
    }

    void testJoins() {
        const std::vector<std::string> none;
        CPPUNIT_ASSERT_EQUAL(std::string(), join(none, ", "));
        CPPUNIT_ASSERT_EQUAL(std::string("a"), join(std::set<std::string>{"a"}, ", "));
        CPPUNIT_ASSERT_EQUAL(std::string("1 and 2"), join(std::vector<int>{1, 2}, " and ",
                                                          [](int number) { return std::to_string(number); }));
    }

    void testSplitsLists() {
        CPPUNIT_ASSERT((splitList(" a ,b,") == std::vector<std::string_view>{"a", "b", ""}));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, splitList("").size());
    }

    void testCounts() {
        CPPUNIT_ASSERT_EQUAL(std::string("1 day"), counted(1, "day"));
        CPPUNIT_ASSERT_EQUAL(std::string("0 days"), counted(0, "day"));
    }

    void testShowsNothingButVisibleAscii() {
        CPPUNIT_ASSERT_EQUAL(std::string("a?b??"), visibleBeginning("a b\xC3\xA4", 5));
        CPPUNIT_ASSERT_EQUAL(std::string("ab..."), visibleBeginning("abc", 2));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TextTest);
