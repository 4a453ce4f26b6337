// SPDX-License-Identifier: Apache-2.0
// Reading, refreshing and revoking tokens from outside.
#include "../support/DaemonFixture.h"

#include <atomic>
#include <cppunit/extensions/HelperMacros.h>
#include <future>
#include <set>
#include <thread>

using namespace central_oauth::test;

class TokenTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(TokenTest);
    CPPUNIT_TEST(testFreshTokenIsServedWithoutUpstream);
    CPPUNIT_TEST(testExpiringTokenIsRefreshed);
    CPPUNIT_TEST(testShortTokenIsServedUntilNearItsEnd);
    CPPUNIT_TEST(testMinimumTtlForcesAnEarlierRefresh);
    CPPUNIT_TEST(testTwoHundredConcurrentReadsRefreshOnce);
    CPPUNIT_TEST(testSlowUpstreamDoesNotTakeEveryWorker);
    CPPUNIT_TEST(testRelinkEndsAPause);
    CPPUNIT_TEST(testDeleteDuringARefreshWins);
    CPPUNIT_TEST(testDeletedAccountIsGone);
    CPPUNIT_TEST(testDeadGrantInEveryWordingIsNeverTriedAgain);
    CPPUNIT_TEST(testRelinkBodyRevivesADeadAccount);
    CPPUNIT_TEST(testWrongAppSecretNeverTouchesAGrant);
    CPPUNIT_TEST(testStoredTokenIsServedWhileUpstreamIsDown);
    CPPUNIT_TEST(testUpstreamRateLimitIsPassedOnOnceTheTokenHasExpired);
    CPPUNIT_TEST(testGarbageFromUpstreamLeavesTheOutcomeOpen);
    CPPUNIT_TEST(testUnknownErrorFromUpstreamIsAProtocolError);
    CPPUNIT_TEST(testKeptRefreshTokenWhenNoneComesBack);
    CPPUNIT_TEST(testLargeTokensAreKeptWhole);
    CPPUNIT_TEST(testRefreshedTokensSurviveARestart);
    CPPUNIT_TEST_SUITE_END();

public:
    void testFreshTokenIsServedWithoutUpstream() {
        const auto linked = _service->linkAccount();
        const auto read = token(linked);
        CPPUNIT_ASSERT_EQUAL(200, read.status);
        CPPUNIT_ASSERT_EQUAL(linked.text("access_token"), read.text("access_token"));
        CPPUNIT_ASSERT_EQUAL(0, refreshes());
    }

    void testExpiringTokenIsRefreshed() {
        const auto linked = linkWithTokenOf(90);
        const auto read = token(linked);
        CPPUNIT_ASSERT_EQUAL(200, read.status);
        CPPUNIT_ASSERT(linked.text("access_token") != read.text("access_token"));
        CPPUNIT_ASSERT_EQUAL(2, read.json()->getValue<int>("token_version"));
        CPPUNIT_ASSERT(read.json()->getValue<int>("expires_in") > 3500);
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
    }

    // The life is shorter than the margin: with the margin alone the token would be due at once.
    void testShortTokenIsServedUntilNearItsEnd() {
        options(R"({"access_token_lifetime_s":90})");
        const auto linked = _service->linkAccount();
        for (int read = 0; read < 20; ++read)
            CPPUNIT_ASSERT_EQUAL(linked.text("access_token"), token(linked).text("access_token"));
        CPPUNIT_ASSERT_EQUAL(0, refreshes());
        _service->passTime(70);
        for (int read = 0; read < 20; ++read)
            CPPUNIT_ASSERT_EQUAL(2, token(linked).json()->getValue<int>("token_version"));
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
    }

    void testMinimumTtlForcesAnEarlierRefresh() {
        const auto linked = linkWithTokenOf(400);
        CPPUNIT_ASSERT_EQUAL(linked.text("access_token"), token(linked).text("access_token"));
        const auto longer = token(linked, "?min_ttl=500");
        CPPUNIT_ASSERT(longer.json()->getValue<int>("expires_in") >= 500);
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
        CPPUNIT_ASSERT_EQUAL(400, token(linked, "?min_ttl=541").status);
        CPPUNIT_ASSERT_EQUAL(400, token(linked, "?min_ttl=soon").status);
    }

    void testTwoHundredConcurrentReadsRefreshOnce() {
        constexpr int readers = 200;
        const auto linked = linkWithTokenOf(90);
        const auto hold = holdRefresh("before");
        std::vector<std::future<HttpAnswer>> reads;
        for (int i = 0; i < readers; ++i)
            reads.push_back(std::async(std::launch::async, [&] { return token(linked); }));
        waitForHeld(hold);
        release();
        std::set<std::string> tokens;
        for (auto& read : reads) {
            const auto answer = read.get();
            CPPUNIT_ASSERT_EQUAL(200, answer.status);
            tokens.insert(answer.text("access_token"));
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), tokens.size());
        const auto base =
            linked.json()->getObject("products")->getObject("jira")->getValue<std::string>("api_base_url");
        for (const auto& each : tokens)
            CPPUNIT_ASSERT_EQUAL(200, callApi("GET", base + "/rest/api/3/myself", each).status);
        CPPUNIT_ASSERT(token(linked).text("access_token") != linked.text("access_token"));
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
    }

    void testSlowUpstreamDoesNotTakeEveryWorker() {
        constexpr int readers = 40;
        const auto linked = linkWithTokenOf(90);
        const auto hold = holdRefresh("before");
        std::vector<std::future<HttpAnswer>> reads;
        for (int i = 0; i < readers; ++i)
            reads.push_back(std::async(std::launch::async, [&] { return token(linked, "?min_ttl=300"); }));
        waitForHeld(hold);
        for (int i = 0; i < 10; ++i)
            CPPUNIT_ASSERT_EQUAL(200, _service->get("/v1/healthz", {}).status);
        release();
        for (auto& read : reads) {
            const auto answer = read.get();
            CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body.substr(0, 200), 200, answer.status);
            CPPUNIT_ASSERT(answer.text("access_token") != linked.text("access_token"));
        }
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
    }

    void testRelinkEndsAPause() {
        const auto linked = linkWithTokenOf(90);
        _simulator->control("POST", "faults",
                            R"({"target":"token","grant_type":"refresh_token","kind":"rate_limit",)"
                            R"("retry_after_s":86400})");
        CPPUNIT_ASSERT_EQUAL(200, token(linked).status);
        const auto again = linkWithTokenOf(90);
        CPPUNIT_ASSERT_EQUAL(linked.text("account_id"), again.text("account_id"));
        CPPUNIT_ASSERT(token(again).json()->getValue<int>("expires_in") > 3500);
    }

    void testDeleteDuringARefreshWins() {
        const auto linked = linkWithTokenOf(90);
        const auto hold = holdRefresh("after");
        auto read = std::async(std::launch::async, [&] { return token(linked); });
        waitForHeld(hold);
        const auto path = "/v1/tokens/" + linked.text("account_id");
        const auto removed = _service->remove(path, _service->key());
        CPPUNIT_ASSERT_EQUAL_MESSAGE("a delete does not wait for upstream", 200, removed.status);
        release();
        CPPUNIT_ASSERT_EQUAL(404, read.get().status);
        CPPUNIT_ASSERT_EQUAL(404, token(linked).status);
        CPPUNIT_ASSERT_EQUAL(404, _service->remove(path, _service->key()).status);
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
    }

    void testDeletedAccountIsGone() {
        const auto linked = _service->linkAccount();
        const auto removed = _service->remove("/v1/tokens/" + linked.text("account_id"), _service->key());
        CPPUNIT_ASSERT_EQUAL(200, removed.status);
        CPPUNIT_ASSERT_EQUAL(std::string("deleted"), removed.text("local"));
        CPPUNIT_ASSERT_EQUAL(std::string("skipped"), removed.text("upstream"));
        CPPUNIT_ASSERT_EQUAL(404, token(linked).status);
        CPPUNIT_ASSERT_EQUAL(
            404, _service->get("/v1/accounts/" + linked.text("account_id"), _service->key()).status);
        const auto again = _service->linkAccount();
        CPPUNIT_ASSERT_MESSAGE("an id is never used again",
                               again.text("account_id") != linked.text("account_id"));
    }

    void testDeadGrantInEveryWordingIsNeverTriedAgain() {
        for (const std::string wording : {"new", "documented", "random"}) {
            options(R"({"dead_token_wording":")" + wording + "\"}");
            const auto linked = linkWithTokenOf(90, R"({"subject":")" + wording + "\"}");
            _simulator->control("POST", "revoke_grant", R"({"user":"ada"})");
            const auto before = refreshes();
            const auto dead = token(linked);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(wording, 412, dead.status);
            CPPUNIT_ASSERT_EQUAL(std::string("needs_reauth"), dead.text("error"));
            CPPUNIT_ASSERT_EQUAL(std::string("revoked_or_expired"), dead.text("reason"));
            CPPUNIT_ASSERT_EQUAL(412, token(linked).status);
            CPPUNIT_ASSERT_EQUAL(before + 1, refreshes());
            const auto account = _service->get("/v1/accounts/" + linked.text("account_id"), _service->key());
            CPPUNIT_ASSERT_EQUAL(std::string("needs_reauth"), account.text("status"));
            CPPUNIT_ASSERT(!account.text("explanation").empty());
        }
    }

    void testRelinkBodyRevivesADeadAccount() {
        const auto linked = linkWithTokenOf(90, R"({"subject":"user-7"})");
        _simulator->control("POST", "revoke_grant", R"({"user":"ada"})");
        const auto dead = token(linked);
        std::ostringstream body;
        dead.json()->getObject("relink")->stringify(body);
        const auto again = _service->linkAccount(body.str());
        CPPUNIT_ASSERT_EQUAL(linked.text("account_id"), again.text("account_id"));
        CPPUNIT_ASSERT_EQUAL(200, token(linked).status);
    }

    void testWrongAppSecretNeverTouchesAGrant() {
        const auto linked = linkWithTokenOf(90);
        _simulator->control("POST", "apps",
                            R"({"client_id":"demo-client-id","client_secret":"changed-secret"})");
        CPPUNIT_ASSERT_EQUAL_MESSAGE("the stored token still lives", 200, token(linked).status);
        _service->advanceClock(91);
        const auto failed = token(linked);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(failed.body, 502, failed.status);
        CPPUNIT_ASSERT_EQUAL(std::string("provider_misconfigured"), failed.text("error"));
        _simulator->control("POST", "apps",
                            R"({"client_id":"demo-client-id","client_secret":"demo-client-secret"})");
        _service->advanceClock(31);
        CPPUNIT_ASSERT_EQUAL(200, token(linked).status);
    }

    void testStoredTokenIsServedWhileUpstreamIsDown() {
        const auto linked = linkWithTokenOf(90);
        _simulator->control("POST", "faults", R"({"target":"auth","kind":"outage"})");
        const auto read = token(linked);
        CPPUNIT_ASSERT_EQUAL(200, read.status);
        CPPUNIT_ASSERT_EQUAL(linked.text("access_token"), read.text("access_token"));
        _service->advanceClock(91);
        const auto failed = token(linked);
        CPPUNIT_ASSERT_EQUAL(503, failed.status);
        CPPUNIT_ASSERT_EQUAL(std::string("provider_unavailable"), failed.text("error"));
        CPPUNIT_ASSERT(!failed.header("Retry-After").empty());
        _simulator->control("POST", "faults/clear", "{}");
        _service->advanceClock(31);
        CPPUNIT_ASSERT_EQUAL(200, token(linked).status);
    }

    void testUpstreamRateLimitIsPassedOnOnceTheTokenHasExpired() {
        const auto linked = linkWithTokenOf(90);
        _simulator->control("POST", "faults",
                            R"({"target":"token","kind":"rate_limit","retry_after_s":200})");
        CPPUNIT_ASSERT_EQUAL(linked.text("access_token"), token(linked).text("access_token"));
        CPPUNIT_ASSERT_EQUAL(linked.text("access_token"), token(linked).text("access_token"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("not asked again before its time", 1, refreshes());
        _service->advanceClock(91);
        const auto failed = token(linked);
        CPPUNIT_ASSERT_EQUAL(503, failed.status);
        CPPUNIT_ASSERT_EQUAL(std::string("provider_rate_limited"), failed.text("error"));
        _service->advanceClock(120);
        CPPUNIT_ASSERT_EQUAL(200, token(linked).status);
    }

    void testGarbageFromUpstreamLeavesTheOutcomeOpen() {
        const auto linked = linkWithTokenOf(90);
        _service->advanceClock(91);
        _simulator->control("POST", "faults", R"({"target":"token","kind":"html"})");
        const auto failed = token(linked);
        CPPUNIT_ASSERT_EQUAL(503, failed.status);
        CPPUNIT_ASSERT_EQUAL(std::string("provider_unavailable"), failed.text("error"));
        _service->advanceClock(2);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("the same token again, inside the leeway", 200, token(linked).status);
    }

    void testUnknownErrorFromUpstreamIsAProtocolError() {
        const auto linked = linkWithTokenOf(90);
        _service->advanceClock(91);
        _simulator->control("POST", "faults",
                            R"({"target":"token","kind":"oauth_error","status":400,"error":"teapot"})");
        const auto failed = token(linked);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(failed.body, 502, failed.status);
        CPPUNIT_ASSERT_EQUAL(std::string("provider_protocol"), failed.text("error"));
    }

    void testKeptRefreshTokenWhenNoneComesBack() {
        const auto linked = linkWithTokenOf(90);
        _simulator->control("POST", "faults", R"({"target":"token","kind":"without_refresh_token"})");
        CPPUNIT_ASSERT_EQUAL(200, token(linked).status);
        _service->passTime(3510);
        CPPUNIT_ASSERT_EQUAL(200, token(linked).status);
        CPPUNIT_ASSERT_EQUAL(2, refreshes());
    }

    void testLargeTokensAreKeptWhole() {
        options(R"({"access_token_size":8000,"refresh_token_size":12000,"code_size":6000})");
        const auto linked = linkWithTokenOf(90);
        const auto read = token(linked);
        CPPUNIT_ASSERT_EQUAL(200, read.status);
        CPPUNIT_ASSERT(read.text("access_token").size() >= 7900);
        const auto base =
            read.json()->getObject("products")->getObject("jira")->getValue<std::string>("api_base_url");
        CPPUNIT_ASSERT_EQUAL(200,
                             callApi("GET", base + "/rest/api/3/myself", read.text("access_token")).status);
    }

    void testRefreshedTokensSurviveARestart() {
        const auto linked = linkWithTokenOf(90);
        const auto refreshed = token(linked);
        _service->kill();
        _service->start();
        CPPUNIT_ASSERT_EQUAL(refreshed.text("access_token"), token(linked).text("access_token"));
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
    }

private:
    [[nodiscard]] HttpAnswer token(const HttpAnswer& linked, const std::string& query = {}) const {
        return _service->get("/v1/tokens/" + linked.text("account_id") + query, _service->key());
    }

    void options(const std::string& body) const { _simulator->control("POST", "options", body); }

    // Links an account whose access token lives this many more seconds.
    [[nodiscard]] HttpAnswer linkWithTokenOf(int seconds, const std::string& body = "{}") const {
        auto linked = _service->linkAccount(body);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(linked.body.substr(0, 200), 200, linked.status);
        _service->passTime(linked.json()->getValue<int>("expires_in") - seconds);
        return linked;
    }

    [[nodiscard]] int refreshes() const { return _simulator->tokenCalls("refresh_token"); }

    [[nodiscard]] std::string holdRefresh(const std::string& when) const {
        return _simulator
            ->control("POST", "faults",
                      R"({"target":"token","grant_type":"refresh_token","kind":"hold","when":")" + when +
                          "\"}")
            .text("id");
    }

    void waitForHeld(const std::string& id) const {
        _simulator->control("GET", "faults/wait?id=" + id + "&held=1&timeout_ms=20000");
    }

    void release() const { _simulator->control("POST", "faults/release", "{}"); }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TokenTest);
