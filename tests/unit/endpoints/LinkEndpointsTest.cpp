// SPDX-License-Identifier: Apache-2.0
// The link endpoints: valid values of `wait`, held polls, and the credentials that poll each kind of link.
#include "central_oauth/endpoints/LinkEndpoints.h"

#include "../services/links/LinkServiceFixture.h"
#include "central_oauth/crypto/Pkce.h"
#include "central_oauth/http/Target.h"
#include "central_oauth/services/clients/ClientService.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using base::ErrorCode;
using endpoints::Authenticator;
using endpoints::LinkEndpoints;
using endpoints::RequestAuthenticator;

class LinkEndpointsTest : public LinkServiceFixture {
    CPPUNIT_TEST_SUITE(LinkEndpointsTest);
    CPPUNIT_TEST(testWaitHoldsTheRequest);
    CPPUNIT_TEST(testNoWaitIsAnsweredAtOnce);
    CPPUNIT_TEST(testResumedRequestIsAnswered);
    CPPUNIT_TEST(testResumedRequestTellsTheEnd);
    CPPUNIT_TEST(testResumedRequestDelivers);
    CPPUNIT_TEST(testMalformedWaitIsRefused);
    CPPUNIT_TEST(testMalformedWaitCostsNothing);
    CPPUNIT_TEST(testHeadNeverWaits);
    CPPUNIT_TEST(testFailureIsCountedOnce);
    CPPUNIT_TEST(testFailureOfAResumedRequestIsNotCounted);
    CPPUNIT_TEST(testCreationTellsTheSecret);
    CPPUNIT_TEST(testLinkWithAChallengeIsPolledWithKeyAndVerifier);
    CPPUNIT_TEST(testLinkWithAChallengeIsCancelledWithKeyAndVerifier);
    CPPUNIT_TEST(testNothingElseProvesALinkWithAChallenge);
    CPPUNIT_TEST(testKeyWithoutVerifierIsReported);
    CPPUNIT_TEST(testVerifierBesideASecretIsRefused);
    CPPUNIT_TEST(testMalformedSecretsAreCounted);
    CPPUNIT_TEST(testEmptyFieldsAreRefused);
    CPPUNIT_TEST(testFieldsOfLaterVersionsAreAnnounced);
    CPPUNIT_TEST(testHeaderSubjectIsThatOfTheBody);
    CPPUNIT_TEST_SUITE_END();

    const std::string verifier = std::string(43, 'v');

public:
    void setUp() override {
        LinkServiceFixture::setUp();
        const auto& clock = _fixture->clock;
        _clients = std::make_unique<ClientService>(_fixture->store, clock);
        _requests = std::make_unique<RequestAuthenticator>(
            std::vector{
                Authenticator::ofClientKeys([this](const auto& key) { return _clients->authenticate(key); })},
            _fixture->limits);
        _endpoints = std::make_unique<LinkEndpoints>(*_service, _fixture->catalog, *_requests, clock,
                                                     "https://broker.example");
        _router = http::Router();
        _endpoints->mount(_router);
        _link = LinkServiceFixture::create();
        _key = memory::revealed(_clients->add({"Gamma"}).key);
        _otherKey = memory::revealed(_clients->add({"Delta"}).key);
    }

    void testWaitHoldsTheRequest() {
        for (const auto& [text, wait] : {std::pair("30", 30s), std::pair("1", 1s), std::pair("19", 19s)}) {
            const auto held = poll("?wait=" + std::string(text));
            CPPUNIT_ASSERT(held.hold());
            CPPUNIT_ASSERT(held.hold()->atMost == wait);
            CPPUNIT_ASSERT(_held->isHeld(_link.link.id));
        }
        CPPUNIT_ASSERT_MESSAGE("the answer keeps the hold alive, and nothing else does",
                               !_held->isHeld(_link.link.id));
    }

    void testNoWaitIsAnsweredAtOnce() {
        expectPending(poll(""));
        _fixture->advance(5s);
        expectPending(poll("?wait=0"));
    }

    void testResumedRequestIsAnswered() {
        const auto held = poll("?wait=30");
        CPPUNIT_ASSERT(held.hold());
        _steady += 30s;
        _fixture->advance(30s);
        expectPending(poll("?wait=30", true));
        CPPUNIT_ASSERT_MESSAGE("the next one is held again", poll("?wait=30").hold());
    }

    void testResumedRequestTellsTheEnd() {
        const auto held = poll("?wait=30");
        _service->cancel(_link.code, credentialOf(_link), _fixture->origin);
        CPPUNIT_ASSERT(held.hold()->until->fired());
        ASSERT_REFUSED(ErrorCode::accessDenied, poll("?wait=30", true));
    }

    void testResumedRequestDelivers() {
        const auto held = poll("?wait=30");
        stage(_link);
        const auto answer = poll("?wait=30", true);
        CPPUNIT_ASSERT_EQUAL(200, answer.status());
        CPPUNIT_ASSERT(answer.body().find("\"access-1\"") != std::string::npos);
    }

    void testMalformedWaitIsRefused() {
        for (const std::string text : {"",
                                       "31",
                                       "100",
                                       "00",
                                       "01",
                                       "030",
                                       "-1",
                                       "+1",
                                       "%2B1",
                                       "-0",
                                       "1.0",
                                       "1e1",
                                       "0x1",
                                       "1%20",
                                       "%201",
                                       "ten",
                                       "4294967296",
                                       "4294967297",
                                       "99999999999999999999",
                                       "\xd9\xa1"}) {
            for (const bool isResumed : {false, true}) {
                const auto refused = refusalOf([&] { (void)poll("?wait=" + text, isResumed); });
                CPPUNIT_ASSERT_MESSAGE(text, refused && refused->code == ErrorCode::invalidRequest);
            }
            ASSERT_REFUSED(ErrorCode::invalidRequest, ask("HEAD", "?wait=" + text, secret()));
        }
        try {
            (void)poll("?wait=31");
        } catch (const base::Error& failure) {
            CPPUNIT_ASSERT(failure.hint().find("0 to 30") != std::string::npos);
        }
    }

    void testMalformedWaitCostsNothing() {
        for (int i = 0; i < 100; ++i)
            ASSERT_REFUSED(ErrorCode::invalidRequest, poll("?wait=31"));
        expectPending(poll(""));
    }

    void testHeadNeverWaits() {
        const auto answer = ask("HEAD", "?wait=30", secret());
        CPPUNIT_ASSERT(!answer.hold());
        CPPUNIT_ASSERT_EQUAL(202, answer.status());
        CPPUNIT_ASSERT(!_held->isHeld(_link.link.id));
        ASSERT_REFUSED(ErrorCode::slowDown, ask("HEAD", "", secret()));
        _fixture->advance(10s);
        const auto held = poll("?wait=30");
        ASSERT_REFUSED(ErrorCode::slowDown, ask("HEAD", "?wait=30", secret()));
        CPPUNIT_ASSERT(_held->isHeld(_link.link.id));
    }

    void testFailureIsCountedOnce() {
        const auto foreign = foreignSecret();
        for (int i = 0; i < 60; ++i)
            ASSERT_REFUSED(ErrorCode::notFound, ask("GET", "?wait=30", foreign));
        ASSERT_REFUSED(ErrorCode::tooManyRequests, ask("GET", "?wait=30", foreign));
        CPPUNIT_ASSERT_MESSAGE("a correct secret passes all the same", poll("?wait=30").hold());
    }

    void testFailureOfAResumedRequestIsNotCounted() {
        const auto foreign = foreignSecret();
        for (int i = 0; i < 100; ++i)
            ASSERT_REFUSED(ErrorCode::notFound, ask("GET", "?wait=30", foreign, true));
    }

    void testCreationTellsTheSecret() {
        const auto answer = create("{}", 201).body();
        for (const std::string member : {"link_id", "link_code", "link_code_display", "verification_url",
                                         "link_secret", "poll_url", "expires_in", "interval"})
            CPPUNIT_ASSERT_MESSAGE(member, answer.find("\"" + member + "\":") != std::string::npos);
    }

    void testLinkWithAChallengeIsPolledWithKeyAndVerifier() {
        const auto code = createWithChallenge();
        expectPending(askWithKey("GET", code, _key, {verifier}));
        _fixture->advance(5s);
        CPPUNIT_ASSERT_EQUAL(202, askWithKey("HEAD", code, _key, {verifier}).status());
        _fixture->advance(5s);
        CPPUNIT_ASSERT(askWithKey("GET", code, _key, {verifier}, "?wait=30").hold());
    }

    void testLinkWithAChallengeIsCancelledWithKeyAndVerifier() {
        const auto code = createWithChallenge();
        ASSERT_REFUSED(ErrorCode::notFound, askWithKey("DELETE", code, _otherKey, {verifier}));
        CPPUNIT_ASSERT_EQUAL(200, askWithKey("DELETE", code, _key, {verifier}).status());
        ASSERT_REFUSED(ErrorCode::accessDenied, askWithKey("GET", code, _key, {verifier}));
    }

    void testNothingElseProvesALinkWithAChallenge() {
        const auto code = createWithChallenge();
        const std::string wrong(43, 'w');
        for (const std::string method : {"GET", "HEAD", "DELETE"}) {
            ASSERT_REFUSED(ErrorCode::notFound, askWithKey(method, code, _key, {wrong}));
            ASSERT_REFUSED(ErrorCode::notFound, askWithKey(method, code, _otherKey, {verifier}));
            ASSERT_REFUSED(ErrorCode::notFound, askWithKey(method, code, secret(), {}));
            ASSERT_REFUSED(ErrorCode::notFound, askWithKey(method, _link.code, _key, {verifier}));
            ASSERT_REFUSED(ErrorCode::notFound, askWithKey(method, "000000000000", _key, {verifier}));
            ASSERT_REFUSED(ErrorCode::invalidCredential,
                           askWithKey(method, code, "cok_" + std::string(61, 'Q'), {verifier}));
        }
    }

    void testKeyWithoutVerifierIsReported() {
        const auto code = createWithChallenge();
        for (const auto& verifiers :
             {std::vector<std::string>(), {verifier, verifier}, {std::string()}, {std::string(42, 'v')}})
            ASSERT_REFUSED(ErrorCode::invalidRequest, askWithKey("GET", code, _key, verifiers));
        ASSERT_REFUSED(ErrorCode::invalidCredential, askWithKey("GET", code, "no key", {}));
    }

    void testVerifierBesideASecretIsRefused() {
        ASSERT_REFUSED(ErrorCode::invalidRequest, askWithKey("GET", _link.code, secret(), {verifier}));
    }

    void testMalformedSecretsAreCounted() {
        for (int i = 0; i < 60; ++i)
            ASSERT_REFUSED(ErrorCode::invalidCredential, ask("GET", "", "cos_" + std::string(61, 'Q')));
        ASSERT_REFUSED(ErrorCode::tooManyRequests, ask("GET", "", "cos_" + std::string(61, 'Q')));
    }

    void testEmptyFieldsAreRefused() {
        for (const std::string field :
             {"account_id", "expected_upstream_id", "code_challenge", "subject", "label", "site"})
            ASSERT_REFUSED(ErrorCode::invalidRequest, create("{\"" + field + "\":\"\"}", 0));
        (void)create(R"({"subject":null,"label":null})", 201);
    }

    void testFieldsOfLaterVersionsAreAnnounced() {
        for (const std::string body : {R"({"loopback_port":49152})", R"({"return_url":"https://a.example"})",
                                       R"({"completion":"pin"})", R"({"completion":"receipt"})"})
            ASSERT_REFUSED(ErrorCode::notImplemented, create(body, 0));
        ASSERT_REFUSED(ErrorCode::invalidRequest, create(R"({"completion":"code "})", 0));
        (void)create(R"({"completion":"code"})", 201);
    }

    // A proxy sends the header for its user, whose body must not override it.
    void testHeaderSubjectIsThatOfTheBody() {
        (void)create(R"({"subject":"bob"})", 201, {"bob"});
        for (const std::string body : {R"({"subject":"ann"})", R"({"subject":null})", "{}"})
            ASSERT_REFUSED(ErrorCode::notFound, create(body, 0, {"bob"}));
        ASSERT_REFUSED(ErrorCode::invalidRequest, create(R"({"subject":"bob"})", 0, {"bob", "bob"}));
    }

private:
    [[nodiscard]] std::string secret() const { return std::string(_link.secret.reveal()); }

    std::string foreignSecret() { return std::string(LinkServiceFixture::create("other").secret.reveal()); }

    http::Response poll(const std::string& query, bool isResumed = false) {
        return ask("GET", query, secret(), isResumed);
    }

    http::Response ask(const std::string& method, const std::string& query, const std::string& bearer,
                       bool isResumed = false) {
        return request(method, "/v1/poll/" + _link.code, query, bearer, {}, isResumed);
    }

    http::Response askWithKey(const std::string& method, const std::string& code, const std::string& key,
                              const std::vector<std::string>& verifiers, const std::string& query = {}) {
        const std::string path = method == "DELETE" ? "/v1/link-code/" : "/v1/poll/";
        return request(method, path + code, query, key, verifiers, false);
    }

    // Does what the dispatcher does with a valid request.
    http::Response request(const std::string& method, const std::string& path, const std::string& query,
                           const std::string& bearer, const std::vector<std::string>& verifiers,
                           bool isResumed, const std::string& body = {},
                           const std::vector<std::string>& subjects = {}) {
        auto match = _router.match(method, http::parseTarget(path + query));
        CPPUNIT_ASSERT(match.route != nullptr);
        http::Request::Parts parts;
        parts.method = method;
        parts.pathParameters = std::move(match.parameters);
        if (!query.empty())
            parts.query = http::Parameters::parse(query.substr(1), "The query");
        parts.headers.add("Authorization", "Bearer " + bearer);
        for (const auto& value : verifiers)
            parts.headers.add("link-verifier", value);
        for (const auto& value : subjects)
            parts.headers.add("Subject", value);
        if (!body.empty())
            parts.headers.add("Content-Type", "application/json");
        parts.body = body;
        parts.peerAddress = "192.0.2.7";
        parts.resumed = isResumed;
        return match.route->handler(http::Request(std::move(parts)));
    }

    http::Response create(const std::string& body, int status,
                          const std::vector<std::string>& subjects = {}) {
        auto answer = request("POST", "/v1/link-code", {}, _key, {}, false, body, subjects);
        CPPUNIT_ASSERT_EQUAL(status, answer.status());
        return answer;
    }

    static std::string codeIn(const http::Response& answer) {
        const std::string member = "\"link_code\":\"";
        const auto at = answer.body().find(member);
        CPPUNIT_ASSERT(at != std::string::npos);
        return answer.body().substr(at + member.size(), 12);
    }

    std::string createWithChallenge() {
        const auto answer = create("{\"code_challenge\":\"" + crypto::challengeS256(verifier) +
                                       "\",\"code_challenge_method\":\"S256\"}",
                                   201);
        CPPUNIT_ASSERT(answer.body().find("link_secret") == std::string::npos);
        CPPUNIT_ASSERT(answer.body().find("cos_") == std::string::npos);
        return codeIn(answer);
    }

    static void expectPending(const http::Response& answer) {
        CPPUNIT_ASSERT(!answer.hold());
        CPPUNIT_ASSERT_EQUAL(202, answer.status());
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"status":"authorization_pending","interval":5})"),
                             answer.body());
        CPPUNIT_ASSERT_EQUAL(std::string("5"),
                             std::string(answer.headers().find("Retry-After").value_or("")));
    }

    std::unique_ptr<ClientService> _clients;
    std::unique_ptr<RequestAuthenticator> _requests;
    std::unique_ptr<LinkEndpoints> _endpoints;
    http::Router _router;
    CreatedLink _link;
    std::string _key;
    std::string _otherKey;
};

CPPUNIT_TEST_SUITE_REGISTRATION(LinkEndpointsTest);
