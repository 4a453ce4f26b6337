// SPDX-License-Identifier: Apache-2.0
// Requests of a token endpoint in each dialect, and its errors as RFC 6749 names them.
#include "central_oauth/oauth2/TokenEndpoint.h"

#include "../../support/ProviderServices.h"

#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <vector>

using namespace central_oauth;
using oauth2::BodyFormat;
using oauth2::ClientAuthentication;
using oauth2::TokenEndpoint;
using provider::ProviderErrorKind;
using provider::Secret;
using test::FixedClock;
using test::ScriptedHttp;
using test::SilentLog;

namespace {

constexpr const char* goodAnswer = R"({"access_token":"new-access","refresh_token":"new-refresh"})";

oauth2::TokenEndpointOptions options(std::vector<std::string> secrets) {
    oauth2::TokenEndpointOptions options;
    options.url = "https://auth.example/token";
    options.clientId = "client id";
    for (auto& secret : secrets)
        options.clientSecrets.emplace_back(std::move(secret));
    return options;
}

} // namespace

class TokenEndpointTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TokenEndpointTest);
    CPPUNIT_TEST(testPostsForm);
    CPPUNIT_TEST(testPostsJson);
    CPPUNIT_TEST(testSendsBasicCredentials);
    CPPUNIT_TEST(testLeavesOutVerifierThatWasNotUsed);
    CPPUNIT_TEST(testTriesTheNextSecretOnOperatorErrors);
    CPPUNIT_TEST(testDoesNotTryTheNextSecretOnOtherErrors);
    CPPUNIT_TEST(testMapsStandardErrors);
    CPPUNIT_TEST(testOwnErrorRulesComeFirst);
    CPPUNIT_TEST(testUnreadableSuccessIsAmbiguousOnlyForRefresh);
    CPPUNIT_TEST(testStatusWithoutErrorCodeIsProtocol);
    CPPUNIT_TEST(testErrorDetailHoldsNothingFromUpstreamButThePlainCode);
    CPPUNIT_TEST_SUITE_END();

    ScriptedHttp _http;
    SilentLog _log;
    FixedClock _clock;
    provider::Context _context{_http, _log, _clock};

    provider::TokenSet refresh(oauth2::TokenEndpointOptions chosen) {
        return TokenEndpoint(_context, std::move(chosen)).refresh(Secret("old\"token&"), {});
    }

    provider::ProviderError refreshError(int status, const std::string& body,
                                         oauth2::TokenEndpointOptions chosen = options({"s"})) {
        _http.answers = {{status, body}};
        try {
            static_cast<void>(refresh(std::move(chosen)));
        } catch (const provider::ProviderError& error) {
            return error;
        }
        throw CppUnit::Exception(CppUnit::Message("no error for " + body));
    }

    provider::ProviderError exchangeError(int status, const std::string& body) {
        _http.answers = {{status, body}};
        try {
            static_cast<void>(TokenEndpoint(_context, options({"s"})).exchange({}, {}));
        } catch (const provider::ProviderError& error) {
            return error;
        }
        throw CppUnit::Exception(CppUnit::Message("no error for " + body));
    }

    void testPostsForm() {
        _http.answers = {{200, goodAnswer}};
        CPPUNIT_ASSERT(refresh(options({"s=1"})).accessToken.reveal() == "new-access");
        CPPUNIT_ASSERT_EQUAL(std::string("grant_type=refresh_token&refresh_token=old%22token%26&client_id="
                                         "client%20id&client_secret=s%3D1"),
                             _http.bodies.front());
        CPPUNIT_ASSERT_EQUAL(std::string("application/x-www-form-urlencoded"), _http.headers.at(1).second);
    }

    void testPostsJson() {
        _http.answers = {{200, goodAnswer}};
        auto chosen = options({"s\\\n"});
        chosen.format = BodyFormat::json;
        static_cast<void>(refresh(std::move(chosen)));
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                R"({"grant_type":"refresh_token","refresh_token":"old\"token&","client_id":"client id","client_secret":"s\\\u000a"})"),
            _http.bodies.front());
        CPPUNIT_ASSERT_EQUAL(std::string("application/json"), _http.headers.at(1).second);
        CPPUNIT_ASSERT(oauth2::encodeBody(BodyFormat::json, {}).reveal() == "{}");
    }

    void testSendsBasicCredentials() {
        _http.answers = {{200, goodAnswer}};
        auto chosen = options({"a:b"});
        chosen.authentication = ClientAuthentication::basic;
        static_cast<void>(refresh(std::move(chosen)));
        // client%20id:a%3Ab, so that there is only one colon, between the halves.
        CPPUNIT_ASSERT_EQUAL(std::string("Basic Y2xpZW50JTIwaWQ6YSUzQWI="), _http.headers.at(2).second);
        CPPUNIT_ASSERT(_http.bodies.front().find("client_") == std::string::npos);
    }

    void testLeavesOutVerifierThatWasNotUsed() {
        _http.answers = {{200, goodAnswer}, {200, goodAnswer}};
        const TokenEndpoint endpoint(_context, options({"s"}));
        static_cast<void>(endpoint.exchange({Secret("c"), "https://b/cb", Secret()}, {}));
        static_cast<void>(
            endpoint.exchange({Secret("c"), "https://b/cb", Secret("v")}, {}, {{"extra", "1"}}));
        CPPUNIT_ASSERT_EQUAL(std::string("grant_type=authorization_code&code=c&redirect_uri=https%3A%2F%2Fb%"
                                         "2Fcb&client_id=client%20id&client_secret=s"),
                             _http.bodies.at(0));
        CPPUNIT_ASSERT_EQUAL(
            std::string("grant_type=authorization_code&code=c&redirect_uri=https%3A%2F%2Fb%2Fcb&code_"
                        "verifier=v&extra=1&client_id=client%20id&client_secret=s"),
            _http.bodies.at(1));
    }

    void testTriesTheNextSecretOnOperatorErrors() {
        _http.answers = {{401, R"({"error":"invalid_client"})"}, {200, goodAnswer}};
        CPPUNIT_ASSERT(refresh(options({"newest", "older"})).accessToken.reveal() == "new-access");
        CPPUNIT_ASSERT(_http.bodies.at(0).ends_with("client_secret=newest"));
        CPPUNIT_ASSERT(_http.bodies.at(1).ends_with("client_secret=older"));
        _http.answers = {{401, R"({"error":"invalid_client"})"}, {401, R"({"error":"invalid_client"})"}};
        CPPUNIT_ASSERT_THROW(refresh(options({"newest", "older"})), provider::ProviderError);
        CPPUNIT_ASSERT(_http.answers.empty());
    }

    void testDoesNotTryTheNextSecretOnOtherErrors() {
        for (const char* body : {R"({"error":"invalid_grant"})", R"({"error":"unheard_of"})"}) {
            _http.bodies.clear();
            refreshError(400, body, options({"newest", "older"}));
            CPPUNIT_ASSERT_EQUAL(std::size_t(1), _http.bodies.size());
        }
        _http.bodies.clear();
        refreshError(503, "", options({"newest", "older"}));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), _http.bodies.size());
    }

    void testMapsStandardErrors() {
        const auto kindOf = [&](const std::string& code) {
            return refreshError(400, R"({"error":")" + code + "\"}").kind();
        };
        CPPUNIT_ASSERT(kindOf("invalid_grant") == ProviderErrorKind::invalidGrant);
        for (const char* code : {"invalid_client", "unauthorized_client", "invalid_request",
                                 "unsupported_grant_type", "invalid_scope", "invalid_target"})
            CPPUNIT_ASSERT_MESSAGE(code, kindOf(code) == ProviderErrorKind::misconfigured);
        CPPUNIT_ASSERT(kindOf("access_denied") == ProviderErrorKind::accessDenied);
        CPPUNIT_ASSERT(kindOf("slow_down") == ProviderErrorKind::rateLimited);
        CPPUNIT_ASSERT(kindOf("server_error") == ProviderErrorKind::ambiguous);
        CPPUNIT_ASSERT(kindOf("unheard_of") == ProviderErrorKind::protocol);
        CPPUNIT_ASSERT(exchangeError(400, R"({"error":"temporarily_unavailable"})").kind() ==
                       ProviderErrorKind::transient);
        // The code decides with any status, even success.
        for (const int status : {200, 401, 403, 404})
            CPPUNIT_ASSERT(refreshError(status, R"({"error":"invalid_grant"})").kind() ==
                           ProviderErrorKind::invalidGrant);
    }

    void testOwnErrorRulesComeFirst() {
        auto chosen = options({"s"});
        chosen.errorRules = {
            {"invalid_request", ProviderErrorKind::invalidGrant, oauth2::GrantType::refreshToken,
             "IS Invalid"},
            {"invalid_request", ProviderErrorKind::transient, oauth2::GrantType::authorizationCode}};
        CPPUNIT_ASSERT(
            refreshError(400, R"({"error":"invalid_request","error_description":"the token is invalid"})",
                         std::move(chosen))
                .kind() == ProviderErrorKind::invalidGrant);
        auto again = options({"s"});
        again.errorRules = {{"invalid_request", ProviderErrorKind::invalidGrant,
                             oauth2::GrantType::refreshToken, "is invalid"}};
        CPPUNIT_ASSERT(
            refreshError(400, R"({"error":"invalid_request","error_description":5})", std::move(again))
                .kind() == ProviderErrorKind::misconfigured);
    }

    void testUnreadableSuccessIsAmbiguousOnlyForRefresh() {
        for (const char* body : {"", "<html>", "{", "{}", "[]", R"({"access_token":5})",
                                 R"({"access_token":"a","token_type":"mac"})", R"({"error":{"code":1}})"}) {
            CPPUNIT_ASSERT_MESSAGE(body, refreshError(200, body).kind() == ProviderErrorKind::ambiguous);
            CPPUNIT_ASSERT_MESSAGE(body, exchangeError(200, body).kind() == ProviderErrorKind::protocol);
        }
    }

    void testStatusWithoutErrorCodeIsProtocol() {
        for (const int status : {302, 400, 403, 404})
            for (const char* body :
                 {"", "<html>blocked</html>", "{}", R"({"access_token":"a"})", R"({"error":null})"})
                CPPUNIT_ASSERT_MESSAGE(body,
                                       refreshError(status, body).kind() == ProviderErrorKind::protocol);
    }

    void testErrorDetailHoldsNothingFromUpstreamButThePlainCode() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("token endpoint answered invalid_grant with status 403"),
            std::string(
                refreshError(403, R"({"error":"invalid_grant","error_description":"canary"})").what()));
        CPPUNIT_ASSERT_EQUAL(std::string("token endpoint answered (malformed code) with status 403"),
                             std::string(refreshError(403, R"({"error":"Line\nbreak canary"})").what()));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TokenEndpointTest);
