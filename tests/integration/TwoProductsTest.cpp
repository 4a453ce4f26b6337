// SPDX-License-Identifier: Apache-2.0
// Jira and Confluence of one app: neither affects the other.
#include "../support/DaemonFixture.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::test;

class TwoProductsTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(TwoProductsTest);
    CPPUNIT_TEST(testConfluenceIsLinkedAndItsTokenWorks);
    CPPUNIT_TEST(testASecondConsentTakesNoScopesFromTheFirst);
    CPPUNIT_TEST(testTwoFlowsInOneBrowserDoNotDisturbEachOther);
    CPPUNIT_TEST(testOneCallbackServesBoth);
    CPPUNIT_TEST(testForeignAppsShareNoCallback);
    CPPUNIT_TEST(testTheLogNamesTheSharedApp);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _simulator = std::make_unique<Simulator>();
        _service = std::make_unique<ServiceUnderTest>(
            *_simulator, ChildProcess::Environment{
                             {"CENTRAL_OAUTH_PROVIDERS", "jira,confluence"},
                             {"CENTRAL_OAUTH_CONFLUENCE_CLIENT_ID", "demo-client-id"},
                             {"CENTRAL_OAUTH_CONFLUENCE_CLIENT_SECRET", "demo-client-secret"},
                             {"CENTRAL_OAUTH_CONFLUENCE_AUTH_BASE", _simulator->url()},
                             {"CENTRAL_OAUTH_CONFLUENCE_API_BASE", _simulator->url()},
                         });
    }

    void testConfluenceIsLinkedAndItsTokenWorks() {
        const auto granted = _service->linkAccount(confluence);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(granted.body, 200, granted.status);
        CPPUNIT_ASSERT_EQUAL(std::string("confluence"), granted.text("provider"));
        const auto products = granted.json()->getObject("products");
        CPPUNIT_ASSERT(!products->has("jira"));
        const auto base = products->getObject("confluence")->getValue<std::string>("api_base_url");
        CPPUNIT_ASSERT(base.find("/ex/confluence/") != std::string::npos);
        const auto me = callApi("GET", base + "/wiki/rest/api/user/current", granted.text("access_token"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("the token must work upstream", 200, me.status);
    }

    void testASecondConsentTakesNoScopesFromTheFirst() {
        for (const std::string& first : {jira, confluence}) {
            const auto& second = first == jira ? confluence : jira;
            const auto before = _service->linkAccount(first);
            const auto after = _service->linkAccount(second);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(after.body, 200, after.status);
            CPPUNIT_ASSERT(before.text("account_id") != after.text("account_id"));
            // The refreshed token shows the grant's present scopes; the first token keeps its own.
            _service->advanceClock(3590);
            const auto again = _service->get("/v1/tokens/" + before.text("account_id"), _service->key());
            CPPUNIT_ASSERT_EQUAL_MESSAGE(again.body, 200, again.status);
            CPPUNIT_ASSERT_EQUAL(2, again.json()->getValue<int>("token_version"));
            for (const std::string scope : {"read:jira-work", "search:confluence"})
                CPPUNIT_ASSERT_MESSAGE(scope, again.text("scope").find(scope) != std::string::npos);
            tearDown();
            setUp();
        }
    }

    void testTwoFlowsInOneBrowserDoNotDisturbEachOther() {
        WebBrowser browser;
        const auto one = _service->createLink(jira);
        const auto other = _service->createLink(confluence);
        const auto toJira = _service->approve(browser, one);
        const auto toConfluence = _service->approve(browser, other);
        CPPUNIT_ASSERT_EQUAL(200, ServiceUnderTest::consent(browser, toConfluence).status);
        CPPUNIT_ASSERT_EQUAL(200, ServiceUnderTest::consent(browser, toJira).status);
        const auto first = _service->poll(one);
        const auto second = _service->poll(other);
        CPPUNIT_ASSERT_EQUAL(std::string("jira"), first.text("provider"));
        CPPUNIT_ASSERT_EQUAL(std::string("confluence"), second.text("provider"));
        CPPUNIT_ASSERT(first.text("access_token") != second.text("access_token"));
    }

    // Apps of Atlassian have one callback URL.
    void testOneCallbackServesBoth() {
        useNeutralCallback();
        _service->start();
        for (const std::string& provider : {jira, confluence}) {
            const auto granted = _service->linkAccount(provider);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(granted.body, 200, granted.status);
        }
    }

    void testForeignAppsShareNoCallback() {
        useNeutralCallback();
        _service->environment["CENTRAL_OAUTH_CONFLUENCE_CLIENT_ID"] = "another-app";
        const auto refused = _service->run({"--check-config"});
        CPPUNIT_ASSERT_EQUAL(78, refused.exitCode);
        CPPUNIT_ASSERT_MESSAGE(refused.errors,
                               refused.errors.find("_REDIRECT_URI ends with /callback") != std::string::npos);
        _service->environment["CENTRAL_OAUTH_CONFLUENCE_REDIRECT_URI"] = "http://127.0.0.1:1/elsewhere";
        CPPUNIT_ASSERT(_service->run({"--check-config"})
                           .errors.find("CONFLUENCE_REDIRECT_URI names a path that this service does not "
                                        "answer") != std::string::npos);
    }

    void testTheLogNamesTheSharedApp() {
        CPPUNIT_ASSERT(_service->completeLog().find("shares its app with another") != std::string::npos);
    }

private:
    // Stops the service and configures /callback for both; its next start has the same address.
    void useNeutralCallback() {
        const auto url = _service->url();
        (void)_service->stop();
        _service->environment["CENTRAL_OAUTH_BIND"] = url.substr(url.find("//") + 2);
        for (const std::string name : {"JIRA", "CONFLUENCE"})
            _service->environment["CENTRAL_OAUTH_" + name + "_REDIRECT_URI"] = url + "/callback";
    }

    const std::string jira = R"({"provider":"jira"})";
    const std::string confluence = R"({"provider":"confluence"})";
};

CPPUNIT_TEST_SUITE_REGISTRATION(TwoProductsTest);
