// SPDX-License-Identifier: Apache-2.0
// Grants that do not fit their link: refused before they become an account's, with the reason in the poll,
// and without harm to a working grant.
#include "../support/DaemonFixture.h"
#include "../support/People.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::test;

class GrantConditionsTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(GrantConditionsTest);
    CPPUNIT_TEST(testRelinkKeepsTheAccount);
    CPPUNIT_TEST(testRelinkByAnotherPersonIsRefusedAndTheOldGrantWorks);
    CPPUNIT_TEST(testRelinkTakesSubjectAndProviderOfTheAccount);
    CPPUNIT_TEST(testRelinkOfAnAccountThatIsGoneEndsTheLink);
    CPPUNIT_TEST(testExpectedPersonOnly);
    CPPUNIT_TEST(testMissingScopesEndTheLink);
    CPPUNIT_TEST(testGrantedScopesAreTaken);
    CPPUNIT_TEST(testOtherMailDomainIsRefused);
    CPPUNIT_TEST(testHiddenMailAddressIsRefused);
    CPPUNIT_TEST(testSiteThatIsNotAllowedIsRefused);
    CPPUNIT_TEST(testTheOnlyAllowedSiteIsTaken);
    CPPUNIT_TEST(testTwoClientsOfOnePersonKeepTheirScopes);
    CPPUNIT_TEST_SUITE_END();

public:
    void testRelinkKeepsTheAccount() {
        const auto account = _service->linkAccount(R"({"label":"first","subject":"user-7"})");
        const auto again = _service->linkAccount(R"({"account_id":")" + account.text("account_id") + "\"}");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(again.body, 200, again.status);
        CPPUNIT_ASSERT_EQUAL(account.text("account_id"), again.text("account_id"));
        CPPUNIT_ASSERT_EQUAL(2, again.json()->getValue<int>("token_version"));
        CPPUNIT_ASSERT(account.text("access_token") != again.text("access_token"));
    }

    void testRelinkByAnotherPersonIsRefusedAndTheOldGrantWorks() {
        const auto account = _service->linkAccount();
        const auto id = account.text("account_id");
        signIn("grace");
        expectEnded(R"({"account_id":")" + id + "\"}", "different_person");
        const auto token = _service->get("/v1/tokens/" + id, _service->key());
        CPPUNIT_ASSERT_EQUAL_MESSAGE(token.body, 200, token.status);
        CPPUNIT_ASSERT_EQUAL(1, token.json()->getValue<int>("token_version"));
        _service->advanceClock(3590);
        const auto refreshed = _service->get("/v1/tokens/" + id, _service->key());
        CPPUNIT_ASSERT_EQUAL_MESSAGE("it can still be refreshed", 200, refreshed.status);
        CPPUNIT_ASSERT_EQUAL(2, refreshed.json()->getValue<int>("token_version"));
        CPPUNIT_ASSERT_EQUAL(std::string("Ada Lovelace"),
                             refreshed.json()->getObject("upstream")->getValue<std::string>("display_name"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), accountCount());
    }

    void testRelinkTakesSubjectAndProviderOfTheAccount() {
        const auto account = _service->linkAccount(R"({"subject":"user-7"})");
        const auto again = _service->linkAccount(R"({"account_id":")" + account.text("account_id") + "\"}");
        CPPUNIT_ASSERT_EQUAL(std::string("user-7"), again.text("subject"));
        CPPUNIT_ASSERT_EQUAL(std::string("jira"), again.text("provider"));
    }

    void testRelinkOfAnAccountThatIsGoneEndsTheLink() {
        const auto id = _service->linkAccount().text("account_id");
        const auto link = _service->createLink(R"({"account_id":")" + id + "\"}");
        WebBrowser browser;
        const auto moving = _service->approve(browser, link);
        CPPUNIT_ASSERT_EQUAL(200, _service->remove("/v1/tokens/" + id, _service->key()).status);
        CPPUNIT_ASSERT_EQUAL(400, ServiceUnderTest::consent(browser, moving).status);
        CPPUNIT_ASSERT(browser.open(link.url).contains("Not connected"));
        const auto polled = _service->poll(link);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(polled.body, 403, polled.status);
        CPPUNIT_ASSERT_EQUAL(std::string("cancelled"), polled.text("reason"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), accountCount());
    }

    void testExpectedPersonOnly() {
        const auto ada = _service->linkAccount().json()->getObject("upstream")->getValue<std::string>("id");
        const auto body = R"({"expected_upstream_id":")" + ada + "\"}";
        CPPUNIT_ASSERT_EQUAL(200, _service->linkAccount(body).status);
        signIn("grace");
        expectEnded(body, "different_person");
    }

    void testMissingScopesEndTheLink() {
        const auto account = _service->linkAccount();
        const auto link = _service->createLink(R"({"required_scopes":["read:me","read:jira-work"]})");
        grantLess(link, "read:me offline_access");
        const auto polled = _service->poll(link);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(polled.body, 403, polled.status);
        CPPUNIT_ASSERT_EQUAL(std::string("access_denied"), polled.text("error"));
        CPPUNIT_ASSERT_EQUAL(std::string("scopes_missing"), polled.text("reason"));
        CPPUNIT_ASSERT(polled.text("hint").find("required_scopes") != std::string::npos);
        const auto token = _service->get("/v1/tokens/" + account.text("account_id"), _service->key());
        CPPUNIT_ASSERT_EQUAL_MESSAGE(token.body, 200, token.status);
        CPPUNIT_ASSERT_EQUAL(1, token.json()->getValue<int>("token_version"));
    }

    void testGrantedScopesAreTaken() {
        const auto link = _service->createLink(R"({"required_scopes":["read:jira-work","offline_access"]})");
        grantLess(link, "read:me read:jira-work offline_access");
        const auto polled = _service->poll(link);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(polled.body, 200, polled.status);
    }

    void testOtherMailDomainIsRefused() {
        begin({{"CENTRAL_OAUTH_JIRA_ALLOWED_EMAIL_DOMAINS", "elsewhere.example"}});
        const auto hint = expectEnded("{}", "different_person");
        CPPUNIT_ASSERT_MESSAGE(hint, hint.find("mail domain") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), accountCount());
        signIn("linus", R"({"handle":"linus","name":"Linus","email":"linus@Elsewhere.example"})");
        CPPUNIT_ASSERT_EQUAL(200, _service->linkAccount().status);
    }

    void testHiddenMailAddressIsRefused() {
        begin({{"CENTRAL_OAUTH_JIRA_ALLOWED_EMAIL_DOMAINS", "elsewhere.example"}});
        signIn("linus",
               R"({"handle":"linus","name":"Linus","email":"linus@elsewhere.example","email_hidden":true})");
        (void)expectEnded("{}", "different_person");
    }

    void testSiteThatIsNotAllowedIsRefused() {
        begin({{"CENTRAL_OAUTH_JIRA_ALLOWED_SITES", "https://beta.atlassian.example"}});
        (void)expectEnded("{}", "site_not_allowed");
        addSecondSite(*_simulator);
        (void)expectEnded(R"({"site":"https://acme.atlassian.example"})", "site_not_allowed");
    }

    void testTheOnlyAllowedSiteIsTaken() {
        begin({{"CENTRAL_OAUTH_JIRA_ALLOWED_SITES", "https://beta.atlassian.example"}});
        addSecondSite(*_simulator);
        const auto granted = _service->linkAccount();
        CPPUNIT_ASSERT_EQUAL_MESSAGE(granted.body, 200, granted.status);
        CPPUNIT_ASSERT_EQUAL(std::string("https://beta.atlassian.example"),
                             granted.json()->getObject("site")->getValue<std::string>("url"));
    }

    void testTwoClientsOfOnePersonKeepTheirScopes() {
        const std::string reads = R"({"required_scopes":["read:me"]})";
        const std::string works = R"({"required_scopes":["read:jira-work"]})";
        for (const auto& [mine, others] : {std::pair(reads, works), std::pair(works, reads)}) {
            begin({});
            _service->stop();
            const auto otherKey = _service->addClient("other");
            _service->start();
            const auto before = _service->linkAccount(mine);
            const auto link = createLinkOf(otherKey, others);
            (void)consentTo(link);
            const auto after = _service->poll(link);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(after.body, 200, after.status);
            CPPUNIT_ASSERT(before.text("account_id") != after.text("account_id"));
            // The refreshed tokens show the grants' present scopes; the first tokens keep theirs.
            _service->advanceClock(3590);
            for (const auto& [account, key] :
                 {std::pair(before, _service->key()), std::pair(after, otherKey)}) {
                const auto token = _service->get("/v1/tokens/" + account.text("account_id"), key);
                CPPUNIT_ASSERT_EQUAL_MESSAGE(token.body, 200, token.status);
                for (const std::string scope : {"read:me", "read:jira-work", "write:jira-work"})
                    CPPUNIT_ASSERT_MESSAGE(scope, token.text("scope").find(scope) != std::string::npos);
            }
        }
    }

private:
    // Chooses who consents upstream from now on; creates that person if `user` is given.
    void signIn(const std::string& handle, const std::string& user = {}) const {
        if (!user.empty()) {
            CPPUNIT_ASSERT_EQUAL(200, _simulator->control("POST", "users", user).status);
            _simulator->control(
                "POST", "sites",
                R"({"name":"Gamma","url":"https://gamma.atlassian.example","products":["jira"],"users":[")" +
                    handle + "\"]}");
        }
        const auto set = _simulator->control("POST", "options", R"({"default_user":")" + handle + "\"}");
        CPPUNIT_ASSERT_EQUAL(200, set.status);
    }

    [[nodiscard]] TestLink createLinkOf(const std::string& key, const std::string& body) const {
        const auto created = _service->post("/v1/link-code", key, body);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(created.body, 201, created.status);
        return {created.text("link_id"), created.text("link_code"), created.text("verification_url"),
                created.text("link_secret")};
    }

    [[nodiscard]] WebPage consentTo(const TestLink& link) const {
        WebBrowser browser;
        return ServiceUnderTest::consent(browser, _service->approve(browser, link));
    }

    // The person consents, and upstream narrows the grant before the code is exchanged.
    void grantLess(const TestLink& link, const std::string& scopes) const {
        WebBrowser browser;
        const auto callback = _service->consentWithoutReturning(browser, link);
        const auto narrowed =
            _simulator->control("POST", "grants", R"({"user":"ada","scopes":")" + scopes + "\"}");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(narrowed.body, 200, narrowed.status);
        (void)browser.open(callback);
    }

    // Consents, asserts that the link ends, and returns the hint.
    std::string expectEnded(const std::string& body, const std::string& reason) const {
        const auto link = _service->createLink(body);
        const auto page = consentTo(link);
        CPPUNIT_ASSERT_MESSAGE("the page says so too", page.contains("Not connected"));
        const auto polled = _service->poll(link);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(polled.body, 403, polled.status);
        CPPUNIT_ASSERT_EQUAL(std::string("access_denied"), polled.text("error"));
        CPPUNIT_ASSERT_EQUAL(reason, polled.text("reason"));
        CPPUNIT_ASSERT(!polled.text("hint").empty());
        return polled.text("hint");
    }

    [[nodiscard]] std::size_t accountCount() const {
        return _service->get("/v1/accounts", _service->key()).json()->getArray("items")->size();
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(GrantConditionsTest);
