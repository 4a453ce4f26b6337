// SPDX-License-Identifier: Apache-2.0
// Links that are polled with the client key and a verifier of the client's own (RFC 7636, S256).
#include "../support/DaemonFixture.h"

#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <sstream>

using namespace central_oauth::test;

class VerifierLinkTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(VerifierLinkTest);
    CPPUNIT_TEST(testNoSecretIsIssued);
    CPPUNIT_TEST(testKeyAndVerifierBringTheToken);
    CPPUNIT_TEST(testHeldPollBringsTheToken);
    CPPUNIT_TEST(testRestartKeepsTheProof);
    CPPUNIT_TEST(testKeyOrVerifierAloneSeesNothing);
    CPPUNIT_TEST(testMissingVerifierIsReportedBeforeAnyLookUp);
    CPPUNIT_TEST(testCancelledWithKeyAndVerifier);
    CPPUNIT_TEST(testNeitherLogsNorDatabaseKnowTheVerifier);
    CPPUNIT_TEST_SUITE_END();

public:
    void testNoSecretIsIssued() {
        const auto created = _service->post("/v1/link-code", _service->key(), body);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(created.body, 201, created.status);
        CPPUNIT_ASSERT(!created.json()->has("link_secret"));
        CPPUNIT_ASSERT(created.body.find("cos_") == std::string::npos);
    }

    void testKeyAndVerifierBringTheToken() {
        const auto link = createLink();
        const auto waiting = ask("GET", poll(link), _service->key(), verifier);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(waiting.body, 202, waiting.status);
        approveAll(link);
        CPPUNIT_ASSERT_EQUAL(200, ask("HEAD", poll(link), _service->key(), verifier).status);
        for (int read = 0; read < 3; ++read) {
            const auto granted = ask("GET", poll(link), _service->key(), verifier);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(granted.body, 200, granted.status);
            CPPUNIT_ASSERT(!granted.text("access_token").empty());
        }
        CPPUNIT_ASSERT_EQUAL(410, ask("GET", poll(link), _service->key(), verifier).status);
    }

    void testHeldPollBringsTheToken() {
        const auto link = createLink();
        auto held = std::async(std::launch::async, [&] {
            return ask("GET", poll(link) + "?wait=30", _service->key(), verifier);
        });
        approveAll(link);
        const auto granted = held.get();
        CPPUNIT_ASSERT_EQUAL_MESSAGE(granted.body, 200, granted.status);
        CPPUNIT_ASSERT(!granted.text("access_token").empty());
    }

    void testRestartKeepsTheProof() {
        const auto link = createLink();
        const auto secretLink = _service->createLink();
        _service->kill();
        _service->start();
        CPPUNIT_ASSERT_EQUAL(202, ask("GET", poll(link), _service->key(), verifier).status);
        CPPUNIT_ASSERT_EQUAL(404, ask("GET", poll(link), _service->key(), wrong).status);
        CPPUNIT_ASSERT_EQUAL(202, _service->poll(secretLink).status);
    }

    void testKeyOrVerifierAloneSeesNothing() {
        _service->stop();
        const auto otherKey = _service->addClient("other");
        _service->start();
        const auto link = createLink();
        const auto secretLink = _service->createLink(R"({"subject":"another"})");
        const std::string unknownCode = "/v1/poll/000000000000";
        const std::vector<HttpAnswer> refused{
            ask("GET", unknownCode, _service->key(), verifier),
            ask("GET", poll(link), _service->key(), wrong),
            ask("GET", poll(link), otherKey, verifier),
            ask("GET", poll(link), secretLink.secret, {}),
            ask("GET", poll(secretLink), _service->key(), verifier),
        };
        for (const auto& answer : refused) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 404, answer.status);
            CPPUNIT_ASSERT_EQUAL(comparable(refused.front()), comparable(answer));
        }
        CPPUNIT_ASSERT_EQUAL(404, ask("DELETE", cancel(link), otherKey, verifier).status);
        CPPUNIT_ASSERT_EQUAL(202, ask("GET", poll(link), _service->key(), verifier).status);
    }

    void testMissingVerifierIsReportedBeforeAnyLookUp() {
        const auto link = createLink();
        for (const std::string& path : {poll(link), std::string("/v1/poll/000000000000")}) {
            for (const std::string& malformed : {std::string(), std::string(42, 'v'), std::string(43, '+')}) {
                const auto refused = ask("GET", path, _service->key(), malformed);
                CPPUNIT_ASSERT_EQUAL_MESSAGE(refused.body, 400, refused.status);
                CPPUNIT_ASSERT(refused.text("hint").find("Link-Verifier") != std::string::npos);
            }
            CPPUNIT_ASSERT_EQUAL(401, ask("GET", path, "cok_" + std::string(61, 'Q'), verifier).status);
        }
        const auto secretLink = _service->createLink(R"({"subject":"another"})");
        CPPUNIT_ASSERT_EQUAL(400, ask("GET", poll(secretLink), secretLink.secret, verifier).status);
    }

    void testCancelledWithKeyAndVerifier() {
        const auto link = createLink();
        CPPUNIT_ASSERT_EQUAL(404, ask("DELETE", cancel(link), _service->key(), wrong).status);
        CPPUNIT_ASSERT_EQUAL(200, ask("DELETE", cancel(link), _service->key(), verifier).status);
        const auto polled = ask("GET", poll(link), _service->key(), verifier);
        CPPUNIT_ASSERT_EQUAL(403, polled.status);
        CPPUNIT_ASSERT_EQUAL(std::string("cancelled"), polled.text("reason"));
    }

    void testNeitherLogsNorDatabaseKnowTheVerifier() {
        const auto link = createLink();
        approveAll(link);
        (void)ask("GET", poll(link), _service->key(), verifier);
        (void)ask("GET", poll(link), _service->key(), wrong);
        _service->kill();
        std::string kept = _service->log();
        for (const auto& file : std::filesystem::directory_iterator(_service->database().parent_path())) {
            std::ifstream in(file.path(), std::ios::binary);
            kept += std::string(std::istreambuf_iterator<char>(in), {});
        }
        CPPUNIT_ASSERT_MESSAGE("the files are read at all", kept.find(link.id) != std::string::npos);
        for (const std::string& secret : {verifier, wrong})
            CPPUNIT_ASSERT(kept.find(secret) == std::string::npos);
    }

private:
    // RFC 7636 appendix B.
    const std::string verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const std::string body =
        R"({"code_challenge":"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM","code_challenge_method":"S256"})";
    const std::string wrong = std::string(43, 'w');

    static std::string poll(const TestLink& link) { return "/v1/poll/" + link.code; }
    static std::string cancel(const TestLink& link) { return "/v1/link-code/" + link.code; }

    [[nodiscard]] TestLink createLink() const {
        const auto created = _service->post("/v1/link-code", _service->key(), body);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(created.body, 201, created.status);
        return {created.text("link_id"), created.text("link_code"), created.text("verification_url"), {}};
    }

    // Sends no header if the verifier is empty.
    [[nodiscard]] HttpAnswer ask(const std::string& method, const std::string& path,
                                 const std::string& bearer, const std::string& sent) const {
        HttpCall call{method, _service->url() + path, {{"Authorization", "Bearer " + bearer}}};
        if (!sent.empty())
            call.headers["Link-Verifier"] = sent;
        return exchange(call);
    }

    // Returns the parts of an answer that do not differ from request to request.
    static std::string comparable(const HttpAnswer& answer) {
        std::ostringstream text;
        for (const auto& [name, value] : answer.headers) {
            if (name != "X-Request-ID" && name != "Date")
                text << name << ": " << value << '\n';
        }
        auto json = answer.json();
        json->remove("request_id");
        json->stringify(text);
        return text.str();
    }

    void approveAll(const TestLink& link) const {
        WebBrowser browser;
        (void)ServiceUnderTest::consent(browser, _service->approve(browser, link));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(VerifierLinkTest);
