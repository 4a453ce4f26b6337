// SPDX-License-Identifier: Apache-2.0
// Foreign text on a terminal.
#include "central_oauth/cli/PrintableText.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace central_oauth::cli;
using namespace std::string_literals;

class PrintableTextTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PrintableTextTest);
    CPPUNIT_TEST(testKeepsText);
    CPPUNIT_TEST(testDropsEscapes);
    CPPUNIT_TEST(testDropsInvisibleCharacters);
    CPPUNIT_TEST(testMarksBrokenEncoding);
    CPPUNIT_TEST(testCutsByCharacters);
    CPPUNIT_TEST(testHidesCredentials);
    CPPUNIT_TEST(testQuotesForAShell);
    CPPUNIT_TEST(testRepeatsOnlyWhatIsShownAsItIs);
    CPPUNIT_TEST(testSpeaksDurations);
    CPPUNIT_TEST_SUITE_END();

public:
    void testKeepsText() {
        for (const std::string& text :
             {""s, "plain ~ text"s, "Zo\u00eb \u0141ukasz"s, "\u65e5\u672c\u8a9e"s, "\U0001F600"s})
            CPPUNIT_ASSERT_EQUAL(text, printable(text));
    }

    void testDropsEscapes() {
        CPPUNIT_ASSERT_EQUAL("ab"s, printable("a\x1b[1;31mb"));
        CPPUNIT_ASSERT_EQUAL("ab"s, printable("a\u009b2Jb"));
        CPPUNIT_ASSERT_EQUAL("ab"s, printable("a\x1b]0;title\x07"
                                              "b"));
        CPPUNIT_ASSERT_EQUAL("alinkb"s, printable("a\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\b"));
        CPPUNIT_ASSERT_EQUAL("ab"s, printable("a\x1b"
                                              "cb"));
        CPPUNIT_ASSERT_EQUAL("a"s, printable("a\x1b[12"));
        CPPUNIT_ASSERT_EQUAL("a"s, printable("a\x1b"));
        CPPUNIT_ASSERT_EQUAL("a"s, printable("a\x1b]never ends"));
    }

    void testDropsInvisibleCharacters() {
        CPPUNIT_ASSERT_EQUAL("ab"s, printable("a\0\x08\x7f\u0085b"s));
        CPPUNIT_ASSERT_EQUAL("ab"s, printable("a\u202e\u2066\u2069\u200f\u061c\u200b\ufeff\u00adb"));
        CPPUNIT_ASSERT_EQUAL("a    b c d"s, printable("a\r\n\t\u2028b\u2029c\u00a0d"));
        CPPUNIT_ASSERT_EQUAL("ab"s, printable("a\ue000\U000E0041b"));
    }

    void testMarksBrokenEncoding() {
        CPPUNIT_ASSERT_EQUAL("a?b"s, printable("a\xff"
                                               "b"));
        for (const std::string& text :
             {"\xc3"s, "\xe2\x82"s, "\xc0\xaf"s, "\xed\xa0\x80"s, "\xf8\x88\x80\x80\x80"s})
            CPPUNIT_ASSERT_EQUAL('?', printable(text).at(0));
        CPPUNIT_ASSERT(printable("\xc0\x9b[31m").find('\x1b') == std::string::npos);
    }

    void testCutsByCharacters() {
        CPPUNIT_ASSERT_EQUAL("\u00e9\u00e9\u00e9\u00e9\u00e9"s,
                             printable("\u00e9\u00e9\u00e9\u00e9\u00e9", 5));
        CPPUNIT_ASSERT_EQUAL("\u00e9\u00e9..."s, printable("\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9", 5));
        CPPUNIT_ASSERT_EQUAL(std::size_t{300}, printable(std::string(5000, 'x')).size());
    }

    void testHidesCredentials() {
        CPPUNIT_ASSERT_EQUAL("key cok_... is, cos_..."s, printable("key cok_aB-9_x is, cos_y"));
        CPPUNIT_ASSERT_EQUAL("cog_..."s, printable("co\u200bg_\x1b[1msecret"));
        CPPUNIT_ASSERT_EQUAL("begins with cok_"s, printable("begins with cok_"));
    }

    void testQuotesForAShell() {
        CPPUNIT_ASSERT_EQUAL("bob@example.com"s, shellWord("bob@example.com"));
        CPPUNIT_ASSERT_EQUAL("'it'\\''s $HOME'"s, shellWord("it's $HOME"));
        CPPUNIT_ASSERT_EQUAL("''"s, shellWord(""));
        CPPUNIT_ASSERT_EQUAL("'plain'"s, shellQuoted("plain"));
        CPPUNIT_ASSERT_EQUAL("''\\'''\\'''"s, shellQuoted("''"));
        CPPUNIT_ASSERT_EQUAL("'a\n$b\\'"s, shellQuoted("a\n$b\\"));
    }

    void testRepeatsOnlyWhatIsShownAsItIs() {
        for (const char* text : {"", "user 7", "Zo\u00eb", "it's"})
            CPPUNIT_ASSERT_EQUAL(std::string(text), shownOr("SUBJECT", text));
        for (const std::string& text : {"a\nb"s, "a\u202eb"s, "\xff"s, "cok_abc"s, std::string(301, 'x')})
            CPPUNIT_ASSERT_EQUAL("SUBJECT"s, shownOr("SUBJECT", text));
    }

    void testSpeaksDurations() {
        CPPUNIT_ASSERT_EQUAL("1 second"s, spokenDuration(std::chrono::seconds(1)));
        CPPUNIT_ASSERT_EQUAL("119 seconds"s, spokenDuration(std::chrono::seconds(119)));
        CPPUNIT_ASSERT_EQUAL("59 minutes"s, spokenDuration(std::chrono::seconds(3599)));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PrintableTextTest);
