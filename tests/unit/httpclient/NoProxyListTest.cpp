// SPDX-License-Identifier: Apache-2.0
// NO_PROXY, entry by entry, against hosts.
#include "central_oauth/httpclient/NoProxyList.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <vector>

using central_oauth::httpclient::NoProxyList;

class NoProxyListTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(NoProxyListTest);
    CPPUNIT_TEST(testMatches);
    CPPUNIT_TEST(testEntriesBesideEachOther);
    CPPUNIT_TEST(testNamesWhatNeverMatches);
    CPPUNIT_TEST(testShowsNoPassword);
    CPPUNIT_TEST_SUITE_END();

    struct Row {
        const char* entry;
        const char* host;
        bool isDirect;
        std::uint16_t port = 443;
    };

    static std::string uselessOf(const std::string& text) {
        const NoProxyList list(text);
        std::string all;
        for (const auto& one : list.useless())
            all += std::to_string(one.position) + ' ' + one.entry + ' ' + one.why + '\n';
        return all;
    }

public:
    void testMatches() {
        // curl 8 decides the forms that it knows; `*.` and ports follow Go.
        for (const Row& row : std::vector<Row>{
                 {"example.com", "example.com", true},
                 {"example.com", "www.example.com", true},
                 {"example.com", "nonexample.com", false},
                 {"example.com", "example.com.evil.org", false},
                 {"example.com", "EXAMPLE.com.", true},
                 {"EXAMPLE.COM", "example.com", true},
                 {".example.com", "example.com", true},
                 {".example.com", "www.example.com", true},
                 {"example.com.", "example.com", true},
                 {"*.example.com", "www.example.com", true},
                 {"*.example.com", "example.com", true},
                 {"*.example.com", "nonexample.com", false},
                 {"*", "anything.example", true},
                 {"*", "192.0.2.1", true},
                 {"example.com:443", "example.com", true, 443},
                 {"example.com:443", "example.com", false, 8443},
                 {".example.com:8443", "www.example.com", true, 8443},
                 {"192.0.2.1", "192.0.2.1", true},
                 {"192.0.2.1", "192.0.2.11", false},
                 {"2.1", "192.0.2.1", false},
                 {"192.0.2.1:443", "192.0.2.1", true, 443},
                 {"192.0.2.1:443", "192.0.2.1", false, 8443},
                 {"192.0.2.0/24", "192.0.2.200", true},
                 {"192.0.2.0/24", "192.0.3.200", false},
                 {"192.0.2.128/25", "192.0.2.127", false},
                 {"192.0.2.128/25", "192.0.2.129", true},
                 {"10.0.0.0/8", "10.255.1.2", true},
                 {"10.0.0.0/8", "ten.example", false},
                 {"0.0.0.0/0", "203.0.113.9", true},
                 {"0.0.0.0/0", "2001:db8::1", false},
                 {"192.0.2.1/32", "192.0.2.1", true},
                 {"2001:db8::1", "2001:db8::1", true},
                 {"2001:DB8:0:0::1", "2001:db8::1", true},
                 {"[2001:db8::1]", "2001:db8::1", true},
                 {"[2001:db8::1]:443", "2001:db8::1", true, 443},
                 {"[2001:db8::1]:443", "2001:db8::1", false, 80},
                 {"2001:db8::/32", "2001:db8:1::9", true},
                 {"2001:db8::/33", "2001:db8:8000::9", false},
                 {"fe80::/10", "febf::1", true},
                 {"fe80::/10", "fec0::1", false},
                 {"::ffff:192.0.2.1", "192.0.2.1", true},
                 {"localhost", "localhost", true},
             }) {
            const NoProxyList list(row.entry);
            const auto what = std::string(row.entry) + " for " + row.host + ':' + std::to_string(row.port);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(what, row.isDirect, list.contains(row.host, row.port));
        }
        CPPUNIT_ASSERT(!NoProxyList("").contains("example.com", 443));
    }

    void testEntriesBesideEachOther() {
        for (const std::string text : {"a.example,b.example", "a.example, b.example", "a.example b.example",
                                       " , a.example ,,\tb.example ,", "http://x, a.example, b.example"}) {
            const NoProxyList list(text);
            CPPUNIT_ASSERT_MESSAGE(text, list.contains("a.example", 443) && list.contains("b.example", 443) &&
                                             !list.contains("c.example", 443));
        }
        CPPUNIT_ASSERT(NoProxyList("a.example *").contains("c.example", 443));
    }

    void testNamesWhatNeverMatches() {
        for (const auto& [entry, why] : {
                 std::pair<std::string, std::string>{"https://example.com", "is a URL; write only its host"},
                 {"example.com/path", "has a slash without an address before it"},
                 {"10.0.0.0/33", "has no network length after its slash: 0 to 32"},
                 {"10.0.0.0/", "has no network length after its slash: 0 to 32"},
                 {"2001:db8::/129", "has no network length after its slash: 0 to 128"},
                 {"example.com:https", "has no port after its colon"},
                 {"example.com:0", "has no port after its colon"},
                 {"example.com:65536", "has no port after its colon"},
                 {"foo*.example.com", "has a star that is neither alone nor at its start"},
                 {"*example.com", "has a star that is neither alone nor at its start"},
                 {"*.*.example.com", "has a star that is neither alone nor at its start"},
                 {"a..example", "is neither the name of a host nor an address"},
                 {"\"example.com\"", "is neither the name of a host nor an address"},
                 {"example.com;other.example", "is neither the name of a host nor an address"},
                 {".", "is neither the name of a host nor an address"},
                 {"fe80::1%eth0", "is neither the name of a host nor an address"},
                 {"10.0.0.300", "looks like an address but is not valid"},
                 {"10.0.0", "looks like an address but is not valid"},
             })
            CPPUNIT_ASSERT_EQUAL("2 " + entry + ' ' + why + '\n', uselessOf("a.example, " + entry));
        CPPUNIT_ASSERT_EQUAL(std::string("1 b?cher.example is neither the name of a host nor an address\n"),
                             uselessOf("b\xFC"
                                       "cher.example"));
        CPPUNIT_ASSERT_EQUAL(std::string(),
                             uselessOf("*, localhost, .a, *.b, 10.0.0.0/8, [::1]:443, ::1, a_b.c"));
    }

    void testShowsNoPassword() {
        CPPUNIT_ASSERT_EQUAL(std::string("1  is a URL; write only its host\n"),
                             uselessOf("user:canary@proxy.example:3128"));
        CPPUNIT_ASSERT(uselessOf(std::string(1000, '!')).size() < 200);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(NoProxyListTest);
