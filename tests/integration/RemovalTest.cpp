// SPDX-License-Identifier: Apache-2.0
// DELETE /v1/tokens/:account_id, and its effect upstream.
#include "../support/DaemonFixture.h"
#include "../support/People.h"

#include <cppunit/extensions/HelperMacros.h>
#include <future>
#include <memory>

using namespace central_oauth::test;

class RemovalTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(RemovalTest);
    CPPUNIT_TEST(testUpstreamIsLeftAloneUnlessWanted);
    CPPUNIT_TEST(testOperatorsChoiceIsTheDefault);
    CPPUNIT_TEST(testOtherClientOfThePersonLivesOnInBothOrders);
    CPPUNIT_TEST(testUpstreamThatIsDownHindersNoRemoval);
    CPPUNIT_TEST(testRemovalDuringARefreshIsNotUndone);
    CPPUNIT_TEST(testNonsenseRemovesNothing);
    CPPUNIT_TEST(testOptionInTheBodyRemovesNothing);
    CPPUNIT_TEST_SUITE_END();

public:
    void testUpstreamIsLeftAloneUnlessWanted() {
        for (const auto& [query, outcome, calls] :
             {std::tuple("", "skipped", 0), std::tuple("?upstream=auto", "skipped", 0),
              std::tuple("?upstream=never", "skipped", 0), std::tuple("?upstream=always", "attempted", 1)}) {
            const auto linked = _service->linkAccount();
            expectRemoved(linked, query, outcome);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(query, calls, revocations());
        }
    }

    void testOperatorsChoiceIsTheDefault() {
        begin({{"CENTRAL_OAUTH_JIRA_UPSTREAM_REVOKE", "on"}});
        expectRemoved(_service->linkAccount(), "?upstream=never", "skipped");
        CPPUNIT_ASSERT_EQUAL(0, revocations());
        expectRemoved(_service->linkAccount(), "", "attempted");
        CPPUNIT_ASSERT_EQUAL(1, revocations());
    }

    void testOtherClientOfThePersonLivesOnInBothOrders() {
        for (const bool firstGoesFirst : {true, false}) {
            begin({{"CENTRAL_OAUTH_JIRA_UPSTREAM_REVOKE", "on"}});
            // The worst upstream: revoking one token ends the person's whole grant.
            _simulator->control("POST", "options", R"({"revoke_mode":"200_revoke_grant"})");
            const auto otherKey = addClient("other server");
            const auto first = linkAs(*_service, *_simulator, _service->key(), "ada");
            const auto second = linkAs(*_service, *_simulator, otherKey, "ada");
            CPPUNIT_ASSERT_EQUAL(upstreamIdIn(first), upstreamIdIn(second));
            const auto& [going, goingKey] =
                firstGoesFirst ? std::pair(first, _service->key()) : std::pair(second, otherKey);
            const auto& [staying, stayingKey] =
                firstGoesFirst ? std::pair(second, otherKey) : std::pair(first, _service->key());
            expectRemoved(going, "?upstream=always", "kept_for_others", goingKey);
            CPPUNIT_ASSERT_EQUAL(0, revocations());
            _service->advanceClock(3590);
            const auto path = "/v1/tokens/" + staying.text("account_id");
            const auto token = _service->get(path, stayingKey);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(token.body.substr(0, 200), 200, token.status);
            CPPUNIT_ASSERT_EQUAL_MESSAGE("refreshed", 2, token.json()->getValue<int>("token_version"));
            CPPUNIT_ASSERT_EQUAL(
                200, callApi("GET", _simulator->url() + "/me", token.text("access_token")).status);

            expectRemoved(staying, "", "attempted", stayingKey);
            CPPUNIT_ASSERT_EQUAL(1, revocations());
            CPPUNIT_ASSERT_EQUAL_MESSAGE(
                "nobody is left, and the grant is dead", 401,
                callApi("GET", _simulator->url() + "/me", token.text("access_token")).status);
        }
    }

    void testUpstreamThatIsDownHindersNoRemoval() {
        for (const std::string fault :
             {R"({"target":"auth","kind":"outage"})", R"({"target":"revoke","kind":"drop"})",
              R"({"target":"revoke","kind":"rate_limit"})"}) {
            const auto linked = _service->linkAccount();
            _simulator->control("POST", "faults", fault);
            expectRemoved(linked, "?upstream=always", "attempted");
            _simulator->control("POST", "faults/clear", "{}");
        }
    }

    void testRemovalDuringARefreshIsNotUndone() {
        const auto linked = _service->linkAccount();
        _service->passTime(3510);
        const auto hold =
            _simulator
                ->control("POST", "faults",
                          R"({"target":"token","grant_type":"refresh_token","kind":"hold","when":"after"})")
                .text("id");
        const auto path = "/v1/tokens/" + linked.text("account_id");
        auto read = std::async(std::launch::async, [&] { return _service->get(path, _service->key()); });
        _simulator->control("GET", "faults/wait?id=" + hold + "&held=1&timeout_ms=20000");
        expectRemoved(linked, "?upstream=always", "attempted");
        _simulator->control("POST", "faults/release", "{}");
        CPPUNIT_ASSERT_EQUAL(404, read.get().status);
        CPPUNIT_ASSERT_EQUAL(404, _service->get(path, _service->key()).status);
    }

    void testNonsenseRemovesNothing() {
        const auto linked = _service->linkAccount();
        const auto path = "/v1/tokens/" + linked.text("account_id");
        for (const std::string query : {"?upstream=", "?upstream=yes", "?holder=", "?holder=all",
                                        "?holder=current", "?upstream=auto&upstream=never", "?force=1"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(query, 400, _service->remove(path + query, _service->key()).status);
        CPPUNIT_ASSERT_EQUAL(200, _service->get(path, _service->key()).status);
    }

    // The option belongs in the query; ignoring a body would apply the default.
    void testOptionInTheBodyRemovesNothing() {
        const auto path = "/v1/tokens/" + _service->linkAccount().text("account_id");
        for (const std::string body : {R"({"upstream":"always"})", R"({"holder":"current"})", "{}"}) {
            const auto refused = callApi("DELETE", _service->url() + path, _service->key(), body);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(body, 400, refused.status);
            CPPUNIT_ASSERT_EQUAL(std::string("invalid_request"), refused.text("error"));
            CPPUNIT_ASSERT_MESSAGE(refused.body, refused.text("hint").find(
                                                     "in the query: upstream, holder.") != std::string::npos);
        }
        CPPUNIT_ASSERT_EQUAL(0, revocations());
        CPPUNIT_ASSERT_EQUAL(200, _service->get(path, _service->key()).status);
        CPPUNIT_ASSERT_EQUAL(200, _service->remove(path, _service->key()).status);
    }

private:
    [[nodiscard]] std::string addClient(const std::string& name) {
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
        auto key = _service->addClient(name);
        _service->start();
        return key;
    }

    void expectRemoved(const HttpAnswer& linked, const std::string& query, const std::string& upstream,
                       const std::string& key = {}) const {
        const auto path = "/v1/tokens/" + linked.text("account_id");
        const auto& credential = key.empty() ? _service->key() : key;
        const auto removed = _service->remove(path + query, credential);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(removed.body, 200, removed.status);
        CPPUNIT_ASSERT_EQUAL(std::string("deleted"), removed.text("local"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(query, upstream, removed.text("upstream"));
        CPPUNIT_ASSERT_EQUAL(404, _service->get(path, credential).status);
    }

    [[nodiscard]] int revocations() const {
        const auto routes = _simulator->control("GET", "counters").json()->getObject("routes");
        return routes->has("revoke") ? routes->getObject("revoke")->getValue<int>("requests") : 0;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RemovalTest);
