// SPDX-License-Identifier: Apache-2.0
// CIDR lists: membership of addresses, and invalid lists.
#include "central_oauth/config/NetworkList.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>

using central_oauth::config::NetworkList;

class NetworkListTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(NetworkListTest);
    CPPUNIT_TEST(testMatchesIpv4);
    CPPUNIT_TEST(testMatchesIpv6);
    CPPUNIT_TEST(testMatchesSingleAddresses);
    CPPUNIT_TEST(testMatchesPrefixesInsideAByte);
    CPPUNIT_TEST(testMappedAddressesCountAsIpv4);
    CPPUNIT_TEST(testFamiliesStayApart);
    CPPUNIT_TEST(testReadsEveryIpv6Notation);
    CPPUNIT_TEST(testWhatIsNoAddressIsNotContained);
    CPPUNIT_TEST(testNoticesNetworksOfEverything);
    CPPUNIT_TEST(testKeepsTexts);
    CPPUNIT_TEST(testRefusesWhatIsNoAddress);
    CPPUNIT_TEST(testRefusesPrefixLengths);
    CPPUNIT_TEST(testRefusesBitsBeyondThePrefix);
    CPPUNIT_TEST(testNamesThePositionOfTheFault);
    CPPUNIT_TEST_SUITE_END();

    static NetworkList parsed(const std::string& text) {
        std::string problem;
        const auto list = NetworkList::parse(text, problem);
        CPPUNIT_ASSERT_MESSAGE(text + ' ' + problem, list.has_value());
        return *list;
    }

    static std::string problemOf(const std::string& text) {
        std::string problem;
        CPPUNIT_ASSERT_MESSAGE(text, !NetworkList::parse(text, problem));
        return problem;
    }

public:
    void testMatchesIpv4() {
        const auto list = parsed("10.0.0.0/8, 192.168.7.0/24");
        for (const auto* inside : {"10.0.0.0", "10.255.255.255", "192.168.7.9"})
            CPPUNIT_ASSERT_MESSAGE(inside, list.contains(inside));
        for (const auto* outside : {"9.255.255.255", "11.0.0.0", "192.168.8.0", "::1"})
            CPPUNIT_ASSERT_MESSAGE(outside, !list.contains(outside));
    }

    void testMatchesIpv6() {
        const auto list = parsed("fd00::/8,2001:db8:1::/48");
        for (const auto* inside : {"fd00::", "fdff::1", "2001:db8:1:ffff::1", "2001:DB8:1::"})
            CPPUNIT_ASSERT_MESSAGE(inside, list.contains(inside));
        for (const auto* outside : {"fe00::", "2001:db8:2::", "253.0.0.1"})
            CPPUNIT_ASSERT_MESSAGE(outside, !list.contains(outside));
    }

    void testMatchesSingleAddresses() {
        const auto list = parsed("127.0.0.1,::1");
        CPPUNIT_ASSERT(list.contains("127.0.0.1"));
        CPPUNIT_ASSERT(list.contains("::1"));
        CPPUNIT_ASSERT(!list.contains("127.0.0.2"));
        CPPUNIT_ASSERT(!list.contains("::2"));
    }

    void testMatchesPrefixesInsideAByte() {
        const auto list = parsed("172.16.0.0/12,fe80::/10");
        CPPUNIT_ASSERT(list.contains("172.31.255.255"));
        CPPUNIT_ASSERT(!list.contains("172.32.0.0"));
        CPPUNIT_ASSERT(list.contains("febf::1"));
        CPPUNIT_ASSERT(!list.contains("fec0::1"));
    }

    void testMappedAddressesCountAsIpv4() {
        CPPUNIT_ASSERT(parsed("10.0.0.0/8").contains("::ffff:10.1.2.3"));
        CPPUNIT_ASSERT(parsed("10.0.0.0/8").contains("::FFFF:0a01:0203"));
        CPPUNIT_ASSERT(parsed("::ffff:10.0.0.0/104").contains("10.1.2.3"));
        CPPUNIT_ASSERT(!parsed("::ffff:10.0.0.0/104").contains("11.1.2.3"));
    }

    void testFamiliesStayApart() {
        CPPUNIT_ASSERT(!parsed("::/0").contains("10.0.0.1"));
        CPPUNIT_ASSERT(!parsed("0.0.0.0/0").contains("::1"));
    }

    void testReadsEveryIpv6Notation() {
        const auto list = parsed("1:0:0:0:0:0:0:8,64:ff9b::192.0.2.33,1:2:3:4:5:6:7::");
        CPPUNIT_ASSERT(list.contains("1::8"));
        CPPUNIT_ASSERT(list.contains("0001:0::0:0:0008"));
        CPPUNIT_ASSERT(list.contains("64:ff9b::c000:221"));
        CPPUNIT_ASSERT(list.contains("64:ff9b:0:0:0:0:192.0.2.33"));
        CPPUNIT_ASSERT(list.contains("1:2:3:4:5:6:7:0"));
    }

    void testWhatIsNoAddressIsNotContained() {
        const auto list = parsed("0.0.0.0/0,::/0");
        for (const auto* odd : {"",
                                "localhost",
                                "1.2.3",
                                "1.2.3.4.5",
                                "01.2.3.4",
                                "1.2.3.256",
                                "1.2.3.4 ",
                                "1.2.3.",
                                ".1.2.3",
                                "::1%eth0",
                                "[::1]",
                                ":",
                                ":::",
                                "1::2::3",
                                "1:2:3:4:5:6:7",
                                "1:2:3:4:5:6:7:8:9",
                                "1:2:3:4:5:6:7:8::",
                                "12345::",
                                "g::",
                                "::1.2.3.4:5",
                                "1.2.3.4::",
                                "1:",
                                ":1",
                                "::-1",
                                "1:2:3:4:5:6:7:1.2.3.4",
                                "::+1",
                                "0x1::"})
            CPPUNIT_ASSERT_MESSAGE(odd, !list.contains(odd));
    }

    void testNoticesNetworksOfEverything() {
        CPPUNIT_ASSERT(parsed("10.0.0.1,0.0.0.0/0").containsEverything());
        CPPUNIT_ASSERT(parsed("::/0").containsEverything());
        CPPUNIT_ASSERT(!parsed("0.0.0.0/1,::/1").containsEverything());
    }

    void testKeepsTexts() {
        CPPUNIT_ASSERT((parsed(" 10.0.0.0/8 ,::1").texts() == std::vector<std::string>{"10.0.0.0/8", "::1"}));
        CPPUNIT_ASSERT(NetworkList().empty());
    }

    void testRefusesWhatIsNoAddress() {
        for (const auto* odd : {"", "proxy.example", "10.0.0/8", "10.0.0.0/8,", "[::1]", "/8"})
            CPPUNIT_ASSERT_MESSAGE(odd,
                                   problemOf(odd).find("that is not an IP address") != std::string::npos);
    }

    void testRefusesPrefixLengths() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("has an entry 1 that has a prefix length that is not a number from 0 to 32"),
            problemOf("10.0.0.0/33"));
        CPPUNIT_ASSERT_EQUAL(
            std::string("has an entry 1 that has a prefix length that is not a number from 0 to 128"),
            problemOf("::/129"));
        for (const auto* odd : {"10.0.0.0/", "10.0.0.0/x", "10.0.0.0/-1", "10.0.0.0/8/8",
                                "10.0.0.0/255.0.0.0", "10.0.0.0/99999999999999999999"})
            CPPUNIT_ASSERT_MESSAGE(odd, problemOf(odd).find("prefix length") != std::string::npos);
    }

    void testRefusesBitsBeyondThePrefix() {
        const std::string problem = "has an entry 1 that has address bits beyond its prefix length";
        for (const auto* odd : {"10.0.0.1/8", "10.128.0.0/8", "0.0.0.1/0", "fe80::1/64", "::1/127"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(odd, problem, problemOf(odd));
    }

    void testNamesThePositionOfTheFault() {
        CPPUNIT_ASSERT_EQUAL(std::string("has an entry 3 that is not an IP address"),
                             problemOf("::1,10.0.0.1,x"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(NetworkListTest);
