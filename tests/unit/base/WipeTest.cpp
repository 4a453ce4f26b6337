// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/base/Wipe.h"

#include <array>
#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace central_oauth;

class WipeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(WipeTest);
    CPPUNIT_TEST(testOverwritesBytesAndNoMore);
    CPPUNIT_TEST(testReleasesATextsMemory);
    CPPUNIT_TEST_SUITE_END();

public:
    void testOverwritesBytesAndNoMore() {
        std::array<char, 4> bytes{'a', 'b', 'c', 'd'};
        base::wipe(bytes.data(), 0);
        base::wipe(bytes.data() + 1, 2);
        CPPUNIT_ASSERT((bytes == std::array<char, 4>{'a', '\0', '\0', 'd'}));
    }

    void testReleasesATextsMemory() {
        std::string text(1000, 's');
        text.resize(3); // the memory behind it still holds the rest
        base::wipe(text);
        CPPUNIT_ASSERT(text.empty());
        CPPUNIT_ASSERT_EQUAL(std::string().capacity(), text.capacity());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(WipeTest);
