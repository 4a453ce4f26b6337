// SPDX-License-Identifier: Apache-2.0
// Messages about ids and secrets with foreign characters.
#include "central_oauth/config/ForeignCharacter.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>

using central_oauth::config::foreignCharacter;

class ForeignCharacterTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ForeignCharacterTest);
    CPPUNIT_TEST(testVisibleAsciiPasses);
    CPPUNIT_TEST(testNamesWhatAndWhere);
    CPPUNIT_TEST(testBlanksBesideCommas);
    CPPUNIT_TEST_SUITE_END();

public:
    void testVisibleAsciiPasses() {
        for (int c = 0x21; c < 0x7F; ++c) {
            const bool isQuote = c == '"' || c == '\'' || c == '`';
            const std::string value = std::string("ab") + static_cast<char>(c) + "cd";
            CPPUNIT_ASSERT_EQUAL_MESSAGE(value, isQuote, foreignCharacter(value).has_value());
        }
        CPPUNIT_ASSERT(!foreignCharacter(""));
    }

    void testNamesWhatAndWhere() {
        for (const auto& [value, expected] : {
                 std::pair<std::string, std::string>{"\"secret\"", "a quotation mark as its first character"},
                 {"secret'", "a quotation mark as its last character"},
                 {"se cret", "a blank as character 3"},
                 {" secret", "a blank as its first character"},
                 {"secret ", "a blank as its last character"},
                 {"se\tcret", "a tab as character 3"},
                 {"secret\r", "a carriage return, part of a Windows line end, as its last character"},
                 {"se\ncret", "a line end as character 3"},
                 {"se\x01cret", "a control character as character 3"},
                 {"\xEF\xBB\xBFsecret", "a byte order mark as its first character"},
                 {"secret\xC2\xA0", "a no-break space as its last character"},
                 {"se\xE2\x80\x8B"
                  "cret",
                  "an invisible character as character 3"},
                 {"\xE2\x80\x9Csecret\xE2\x80\x9D", "a typographic quotation mark as its first character"},
                 {"se\xE2\x80\x93"
                  "cret",
                  "a typographic dash as character 3"},
                 {"s\xC3\xA9"
                  "cret\xC2\xAD",
                  "a character that is not ASCII as character 2"},
                 {"secr\xFF", "a byte that is not UTF-8 as its last character"},
                 {"secr\xE2\x80", "a byte that is not UTF-8 as character 5"},
             })
            CPPUNIT_ASSERT_EQUAL(expected, foreignCharacter(value).value_or("nothing"));
    }

    void testBlanksBesideCommas() {
        CPPUNIT_ASSERT(!foreignCharacter("a, b ,\tc"));
        CPPUNIT_ASSERT(foreignCharacter("a, ").has_value());
        CPPUNIT_ASSERT(foreignCharacter(", a b").has_value());
        CPPUNIT_ASSERT(foreignCharacter("a, \"b\"") == "a quotation mark as character 4");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ForeignCharacterTest);
