// SPDX-License-Identifier: Apache-2.0
// The one spelling of a host.
#include "central_oauth/base/Host.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace central_oauth::base;

class HostTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HostTest);
    CPPUNIT_TEST(testNames);
    CPPUNIT_TEST(testIpv6AsInRfc5952);
    CPPUNIT_TEST(testRefused);
    CPPUNIT_TEST(testNetworks);
    CPPUNIT_TEST_SUITE_END();

    static std::string form(std::string_view host) { return canonicalHost(host).value_or("none"); }

public:
    void testNames() {
        CPPUNIT_ASSERT_EQUAL(std::string("a.example"), form("A.eXample."));
        CPPUNIT_ASSERT_EQUAL(std::string("localhost"), form("LOCALHOST"));
        CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.1"), form("127.0.0.1."));
    }

    void testIpv6AsInRfc5952() {
        for (const auto& [written, wanted] :
             {std::pair("2001:0db8::0001", "2001:db8::1"), std::pair("2001:db8:0:0:0:0:2:1", "2001:db8::2:1"),
              std::pair("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
              std::pair("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
              std::pair("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), std::pair("0:0:0:0:0:0:0:0", "::"),
              std::pair("::1", "::1"), std::pair("FE80::", "fe80::"),
              std::pair("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
              std::pair("::ffff:127.0.0.1", "::ffff:7f00:1")}) {
            CPPUNIT_ASSERT_EQUAL(std::string(wanted), form(written));
            CPPUNIT_ASSERT_EQUAL_MESSAGE("is its own form", std::string(wanted), form(wanted));
        }
    }

    void testNetworks() {
        CPPUNIT_ASSERT_EQUAL(networkOf("2001:db8::1"), networkOf("2001:DB8:0:0:ffff::2%eth0"));
        CPPUNIT_ASSERT(networkOf("2001:db8::1") != networkOf("2001:db8:0:1::1"));
        CPPUNIT_ASSERT(networkOf("192.0.2.1") != networkOf("192.0.2.2"));
        CPPUNIT_ASSERT_EQUAL(networkOf("192.0.2.1"), networkOf("::ffff:192.0.2.1"));
        CPPUNIT_ASSERT_EQUAL(std::string("unknown"), networkOf("unknown"));
    }

    void testRefused() {
        for (const std::string odd : {"", ".", "a..", "a..b", "[::1]", "::1.", "1.2.3",
                                      "b\xC3\xBC"
                                      "cher.example",
                                      "a b"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(odd, std::string("none"), form(odd));
        CPPUNIT_ASSERT_EQUAL(std::string("none"), form(std::string_view("a\0.b", 4)));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HostTest);
