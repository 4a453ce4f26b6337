// SPDX-License-Identifier: Apache-2.0
// Resolve and report: one call for a server, and one after an API refused the token.
#include "../support/DaemonFixture.h"
#include "../support/People.h"

#include <cppunit/extensions/HelperMacros.h>
#include <memory>

using namespace central_oauth::test;

class ResolveTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(ResolveTest);
    CPPUNIT_TEST(testFromNothingToATokenAndBackAgain);
    CPPUNIT_TEST(testMissingScope);
    CPPUNIT_TEST(testWithoutLink);
    CPPUNIT_TEST(testNonsenseIsRefused);
    CPPUNIT_TEST(testSubjectInTheHeaderMustAgree);
    CPPUNIT_TEST(testFiveOpenLinksAreTheLimit);
    CPPUNIT_TEST(testReportOfADeadToken);
    CPPUNIT_TEST(testReportOfADeadGrant);
    CPPUNIT_TEST(testReportOfAGoodToken);
    CPPUNIT_TEST(testReportOfALostSite);
    CPPUNIT_TEST(testReportWhileUpstreamIsDown);
    CPPUNIT_TEST(testNonsenseReportsAreRefused);
    CPPUNIT_TEST(testEmptySubjectOpensNothing);
    CPPUNIT_TEST_SUITE_END();

public:
    void testFromNothingToATokenAndBackAgain() {
        const auto first = resolve(R"({"subject":"u","label":"bot","on_behalf_of":"Bob"})");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(first.body, 202, first.status);
        CPPUNIT_ASSERT_EQUAL(std::string("link_required"), first.text("status"));
        CPPUNIT_ASSERT_EQUAL(std::string("not_linked"), first.text("reason"));
        approveAs(*_service, *_simulator, "ada", linkIn(first));
        const auto delivered = _service->poll(linkIn(first));
        const auto resolved = resolve(R"({"provider":"jira","subject":"u","min_ttl":540})");
        CPPUNIT_ASSERT_EQUAL(200, resolved.status);
        CPPUNIT_ASSERT_EQUAL(delivered.text("access_token"), resolved.text("access_token"));

        _simulator->control("POST", "revoke_grant", R"({"user":"ada"})");
        _service->advanceClock(3590);
        const auto dead = resolve(R"({"subject":"u"})");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(dead.body, 202, dead.status);
        CPPUNIT_ASSERT_EQUAL(std::string("needs_reauth"), dead.text("reason"));
        approveAs(*_service, *_simulator, "ada", linkIn(dead));
        const auto again = resolve(R"({"subject":"u"})");
        CPPUNIT_ASSERT_EQUAL_MESSAGE("without a poll", 200, again.status);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("the account keeps its id", delivered.text("account_id"),
                                     again.text("account_id"));
        CPPUNIT_ASSERT_EQUAL(200, _service->poll(linkIn(dead)).status);
        for (const auto& secret : {first.text("link_secret"), first.text("link_code"),
                                   delivered.text("access_token"), dead.text("verification_url")})
            CPPUNIT_ASSERT(_service->completeLog().find(secret) == std::string::npos);
    }

    void testMissingScope() {
        const auto linked = _service->linkAccount(R"({"subject":"u"})");
        _simulator->control("POST", "grants",
                            R"({"user":"ada","scopes":"read:me read:jira-user offline_access"})");
        _service->advanceClock(3590);
        const auto lacking = resolve(R"({"subject":"u","required_scopes":["read:jira-work"]})");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(lacking.body, 202, lacking.status);
        CPPUNIT_ASSERT_EQUAL(std::string("scopes_missing"), lacking.text("reason"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("a request without that scope gets the token", 200,
                                     resolve(R"({"subject":"u"})").status);
        approveAs(*_service, *_simulator, "ada", linkIn(lacking));
        const auto again = _service->poll(linkIn(lacking));
        CPPUNIT_ASSERT_EQUAL(linked.text("account_id"), again.text("account_id"));
        CPPUNIT_ASSERT_EQUAL(200, resolve(R"({"subject":"u","required_scopes":["read:jira-work"]})").status);
    }

    void testWithoutLink() {
        CPPUNIT_ASSERT_EQUAL(404, resolve(R"({"subject":"u","link":false})").status);
        const auto linked = _service->linkAccount(R"({"subject":"u"})");
        CPPUNIT_ASSERT_EQUAL(200, resolve(R"({"subject":"u","link":false})").status);
        _simulator->control("POST", "revoke_grant", R"({"user":"ada"})");
        _service->advanceClock(3590);
        const auto dead = resolve(R"({"subject":"u","link":false})");
        CPPUNIT_ASSERT_EQUAL(412, dead.status);
        CPPUNIT_ASSERT_EQUAL(std::string("revoked_or_expired"), dead.text("reason"));
        CPPUNIT_ASSERT_EQUAL(linked.text("account_id"),
                             dead.json()->getObject("relink")->getValue<std::string>("account_id"));
    }

    void testNonsenseIsRefused() {
        for (const std::string body :
             {R"({})", R"({"subject":null})", R"({"subject":7})", R"({"subject":"u","link":"yes"})",
              R"({"subject":"u","min_ttl":541})", R"({"subject":"u","min_ttl":-1})",
              R"({"subject":"u","min_ttl":"60"})", R"({"subject":"u","provider":"none"})",
              R"({"subject":"u","required_scopes":["no:such"]})", R"({"subject":"u","required_scopes":"x"})",
              R"({"subject":"u","account_id":"acc_1"})", R"({"subject":"u","label":"a\nb"})"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(body, 400, resolve(body).status);
        CPPUNIT_ASSERT_EQUAL(405, _service->remove("/v1/tokens/resolve", _service->key()).status);
        const auto linked = _service->linkAccount(R"({"subject":"u"})");
        CPPUNIT_ASSERT_EQUAL(403, resolve(R"({"subject":"u","site":"https://elsewhere.example"})").status);
    }

    void testSubjectInTheHeaderMustAgree() {
        (void)_service->linkAccount(R"({"subject":"u"})");
        const auto url = _service->url() + "/v1/tokens/resolve";
        const std::string body = R"({"subject":"u"})";
        CPPUNIT_ASSERT_EQUAL(200, callFor("u", "POST", url, _service->key(), body).status);
        CPPUNIT_ASSERT_EQUAL(404, callFor("v", "POST", url, _service->key(), body).status);
    }

    void testFiveOpenLinksAreTheLimit() {
        for (int i = 0; i < 5; ++i)
            CPPUNIT_ASSERT_EQUAL(202, resolve(R"({"subject":"u"})").status);
        const auto refused = resolve(R"({"subject":"u"})");
        CPPUNIT_ASSERT_EQUAL(429, refused.status);
        CPPUNIT_ASSERT(!refused.header("Retry-After").empty());
    }

    void testReportOfADeadToken() {
        const auto linked = _service->linkAccount();
        // Upstream refuses this one token, but the grant is alive.
        _simulator->control("POST", "faults", R"({"target":"me","kind":"status","status":401})");
        const auto refreshed = report(linked, 1, 401);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(refreshed.body, 200, refreshed.status);
        CPPUNIT_ASSERT_EQUAL(std::string("refreshed"), refreshed.text("outcome"));
        CPPUNIT_ASSERT_EQUAL(2, refreshed.json()->getValue<int>("token_version"));
        for (int i = 0; i < 3; ++i)
            CPPUNIT_ASSERT_EQUAL(std::string("refreshed"), report(linked, 1, 401).text("outcome"));
        CPPUNIT_ASSERT_EQUAL(1, _simulator->tokenCalls("refresh_token"));
        CPPUNIT_ASSERT_EQUAL(2, token(linked).json()->getValue<int>("token_version"));
    }

    void testReportOfADeadGrant() {
        const auto linked = _service->linkAccount();
        _simulator->control("POST", "revoke_grant", R"({"user":"ada"})");
        for (int i = 0; i < 3; ++i) {
            const auto dead = report(linked, 1, 401);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(dead.body, 200, dead.status);
            CPPUNIT_ASSERT_EQUAL(std::string("needs_reauth"), dead.text("outcome"));
        }
        CPPUNIT_ASSERT_EQUAL(1, _simulator->tokenCalls("refresh_token"));
        CPPUNIT_ASSERT_EQUAL(412, token(linked).status);
    }

    void testReportOfAGoodToken() {
        const auto linked = _service->linkAccount();
        const auto before = reads("me");
        for (const int status : {401, 403, 401}) {
            const auto good = report(linked, 1, status);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(good.body, 200, good.status);
            CPPUNIT_ASSERT_EQUAL(std::string("valid"), good.text("outcome"));
            CPPUNIT_ASSERT_EQUAL(std::string("permission"), good.text("cause"));
            CPPUNIT_ASSERT(!good.text("explanation").empty());
        }
        CPPUNIT_ASSERT_EQUAL_MESSAGE("asked once a minute", before + 1, reads("me"));
        CPPUNIT_ASSERT_EQUAL(0, _simulator->tokenCalls("refresh_token"));
    }

    void testReportOfALostSite() {
        const auto linked = _service->linkAccount();
        _simulator->control("POST", "sites", R"({"user":"ada","count":1})");
        const auto verdict = report(linked, 1, 403);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(verdict.body, 200, verdict.status);
        CPPUNIT_ASSERT_EQUAL(std::string("site"), verdict.text("cause"));
    }

    void testReportWhileUpstreamIsDown() {
        const auto linked = _service->linkAccount();
        _simulator->control("POST", "faults", R"({"target":"api","kind":"outage"})");
        const auto failed = report(linked, 1, 401);
        CPPUNIT_ASSERT_EQUAL(503, failed.status);
        CPPUNIT_ASSERT(!failed.header("Retry-After").empty());
        CPPUNIT_ASSERT_EQUAL_MESSAGE("nobody's token is touched", 0, _simulator->tokenCalls("refresh_token"));
    }

    void testNonsenseReportsAreRefused() {
        const auto linked = _service->linkAccount();
        const auto path = "/v1/tokens/" + linked.text("account_id") + "/report";
        for (const std::string body :
             {R"({})", R"({"token_version":1})", R"({"status":401})", R"({"token_version":1,"status":404})",
              R"({"token_version":0,"status":401})", R"({"token_version":2,"status":401})",
              R"({"token_version":"1","status":401})", R"({"token_version":1,"status":401,"body":"x"})"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(body, 400, _service->post(path, _service->key(), body).status);
        CPPUNIT_ASSERT_EQUAL(404, _service
                                      ->post("/v1/tokens/acc_unknown/report", _service->key(),
                                             R"({"token_version":1,"status":401})")
                                      .status);
    }

    // A server that lost its user's id must not get the account without a subject.
    void testEmptySubjectOpensNothing() {
        CPPUNIT_ASSERT_EQUAL(200, _service->linkAccount().status);
        for (const std::string subject : {"", " ", "\\t", "\\u00a0", "\\u3000\\u200b"}) {
            const auto answer = resolve(R"({"provider":"jira","subject":")" + subject + "\"}");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 400, answer.status);
            CPPUNIT_ASSERT(answer.text("hint").find("subject") != std::string::npos);
            CPPUNIT_ASSERT(answer.body.find("access_token") == std::string::npos);
        }
        const auto missing = resolve(R"({"provider":"jira"})");
        CPPUNIT_ASSERT_EQUAL(400, missing.status);
        CPPUNIT_ASSERT(missing.text("hint").find("subject") != std::string::npos);
    }

private:
    [[nodiscard]] HttpAnswer resolve(const std::string& body) const {
        return _service->post("/v1/tokens/resolve", _service->key(), body);
    }
    [[nodiscard]] HttpAnswer report(const HttpAnswer& linked, int version, int status) const {
        return _service->post("/v1/tokens/" + linked.text("account_id") + "/report", _service->key(),
                              R"({"token_version":)" + std::to_string(version) + R"(,"status":)" +
                                  std::to_string(status) + "}");
    }
    [[nodiscard]] HttpAnswer token(const HttpAnswer& linked) const {
        return _service->get("/v1/tokens/" + linked.text("account_id"), _service->key());
    }
    [[nodiscard]] int reads(const std::string& route) const {
        const auto routes = _simulator->control("GET", "counters").json()->getObject("routes");
        return routes->has(route) ? routes->getObject(route)->getValue<int>("requests") : 0;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ResolveTest);
