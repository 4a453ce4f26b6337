// SPDX-License-Identifier: Apache-2.0
// GET /me.
#include "central_oauth/atlassian/CloudIdentityReader.h"

#include "../../support/ProviderServices.h"

#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <vector>

using namespace central_oauth;
using provider::ProviderErrorKind;
using test::FixedClock;
using test::ScriptedHttp;
using test::SilentLog;

class CloudIdentityReaderTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CloudIdentityReaderTest);
    CPPUNIT_TEST(testReadsWhoConsented);
    CPPUNIT_TEST(testToleratesHiddenMembers);
    CPPUNIT_TEST(testMissingScopeIsTheOperatorsError);
    CPPUNIT_TEST(testRefusedTokenIsInvalidGrant);
    CPPUNIT_TEST(testRefusesMalformedIdentity);
    CPPUNIT_TEST(testTakesWhateverPeopleAreCalled);
    CPPUNIT_TEST_SUITE_END();

    ScriptedHttp _http;
    SilentLog _log;
    FixedClock _clock;
    provider::Context _context{_http, _log, _clock};

    provider::Identity read(int status, const std::string& body) {
        _http.answers = {{status, body}};
        return atlassian::CloudIdentityReader(_context, "https://api/me")
            .readIdentity(provider::Secret("access"), {});
    }

    ProviderErrorKind kindOf(int status, const std::string& body) {
        try {
            static_cast<void>(read(status, body));
        } catch (const provider::ProviderError& error) {
            return error.kind();
        }
        throw CppUnit::Exception(CppUnit::Message("no error for " + body));
    }

    void testReadsWhoConsented() {
        const auto identity = read(
            200,
            R"({"account_type":"atlassian","account_id":"712020:a-b","email":"ada@example.org","name":"Ada\tL","extended_profile":{}})");
        CPPUNIT_ASSERT_EQUAL(std::string("712020:a-b"), identity.upstreamId);
        CPPUNIT_ASSERT_EQUAL(std::string("Ada\tL"), identity.displayName);
        CPPUNIT_ASSERT_EQUAL(std::string("ada@example.org"), identity.email);
        CPPUNIT_ASSERT_EQUAL(std::string("GET https://api/me access "), _http.requests.front());
    }

    void testToleratesHiddenMembers() {
        const auto identity = read(200, R"({"account_id":"a","email":null,"nickname":"ada"})");
        CPPUNIT_ASSERT_EQUAL(std::string(), identity.email);
        CPPUNIT_ASSERT_EQUAL(std::string("ada"), identity.displayName);
    }

    void testMissingScopeIsTheOperatorsError() {
        CPPUNIT_ASSERT(kindOf(403, "") == ProviderErrorKind::misconfigured);
        CPPUNIT_ASSERT(kindOf(401, R"({"code":401,"message":"Unauthorized; scope does not match"})") ==
                       ProviderErrorKind::misconfigured);
    }

    void testRefusedTokenIsInvalidGrant() {
        CPPUNIT_ASSERT(kindOf(401, "") == ProviderErrorKind::invalidGrant);
    }

    void testRefusesMalformedIdentity() {
        for (const char* body : {"", "[]", "{}", R"({"account_id":""})", R"({"account_id":5})",
                                 R"({"account_id":"a b"})", R"({"account_id":"a\u0000b"})"})
            CPPUNIT_ASSERT_MESSAGE(body, kindOf(200, body) == ProviderErrorKind::protocol);
        CPPUNIT_ASSERT(kindOf(200, R"({"account_id":")" + std::string(129, 'a') + "\"}") ==
                       ProviderErrorKind::protocol);
    }

    // The host cleans and cuts names; here no name may end a link.
    void testTakesWhateverPeopleAreCalled() {
        for (const auto& member :
             {std::string(R"("name":5)"), std::string(R"("name":{"a":[]})"), std::string(R"("name":null)"),
              std::string(R"("name":"")"), std::string(R"("name":"a\u0000b")"),
              std::string(R"("name":"\ud800")"), std::string("\"name\":\"\xff\xfe\""),
              std::string("\"name\":\"a\x01\x1b[31m\nb\""),
              "\"name\":\"" + std::string(64 * 1024, 'W') + "\"", std::string(R"("email":5)"),
              std::string(R"("email":["a"])"), "\"email\":\"" + std::string(64 * 1024, 'e') + "\""})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(member.substr(0, 40), std::string("a"),
                                         read(200, R"({"account_id":"a",)" + member + "}").upstreamId);
        CPPUNIT_ASSERT_EQUAL(std::string("a\xEF\xBF\xBD"
                                         "b"),
                             read(200, R"({"account_id":"a","name":"a\u0000b"})").displayName);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CloudIdentityReaderTest);
