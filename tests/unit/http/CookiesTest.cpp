// SPDX-License-Identifier: Apache-2.0
// Names and attributes of our cookies.
#include "central_oauth/http/Cookies.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <stdexcept>
#include <string>

using namespace central_oauth;
using namespace central_oauth::http;

class CookiesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CookiesTest);
    CPPUNIT_TEST(testBindsCookiesToTheHostOverHttps);
    CPPUNIT_TEST(testUsesPlainNamesOverHttp);
    CPPUNIT_TEST(testClearsCookies);
    CPPUNIT_TEST(testRefusesValuesThatWouldAddAttributes);
    CPPUNIT_TEST_SUITE_END();

public:
    void testBindsCookiesToTheHostOverHttps() {
        CPPUNIT_ASSERT_EQUAL(std::string("__Host-central-oauth-browser=v1; Path=/; Max-Age=600; HttpOnly; "
                                         "SameSite=Lax; Secure"),
                             Cookies(true).set("browser", "v1", std::chrono::minutes(10)));
        CPPUNIT_ASSERT_EQUAL(std::string("__Host-central-oauth-browser"), Cookies(true).name("browser"));
    }

    void testUsesPlainNamesOverHttp() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("central-oauth-browser=v1; Path=/; Max-Age=600; HttpOnly; SameSite=Lax"),
            Cookies(false).set("browser", "v1", std::chrono::minutes(10)));
    }

    void testClearsCookies() {
        CPPUNIT_ASSERT_EQUAL(std::string("central-oauth-b=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"),
                             Cookies(false).clear("b"));
    }

    void testRefusesValuesThatWouldAddAttributes() {
        const Cookies cookies(true);
        for (const char* value : {"a; Domain=x", "a b", "a,b", "\"a\"", "a\\", "a\r\n", "\xC3\xA4"})
            CPPUNIT_ASSERT_THROW(static_cast<void>(cookies.set("b", value, std::chrono::seconds(1))),
                                 std::invalid_argument);
        CPPUNIT_ASSERT_THROW(static_cast<void>(cookies.name("a;b")), std::invalid_argument);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CookiesTest);
