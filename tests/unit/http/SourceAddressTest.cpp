// SPDX-License-Identifier: Apache-2.0
// Source addresses behind honest proxies and from hostile senders.
#include "central_oauth/http/SourceAddress.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <initializer_list>
#include <string>

using namespace central_oauth;
using namespace central_oauth::http;

namespace {

constexpr const char* proxy = "10.0.0.1";

bool isTrusted(std::string_view address) {
    return address.substr(0, 3) == "10." || address == "fd00::1";
}

std::string source(ProxyHeader header, std::initializer_list<std::string> lines, const char* peer = proxy) {
    Headers headers;
    for (const std::string& line : lines)
        headers.add(header == ProxyHeader::forwarded ? "forwarded" : "x-forwarded-for", line);
    return sourceAddress({isTrusted, header}, peer, headers);
}

std::string byXff(std::initializer_list<std::string> lines, const char* peer = proxy) {
    return source(ProxyHeader::xForwardedFor, lines, peer);
}

std::string byForwarded(std::initializer_list<std::string> lines, const char* peer = proxy) {
    return source(ProxyHeader::forwarded, lines, peer);
}

const std::string nobody(proxy); // the result if no address can be trusted

} // namespace

class SourceAddressTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SourceAddressTest);
    CPPUNIT_TEST(testIsThePeerWithoutTrustedProxies);
    CPPUNIT_TEST(testIgnoresHeadersOfUntrustedPeers);
    CPPUNIT_TEST(testTakesTheRightMostUntrustedHop);
    CPPUNIT_TEST(testReadsSeveralLinesAsOneList);
    CPPUNIT_TEST(testNormalisesAddresses);
    CPPUNIT_TEST(testStopsAtWhatIsNoAddress);
    CPPUNIT_TEST(testTakesTheLeftMostIfAllAreTrusted);
    CPPUNIT_TEST(testReadsForwarded);
    CPPUNIT_TEST(testStopsAtHiddenForwardedNodes);
    CPPUNIT_TEST(testAnOpenQuoteOfTheSenderHidesNothing);
    CPPUNIT_TEST(testReadsOnlyTheConfiguredHeader);
    CPPUNIT_TEST(testBoundsTheWalk);
    CPPUNIT_TEST_SUITE_END();

public:
    void testIsThePeerWithoutTrustedProxies() {
        Headers headers;
        headers.add("X-Forwarded-For", "203.0.113.9");
        CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.1"), sourceAddress({}, "127.0.0.1", headers));
        CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.1"), sourceAddress({}, "::ffff:127.0.0.1", headers));
        CPPUNIT_ASSERT_EQUAL(std::string("fe80::1"), sourceAddress({}, "fe80::1%eth0", headers));
    }

    void testIgnoresHeadersOfUntrustedPeers() {
        CPPUNIT_ASSERT_EQUAL(std::string("198.51.100.7"), byXff({"203.0.113.9"}, "198.51.100.7"));
        CPPUNIT_ASSERT_EQUAL(std::string("198.51.100.7"), byForwarded({"for=203.0.113.9"}, "198.51.100.7"));
    }

    void testTakesTheRightMostUntrustedHop() {
        CPPUNIT_ASSERT_EQUAL(std::string("203.0.113.9"), byXff({"203.0.113.9"}));
        CPPUNIT_ASSERT_EQUAL(std::string("203.0.113.9"),
                             byXff({"192.0.2.1, 203.0.113.9,10.0.0.2 , 10.9.9.9"}));
        CPPUNIT_ASSERT_EQUAL(std::string("203.0.113.9"), byXff({"10.0.0.7, garbage, 203.0.113.9"}));
        CPPUNIT_ASSERT_EQUAL(nobody, byXff({}));
    }

    void testReadsSeveralLinesAsOneList() {
        CPPUNIT_ASSERT_EQUAL(std::string("203.0.113.9"),
                             byXff({"192.0.2.1", "203.0.113.9, 10.0.0.3", "10.0.0.2"}));
    }

    void testNormalisesAddresses() {
        CPPUNIT_ASSERT_EQUAL(std::string("203.0.113.9"), byXff({"203.0.113.9:54321"}));
        CPPUNIT_ASSERT_EQUAL(std::string("203.0.113.9"), byXff({"::ffff:203.0.113.9"}));
        CPPUNIT_ASSERT_EQUAL(std::string("2001:db8::1"), byXff({"2001:DB8:0:0::1"}));
        CPPUNIT_ASSERT_EQUAL(std::string("2001:db8::1"), byXff({"[2001:db8::1]:443"}));
        CPPUNIT_ASSERT_EQUAL(std::string("203.0.113.9"), byXff({"203.0.113.9"}, "::ffff:10.0.0.1"));
    }

    void testStopsAtWhatIsNoAddress() {
        for (const char* junk :
             {"unknown", "2130706433", "127.1", "0x7f.0.0.1", "1.2.3.4.5", "300.1.1.1", "[", "[]", "[::1",
              "::g", "fe80::1%1", "localhost", "203.0.113.9 x", "\"203.0.113.9\"", "-", ":"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(junk, nobody, byXff({std::string("203.0.113.9, ") + junk}));
        CPPUNIT_ASSERT_EQUAL(nobody, byXff({", ,"}));
    }

    void testTakesTheLeftMostIfAllAreTrusted() {
        CPPUNIT_ASSERT_EQUAL(std::string("10.0.0.8"), byXff({"10.0.0.8, 10.0.0.9"}));
    }

    void testReadsForwarded() {
        CPPUNIT_ASSERT_EQUAL(std::string("203.0.113.9"),
                             byForwarded({"for=192.0.2.1, For=203.0.113.9;proto=https;by=10.0.0.2"}));
        CPPUNIT_ASSERT_EQUAL(std::string("2001:db8::1"),
                             byForwarded({"proto=https; for=\"[2001:db8::1]:4711\"", "for=\"[fd00::1]\""}));
        CPPUNIT_ASSERT_EQUAL(std::string("203.0.113.9"),
                             byForwarded({"for=\"203.0.113.9:80\";host=\"a,b;for=1.1.1.1\""}));
    }

    void testStopsAtHiddenForwardedNodes() {
        for (const char* hop : {"for=unknown", "for=_hidden", "for=\"_gazonk:80\"", "proto=https",
                                "for=", "for", "for=1.1.1.1;for=2.2.2.2", "for=\"1.1.1.1"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(hop, nobody, byForwarded({std::string("for=203.0.113.9, ") + hop}));
    }

    void testAnOpenQuoteOfTheSenderHidesNothing() {
        CPPUNIT_ASSERT_EQUAL(std::string("203.0.113.9"), byForwarded({"for=\"192.0.2.1, for=203.0.113.9"}));
        CPPUNIT_ASSERT_EQUAL(std::string("203.0.113.9"), byForwarded({"for=\"192.0.2.1", "for=203.0.113.9"}));
        CPPUNIT_ASSERT_EQUAL(std::string("2001:db8::1"),
                             byForwarded({"for=192.0.2.1;x=\"\\\", for=\"[2001:db8::1]\""}));
    }

    void testReadsOnlyTheConfiguredHeader() {
        Headers headers;
        headers.add("X-Forwarded-For", "203.0.113.9");
        CPPUNIT_ASSERT_EQUAL(nobody, sourceAddress({isTrusted, ProxyHeader::forwarded}, proxy, headers));
    }

    void testBoundsTheWalk() {
        std::string line = "203.0.113.9";
        for (int hop = 0; hop < 2000; ++hop)
            line += ",10.0.0.5";
        CPPUNIT_ASSERT_EQUAL(std::string("10.0.0.5"), byXff({line}));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SourceAddressTest);
