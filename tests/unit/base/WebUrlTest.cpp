// SPDX-License-Identifier: Apache-2.0
// URLs compared by meaning.
#include "central_oauth/base/WebUrl.h"

#include "../../support/Spellings.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <vector>

using namespace central_oauth::base;
using central_oauth::test::originSpellingsOf;

class WebUrlTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(WebUrlTest);
    CPPUNIT_TEST(testEverySpellingIsTheSame);
    CPPUNIT_TEST(testLookAlikesDiffer);
    CPPUNIT_TEST(testOriginIsNothingMore);
    CPPUNIT_TEST(testRests);
    CPPUNIT_TEST(testCanonicalForms);
    CPPUNIT_TEST(testCanonicalFormsAgreeWithTheComparison);
    CPPUNIT_TEST_SUITE_END();

    static constexpr const char* url = "https://oauth.example.com";

public:
    void testEverySpellingIsTheSame() {
        for (const auto& one : originSpellingsOf(true, "oauth.example.com", 443, true).same) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(one, std::string(url), originOf(one));
            CPPUNIT_ASSERT_MESSAGE(one, isOriginOf(one, url) && isOriginOf(url, one));
            CPPUNIT_ASSERT_MESSAGE(one, sameUrl(one, url) && sameUrl(one + "/", url) &&
                                            sameUrl(one, "HTTPS://oauth.example.com:443/"));
            CPPUNIT_ASSERT_MESSAGE(one, sameSiteUrl(one, url) && sameSiteUrl(one + "///", url));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(one, std::string(url), canonicalSiteUrl(one + "/"));
        }
    }

    void testLookAlikesDiffer() {
        for (const auto& other : originSpellingsOf(true, "oauth.example.com", 443, true).others) {
            CPPUNIT_ASSERT_MESSAGE(other, !isOriginOf(other, url));
            const bool onlySlash = other == std::string(url) + "/" || other == std::string(url) + ":443/";
            // A fragment or a query differs from a path.
            CPPUNIT_ASSERT_MESSAGE(other, !sameUrl(other, url) || onlySlash);
            CPPUNIT_ASSERT_MESSAGE(other, !sameSiteUrl(other, url) || onlySlash);
        }
    }

    void testOriginIsNothingMore() {
        for (const std::string more : {"/", "/x", "?", "#", " "})
            CPPUNIT_ASSERT_MESSAGE(more, !isOriginOf(url + more, url));
        CPPUNIT_ASSERT(isOriginOf(url, std::string(url) + "/callback/jira?x=1"));
        CPPUNIT_ASSERT(!isOriginOf("null", url) && !isOriginOf("", "") && !isOriginOf("null", "null"));
    }

    void testRests() {
        CPPUNIT_ASSERT(sameUrl("https://a/Path", "HTTPS://A:443/Path") &&
                       !sameUrl("https://a/Path", "https://a/path"));
        CPPUNIT_ASSERT(sameUrl("https://a?x", "https://a/?x") && !sameUrl("https://a?x", "https://a?y"));
        CPPUNIT_ASSERT(!sameUrl("https://a/x", "https://a/x/") && sameSiteUrl("https://a/x", "https://a/x/"));
        CPPUNIT_ASSERT(!sameUrl("https://a//", "https://a/") && !sameUrl("https://a", "https://a/x"));
        CPPUNIT_ASSERT(!sameUrl("", "") && !sameSiteUrl("c-1", "c-1"));
    }

    void testCanonicalForms() {
        CPPUNIT_ASSERT_EQUAL(std::string("https://a.example:8443/Jira"),
                             canonicalSiteUrl("HTTPS://A.example.:8443/Jira//"));
        CPPUNIT_ASSERT_EQUAL(std::string("http://[::1]"), originOf("http://[0::1]:80/x?y#z"));
        CPPUNIT_ASSERT_EQUAL(std::string("c-1/"), canonicalSiteUrl("c-1/"));
        CPPUNIT_ASSERT_EQUAL(std::string(), originOf("c-1"));
    }

    void testCanonicalFormsAgreeWithTheComparison() {
        std::vector<std::string> urls;
        for (const std::string origin : {"https://a.example", "HTTPS://A.Example.:443", "http://a.example",
                                         "https://a.example:8443", "https://[::1]", "https://[0::1]:443"})
            for (const std::string rest : {"", "/", "//", "/x", "/x/", "/X", "?y", "/?y", "?y/", "#z", "/#z",
                                           "//x", "/x?y", "/x/?y", "/?", "?", "x"})
                urls.push_back(origin + rest);
        for (const auto& one : urls)
            for (const auto& other : urls)
                CPPUNIT_ASSERT_EQUAL_MESSAGE(one + " " + other, sameSiteUrl(one, other) || one == other,
                                             canonicalSiteUrl(one) == canonicalSiteUrl(other));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(WebUrlTest);
