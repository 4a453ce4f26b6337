// SPDX-License-Identifier: Apache-2.0
// The texts that may be shown to a person.
#include "central_oauth/domain/Labels.h"

#include "central_oauth/base/Error.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::domain;

class LabelsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LabelsTest);
    CPPUNIT_TEST(testCountsCharacters);
    CPPUNIT_TEST(testControlsAreRefused);
    CPPUNIT_TEST(testOtherBytesThanUtf8AreRefused);
    CPPUNIT_TEST(testInvisibleTextIsRefused);
    CPPUNIT_TEST_SUITE_END();

public:
    void testCountsCharacters() {
        for (const std::string character : {"x", "\xc3\xbc", "\xe2\x82\xac", "\xf0\x9f\x91\x8b"}) {
            std::string text;
            for (int i = 0; i < 64; ++i)
                text += character;
            CPPUNIT_ASSERT_MESSAGE(character, isTaken(text));
            CPPUNIT_ASSERT_MESSAGE(character, !isTaken(text + "x"));
        }
        CPPUNIT_ASSERT(isTaken(""));
    }

    void testControlsAreRefused() {
        for (const std::string& bad :
             {std::string("a\nb"), std::string("\x1b[2J"), std::string("a\0b", 3), std::string("\x7f"),
              std::string("\xc2\x85"), std::string("\xe2\x80\xa8"), std::string("\xe2\x80\xae"),
              std::string("\xe2\x81\xa6")})
            CPPUNIT_ASSERT(!isTaken(bad));
    }

    void testOtherBytesThanUtf8AreRefused() {
        for (const std::string bad : {"\xff", "\x80", "a\xc3", "\xe2\x82", "\xf0\x9f\x91", "\xc3\x41",
                                      "\xc0\xaf",          // overlong
                                      "\xe0\x80\xaf",      // overlong
                                      "\xf0\x80\x80\xaf",  // overlong
                                      "\xed\xa0\x80",      // surrogate
                                      "\xf4\x90\x80\x80",  // beyond U+10FFFF
                                      "\xf5\x80\x80\x80"}) // beyond
            CPPUNIT_ASSERT(!isTaken(bad));
        for (const std::string good : {"\xed\x9f\xbf", "\xee\x80\x80", "\xf4\x8f\xbf\xbf", "\xdf\xbf"})
            CPPUNIT_ASSERT(isTaken("x" + good));
    }

    void testInvisibleTextIsRefused() {
        for (const std::string bad : {" ", "\xe3\x85\xa4", "\xe2\xa0\x80", "\xcc\x81", "\xef\xb8\x8f",
                                      "\xe2\x80\x8d", "\xee\x80\x80"}) {
            CPPUNIT_ASSERT(!isTaken(bad));
            CPPUNIT_ASSERT(isTaken("x" + bad));
        }
    }

private:
    static bool isTaken(const std::string& text) {
        try {
            requireLabel(text);
            return true;
        } catch (const base::Error& error) {
            CPPUNIT_ASSERT(error.code() == base::ErrorCode::invalidRequest);
            return false;
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LabelsTest);
