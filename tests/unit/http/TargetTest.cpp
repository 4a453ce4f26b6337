// SPDX-License-Identifier: Apache-2.0
// Request targets, honest and hostile.
#include "central_oauth/http/Target.h"

#include "central_oauth/base/Error.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <vector>

using namespace central_oauth;
using namespace central_oauth::http;

namespace {

bool isRefused(const std::string& target) {
    try {
        static_cast<void>(parseTarget(target));
    } catch (const base::Error& error) {
        return error.code() == base::ErrorCode::invalidRequest;
    }
    return false;
}

} // namespace

class TargetTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TargetTest);
    CPPUNIT_TEST(testSplitsPathAndQuery);
    CPPUNIT_TEST(testDecodesEachSegmentForItself);
    CPPUNIT_TEST(testKeepsATrailingSlash);
    CPPUNIT_TEST(testTakesTheAbsoluteForm);
    CPPUNIT_TEST(testRefusesOtherForms);
    CPPUNIT_TEST(testRefusesHostileSegments);
    CPPUNIT_TEST(testRefusesCharactersThatMustBeEncoded);
    CPPUNIT_TEST(testNoticesCredentialsInTheQuery);
    CPPUNIT_TEST(testNoticesCredentialsInMalformedQueries);
    CPPUNIT_TEST(testLeavesOtherQueriesAlone);
    CPPUNIT_TEST_SUITE_END();

public:
    void testSplitsPathAndQuery() {
        const Target target = parseTarget("/v1/poll/12?wait=3&x=/?");
        CPPUNIT_ASSERT((std::vector<std::string>{"v1", "poll", "12"}) == target.segments);
        CPPUNIT_ASSERT_EQUAL(std::string("/v1/poll/12"), target.path);
        CPPUNIT_ASSERT_EQUAL(std::string("wait=3&x=/?"), target.query);
        CPPUNIT_ASSERT(std::vector<std::string>{""} == parseTarget("/").segments);
    }

    void testDecodesEachSegmentForItself() {
        const Target target = parseTarget("/a%20b/%C3%A4+%25");
        CPPUNIT_ASSERT((std::vector<std::string>{"a b", "\xC3\xA4+%"}) == target.segments);
    }

    void testKeepsATrailingSlash() {
        CPPUNIT_ASSERT((std::vector<std::string>{"v1", ""}) == parseTarget("/v1/").segments);
        CPPUNIT_ASSERT_EQUAL(std::string("/v1/"), parseTarget("/v1/").path);
        CPPUNIT_ASSERT((std::vector<std::string>{"", "v1"}) == parseTarget("//v1").segments);
    }

    void testTakesTheAbsoluteForm() {
        const Target target = parseTarget("HTTP://auth.example:8080/v1/healthz?a=1");
        CPPUNIT_ASSERT_EQUAL(std::string("auth.example:8080"), target.authority);
        CPPUNIT_ASSERT_EQUAL(std::string("/v1/healthz"), target.path);
        CPPUNIT_ASSERT_EQUAL(std::string("a=1"), target.query);
        CPPUNIT_ASSERT_EQUAL(std::string("/"), parseTarget("https://auth.example").path);
    }

    void testRefusesOtherForms() {
        for (const char* target :
             {"", "*", "auth.example:443", "v1", "http://", "http:///x", "?a=1", "ftp://h/"})
            CPPUNIT_ASSERT_MESSAGE(target, isRefused(target));
    }

    void testRefusesHostileSegments() {
        for (const char* target : {"/a%2Fb", "/a%2fb", "/a%5Cb", "/a%00", "/a%0d%0ab", "/%7F", "/%zz", "/%",
                                   "/%c0%af", "/.", "/a/..", "/%2e%2e/b", "/a/%2E", "/a\\b"})
            CPPUNIT_ASSERT_MESSAGE(target, isRefused(target));
        CPPUNIT_ASSERT(!isRefused("/.well-known/..."));
    }

    void testRefusesCharactersThatMustBeEncoded() {
        for (const char* target : {"/a b", "/a\tb", "/\xC3\xA4", "/a#b", "/a?b\x7F", "/a?\x01"})
            CPPUNIT_ASSERT(isRefused(target));
    }

    void testNoticesCredentialsInTheQuery() {
        for (const char* query : {"key=cok_abc", "a=1&b=cop_", "a=cos_x&b=2", "cog_x", "a=%63ok_x",
                                  "a=c%6Fs_x", "a=+cok_x", "a=%22cog_x"})
            CPPUNIT_ASSERT_MESSAGE(query, queryCarriesCredential(query));
    }

    void testNoticesCredentialsInMalformedQueries() {
        for (const char* query : {"&&=cok_x", "a=%zz&b=cog_x", "a=cok_%zz%", "%=cos_1", "a=1&a=cop_x"})
            CPPUNIT_ASSERT_MESSAGE(query, queryCarriesCredential(query));
    }

    void testLeavesOtherQueriesAlone() {
        for (const char* query : {"", "a=b", "a=xcok_x", "a=co", "a=cok", "a=COK_x", "a=%", "&=&"})
            CPPUNIT_ASSERT_MESSAGE(query, !queryCarriesCredential(query));
        CPPUNIT_ASSERT(!queryCarriesCredential(rawQueryOf("/cok_x")));
        CPPUNIT_ASSERT_EQUAL(std::string("b?c"), std::string(rawQueryOf("/a?b?c")));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TargetTest);
