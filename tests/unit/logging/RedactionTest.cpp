// SPDX-License-Identifier: Apache-2.0
// Texts that look like credentials are masked; all others stay readable.
#include "central_oauth/logging/Redaction.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>

using central_oauth::logging::isSensitiveName;
using central_oauth::logging::maskLinkCode;
using central_oauth::logging::redact;

class RedactionTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RedactionTest);
    CPPUNIT_TEST(testMasksOwnCredentials);
    CPPUNIT_TEST(testLeavesShortRunsAfterAPrefix);
    CPPUNIT_TEST(testMasksEveryCredentialOfAText);
    CPPUNIT_TEST(testMasksWebTokens);
    CPPUNIT_TEST(testLeavesWordsThatResembleWebTokens);
    CPPUNIT_TEST(testManyBeginningsStayCheap);
    CPPUNIT_TEST(testMasksWhatFollowsBearer);
    CPPUNIT_TEST(testLeavesBearerAlone);
    CPPUNIT_TEST(testKnowsSensitiveNames);
    CPPUNIT_TEST(testMasksLinkCodes);
    CPPUNIT_TEST_SUITE_END();

public:
    void testMasksOwnCredentials() {
        for (const std::string prefix : {"cok_", "cop_", "cos_", "cog_"}) {
            CPPUNIT_ASSERT_EQUAL("key " + prefix + "[redacted].", redact("key " + prefix + "Ab3_-xyz."));
            CPPUNIT_ASSERT_EQUAL("x" + prefix + "[redacted]", redact("x" + prefix + "0123456789"));
        }
    }

    void testLeavesShortRunsAfterAPrefix() {
        CPPUNIT_ASSERT_EQUAL(std::string("cog_1234567 cok_ cok"), redact("cog_1234567 cok_ cok"));
    }

    void testMasksEveryCredentialOfAText() {
        CPPUNIT_ASSERT_EQUAL(std::string("cok_[redacted],cog_[redacted]"),
                             redact("cok_aaaaaaaa,cog_bbbbbbbbbbbb"));
    }

    void testMasksWebTokens() {
        CPPUNIT_ASSERT_EQUAL(std::string("got [redacted] back"), redact("got eyJhbGci.eyJzdWIi.c2ln back"));
        CPPUNIT_ASSERT_EQUAL(std::string("got [redacted]"), redact("got eyJhbGci."));
        CPPUNIT_ASSERT_EQUAL(std::string("id=x[redacted]"), redact("id=xeyJhbGciOiJub25lIn0.e30."));
    }

    void testLeavesWordsThatResembleWebTokens() {
        CPPUNIT_ASSERT_EQUAL(std::string("keyJar.cpp eyJ eyJabc"), redact("keyJar.cpp eyJ eyJabc"));
    }

    void testManyBeginningsStayCheap() {
        // Quadratic work would take hours, and the suite's time limit would end it.
        std::string beginnings;
        for (int i = 0; i < 1'000'000; ++i)
            beginnings += "eyJ";
        CPPUNIT_ASSERT(redact(beginnings) == beginnings);
        CPPUNIT_ASSERT_EQUAL(std::string("[redacted]"), redact(beginnings + ".x"));
    }

    void testMasksWhatFollowsBearer() {
        CPPUNIT_ASSERT_EQUAL(std::string("Authorization: Bearer [redacted]"),
                             redact("Authorization: Bearer opaque/+=value"));
        CPPUNIT_ASSERT_EQUAL(std::string("BEARER \t[redacted], next"), redact("BEARER \tabc.def, next"));
        CPPUNIT_ASSERT_EQUAL(std::string("bearer%20[redacted]"), redact("bearer%20abc"));
        CPPUNIT_ASSERT_EQUAL(std::string("{\"h\":\"Bearer [redacted]\"}"), redact("{\"h\":\"Bearer abc\"}"));
        CPPUNIT_ASSERT_EQUAL(std::string("Bearer \"[redacted]\""), redact("Bearer \"abc\""));
    }

    void testLeavesBearerAlone() {
        CPPUNIT_ASSERT_EQUAL(std::string("no Bearer"), redact("no Bearer"));
        CPPUNIT_ASSERT_EQUAL(std::string("Bearers came"), redact("Bearers came"));
        CPPUNIT_ASSERT_EQUAL(std::string(), redact(""));
    }

    void testKnowsSensitiveNames() {
        for (const auto* name : {"token", "refresh_token", "accessToken", "CLIENT_SECRET", "password",
                                 "Authorization", "code_verifier"})
            CPPUNIT_ASSERT_MESSAGE(name, isSensitiveName(name));
        for (const auto* name : {"", "path", "code", "toke", "secre"})
            CPPUNIT_ASSERT_MESSAGE(name, !isSensitiveName(name));
    }

    void testMasksLinkCodes() {
        CPPUNIT_ASSERT_EQUAL(std::string("4829-****-****"), maskLinkCode("482913571234"));
        CPPUNIT_ASSERT_EQUAL(std::string("4829-****-****"), maskLinkCode("4829-1357 1234"));
        for (const auto* odd : {"", "4829", "4829135712345", "48291357123x"})
            CPPUNIT_ASSERT_EQUAL(std::string("****-****-****"), maskLinkCode(odd));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RedactionTest);
