// SPDX-License-Identifier: Apache-2.0
// Digits as people type and paste them, compared with another list of Unicode's classes than the code's own.
#include "central_oauth/base/TypedDigits.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <vector>

#include <Poco/UTF8Encoding.h>
#include <Poco/Unicode.h>

using central_oauth::base::readTypedDigits;

class TypedDigitsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TypedDigitsTest);
    CPPUNIT_TEST(testEveryDecimalDigitCounts);
    CPPUNIT_TEST(testEveryDashAndBlankIsIgnored);
    CPPUNIT_TEST(testEverythingElseIsStray);
    CPPUNIT_TEST(testMarksAroundTheCode);
    CPPUNIT_TEST(testBytesThatAreNoText);
    CPPUNIT_TEST(testNamesThePlace);
    CPPUNIT_TEST_SUITE_END();

    using Properties = Poco::Unicode::CharacterProperties;
    static constexpr int beyondUnicode = 0x110000;

    static std::string utf8(int character) {
        unsigned char bytes[4];
        const int length = Poco::UTF8Encoding().convert(character, bytes, sizeof bytes);
        return {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length)};
    }

    static bool isSurrogate(int character) { return character >= 0xD800 && character <= 0xDFFF; }

    static Properties propertiesOf(int character) {
        Properties properties{};
        Poco::Unicode::properties(character, properties);
        return properties;
    }

    static std::string hex(int character) {
        std::ostringstream text;
        text << "U+" << std::hex << std::uppercase << character;
        return text.str();
    }

public:
    void testEveryDecimalDigitCounts() {
        int count = 0;
        for (int character = 0; character < beyondUnicode; ++character) {
            if (isSurrogate(character) || propertiesOf(character).type != Poco::Unicode::UCP_DECIMAL_NUMBER)
                continue;
            // Each script's digits are a row that begins with its zero; some scripts have more than one row.
            const auto read = readTypedDigits(utf8(character));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(hex(character), std::size_t{0}, read.strayAt);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(hex(character), std::size_t{1}, read.digits.size());
            ++count;
        }
        CPPUNIT_ASSERT_MESSAGE(std::to_string(count), count >= 300 && count % 10 == 0);
        for (const int zero : {0x30, 0x660, 0x6F0, 0x966, 0xE50, 0xFF10, 0x104A0, 0x1D7CE, 0x1D7D8, 0x1D7F6,
                               0x1E950, 0x1FBF0}) {
            std::string row;
            for (int digit = 0; digit < 10; ++digit)
                row += utf8(zero + digit);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(hex(zero), std::string("0123456789"), readTypedDigits(row).digits);
        }
    }

    void testEveryDashAndBlankIsIgnored() {
        std::vector<int> ignored{'\t',   '\n',   '\v',   '\f',   '\r',   0x85,   0xAD,
                                 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x202A, 0x202E,
                                 0x2060, 0x2066, 0x2069, 0x2212, 0x30FC, 0xFE0F, 0xFEFF};
        for (int character = 0; character < beyondUnicode; ++character) {
            const auto type =
                isSurrogate(character) ? Poco::Unicode::UCP_CONTROL : propertiesOf(character).type;
            if (type == Poco::Unicode::UCP_DASH_PUNCTUATION || type == Poco::Unicode::UCP_SPACE_SEPARATOR ||
                type == Poco::Unicode::UCP_LINE_SEPARATOR || type == Poco::Unicode::UCP_PARAGRAPH_SEPARATOR)
                ignored.push_back(character);
        }
        CPPUNIT_ASSERT(ignored.size() > 60);
        for (const int character : ignored) {
            const auto mark = utf8(character);
            const auto read = readTypedDigits(mark + "4829" + mark + mark + "1370" + mark + "6154" + mark);
            CPPUNIT_ASSERT_MESSAGE(hex(character), read.isCode(12));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(hex(character), std::string("482913706154"), read.digits);
        }
    }

    void testEverythingElseIsStray() {
        for (int character = 0; character < beyondUnicode; ++character) {
            if (isSurrogate(character))
                continue;
            const auto properties = propertiesOf(character);
            const bool isText = properties.category == Poco::Unicode::UCP_LETTER ||
                                properties.category == Poco::Unicode::UCP_SYMBOL ||
                                properties.type == Poco::Unicode::UCP_LETTER_NUMBER ||
                                properties.type == Poco::Unicode::UCP_OTHER_NUMBER;
            // The minus sign, accents used as quotation marks, and a dash of Japanese keyboards.
            const bool isListed = character == 0x2212 || character == 0x60 || character == 0xB4 ||
                                  character == 0xFF40 || character == 0x30FC || character == 0xFF70;
            if (isText && !isListed)
                CPPUNIT_ASSERT_EQUAL_MESSAGE(hex(character), std::size_t{3},
                                             readTypedDigits("48" + utf8(character) + "29").strayAt);
        }
    }

    void testMarksAroundTheCode() {
        for (const std::string typed : {"4829-1370-6154.", " \"4829-1370-6154\" ",
                                        "\xE2\x80\x9C"
                                        "4829 1370 6154\xE2\x80\x9D.",
                                        "\xC2\xAB\xC2\xA0"
                                        "482913706154\xC2\xA0\xC2\xBB",
                                        "`482913706154`", "'482913706154'. ",
                                        "\xE3\x80\x8C"
                                        "482913706154\xE3\x80\x8D\xE3\x80\x82",
                                        "482913706154..."})
            CPPUNIT_ASSERT_MESSAGE(typed, readTypedDigits(typed).isCode(12));
        for (const std::string typed : {"4829.1370.6154", "4829\"13706154", ".482913706154", "482913706154,",
                                        "+482913706154", "(482913706154)", "4829/1370/6154"})
            CPPUNIT_ASSERT_MESSAGE(typed, !readTypedDigits(typed).isCode(12));
    }

    void testBytesThatAreNoText() {
        for (const std::string typed :
             {"4829137061\x80", "4829137061\xC0\xB0", "4829137061\xE2\x80", "4829137061\xED\xA0\x80",
              "4829137061\xF4\x90\x80\x80", "4829137061\xF0\x80\x80\xB0", "4829137061\xFF"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(typed, std::size_t{11}, readTypedDigits(typed).strayAt);
        CPPUNIT_ASSERT_EQUAL(std::size_t{13},
                             readTypedDigits(std::string_view("482913706154\0", 13)).strayAt);
        CPPUNIT_ASSERT(readTypedDigits("482913706154" + std::string(244, ' ')).isCode(12));
        CPPUNIT_ASSERT(!readTypedDigits("482913706154" + std::string(245, ' ')).isCode(12));
        CPPUNIT_ASSERT(readTypedDigits("").digits.empty() && readTypedDigits("").strayAt == 0);
    }

    void testNamesThePlace() {
        CPPUNIT_ASSERT_EQUAL(std::size_t{5}, readTypedDigits("4829x1370").strayAt);
        CPPUNIT_ASSERT_EQUAL(std::size_t{6}, readTypedDigits("\xEF\xBC\x94\xEF\xBC\x98"
                                                             "29-x")
                                                 .strayAt);
        CPPUNIT_ASSERT_EQUAL(std::size_t{5}, readTypedDigits("4829.1370").strayAt);
        CPPUNIT_ASSERT_EQUAL(std::string("4829"), readTypedDigits("4829x1370").digits);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TypedDigitsTest);
