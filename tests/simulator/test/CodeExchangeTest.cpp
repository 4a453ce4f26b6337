// SPDX-License-Identifier: Apache-2.0
// Codes: single use, lifetime, binding to client, redirect and PKCE challenge; client secrets.
#include "test/SimFixture.h"

#include <algorithm>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::simulator;

class CodeExchangeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CodeExchangeTest);
    CPPUNIT_TEST(testExchangesCodeOnce);
    CPPUNIT_TEST(testRefusesCodeAfterTenMinutes);
    CPPUNIT_TEST(testRefusesForeignRedirectUri);
    CPPUNIT_TEST(testRefusesForeignClientWithoutUsingCodeUp);
    CPPUNIT_TEST(testVerifiesPkceIfChallengeWasSent);
    CPPUNIT_TEST(testRefusesMissingVerifier);
    CPPUNIT_TEST(testIgnoresWrongVerifierIfAsked);
    CPPUNIT_TEST(testRefusesWrongSecret);
    CPPUNIT_TEST(testGivesRefreshTokenOnlyWithOfflineAccess);
    CPPUNIT_TEST(testRefusesResourceParameter);
    CPPUNIT_TEST(testServiceAccountGetsAccessTokenOnly);
    CPPUNIT_TEST(testTokensHaveAskedSizeAndJwtShape);
    CPPUNIT_TEST_SUITE_END();

public:
    void testExchangesCodeOnce() {
        const auto request = freshRequest();
        const auto tokens = sim.answer(request);
        CPPUNIT_ASSERT(Seconds{3600} == tokens.expiresIn);
        CPPUNIT_ASSERT(parseScopes(jiraScopes) == tokens.scopes);
        CPPUNIT_ASSERT_EQUAL(invalidCode("code_used"), sim.refusalOf(request));
    }

    void testRefusesCodeAfterTenMinutes() {
        const auto request = freshRequest();
        sim.pass(Seconds{600});
        CPPUNIT_ASSERT_EQUAL(invalidCode("code_expired"), sim.refusalOf(request));
    }

    void testRefusesForeignRedirectUri() {
        auto request = freshRequest();
        request.redirectUri = "http://127.0.0.1:8080/callback/other";
        CPPUNIT_ASSERT_EQUAL(invalidCode("code_redirect_uri"), sim.refusalOf(request));
    }

    void testRefusesForeignClientWithoutUsingCodeUp() {
        App other;
        other.clientId = "other";
        other.secretHashes = {sha256Hex("other-secret")};
        sim.world.apps["other"] = other;
        const auto request = freshRequest();
        auto foreign = request;
        foreign.clientId = "other";
        foreign.clientSecret = "other-secret";
        CPPUNIT_ASSERT_EQUAL(invalidCode("code_other_client"), sim.refusalOf(foreign));
        CPPUNIT_ASSERT_EQUAL(std::string("granted"), sim.refusalOf(request));
    }

    void testVerifiesPkceIfChallengeWasSent() {
        auto request = requestWithChallenge();
        request.codeVerifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        CPPUNIT_ASSERT_EQUAL(std::string("granted"), sim.refusalOf(request));
        request = requestWithChallenge();
        request.codeVerifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl";
        CPPUNIT_ASSERT_EQUAL(invalidCode("code_verifier"), sim.refusalOf(request));
    }

    void testRefusesMissingVerifier() {
        CPPUNIT_ASSERT_EQUAL(invalidCode("code_verifier"), sim.refusalOf(requestWithChallenge()));
    }

    void testIgnoresWrongVerifierIfAsked() {
        sim.world.options.verifyPkce = false;
        CPPUNIT_ASSERT_EQUAL(std::string("granted"), sim.refusalOf(requestWithChallenge()));
    }

    void testRefusesWrongSecret() {
        auto request = freshRequest();
        request.clientSecret = "wrong";
        CPPUNIT_ASSERT_EQUAL(std::string("401 access_denied: Unauthorized (client_secret)"),
                             sim.refusalOf(request));
        request.clientSecret = "demo-client-secret";
        CPPUNIT_ASSERT_EQUAL(std::string("granted"), sim.refusalOf(request));
    }

    void testGivesRefreshTokenOnlyWithOfflineAccess() {
        CPPUNIT_ASSERT(sim.link("read:jira-work").refreshToken.empty());
        CPPUNIT_ASSERT(!sim.link("read:jira-work offline_access").refreshToken.empty());
    }

    void testRefusesResourceParameter() {
        auto authorize = sim.authorizeRequest();
        authorize.resourceSent = true;
        const auto request = sim.codeRequest(SimFixture::parameter(sim.consent(authorize), "code"));
        CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_target: Incorrect resource parameters (resource_sent)"),
                             sim.refusalOf(request));
    }

    void testServiceAccountGetsAccessTokenOnly() {
        TokenRequest request;
        request.grantType = "client_credentials";
        request.clientId = "demo-client-id";
        request.clientSecret = "demo-client-secret";
        const auto tokens = sim.answer(request);
        CPPUNIT_ASSERT(tokens.refreshToken.empty());
        CPPUNIT_ASSERT_EQUAL(std::string("valid"), sim.accessReason(tokens.accessToken));
    }

    void testTokensHaveAskedSizeAndJwtShape() {
        for (const std::size_t size : {200U, 201U, 202U, 203U, 899U, 2600U, 6000U, 12000U}) {
            sim.world.options.accessTokenSize = size;
            sim.world.options.codeSize = size;
            const std::string code = SimFixture::parameter(sim.consent(sim.authorizeRequest()), "code");
            const std::string token = sim.answer(sim.codeRequest(code)).accessToken;
            CPPUNIT_ASSERT_EQUAL(size, code.size());
            CPPUNIT_ASSERT_EQUAL(size, token.size());
            CPPUNIT_ASSERT_EQUAL(std::string("eyJ"), token.substr(0, 3));
            CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{2}, std::count(token.begin(), token.end(), '.'));
        }
    }

private:
    static std::string invalidCode(const std::string& reason) {
        return "400 invalid_request: authorization_code is invalid (" + reason + ")";
    }

    TokenRequest freshRequest() {
        return sim.codeRequest(SimFixture::parameter(sim.consent(sim.authorizeRequest()), "code"));
    }

    /// With the challenge of RFC 7636 appendix B.
    TokenRequest requestWithChallenge() {
        auto authorize = sim.authorizeRequest();
        authorize.codeChallenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        authorize.codeChallengeMethod = "S256";
        return sim.codeRequest(SimFixture::parameter(sim.consent(authorize), "code"));
    }

    SimFixture sim;
};

CPPUNIT_TEST_SUITE_REGISTRATION(CodeExchangeTest);
