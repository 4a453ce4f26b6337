// SPDX-License-Identifier: Apache-2.0
// Tests link codes as people type them.
#include "central_oauth/services/links/LinkRules.h"

#include <algorithm>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <set>

using namespace central_oauth::services;

class LinkCodeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LinkCodeTest);
    CPPUNIT_TEST(testFreshCodesAreTwelveDigits);
    CPPUNIT_TEST(testFreshCodesDiffer);
    CPPUNIT_TEST(testSpacesAndDashesAreIgnored);
    CPPUNIT_TEST(testEverythingElseIsNoCode);
    CPPUNIT_TEST(testLongTextsAreNoCode);
    CPPUNIT_TEST(testShownCodeReadsBack);
    CPPUNIT_TEST_SUITE_END();

public:
    void testFreshCodesAreTwelveDigits() {
        for (int i = 0; i < 100; ++i) {
            const auto code = makeLinkCode();
            CPPUNIT_ASSERT_EQUAL(linkCodeDigits, code.size());
            CPPUNIT_ASSERT(
                std::all_of(code.begin(), code.end(), [](char c) { return c >= '0' && c <= '9'; }));
        }
    }

    void testFreshCodesDiffer() {
        std::set<std::string> codes;
        for (int i = 0; i < 1000; ++i)
            codes.insert(makeLinkCode());
        CPPUNIT_ASSERT_EQUAL(std::size_t(1000), codes.size());
    }

    void testSpacesAndDashesAreIgnored() {
        for (const std::string typed :
             {"482913706154", "4829-1370-6154", " 4829 1370 6154 ", "4-8-2-9-1-3-7-0-6-1-5-4",
              "---482913706154", "4829\t13706154", "482913706154\n",
              "4829\xE2\x80\x93"
              "1370\xC2\xA0"
              "6154."})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(typed, std::string("482913706154"),
                                         normaliseLinkCode(typed).value_or("none"));
    }

    void testEverythingElseIsNoCode() {
        for (const std::string typed :
             {"", " ", "48291370615", "4829137061540", "48291370615a", "4829.1370.6154", "+48291370615",
              "\xd9\xa4\xd9\xa8\xd9\xa2\xd9\xa9\xd9\xa1\xd9\xa3"})
            CPPUNIT_ASSERT_MESSAGE(typed, !normaliseLinkCode(typed));
        CPPUNIT_ASSERT(!normaliseLinkCode(std::string_view("482913706154\0", 13)));
    }

    void testLongTextsAreNoCode() {
        CPPUNIT_ASSERT(normaliseLinkCode("482913706154" + std::string(244, ' ')));
        CPPUNIT_ASSERT(!normaliseLinkCode("482913706154" + std::string(245, ' ')));
    }

    void testShownCodeReadsBack() {
        CPPUNIT_ASSERT_EQUAL(std::string("4829-1370-6154"), displayLinkCode("482913706154"));
        CPPUNIT_ASSERT_EQUAL(std::string("000000000001"),
                             normaliseLinkCode(displayLinkCode("000000000001")).value_or("none"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LinkCodeTest);
