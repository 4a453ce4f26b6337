// SPDX-License-Identifier: Apache-2.0
// Base64url and hexadecimal, both ways and strictly.
#include "central_oauth/crypto/Encoding.h"

#include "central_oauth/crypto/Random.h"

#include <array>
#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <string_view>
#include <utility>

using namespace central_oauth::crypto;

class EncodingTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EncodingTest);
    CPPUNIT_TEST(testEncodesTheVectorsOfRfc4648WithoutPadding);
    CPPUNIT_TEST(testUsesTheUrlSafeAlphabet);
    CPPUNIT_TEST(testDecodesWhatItEncodedAtEveryLength);
    CPPUNIT_TEST(testRefusesBase64UrlThatIsNotCanonical);
    CPPUNIT_TEST(testTellsBase64UrlText);
    CPPUNIT_TEST(testEncodesHexInLowerCase);
    CPPUNIT_TEST(testDecodesHexOfEitherCase);
    CPPUNIT_TEST(testRefusesWhatIsNotHex);
    CPPUNIT_TEST_SUITE_END();

    void testEncodesTheVectorsOfRfc4648WithoutPadding() {
        const std::array<std::pair<std::string_view, std::string>, 7> vectors{{{"", ""},
                                                                               {"f", "Zg"},
                                                                               {"fo", "Zm8"},
                                                                               {"foo", "Zm9v"},
                                                                               {"foob", "Zm9vYg"},
                                                                               {"fooba", "Zm9vYmE"},
                                                                               {"foobar", "Zm9vYmFy"}}};
        for (const auto& [bytes, text] : vectors) {
            CPPUNIT_ASSERT_EQUAL(text, encodeBase64Url(bytes));
            CPPUNIT_ASSERT_EQUAL(std::string(bytes), decodeBase64Url(text).value());
        }
    }

    void testUsesTheUrlSafeAlphabet() {
        CPPUNIT_ASSERT_EQUAL(std::string("--__"), encodeBase64Url("\xfb\xef\xff"));
        CPPUNIT_ASSERT_EQUAL(std::string("\xfb\xef\xff"), decodeBase64Url("--__").value());
    }

    void testDecodesWhatItEncodedAtEveryLength() {
        for (std::size_t size = 0; size < 200; ++size) {
            const std::string bytes = randomBytes(size);
            CPPUNIT_ASSERT(decodeBase64Url(encodeBase64Url(bytes)) == bytes);
            CPPUNIT_ASSERT(decodeHex(encodeHex(bytes)) == bytes);
        }
    }

    void testRefusesBase64UrlThatIsNotCanonical() {
        using namespace std::string_view_literals;
        for (const std::string_view text :
             {"Zg=="sv, "Zg="sv, "="sv, "A"sv, "AAAAA"sv, "Zh"sv, "Zm9"sv, "ab+/"sv, "Zm9v\n"sv, " Zm9v"sv,
              "Zm 9v"sv, "Zm9v Zg"sv, "Zm9v\0"sv, "Zm\x80v"sv})
            CPPUNIT_ASSERT_MESSAGE(std::string(text), !decodeBase64Url(text).has_value());
    }

    void testTellsBase64UrlText() {
        CPPUNIT_ASSERT(isBase64UrlText("AZaz09-_"));
        CPPUNIT_ASSERT(isBase64UrlText(""));
        for (const char* text : {"a+", "a/", "a=", "a b", "@", "[", "`", "{", "\xc3\xa4"})
            CPPUNIT_ASSERT_MESSAGE(text, !isBase64UrlText(text));
    }

    void testEncodesHexInLowerCase() {
        CPPUNIT_ASSERT_EQUAL(std::string("00017f80abff"),
                             encodeHex(std::string("\x00\x01\x7f\x80\xab\xff", 6)));
        CPPUNIT_ASSERT_EQUAL(std::string(), encodeHex(""));
    }

    void testDecodesHexOfEitherCase() {
        CPPUNIT_ASSERT_EQUAL(std::string("\xab\xcd\xef\x09"), decodeHex("abCDeF09").value());
        CPPUNIT_ASSERT_EQUAL(std::string(), decodeHex("").value());
    }

    void testRefusesWhatIsNotHex() {
        for (const char* text :
             {"a", "abc", "0x", "g0", "0g", " 0", "0 ", "/0", ":0", "@0", "G0", "`0", "-1"})
            CPPUNIT_ASSERT_MESSAGE(text, !decodeHex(text).has_value());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(EncodingTest);
