// SPDX-License-Identifier: Apache-2.0
// The authorization URL, the token requests, and every row of the error catalogue of Atlassian's token
// endpoint.
#include "central_oauth/atlassian/CloudProvider.h"

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

namespace {

const atlassian::Product jiraCloud{"jira", atlassian::Container::jira, "/ex/jira/", "read:me read:jira-work"};

constexpr const char* goodAnswer =
    R"({"access_token":"new-access","refresh_token":"new-refresh","scope":"read:me offline_access","token_type":"Bearer"})";

atlassian::CloudConfiguration configuration(const std::string& secrets) {
    provider::Settings settings;
    settings.set("CLIENT_ID", "client");
    settings.setSecret("CLIENT_SECRET", provider::Secret(secrets));
    return atlassian::readCloudConfiguration(settings, jiraCloud);
}

struct Row {
    int status;
    const char* error;
    const char* description;
    ProviderErrorKind onExchange;
    ProviderErrorKind onRefresh;
};

constexpr auto dead = ProviderErrorKind::invalidGrant;
constexpr auto operatorError = ProviderErrorKind::misconfigured;

// A code that belongs to one of the two grants only has, on the other one, its general meaning.
constexpr Row catalogue[] = {
    {403, "invalid_grant", "Unknown or invalid refresh token.", dead, dead},
    {403, "unauthorized_client", "refresh_token is invalid", operatorError, dead},
    {403, "invalid_grant", "Token has been expired or revoked.", dead, dead},
    {400, "invalid_request", "authorization_code is invalid", dead, operatorError},
    {400, "invalid_request", "client_id is required", operatorError, operatorError},
    {400, "invalid_target", "Incorrect resource parameters", operatorError, operatorError},
    {401, "access_denied", "Unauthorized", operatorError, operatorError},
    {400, "invalid_client", "", operatorError, operatorError},
    {403, "unsupported_grant_type", "", operatorError, operatorError},
};

} // namespace

class CloudProviderTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CloudProviderTest);
    CPPUNIT_TEST(testAuthorizationUrlHasExactlyTheAllowedParameters);
    CPPUNIT_TEST(testAuthorizationUrlWithoutPkce);
    CPPUNIT_TEST(testPassesAnEncodedLoginHintOn);
    CPPUNIT_TEST(testAsksForTheScopesTheHostChose);
    CPPUNIT_TEST(testExchangePostsDocumentedJson);
    CPPUNIT_TEST(testRefreshPostsDocumentedJson);
    CPPUNIT_TEST(testMissingLifetimeIsAnHour);
    CPPUNIT_TEST(testErrorCatalogueOnExchange);
    CPPUNIT_TEST(testErrorCatalogueOnRefresh);
    CPPUNIT_TEST(testCatalogueIgnoresTheStatus);
    CPPUNIT_TEST(testLimitAndOutage);
    CPPUNIT_TEST(testTriesTheOlderSecretWhenTheNewestIsRefused);
    CPPUNIT_TEST(testDeadTokenIsSentOnceThoughTwoSecretsAreSet);
    CPPUNIT_TEST(testProperties);
    CPPUNIT_TEST(testOffersItsExtensions);
    CPPUNIT_TEST_SUITE_END();

    ScriptedHttp _http;
    SilentLog _log;
    FixedClock _clock;
    provider::Context _context{_http, _log, _clock};

    atlassian::CloudProvider make(const std::string& secrets = "secret-1") {
        return {_context, configuration(secrets), jiraCloud};
    }

    ProviderErrorKind kindOf(bool refresh, int status, const std::string& body) {
        _http.answers = {{status, body}};
        try {
            const auto provider = make();
            static_cast<void>(refresh ? provider.refresh(provider::Secret("r"), {})
                                      : provider.exchange({}, {}));
        } catch (const provider::ProviderError& error) {
            return error.kind();
        }
        throw CppUnit::Exception(CppUnit::Message("no error for " + body));
    }

    static std::string bodyOf(const Row& row) {
        return std::string(R"({"error":")") + row.error + R"(","error_description":")" + row.description +
               "\"}";
    }

    void testAuthorizationUrlHasExactlyTheAllowedParameters() {
        provider::AuthorizationRequest request{"https://b.example/callback/jira", "state&1", "challenge", {}};
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                "https://auth.atlassian.com/authorize?audience=api.atlassian.com&client_id=client"
                "&scope=read%3Ame%20read%3Ajira-work%20offline_access"
                "&redirect_uri=https%3A%2F%2Fb.example%2Fcallback%2Fjira&state=state%261&response_type=code"
                "&prompt=consent&code_challenge=challenge&code_challenge_method=S256"),
            make().authorizationUrl(request));
    }

    void testAuthorizationUrlWithoutPkce() {
        CPPUNIT_ASSERT(make().authorizationUrl({"https://b", "s", "", {}}).find("code_challenge") ==
                       std::string::npos);
    }

    void testPassesAnEncodedLoginHintOn() {
        const provider::AuthorizationRequest without{"https://b", "s", "c", {}};
        CPPUNIT_ASSERT(make().authorizationUrl(without).find("login_hint") == std::string::npos);
        auto request = without;
        request.loginHint = "ann+1@example.org&prompt=none";
        const auto url = make().authorizationUrl(request);
        CPPUNIT_ASSERT_MESSAGE(url, url.find("&login_hint=ann%2B1%40example.org%26prompt%3Dnone&") !=
                                        std::string::npos);
    }

    void testAsksForTheScopesTheHostChose() {
        const auto url = make().authorizationUrl({"https://b", "s", "", {"read:me", "search:confluence"}});
        CPPUNIT_ASSERT(url.find("&scope=read%3Ame%20search%3Aconfluence%20offline_access&") !=
                       std::string::npos);
    }

    void testExchangePostsDocumentedJson() {
        _http.answers = {{200, goodAnswer}};
        const auto tokens =
            make().exchange({provider::Secret("c"), "https://b/cb", provider::Secret("v")}, {});
        CPPUNIT_ASSERT(tokens.accessToken.reveal() == "new-access");
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), tokens.scopes.size());
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                R"(POST https://auth.atlassian.com/oauth/token  {"grant_type":"authorization_code","code":"c","redirect_uri":"https://b/cb",)"
                R"("code_verifier":"v","client_id":"client","client_secret":"secret-1"})"),
            _http.requests.front());
    }

    void testRefreshPostsDocumentedJson() {
        _http.answers = {{200, goodAnswer}};
        CPPUNIT_ASSERT(make().refresh(provider::Secret("r"), {}).refreshToken.reveal() == "new-refresh");
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                R"(POST https://auth.atlassian.com/oauth/token  {"grant_type":"refresh_token","refresh_token":"r","client_id":"client","client_secret":"secret-1"})"),
            _http.requests.front());
    }

    void testMissingLifetimeIsAnHour() {
        _http.answers = {{200, goodAnswer}};
        CPPUNIT_ASSERT(make().refresh(provider::Secret("r"), {}).expiresIn == std::chrono::hours(1));
    }

    void testErrorCatalogueOnExchange() {
        for (const Row& row : catalogue)
            CPPUNIT_ASSERT_MESSAGE(bodyOf(row), kindOf(false, row.status, bodyOf(row)) == row.onExchange);
    }

    void testErrorCatalogueOnRefresh() {
        for (const Row& row : catalogue)
            CPPUNIT_ASSERT_MESSAGE(bodyOf(row), kindOf(true, row.status, bodyOf(row)) == row.onRefresh);
    }

    void testCatalogueIgnoresTheStatus() {
        for (const Row& row : catalogue)
            for (const int status : {400, 401, 403})
                CPPUNIT_ASSERT_MESSAGE(bodyOf(row), kindOf(true, status, bodyOf(row)) == row.onRefresh);
    }

    void testLimitAndOutage() {
        CPPUNIT_ASSERT(kindOf(true, 429, "") == ProviderErrorKind::rateLimited);
        for (const int status : {500, 502, 503})
            CPPUNIT_ASSERT(kindOf(true, status, "<html>Service unavailable</html>") ==
                           ProviderErrorKind::ambiguous);
        CPPUNIT_ASSERT(kindOf(true, 200, "<html>maintenance</html>") == ProviderErrorKind::ambiguous);
    }

    void testTriesTheOlderSecretWhenTheNewestIsRefused() {
        _http.answers = {{401, R"({"error":"access_denied","error_description":"Unauthorized"})"},
                         {200, goodAnswer}};
        CPPUNIT_ASSERT(make("newest,older").refresh(provider::Secret("r"), {}).accessToken.reveal() ==
                       "new-access");
        CPPUNIT_ASSERT(_http.requests.at(0).find(R"("client_secret":"newest")") != std::string::npos);
        CPPUNIT_ASSERT(_http.requests.at(1).find(R"("client_secret":"older")") != std::string::npos);
    }

    void testDeadTokenIsSentOnceThoughTwoSecretsAreSet() {
        _http.answers = {
            {403, R"({"error":"unauthorized_client","error_description":"refresh_token is invalid"})"},
            {200, goodAnswer}};
        CPPUNIT_ASSERT_THROW(static_cast<void>(make("newest,older").refresh(provider::Secret("r"), {})),
                             provider::ProviderError);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), _http.requests.size());
    }

    void testProperties() {
        using namespace std::chrono_literals;
        const auto properties = make().properties();
        CPPUNIT_ASSERT(properties.leeway == 600s);
        CPPUNIT_ASSERT(properties.refreshMargin == 300s);
        CPPUNIT_ASSERT(properties.companionLife == 600s);
        CPPUNIT_ASSERT(properties.idleLifetime == 90 * 24h);
        CPPUNIT_ASSERT_EQUAL(std::string("cloud"), properties.deployment);
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), properties.scopes.size());
        CPPUNIT_ASSERT(!properties.revokesUpstream);
        auto revoking = configuration("secret-1");
        revoking.revokesUpstream = true;
        CPPUNIT_ASSERT(
            atlassian::CloudProvider(_context, std::move(revoking), jiraCloud).properties().revokesUpstream);
    }

    void testOffersItsExtensions() {
        const auto provider = make();
        CPPUNIT_ASSERT(provider.extension(provider::SiteLister::extensionId) != nullptr);
        CPPUNIT_ASSERT(provider.extension(provider::IdentityReader::extensionId) != nullptr);
        CPPUNIT_ASSERT(provider.extension(provider::Revoker::extensionId) != nullptr);
        CPPUNIT_ASSERT(provider.extension("central_oauth.sites/2") == nullptr);
        _http.answers = {{200, "[]"}};
        const auto* lister =
            static_cast<const provider::SiteLister*>(provider.extension(provider::SiteLister::extensionId));
        CPPUNIT_ASSERT(lister->listSites(provider::Secret("a"), {}).empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CloudProviderTest);
