// SPDX-License-Identifier: Apache-2.0
// RFC 6749 section 5.1 in the variants of real servers.
#include "central_oauth/oauth2/TokenResponse.h"

#include "central_oauth/oauth2/Encoding.h"
#include "central_oauth/oauth2/Json.h"

#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace central_oauth;
using std::chrono::seconds;

namespace {

provider::TokenSet read(const std::string& text) {
    return oauth2::readTokenSet(oauth2::parseObject(provider::Secret(text), "token response"), seconds(3600));
}

std::int64_t lifetimeOf(const std::string& json) {
    return read(R"({"access_token":"a","expires_in":)" + json + "}").expiresIn.count();
}

std::string scopesOf(const std::string& member) {
    return oauth2::joinScopes(read(R"({"access_token":"a",)" + member + "}").scopes);
}

} // namespace

class TokenResponseTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TokenResponseTest);
    CPPUNIT_TEST(testReadsEverything);
    CPPUNIT_TEST(testKeepsLongTokensWhole);
    CPPUNIT_TEST(testRefusesMalformedTokens);
    CPPUNIT_TEST(testReadsLifetimes);
    CPPUNIT_TEST(testUnusableLifetimeDoesNotCostTheGrant);
    CPPUNIT_TEST(testReadsScopes);
    CPPUNIT_TEST(testComparesTokenTypeWithoutCase);
    CPPUNIT_TEST_SUITE_END();

    void testReadsEverything() {
        const auto tokens = read(
            R"({"unknown":{"deep":[1]},"token_type":"Bearer","access_token":"access","refresh_token":"refresh","expires_in":7200,"scope":"b a"})");
        CPPUNIT_ASSERT(tokens.accessToken.reveal() == "access");
        CPPUNIT_ASSERT(tokens.refreshToken.reveal() == "refresh");
        CPPUNIT_ASSERT(tokens.expiresIn == seconds(7200));
        CPPUNIT_ASSERT_EQUAL(std::string("b a"), oauth2::joinScopes(tokens.scopes));
        CPPUNIT_ASSERT(read(R"({"access_token":"a"})").refreshToken.empty());
    }

    void testKeepsLongTokensWhole() {
        const std::string longest(16 * 1024, 't');
        const auto tokens =
            read(R"({"access_token":")" + longest + R"(","refresh_token":")" + longest + "\"}");
        CPPUNIT_ASSERT(tokens.accessToken.reveal() == longest);
        CPPUNIT_ASSERT(tokens.refreshToken.reveal() == longest);
        CPPUNIT_ASSERT_THROW(read(R"({"access_token":")" + longest + "t\"}"), provider::ProviderError);
    }

    void testRefusesMalformedTokens() {
        for (const char* text :
             {"{}", R"({"access_token":""})", R"({"access_token":null})", R"({"access_token":5})",
              R"({"access_token":["a"]})", R"({"access_token":"a b"})", R"({"access_token":"a\r\nb"})",
              R"({"access_token":"\u00fc"})", R"({"access_token":"a","refresh_token":5})",
              R"({"access_token":"a","refresh_token":"\n"})"})
            CPPUNIT_ASSERT_THROW_MESSAGE(text, read(text), provider::ProviderError);
    }

    void testReadsLifetimes() {
        CPPUNIT_ASSERT_EQUAL(std::int64_t(90), lifetimeOf("90"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(90), lifetimeOf("\"90\""));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(90), lifetimeOf("90.7"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), lifetimeOf("1"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(3600), lifetimeOf("\"3600\""));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(86400), lifetimeOf("86400"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(3600), lifetimeOf("null"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(3600),
                             std::int64_t(read(R"({"access_token":"a"})").expiresIn.count()));
    }

    void testUnusableLifetimeDoesNotCostTheGrant() {
        for (const char* value : {"true", "false", "0", "0.5", "-5", "-1e300", "-9223372036854775808",
                                  "\"0\"", "\"-1\"", "\"\"", "\"soon\"", "\"nan\"", "[]", "[3600]", "{}"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(value, std::int64_t(60), lifetimeOf(value));
        for (const char* value : {"86401", "999999999999", "1e300", "9223372036854775807", "\"1e18\""})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(value, std::int64_t(86400), lifetimeOf(value));
    }

    void testReadsScopes() {
        CPPUNIT_ASSERT_EQUAL(std::string("a b"), scopesOf(R"("scope":"a b")"));
        CPPUNIT_ASSERT_EQUAL(std::string("a b"), scopesOf(R"("scopes":"a b")"));
        CPPUNIT_ASSERT_EQUAL(std::string("a b"), scopesOf(R"("scopes":["a","b"])"));
        CPPUNIT_ASSERT_EQUAL(std::string(), scopesOf(R"("scope":"")"));
        // Upstream has replaced the stored pair by the one in this answer, so it is kept.
        for (const char* member : {R"("scope":5)", R"("scope":{})", R"("scopes":[1])", R"("scopes":["a b"])",
                                   R"("scope":"a\nb")", R"("scope":"<\"")"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(member, std::string(), scopesOf(member));
        CPPUNIT_ASSERT_EQUAL(std::string("a c"), scopesOf(R"("scopes":["a",1,"\"","c"])"));
    }

    void testComparesTokenTypeWithoutCase() {
        CPPUNIT_ASSERT_NO_THROW(read(R"({"access_token":"a","token_type":"bEARER"})"));
        CPPUNIT_ASSERT_THROW(read(R"({"access_token":"a","token_type":"mac"})"), provider::ProviderError);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TokenResponseTest);
