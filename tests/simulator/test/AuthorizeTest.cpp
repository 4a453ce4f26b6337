// SPDX-License-Identifier: Apache-2.0
// The order of the authorize request's checks, and the effects of a person's answer.
#include "test/SimFixture.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::simulator;

class AuthorizeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AuthorizeTest);
    CPPUNIT_TEST(testSendsClientMistakesToErrorPage);
    CPPUNIT_TEST(testSendsFormMistakesToCallback);
    CPPUNIT_TEST(testChecksClientBeforeAudienceBeforePrompt);
    CPPUNIT_TEST(testRefusesScopeThatAppLacks);
    CPPUNIT_TEST(testRefusesUnsharedAppToOthers);
    CPPUNIT_TEST(testMatchesRedirectUris);
    CPPUNIT_TEST(testDeclineCarriesErrorAndState);
    CPPUNIT_TEST(testAnswersConsentOnce);
    CPPUNIT_TEST(testForgetsConsentAfterTenMinutes);
    CPPUNIT_TEST(testKeepsQueryOfRedirectUri);
    CPPUNIT_TEST_SUITE_END();

public:
    void testSendsClientMistakesToErrorPage() {
        auto request = sim.authorizeRequest();
        request.user = "nobody";
        CPPUNIT_ASSERT_EQUAL(std::string("login_required"), errorPage(request));
        request = sim.authorizeRequest();
        request.clientId = "unknown";
        CPPUNIT_ASSERT_EQUAL(std::string("unauthorized_client"), errorPage(request));
        request = sim.authorizeRequest();
        request.redirectUri = "https://broker.example/callback";
        CPPUNIT_ASSERT_EQUAL(std::string("unauthorized_client"), errorPage(request));
        request = sim.authorizeRequest();
        request.audience = "";
        CPPUNIT_ASSERT_EQUAL(std::string("invalid_request"), errorPage(request));
        CPPUNIT_ASSERT_EQUAL(std::string("invalid_scope"), errorPage(sim.authorizeRequest("openid read:me")));
    }

    void testSendsFormMistakesToCallback() {
        auto request = sim.authorizeRequest();
        request.responseType = "token";
        CPPUNIT_ASSERT_EQUAL(std::string("unsupported_response_type"), callbackError(request));
        request = sim.authorizeRequest();
        request.prompt = "";
        CPPUNIT_ASSERT_EQUAL(std::string("invalid_request"), callbackError(request));
        CPPUNIT_ASSERT_EQUAL(std::string("invalid_scope"), callbackError(sim.authorizeRequest("")));
        request = sim.authorizeRequest();
        request.codeChallenge = "x";
        request.codeChallengeMethod = "plain";
        CPPUNIT_ASSERT_EQUAL(std::string("invalid_request"), callbackError(request));
    }

    void testChecksClientBeforeAudienceBeforePrompt() {
        auto request = sim.authorizeRequest();
        request.clientId = "unknown";
        request.audience = "";
        request.prompt = "";
        CPPUNIT_ASSERT_EQUAL(std::string("unauthorized_client"), errorPage(request));
        request.clientId = "demo-client-id";
        CPPUNIT_ASSERT_EQUAL(std::string("invalid_request"), errorPage(request));
        request.audience = "api.atlassian.com";
        CPPUNIT_ASSERT_EQUAL(std::string("invalid_request"), callbackError(request));
    }

    void testRefusesScopeThatAppLacks() {
        sim.world.findApp("demo-client-id")->scopes = {"read:jira-work"};
        CPPUNIT_ASSERT_EQUAL(std::string("invalid_scope"),
                             errorPage(sim.authorizeRequest("read:me offline_access")));
        CPPUNIT_ASSERT(isConsent(sim.authorizeRequest("read:jira-work offline_access")));
        sim.world.options.unconfiguredScope = UnconfiguredScope::grant;
        CPPUNIT_ASSERT(isConsent(sim.authorizeRequest("read:me offline_access")));
    }

    void testRefusesUnsharedAppToOthers() {
        sim.world.findApp("demo-client-id")->shared = false;
        auto request = sim.authorizeRequest();
        CPPUNIT_ASSERT(isConsent(request));
        request.user = "grace";
        CPPUNIT_ASSERT_EQUAL(std::string("unauthorized_client"), errorPage(request));
    }

    void testMatchesRedirectUris() {
        App app;
        app.redirectUris = {"*loopback*", "https://broker.example/cb"};
        for (const char* good : {"http://localhost:1/callback", "http://127.0.0.1/v1/callback/jira",
                                 "http://[::1]:8080/callback", "https://broker.example/cb"})
            CPPUNIT_ASSERT_MESSAGE(good, redirectAllowed(app, good));
        for (const char* bad :
             {"http://localhost:1/other", "http://localhost/callback/a/b", "http://localhost/callback/",
              "https://localhost/callback", "http://localhost.evil.example/callback",
              "https://broker.example/cb/", "http://broker.example/callback", ""})
            CPPUNIT_ASSERT_MESSAGE(bad, !redirectAllowed(app, bad));
        app.redirectUris = {"https://broker.example/cb"};
        CPPUNIT_ASSERT(!redirectAllowed(app, "http://localhost:1/callback"));
    }

    void testDeclineCarriesErrorAndState() {
        AuthorizeRules rules(sim.world);
        const auto outcome = rules.begin(sim.authorizeRequest());
        const Poco::URI callback(rules.decline(std::get<ConsentNeeded>(outcome).consentId).value().location);
        CPPUNIT_ASSERT_EQUAL(std::string("access_denied"), SimFixture::parameter(callback, "error"));
        CPPUNIT_ASSERT_EQUAL(std::string("state-1"), SimFixture::parameter(callback, "state"));
        CPPUNIT_ASSERT(sim.world.grants.empty());
    }

    void testAnswersConsentOnce() {
        AuthorizeRules rules(sim.world);
        const std::string id = std::get<ConsentNeeded>(rules.begin(sim.authorizeRequest())).consentId;
        CPPUNIT_ASSERT(rules.accept(id, {}).has_value());
        CPPUNIT_ASSERT(!rules.accept(id, {}).has_value());
        CPPUNIT_ASSERT(!rules.decline(id).has_value());
    }

    void testForgetsConsentAfterTenMinutes() {
        AuthorizeRules rules(sim.world);
        const std::string id = std::get<ConsentNeeded>(rules.begin(sim.authorizeRequest())).consentId;
        sim.pass(Seconds{600});
        CPPUNIT_ASSERT(!rules.accept(id, {}).has_value());
    }

    void testKeepsQueryOfRedirectUri() {
        sim.world.findApp("demo-client-id")->redirectUris = {"https://broker.example/cb?tenant=1"};
        auto request = sim.authorizeRequest();
        request.redirectUri = "https://broker.example/cb?tenant=1";
        request.state = "a&b=c d";
        const auto callback = sim.consent(request);
        CPPUNIT_ASSERT_EQUAL(std::string("1"), SimFixture::parameter(callback, "tenant"));
        CPPUNIT_ASSERT_EQUAL(std::string("a&b=c d"), SimFixture::parameter(callback, "state"));
        CPPUNIT_ASSERT(!SimFixture::parameter(callback, "code").empty());
    }

private:
    std::string errorPage(const AuthorizeRequest& request) {
        return std::get<ErrorPage>(AuthorizeRules(sim.world).begin(request)).error;
    }

    std::string callbackError(const AuthorizeRequest& request) {
        const Poco::URI location(std::get<Callback>(AuthorizeRules(sim.world).begin(request)).location);
        CPPUNIT_ASSERT_EQUAL(std::string("state-1"), SimFixture::parameter(location, "state"));
        return SimFixture::parameter(location, "error");
    }

    bool isConsent(const AuthorizeRequest& request) {
        return std::holds_alternative<ConsentNeeded>(AuthorizeRules(sim.world).begin(request));
    }

    SimFixture sim;
};

CPPUNIT_TEST_SUITE_REGISTRATION(AuthorizeTest);
