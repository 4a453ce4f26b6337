// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/base/OpaqueText.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace central_oauth::base;

class OpaqueTextTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(OpaqueTextTest);
    CPPUNIT_TEST(testIdsOfAnyScriptAreTaken);
    CPPUNIT_TEST(testFaults);
    CPPUNIT_TEST(testBlankTexts);
    CPPUNIT_TEST_SUITE_END();

public:
    void testIdsOfAnyScriptAreTaken() {
        // The last one ends with a variation selector, as many emoji do.
        for (const std::string text : {"user-7", "a b", "Zo\u00eb", "\u4f8b", "\U0001f48e", "\u2764\ufe0f"})
            CPPUNIT_ASSERT_MESSAGE(text, opaqueFaultOf(text, longestSubject) == OpaqueFault::none);
        CPPUNIT_ASSERT(opaqueFaultOf(std::string(128, 'a'), longestSubject) == OpaqueFault::none);
    }

    void testFaults() {
        CPPUNIT_ASSERT(opaqueFaultOf(std::string(129, 'a'), longestSubject) == OpaqueFault::tooLong);
        for (const std::string text : {"", " ", "\u00a0", "\u3000\u200d", "\ufe0f"})
            CPPUNIT_ASSERT_MESSAGE(text, opaqueFaultOf(text, longestSubject) == OpaqueFault::empty);
        for (const std::string text : {"Zo\xeb", "\xff", "a\nb", "a\x7f", "\u0085", "\xed\xa0\x80"})
            CPPUNIT_ASSERT_MESSAGE(text, opaqueFaultOf(text, longestSubject) == OpaqueFault::notText);
        for (const std::string text : {" a", "a ", "a\u00a0", "\u3000a",
                                       "\ufeff"
                                       "a",
                                       "a\u200b"})
            CPPUNIT_ASSERT_MESSAGE(text, opaqueFaultOf(text, longestSubject) == OpaqueFault::outerBlank);
    }

    void testBlankTexts() {
        for (const std::string text : {"", " \t", "\u00a0\u2060\ufeff", "\u200d"})
            CPPUNIT_ASSERT_MESSAGE(text, isBlankText(text));
        for (const std::string text : {"a", " a ", "\xff", "-"})
            CPPUNIT_ASSERT_MESSAGE(text, !isBlankText(text));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OpaqueTextTest);
