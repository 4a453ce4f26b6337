// SPDX-License-Identifier: Apache-2.0
// PKCE: the vector of RFC 7636 appendix B and the form of verifiers.
#include "central_oauth/crypto/Pkce.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace central_oauth::crypto;

class PkceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PkceTest);
    CPPUNIT_TEST(testChallengeMatchesRfc7636AppendixB);
    CPPUNIT_TEST(testMakesFreshVerifiersOf43Characters);
    CPPUNIT_TEST(testTellsCodeVerifiers);
    CPPUNIT_TEST_SUITE_END();

    void testChallengeMatchesRfc7636AppendixB() {
        CPPUNIT_ASSERT_EQUAL(std::string("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
                             challengeS256("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
    }

    void testMakesFreshVerifiersOf43Characters() {
        const Secret verifier = makeCodeVerifier();
        CPPUNIT_ASSERT_EQUAL(std::size_t{43}, verifier.size());
        CPPUNIT_ASSERT(isCodeVerifier(verifier.reveal()));
        CPPUNIT_ASSERT(verifier.reveal() != makeCodeVerifier().reveal());
        CPPUNIT_ASSERT_EQUAL(std::size_t{43}, challengeS256(verifier.reveal()).size());
    }

    void testTellsCodeVerifiers() {
        CPPUNIT_ASSERT(isCodeVerifier(std::string(39, 'a') + "-._~"));
        CPPUNIT_ASSERT(isCodeVerifier(std::string(128, '0')));
        CPPUNIT_ASSERT(!isCodeVerifier(std::string(42, 'a')));
        CPPUNIT_ASSERT(!isCodeVerifier(std::string(129, 'a')));
        CPPUNIT_ASSERT(!isCodeVerifier(std::string(43, 'a') + "="));
        CPPUNIT_ASSERT(!isCodeVerifier(std::string(43, 'a') + " "));
        CPPUNIT_ASSERT(!isCodeVerifier(std::string(43, 'a') + std::string(1, '\0')));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PkceTest);
