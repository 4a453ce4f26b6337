// SPDX-License-Identifier: Apache-2.0
// pages::displayText, and the values that may become a link, a form target or a token.
#include "central_oauth/pages/DisplayText.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace central_oauth::pages;

class DisplayTextTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DisplayTextTest);
    CPPUNIT_TEST(testKeepsNamesOfAllScripts);
    CPPUNIT_TEST(testMakesWhiteSpaceOneSpace);
    CPPUNIT_TEST(testDropsControlsAndBidiControls);
    CPPUNIT_TEST(testReplacesInvalidUtf8);
    CPPUNIT_TEST(testCutsByCodePoints);
    CPPUNIT_TEST(testLimitsPiledMarks);
    CPPUNIT_TEST(testAcceptsWebUrls);
    CPPUNIT_TEST(testRefusesOtherUrls);
    CPPUNIT_TEST(testAcceptsMailtoForContactsOnly);
    CPPUNIT_TEST(testTellsLocalPaths);
    CPPUNIT_TEST(testTellsTokens);
    CPPUNIT_TEST_SUITE_END();

public:
    void testKeepsNamesOfAllScripts() {
        for (const std::string name :
             {"Jos\xC3\xA9 <3", "\xD7\xA2\xD7\x93\xD7\x94", "\xE5\xB1\xB1\xE7\x94\xB0",
              "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB", "\xEF\xBF\xBD", ""})
            CPPUNIT_ASSERT_EQUAL(name, displayText(name));
    }

    void testMakesWhiteSpaceOneSpace() {
        CPPUNIT_ASSERT_EQUAL(std::string("a b c"), displayText(" \r\n a\t\n\xC2\xA0 b\xE2\x80\xA8"
                                                               "c \xE3\x80\x80"));
    }

    void testDropsControlsAndBidiControls() {
        const std::string nul("a\0b", 3);
        CPPUNIT_ASSERT_EQUAL(std::string("ab"), displayText(nul));
        for (const std::string control :
             {"\x01", "\x1B", "\x7F", "\xC2\x80", "\xC2\x9B", "\xC2\xAD", "\xD8\x9C", "\xE2\x80\x8B",
              "\xE2\x80\x8E", "\xE2\x80\x8F", "\xE2\x80\xAA", "\xE2\x80\xAE", "\xE2\x81\xA6", "\xE2\x81\xA9",
              "\xEF\xBB\xBF", "\xF3\xA0\x81\x81", "\xEE\x80\x80"})
            CPPUNIT_ASSERT_EQUAL(std::string("ab"), displayText("a" + control + "b"));
    }

    void testReplacesInvalidUtf8() {
        const std::string mark = "\xEF\xBF\xBD";
        CPPUNIT_ASSERT_EQUAL("a" + mark + "b", displayText("a\xFF"
                                                           "b"));
        CPPUNIT_ASSERT_EQUAL("a" + mark, displayText("a\xE2"));
        CPPUNIT_ASSERT_EQUAL(mark + mark, displayText("\xC0\xBC"));            // overlong "<"
        CPPUNIT_ASSERT_EQUAL(mark + mark + mark, displayText("\xED\xA0\x80")); // surrogate
        CPPUNIT_ASSERT_EQUAL(mark + mark + mark, displayText("\xE0\x80\xBC")); // overlong, three bytes
        CPPUNIT_ASSERT_EQUAL(mark + mark + mark + mark, displayText("\xF4\x90\x80\x80")); // above U+10FFFF
        CPPUNIT_ASSERT_EQUAL(mark + "<", displayText("\xE2<"));
    }

    void testCutsByCodePoints() {
        CPPUNIT_ASSERT_EQUAL(std::string("abc"), displayText("abc", 3));
        CPPUNIT_ASSERT_EQUAL(std::string("\xC3\xA9\xC3\xA9\xE2\x80\xA6"),
                             displayText("\xC3\xA9\xC3\xA9\xC3\xA9", 2));
        CPPUNIT_ASSERT_EQUAL(std::string("ab\xE2\x80\xA6"), displayText("ab cd", 3));
        CPPUNIT_ASSERT_EQUAL(std::string("ab"), displayText("ab  \xE2\x80\xAE ", 2));
        CPPUNIT_ASSERT_EQUAL(std::size_t{203}, displayText(std::string(65536, 'x')).size());
    }

    void testLimitsPiledMarks() {
        std::string piled = "e";
        for (int i = 0; i < 50; ++i)
            piled += "\xCC\x81";
        CPPUNIT_ASSERT_EQUAL(std::size_t{1 + 4 * 2}, displayText(piled).size());
    }

    void testAcceptsWebUrls() {
        for (const char* url :
             {"https://example.atlassian.net", "HTTP://127.0.0.1:8080/a?b=c&d=%20#e", "https://[::1]:8443/",
              "https://auth.example/authorize?scope=read%3Ame%20x&state=a_b-c"})
            CPPUNIT_ASSERT_MESSAGE(url, isWebUrl(url) && isContactUrl(url));
        CPPUNIT_ASSERT(isWebUrl("https://h/" + std::string(8000, 'a')));
    }

    void testRefusesOtherUrls() {
        for (const std::string url : {"",
                                      "https://",
                                      "https:///path",
                                      "https://:80/",
                                      "//example.org",
                                      "example.org",
                                      "javascript:alert(1)",
                                      " https://example.org",
                                      "java\tscript:alert(1)",
                                      "data:text/html,x",
                                      "vbscript:x",
                                      "ftp://example.org",
                                      "https:example.org",
                                      "https://user@example.org",
                                      "https://a\\@b",
                                      "https://example.org/\"onx=",
                                      "https://example.org/<b>",
                                      "https://example.org/a b",
                                      "https://example.org/\n",
                                      "https://\xD7\xA2.example",
                                      "https://example.org/'x`"})
            CPPUNIT_ASSERT_MESSAGE(url, !isWebUrl(url) && !isContactUrl(url));
        CPPUNIT_ASSERT(!isWebUrl("https://h/" + std::string(9000, 'a')));
    }

    void testAcceptsMailtoForContactsOnly() {
        CPPUNIT_ASSERT(isContactUrl("mailto:help@example.org?subject=link"));
        CPPUNIT_ASSERT(!isWebUrl("mailto:help@example.org"));
        CPPUNIT_ASSERT(!isContactUrl("mailto:"));
        CPPUNIT_ASSERT(!isContactUrl("mailto:a@b\nBcc:c@d"));
        CPPUNIT_ASSERT(!isContactUrl("help@example.org"));
    }

    void testTellsLocalPaths() {
        CPPUNIT_ASSERT(isLocalPath("/approve/lnk_1"));
        for (const char* path :
             {"", "approve", "//example.org", "https://example.org", "/\\example.org", "/a\"b", "/a b"})
            CPPUNIT_ASSERT_MESSAGE(path, !isLocalPath(path));
    }

    void testTellsTokens() {
        CPPUNIT_ASSERT(isToken("aB0-_.~+/="));
        for (const char* value : {"", "a b", "a\"b", "<", "a\n"})
            CPPUNIT_ASSERT_MESSAGE(value, !isToken(value));
        CPPUNIT_ASSERT(!isToken(std::string(513, 'a')));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DisplayTextTest);
