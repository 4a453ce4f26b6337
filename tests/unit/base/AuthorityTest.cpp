// SPDX-License-Identifier: Apache-2.0
// Every spelling of an authority equals that authority, and no other text does.
#include "central_oauth/base/Authority.h"

#include "../../support/Spellings.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using base::Authority;
using base::WebScheme;

class AuthorityTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AuthorityTest);
    CPPUNIT_TEST(testEverySpellingIsTheSame);
    CPPUNIT_TEST(testLookAlikesDiffer);
    CPPUNIT_TEST(testInvalidTextsEqualNothing);
    CPPUNIT_TEST(testIpv6);
    CPPUNIT_TEST(testPortsDependOnTheScheme);
    CPPUNIT_TEST(testText);
    CPPUNIT_TEST_SUITE_END();

    struct Place {
        const char* host;
        int port;
        WebScheme scheme;
    };
    static constexpr Place places[] = {{"oauth.example.com", 443, WebScheme::https},
                                       {"oauth.example.com", 8443, WebScheme::https},
                                       {"localhost", 80, WebScheme::http},
                                       {"127.0.0.1", 8080, WebScheme::http},
                                       {"xn--bcher-kva.example", 443, WebScheme::https},
                                       {"a_b.example", 443, WebScheme::https}};

    static test::Spellings spellingsOf(const Place& place) {
        return test::spellingsOf(place.host, place.port, place.port == base::portOf(place.scheme));
    }

public:
    void testEverySpellingIsTheSame() {
        for (const auto& place : places)
            for (const auto& one : spellingsOf(place).same)
                for (const auto& other : spellingsOf(place).same)
                    CPPUNIT_ASSERT_MESSAGE(one + " " + other, sameAuthority(one, other, place.scheme));
    }

    void testLookAlikesDiffer() {
        for (const auto& place : places) {
            const auto spellings = spellingsOf(place);
            CPPUNIT_ASSERT(spellings.others.size() > 40);
            for (const auto& other : spellings.others)
                for (const auto& one : spellings.same)
                    CPPUNIT_ASSERT_MESSAGE(one + " and " + other,
                                           !sameAuthority(one, other, place.scheme) &&
                                               !sameAuthority(other, one, place.scheme));
        }
    }

    void testInvalidTextsEqualNothing() {
        for (const std::string none :
             {"", ":", ":443", ".", "..", "a..b", "-a", "[]", "[::1", "::1", "1.2.3", "1.2.3.256", "01.2.3.4",
              "a:443:443", "a b", "[1.2.3.4]", "[::1]x", "[fe80::1%25eth0]", "a%41"})
            CPPUNIT_ASSERT_MESSAGE(none, !sameAuthority(none, none, WebScheme::https));
    }

    void testIpv6() {
        for (const std::string same :
             {"[::1]", "[::1]:443", "[0:0:0:0:0:0:0:1]", "[0::1]", "[::0001]", "[::0:1]"})
            CPPUNIT_ASSERT_MESSAGE(same, sameAuthority("[::1]", same, WebScheme::https));
        CPPUNIT_ASSERT(sameAuthority("[2001:DB8::A]:8443", "[2001:db8:0:0::a]:8443", WebScheme::https));
        for (const std::string other :
             {"[::2]", "::1", "[::1]:80", "[::ffff:0:1]", "[::1].", "0.0.0.1", "[::1%lo]"})
            CPPUNIT_ASSERT_MESSAGE(other, !sameAuthority("[::1]", other, WebScheme::https));
        CPPUNIT_ASSERT_MESSAGE("browsers hold these apart",
                               !sameAuthority("[::ffff:127.0.0.1]", "127.0.0.1", WebScheme::https));
    }

    void testPortsDependOnTheScheme() {
        CPPUNIT_ASSERT(sameAuthority("a", "a:80", WebScheme::http));
        CPPUNIT_ASSERT(!sameAuthority("a", "a:80", WebScheme::https));
        CPPUNIT_ASSERT_MESSAGE("RFC 3986 section 3.2.3", sameAuthority("a:", "a:443", WebScheme::https));
    }

    void testText() {
        const auto shown = [](std::string_view text, WebScheme scheme = WebScheme::https) {
            return Authority::parse(text, scheme).value().text(scheme);
        };
        CPPUNIT_ASSERT_EQUAL(std::string("a.example"), shown("A.Example.:443"));
        CPPUNIT_ASSERT_EQUAL(std::string("a.example:80"), shown("a.example:80"));
        CPPUNIT_ASSERT_EQUAL(std::string("a.example"), shown("a.example:80", WebScheme::http));
        CPPUNIT_ASSERT_EQUAL(std::string("[2001:db8::1]:8443"), shown("[2001:DB8:0::0001]:8443"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AuthorityTest);
