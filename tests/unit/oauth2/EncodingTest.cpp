// SPDX-License-Identifier: Apache-2.0
// Percent-encoding against RFC 3986, and scope lists.
#include "central_oauth/oauth2/Encoding.h"

#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace central_oauth;

class EncodingTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EncodingTest);
    CPPUNIT_TEST(testEncodesAllButUnreserved);
    CPPUNIT_TEST(testBuildsUrlWithoutEmptyParameters);
    CPPUNIT_TEST(testSplitsAndJoinsScopes);
    CPPUNIT_TEST_SUITE_END();

    void testEncodesAllButUnreserved() {
        CPPUNIT_ASSERT_EQUAL(std::string("azAZ09-._~"), oauth2::percentEncode("azAZ09-._~"));
        CPPUNIT_ASSERT_EQUAL(std::string("%20%2B%26%3D%2F%3A%25%C3%BC%00"),
                             oauth2::percentEncode(std::string(" +&=/:%\xC3\xBC\0", 10)));
    }

    void testBuildsUrlWithoutEmptyParameters() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("https://a/authorize?scope=read%3Ame%20x&state=s%26b"),
            oauth2::buildAuthorizationUrl("https://a/authorize",
                                          {{"none", ""}, {"scope", "read:me x"}, {"state", "s&b"}}));
    }

    void testSplitsAndJoinsScopes() {
        const auto scopes = oauth2::splitScopes("  read:a write:b   read:a ");
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), scopes.size());
        CPPUNIT_ASSERT_EQUAL(std::string("read:a write:b"), oauth2::joinScopes(scopes));
        CPPUNIT_ASSERT(oauth2::splitScopes("").empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(EncodingTest);
