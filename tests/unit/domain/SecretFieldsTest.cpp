// SPDX-License-Identifier: Apache-2.0
#include "SecretFields.h"

#include "StageCodec.h"
#include "StoreFixture.h"
#include "central_oauth/base/Error.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::store;

class SecretFieldsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SecretFieldsTest);
    CPPUNIT_TEST(testUnpacksWhatWasPacked);
    CPPUNIT_TEST(testRefusesOtherForms);
    CPPUNIT_TEST(testKeepsWholeStage);
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

    void testKeepsWholeStage() {
        const Timestamp now(std::chrono::seconds(1'700'000'000));
        const Stage stage = unpackStage(packStage({makeGrant("x", now), 7}));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{7}, stage.version);
        CPPUNIT_ASSERT_EQUAL(std::string("access-x"), revealed(stage.grant.accessToken));
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-x"), revealed(stage.grant.refreshToken));
        CPPUNIT_ASSERT(stage.grant.accessExpiresAt == now + std::chrono::seconds(3600));
        CPPUNIT_ASSERT(stage.grant.scopes == makeGrant("x", now).scopes);
        CPPUNIT_ASSERT_EQUAL(std::string("site-1"), stage.grant.chosenSite);
        CPPUNIT_ASSERT_EQUAL(std::string("One \"quoted\""), stage.grant.sites.at(0).name);
        CPPUNIT_ASSERT_EQUAL(std::string("ann@example.com"), stage.grant.identity.email);
        CPPUNIT_ASSERT_EQUAL(std::string("person-1"), stage.grant.identity.upstreamId);
        CPPUNIT_ASSERT_EQUAL(std::string("Ann Example"), stage.grant.identity.displayName);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SecretFieldsTest);
