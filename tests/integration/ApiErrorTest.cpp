// SPDX-License-Identifier: Apache-2.0
// Every refusal of the REST API, over real HTTP.
#include "../support/DaemonFixture.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::test;

class ApiErrorTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(ApiErrorTest);
    CPPUNIT_TEST(testBrokenJson);
    CPPUNIT_TEST(testUnknownFieldIsNamed);
    CPPUNIT_TEST(testFieldsOfLaterVersionsAreRefusedClearly);
    CPPUNIT_TEST(testRoutesOfLaterVersionsAreRefusedClearly);
    CPPUNIT_TEST(testFieldLimits);
    CPPUNIT_TEST(testUnknownProvider);
    CPPUNIT_TEST(testWrongContentType);
    CPPUNIT_TEST(testBodyTooLarge);
    CPPUNIT_TEST(testMissingAndWrongCredentials);
    CPPUNIT_TEST(testCredentialInTheUrl);
    CPPUNIT_TEST(testUnknownQueryParameter);
    CPPUNIT_TEST(testUnknownPathAndMethod);
    CPPUNIT_TEST(testHeadWorksWhereGetDoes);
    CPPUNIT_TEST(testForeignAccountsLookUnknown);
    CPPUNIT_TEST(testScopesAreEnforced);
    CPPUNIT_TEST(testListLimitsAndCursors);
    CPPUNIT_TEST(testCorrelationId);
    CPPUNIT_TEST(testHealthAndReadiness);
    CPPUNIT_TEST(testProviders);
    CPPUNIT_TEST(testFailuresAreLimitedAndCorrectKeysPass);
    CPPUNIT_TEST(testLinkCreationIsLimited);
    CPPUNIT_TEST(testForeignHostIsMisdirected);
    CPPUNIT_TEST_SUITE_END();

public:
    void testBrokenJson() {
        for (const std::string body : {"{", "[]", "\"text\"", "{\"provider\":}", "nonsense",
                                       "{\"provider\":7}", "{\"provider\":{\"a\":1}}"})
            expect(400, "invalid_request", link(body));
        std::string deep = "1";
        for (int i = 0; i < 9; ++i)
            deep = "[" + deep + "]";
        expect(400, "invalid_request", link("{\"provider\":" + deep + "}"));
    }

    void testUnknownFieldIsNamed() {
        const auto answer = link(R"({"provder":"jira"})");
        expect(400, "invalid_request", answer);
        CPPUNIT_ASSERT(answer.text("hint").find("provder") != std::string::npos);
    }

    void testFieldsOfLaterVersionsAreRefusedClearly() {
        for (const std::string field : {"loopback_port", "return_url"}) {
            const auto answer = link("{\"" + field + "\":\"x\"}");
            expect(501, "not_implemented", answer);
            CPPUNIT_ASSERT(answer.text("hint").find(field) != std::string::npos);
        }
        expect(501, "not_implemented", link(R"({"completion":"pin"})"));
        expect(400, "invalid_request", link(R"({"completion":"magic"})"));
    }

    void testRoutesOfLaterVersionsAreRefusedClearly() {
        expect(501, "not_implemented", _service->post("/v1/poll/482913706154/confirm", key(), "{}"));
        expect(501, "not_implemented", _service->get("/v1/metrics", {}));
    }

    void testFieldLimits() {
        expect(400, "invalid_request", link("{\"subject\":\"" + std::string(129, 's') + "\"}"));
        expect(400, "invalid_request", link("{\"label\":\"" + std::string(65, 's') + "\"}"));
        expect(400, "invalid_request", link(R"({"label":"two\nlines"})"));
        CPPUNIT_ASSERT_EQUAL(201, link("{\"subject\":\"" + std::string(128, 's') + "\"}").status);
    }

    void testUnknownProvider() { expect(400, "invalid_request", link(R"({"provider":"trello"})")); }

    void testWrongContentType() {
        const auto answer = exchange({"POST",
                                      _service->url() + "/v1/link-code",
                                      {{"Authorization", "Bearer " + key()}, {"Content-Type", "text/plain"}},
                                      "{}"});
        expect(415, "unsupported_media_type", answer);
    }

    void testBodyTooLarge() {
        expect(413, "payload_too_large", link("{\"label\":\"" + std::string(17000, 'x') + "\"}"));
    }

    void testMissingAndWrongCredentials() {
        const auto made = _service->createLink();
        const std::string typo = key().substr(0, key().size() - 1) + (key().back() == 'A' ? "B" : "A");
        for (const auto& credential : {std::string(), std::string("nonsense"), typo, made.secret}) {
            const auto answer = _service->post("/v1/link-code", credential, "{}");
            expect(401, "invalid_credential", answer);
            CPPUNIT_ASSERT_EQUAL(std::size_t(0), answer.header("WWW-Authenticate").find("Bearer"));
        }
        expect(401, "invalid_credential", _service->get("/v1/poll/" + made.code, {}));
        expect(401, "invalid_credential", _service->get("/v1/poll/" + made.code, typo));
        expect(400, "invalid_request", _service->get("/v1/poll/" + made.code, key()));
        const auto basic =
            exchange({"GET", _service->url() + "/v1/accounts", {{"Authorization", "Basic eDp5"}}});
        expect(401, "invalid_credential", basic);
    }

    void testCredentialInTheUrl() {
        for (const std::string& query :
             {"?subject=" + key(), std::string("?anything=cos_something"), std::string("?cursor=cog_x")})
            expect(400, "credential_in_url", _service->get("/v1/accounts" + query, key()));
        CPPUNIT_ASSERT(_service->completeLog().find(key()) == std::string::npos);
    }

    void testUnknownQueryParameter() {
        const auto answer = _service->get("/v1/accounts?colour=red", key());
        expect(400, "invalid_request", answer);
        CPPUNIT_ASSERT(answer.text("hint").find("colour") != std::string::npos);
    }

    void testUnknownPathAndMethod() {
        expect(404, "not_found", _service->get("/v1/nothing", key()));
        const auto answer = _service->remove("/v1/link-code", key());
        expect(405, "method_not_allowed", answer);
        CPPUNIT_ASSERT_EQUAL(std::string("POST"), answer.header("Allow"));
        const auto tokens = callApi("PUT", _service->url() + "/v1/tokens/acc_x", key(), "{}");
        CPPUNIT_ASSERT_EQUAL(405, tokens.status);
        CPPUNIT_ASSERT(tokens.header("Allow").find("DELETE") != std::string::npos);
        CPPUNIT_ASSERT(tokens.header("Allow").find("HEAD") != std::string::npos);
    }

    void testHeadWorksWhereGetDoes() {
        for (const std::string path : {"/v1/healthz", "/v1/accounts", "/v1/providers", "/"}) {
            const auto full = _service->get(path, key());
            const auto head = callApi("HEAD", _service->url() + path, key());
            CPPUNIT_ASSERT_EQUAL_MESSAGE(path, full.status, head.status);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(path, full.header("Content-Length"), head.header("Content-Length"));
            CPPUNIT_ASSERT_MESSAGE(path, head.body.empty());
        }
    }

    void testForeignAccountsLookUnknown() {
        (void)_service->stop();
        const auto other = _service->addClient("other client");
        _service->start();
        const auto account = _service->linkAccount().text("account_id");
        for (const std::string route : {"/v1/tokens/", "/v1/accounts/"}) {
            const auto foreign = _service->get(route + account, other);
            const auto unknown = _service->get(route + "acc_AAAAAAAAAAAAAAAAAAAAAA", other);
            expect(404, "not_found", foreign);
            CPPUNIT_ASSERT_EQUAL(comparable(unknown), comparable(foreign));
        }
        expect(404, "not_found", _service->remove("/v1/tokens/" + account, other));
        CPPUNIT_ASSERT_EQUAL(std::size_t(0),
                             _service->get("/v1/accounts", other).json()->getArray("items")->size());
        CPPUNIT_ASSERT_EQUAL(200, _service->get("/v1/tokens/" + account, key()).status);
    }

    void testScopesAreEnforced() {
        (void)_service->stop();
        const auto reader = _service->addClient("reader", "accounts");
        _service->start();
        expect(403, "insufficient_scope", _service->post("/v1/link-code", reader, "{}"));
        expect(403, "insufficient_scope", _service->get("/v1/tokens/acc_x", reader));
        expect(403, "insufficient_scope", _service->remove("/v1/tokens/acc_x", reader));
        CPPUNIT_ASSERT_EQUAL(200, _service->get("/v1/accounts", reader).status);
    }

    void testListLimitsAndCursors() {
        for (const std::string subject : {"a", "b", "c"})
            CPPUNIT_ASSERT_EQUAL(200, _service->linkAccount(R"({"subject":")" + subject + "\"}").status);
        std::string cursor;
        std::multiset<std::string> subjects;
        do {
            const auto page = _service->get(
                "/v1/accounts?limit=1" + (cursor.empty() ? std::string() : "&cursor=" + cursor), key());
            CPPUNIT_ASSERT_EQUAL(200, page.status);
            const auto items = page.json()->getArray("items");
            CPPUNIT_ASSERT_EQUAL(std::size_t(1), items->size());
            subjects.insert(items->getObject(0)->getValue<std::string>("subject"));
            cursor = page.json()->isNull("next_cursor") ? "" : page.text("next_cursor");
        } while (!cursor.empty() && subjects.size() < 10);
        CPPUNIT_ASSERT_MESSAGE("each account once", subjects == std::multiset<std::string>({"a", "b", "c"}));
        for (const std::string query : {"?limit=0", "?limit=201", "?limit=x", "?cursor=garbage"})
            expect(400, "invalid_request", _service->get("/v1/accounts" + query, key()));
    }

    void testCorrelationId() {
        HttpCall call{
            "GET", _service->url() + "/v1/providers", {{"Authorization", "Bearer " + _service->key()}}};
        const auto without = exchange(call);
        CPPUNIT_ASSERT_EQUAL(200, without.status);
        CPPUNIT_ASSERT(!without.header("X-Request-ID").empty());
        CPPUNIT_ASSERT_EQUAL(std::string(), without.header("X-Correlation-ID"));
        // The caller's id is returned under its own name. No header of a caller replaces the daemon's id.
        for (const std::string name : {"X-Correlation-ID", "X-Request-ID"}) {
            call.headers[name] = "callers.own-" + name;
            const auto answer = exchange(call);
            CPPUNIT_ASSERT_EQUAL(std::string("callers.own-X-Correlation-ID"),
                                 answer.header("X-Correlation-ID"));
            CPPUNIT_ASSERT(answer.header("X-Request-ID").find("callers") == std::string::npos);
            CPPUNIT_ASSERT(!answer.header("X-Request-ID").empty());
        }
        call.headers["X-Correlation-ID"] = "not fit\"for a log";
        const auto unfit = exchange(call);
        CPPUNIT_ASSERT_EQUAL(std::string(), unfit.header("X-Correlation-ID"));
        CPPUNIT_ASSERT(!unfit.header("X-Request-ID").empty());
    }

    void testHealthAndReadiness() {
        CPPUNIT_ASSERT_EQUAL(std::string("ok"), _service->get("/v1/healthz", {}).text("status"));
        const auto ready = _service->get("/v1/readyz", {});
        CPPUNIT_ASSERT_EQUAL(200, ready.status);
        CPPUNIT_ASSERT_EQUAL(std::string("ok"), ready.text("status"));
    }

    void testProviders() {
        const auto items = _service->get("/v1/providers", key()).json()->getArray("items");
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), items->size());
        CPPUNIT_ASSERT_EQUAL(std::string("jira"), items->getObject(0)->getValue<std::string>("name"));
        expect(401, "invalid_credential", _service->get("/v1/providers", {}));
    }

    void testFailuresAreLimitedAndCorrectKeysPass() {
        int refused = 0;
        for (int i = 0; i < 70; ++i) {
            const auto answer = _service->get("/v1/accounts", "cok_wrong");
            if (answer.status == 429) {
                ++refused;
                CPPUNIT_ASSERT_EQUAL(std::string("rate_limited"), answer.text("error"));
                CPPUNIT_ASSERT(!answer.header("Retry-After").empty());
            }
        }
        CPPUNIT_ASSERT_MESSAGE("burst is 60", refused >= 5 && refused <= 10);
        CPPUNIT_ASSERT_EQUAL(200, _service->get("/v1/accounts", key()).status);
        _service->advanceClock(60);
        CPPUNIT_ASSERT_EQUAL(401, _service->get("/v1/accounts", "cok_wrong").status);
    }

    void testLinkCreationIsLimited() {
        for (int i = 0; i < 5; ++i)
            CPPUNIT_ASSERT_EQUAL(201, link(R"({"subject":"busy"})").status);
        const auto answer = link(R"({"subject":"busy"})");
        expect(429, "rate_limited", answer);
        CPPUNIT_ASSERT(!answer.header("Retry-After").empty());
        CPPUNIT_ASSERT_EQUAL(201, link(R"({"subject":"calm"})").status);
        _service->advanceClock(601);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("expired links do not count", 201, link(R"({"subject":"busy"})").status);
    }

    void testForeignHostIsMisdirected() {
        const auto answer = exchange({"GET", _service->url() + "/", {{"Host", "evil.example"}}});
        CPPUNIT_ASSERT_EQUAL(421, answer.status);
    }

private:
    [[nodiscard]] const std::string& key() const { return _service->key(); }

    [[nodiscard]] HttpAnswer link(const std::string& body) const {
        return _service->post("/v1/link-code", key(), body);
    }

    static void expect(int status, const std::string& error, const HttpAnswer& answer) {
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, status, answer.status);
        CPPUNIT_ASSERT_EQUAL(error, answer.text("error"));
        CPPUNIT_ASSERT(!answer.text("error_description").empty());
        CPPUNIT_ASSERT_EQUAL(answer.header("X-Request-ID"), answer.text("request_id"));
        CPPUNIT_ASSERT_EQUAL(std::string("nosniff"), answer.header("X-Content-Type-Options"));
    }

    // Returns the parts of an answer that do not differ from request to request.
    static std::string comparable(const HttpAnswer& answer) {
        std::string text = std::to_string(answer.status);
        for (const auto& [name, value] : answer.headers) {
            if (name != "X-Request-ID" && name != "Date")
                text += "\n" + name + ": " + value;
        }
        auto body = answer.body;
        const auto id = answer.text("request_id");
        return text + "\n" + body.erase(body.find(id), id.size());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ApiErrorTest);
