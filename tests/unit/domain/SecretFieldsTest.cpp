// SPDX-License-Identifier: Apache-2.0
#include "SecretFields.h"

#include "central_oauth/base/Error.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::domain;
using provider::Secret;

class SecretFieldsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SecretFieldsTest);
    CPPUNIT_TEST(testUnpacksWhatWasPacked);
    CPPUNIT_TEST(testRefusesOtherForms);
    CPPUNIT_TEST(testListsKeepAnyNumber);
    CPPUNIT_TEST_SUITE_END();

public:
    void testUnpacksWhatWasPacked() {
        const Secret packed = packFields({"", "12:x", std::string_view("a\0b", 3)});
        const auto fields = unpackFields(packed, 3);
        CPPUNIT_ASSERT(fields[0].empty());
        CPPUNIT_ASSERT(fields[1] == "12:x");
        CPPUNIT_ASSERT(fields[2] == std::string_view("a\0b", 3));
    }

    void testRefusesOtherForms() {
        for (const char* text : {"", "x", "1", "1:", "2:a", "1:a1", "-1:a", "1:ab", "99999999999999999999:a",
                                 "18446744073709551615:a"})
            CPPUNIT_ASSERT_THROW_MESSAGE(text, static_cast<void>(unpackFields(Secret(text), 1)), base::Error);
    }

    void testListsKeepAnyNumber() {
        CPPUNIT_ASSERT(unpackList(packList({})).empty());
        const std::string packed = packList({"a", "", "b:1"});
        const auto fields = unpackList(packed);
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, fields.size());
        CPPUNIT_ASSERT(fields[2] == "b:1");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SecretFieldsTest);
