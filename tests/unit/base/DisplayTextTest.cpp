// SPDX-License-Identifier: Apache-2.0
// Which texts have a visible character. The tests of pages cover how texts are shown.
#include "central_oauth/base/DisplayText.h"

#include <cppunit/extensions/HelperMacros.h>
#include <sstream>
#include <string>
#include <string_view>

#include <Poco/UTF8Encoding.h>
#include <Poco/Unicode.h>

using namespace central_oauth::base;
using Poco::Unicode;

namespace {

constexpr int lastCodePoint = 0x10FFFF;

std::string encoded(int c) {
    unsigned char bytes[4];
    const int length = Poco::UTF8Encoding().convert(c, bytes, sizeof bytes);
    return {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length)};
}

std::string nameOf(int c) {
    std::ostringstream name;
    name << "U+" << std::hex << std::uppercase << c;
    return name.str();
}

bool isSurrogate(int c) {
    return c >= 0xD800 && c <= 0xDFFF;
}

// Unicode's Default_Ignorable_Code_Point (DerivedCoreProperties.txt).
bool isIgnorable(int c) {
    constexpr int ranges[][2] = {{0xAD, 0xAD},      {0x34F, 0x34F},   {0x61C, 0x61C},     {0x115F, 0x1160},
                                 {0x17B4, 0x17B5},  {0x180B, 0x180F}, {0x200B, 0x200F},   {0x202A, 0x202E},
                                 {0x2060, 0x206F},  {0x3164, 0x3164}, {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},
                                 {0xFFA0, 0xFFA0},  {0xFFF0, 0xFFF8}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A},
                                 {0xE0000, 0xE0FFF}};
    for (const auto& range : ranges)
        if (c >= range[0] && c <= range[1])
            return true;
    return false;
}

// Symbols by their category, but invisible.
bool isBlankSymbol(int c) {
    return c == 0x2800 || c == 0xFFFC || c == 0x1D159;
}

// Marks that were letters in an older edition of Unicode, or letters that were marks.
bool isReclassified(int c) {
    return c == 0x1885 || c == 0x1886 || (c >= 0x19B0 && c <= 0x19C9) || c == 0x1CF2 || c == 0x1CF3;
}

// Poco's edition of Unicode is older than the service's: newer characters have no class there.
Unicode::CharacterCategory categoryOf(int c) {
    Unicode::CharacterProperties properties{};
    Unicode::properties(c, properties);
    return properties.category;
}

} // namespace

class DisplayTextTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DisplayTextTest);
    CPPUNIT_TEST(testOnlyLettersDigitsAndSignsShowByThemselves);
    CPPUNIT_TEST(testInvisibleCharactersAddNothing);
    CPPUNIT_TEST_SUITE_END();

    void testOnlyLettersDigitsAndSignsShowByThemselves() {
        int shown = 0;
        int hidden = 0;
        for (int c = 0; c <= lastCodePoint; ++c) {
            if (isSurrogate(c))
                continue;
            const auto text = encoded(c);
            const bool isVisible = hasVisibleText(text);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(nameOf(c), isVisible, !displayText(text).empty());
            ++(isVisible ? shown : hidden);
            if (isIgnorable(c) || isBlankSymbol(c) || (c & 0xFFFE) == 0xFFFE ||
                (c >= 0xFDD0 && c <= 0xFDEF)) {
                CPPUNIT_ASSERT_MESSAGE(nameOf(c), !isVisible);
                continue;
            }
            if (isReclassified(c))
                continue;
            switch (categoryOf(c)) {
            case Unicode::UCP_LETTER:
            case Unicode::UCP_NUMBER:
            case Unicode::UCP_PUNCTUATION:
            case Unicode::UCP_SYMBOL:
                CPPUNIT_ASSERT_MESSAGE(nameOf(c), isVisible);
                break;
            case Unicode::UCP_MARK:
            case Unicode::UCP_SEPARATOR:
                CPPUNIT_ASSERT_MESSAGE(nameOf(c), !isVisible);
                break;
            case Unicode::UCP_OTHER:
                CPPUNIT_ASSERT_MESSAGE(nameOf(c), !isVisible || isUnassigned(c));
                break;
            }
        }
        CPPUNIT_ASSERT(shown > 100'000);
        CPPUNIT_ASSERT(hidden > 130'000);
    }

    // Alone, repeated, mixed, and beside a letter, which they must not hide.
    void testInvisibleCharactersAddNothing() {
        std::string mixed;
        for (int c = 0; c <= lastCodePoint; ++c) {
            if (isSurrogate(c) || hasVisibleText(encoded(c)))
                continue;
            const auto text = encoded(c);
            CPPUNIT_ASSERT_MESSAGE(nameOf(c), displayText(text + text + " " + text).empty());
            CPPUNIT_ASSERT_MESSAGE(nameOf(c), hasVisibleText(text + "B" + text));
            mixed += text;
        }
        CPPUNIT_ASSERT(!hasVisibleText(mixed));
        CPPUNIT_ASSERT(!hasVisibleText(""));
        CPPUNIT_ASSERT_EQUAL(std::string("B"), displayText(mixed + "B", 1));
        CPPUNIT_ASSERT(hasVisibleText("\xFF"));
    }

private:
    static bool isUnassigned(int c) {
        Unicode::CharacterProperties properties{};
        Unicode::properties(c, properties);
        return properties.type == Unicode::UCP_UNASSIGNED;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DisplayTextTest);
