// SPDX-License-Identifier: Apache-2.0
// The handling of every request, without a socket.
#include "../../support/Spellings.h"
#include "DispatcherFixture.h"

using namespace central_oauth;
using namespace central_oauth::http;
using namespace central_oauth::http::test;

class DispatcherTest : public DispatcherFixture {
    CPPUNIT_TEST_SUITE(DispatcherTest);
    CPPUNIT_TEST(testHandsTheRequestToItsHandler);
    CPPUNIT_TEST(testEveryAnswerHasTheSecurityHeaders);
    CPPUNIT_TEST(testSendsHstsOverHttpsOnly);
    CPPUNIT_TEST(testAssetsMayBeStoredButNotTheirErrors);
    CPPUNIT_TEST(testAHandlersOwnPolicyStays);
    CPPUNIT_TEST(testGivesAGoodCorrelationIdBack);
    CPPUNIT_TEST(testCallersIdNeverReplacesOurs);
    CPPUNIT_TEST(testRefusedHostIsLoggedBesideTheRightOne);
    CPPUNIT_TEST(testUnlistedPathsAre404InTheFormOfTheirNeighbours);
    CPPUNIT_TEST(testOtherMethodsAre405WithAllow);
    CPPUNIT_TEST(testUnknownMethodsAre501);
    CPPUNIT_TEST(testUnknownQueryParametersAreNamed);
    CPPUNIT_TEST(testCredentialsInTheUrlComeBeforeEverything);
    CPPUNIT_TEST(testCallbacksTakeWhatUpstreamWrites);
    CPPUNIT_TEST(testForeignHostsSeeNoPages);
    CPPUNIT_TEST(testEverySpellingOfTheHostSeesPages);
    CPPUNIT_TEST(testTargetAndHostMustAgree);
    CPPUNIT_TEST(testPagesIgnoreForeignParameters);
    CPPUNIT_TEST(testGetTakesNoBody);
    CPPUNIT_TEST(testHeldRequestsAreAskedOnceMore);
    CPPUNIT_TEST(testTakesTheSourceFromATrustedProxy);
    CPPUNIT_TEST_SUITE_END();

public:
    void testHandsTheRequestToItsHandler() {
        std::string seen;
        _handler = [&seen](const Request& request) {
            seen = request.method() + ' ' + request.path() + ' ' + std::string(request.route()) + ' ' +
                   request.pathParameter("id") + ' ' + std::string(request.query().get("wait")) + ' ' +
                   request.body() + ' ' + request.peerAddress() + ' ' + request.requestId();
            return Response::json(201, "{}");
        };
        const Response response = ask("POST", "/v1/things/a%20b?wait=3", {{"Content-Length", "4"}}, "body");
        CPPUNIT_ASSERT_EQUAL(
            std::string("POST /v1/things/a b /v1/things/:id a b 3 body 192.0.2.7 generated-1"), seen);
        CPPUNIT_ASSERT_EQUAL(201, response.status());
        CPPUNIT_ASSERT(!response.closesConnection());
    }

    void testEveryAnswerHasTheSecurityHeaders() {
        for (const char* target : {"/v1/things/1", "/v1/none", "/v1/things/1?x=1", "/none", "/page/1", "/%zz",
                                   "/v1/things/1?a=cok_x", "/v1/throws"}) {
            const Response response = ask("GET", target);
            CPPUNIT_ASSERT_EQUAL(std::string("nosniff"), headerOf(response, "X-Content-Type-Options"));
            CPPUNIT_ASSERT_EQUAL(std::string("DENY"), headerOf(response, "X-Frame-Options"));
            CPPUNIT_ASSERT_EQUAL(std::string("same-origin"), headerOf(response, "Referrer-Policy"));
            CPPUNIT_ASSERT_EQUAL(std::string("no-store"), headerOf(response, "Cache-Control"));
            CPPUNIT_ASSERT_EQUAL(std::string("generated-1"), headerOf(response, "X-Request-ID"));
            CPPUNIT_ASSERT(contains(headerOf(response, "Content-Security-Policy"), "frame-ancestors 'none'"));
            CPPUNIT_ASSERT_EQUAL(std::string("absent"), headerOf(response, "Access-Control-Allow-Origin"));
        }
    }

    void testSendsHstsOverHttpsOnly() {
        CPPUNIT_ASSERT_EQUAL(std::string("absent"),
                             headerOf(ask("GET", "/v1/none"), "Strict-Transport-Security"));
        _options.https = true;
        CPPUNIT_ASSERT_EQUAL(std::string("max-age=31536000"),
                             headerOf(ask("GET", "/v1/none"), "Strict-Transport-Security"));
    }

    void testAssetsMayBeStoredButNotTheirErrors() {
        _handler = [](const Request&) { return Response().set("Cache-Control", "max-age=60"); };
        CPPUNIT_ASSERT_EQUAL(std::string("max-age=60"), headerOf(ask("GET", "/style.css"), "Cache-Control"));
        CPPUNIT_ASSERT_EQUAL(std::string("no-store"), headerOf(ask("POST", "/style.css"), "Cache-Control"));
    }

    void testAHandlersOwnPolicyStays() {
        _options.pagePolicy = "default-src 'self'";
        CPPUNIT_ASSERT_EQUAL(std::string("default-src 'self'"),
                             headerOf(ask("GET", "/page/1"), "Content-Security-Policy"));
        _handler = [](const Request&) { return Response().set("Content-Security-Policy", "own"); };
        CPPUNIT_ASSERT_EQUAL(std::string("own"), headerOf(ask("GET", "/page/1"), "Content-Security-Policy"));
    }

    void testGivesAGoodCorrelationIdBack() {
        const std::string longest(64, 'a');
        for (const std::string& good : {std::string("a.B-9_"), longest})
            CPPUNIT_ASSERT_EQUAL(
                good, headerOf(ask("GET", "/v1/none", {{"x-correlation-id", good}}), "X-Correlation-ID"));
        for (const std::string& bad : {std::string(), longest + 'a', std::string("a b"), std::string("a\n")})
            CPPUNIT_ASSERT_EQUAL(
                std::string("absent"),
                headerOf(ask("GET", "/v1/none", {{"X-Correlation-ID", bad}}), "X-Correlation-ID"));
        const Response twice = ask("GET", "/v1/none", {{"X-Correlation-ID", "a"}, {"X-Correlation-ID", "b"}});
        CPPUNIT_ASSERT_EQUAL(std::string("absent"), headerOf(twice, "X-Correlation-ID"));
    }

    void testCallersIdNeverReplacesOurs() {
        const Response response =
            ask("GET", "/v1/none", {{"X-Correlation-ID", "theirs-7"}, {"X-Request-ID", "theirs-8"}});
        CPPUNIT_ASSERT_EQUAL(std::string("theirs-7"), headerOf(response, "X-Correlation-ID"));
        CPPUNIT_ASSERT_EQUAL(std::string("generated-1"), headerOf(response, "X-Request-ID"));
        CPPUNIT_ASSERT(contains(response.body(), "\"request_id\":\"generated-1\""));
        CPPUNIT_ASSERT(!contains(response.body(), "theirs-"));
        CPPUNIT_ASSERT(
            contains(_lines.str(), "\"request_id\":\"generated-1\",\"correlation_id\":\"theirs-7\""));
        _handler = [](const Request& request) { return Response::json(200, request.requestId()); };
        const Response good = ask("GET", "/page/1", {{"X-Correlation-ID", "theirs-7"}});
        CPPUNIT_ASSERT_EQUAL(std::string("generated-1"), good.body());
        CPPUNIT_ASSERT_EQUAL(std::string("generated-1"), headerOf(good, "X-Request-ID"));
    }

    void testRefusedHostIsLoggedBesideTheRightOne() {
        _options.pageHost = "broker.example";
        _host = "other.example:8080";
        CPPUNIT_ASSERT_EQUAL(421, ask("GET", "/page/1").status());
        CPPUNIT_ASSERT_MESSAGE(
            _lines.str(),
            contains(_lines.str(), R"(Host is \"other.example:8080\", the public host \"broker.example\")"));
    }

    void testUnlistedPathsAre404InTheFormOfTheirNeighbours() {
        for (const char* target : {"/v1", "/v1/", "/v1/none"}) {
            const Response response = ask("GET", target);
            CPPUNIT_ASSERT_EQUAL(404, response.status());
            CPPUNIT_ASSERT_EQUAL(std::string("application/json"), response.contentType());
            CPPUNIT_ASSERT(contains(response.body(), "\"request_id\":\"generated-1\""));
        }
        const Response outside = ask("GET", "/v1x");
        CPPUNIT_ASSERT_EQUAL(404, outside.status());
        CPPUNIT_ASSERT_EQUAL(std::string("<p>not_found generated-1"), outside.body());
    }

    void testOtherMethodsAre405WithAllow() {
        for (const char* method : {"DELETE", "TRACE", "OPTIONS"}) {
            const Response response = ask(method, "/v1/things/1");
            CPPUNIT_ASSERT_EQUAL(405, response.status());
            CPPUNIT_ASSERT_EQUAL(std::string("GET, HEAD, POST"), headerOf(response, "Allow"));
        }
        const Response onPage = ask("POST", "/page/1");
        CPPUNIT_ASSERT_EQUAL(std::string("GET, HEAD"), headerOf(onPage, "Allow"));
        CPPUNIT_ASSERT(contains(onPage.body(), "<p>method_not_allowed"));
    }

    void testUnknownMethodsAre501() {
        for (const char* method : {"BREW", "get", "PROPFIND"})
            CPPUNIT_ASSERT_EQUAL(501, ask(method, "/v1/things/1").status());
        CPPUNIT_ASSERT_EQUAL(501, ask("CONNECT", "service.example:443").status());
        CPPUNIT_ASSERT_EQUAL(501, ask("OPTIONS", "*").status());
        CPPUNIT_ASSERT_EQUAL(405, ask("OPTIONS", "/v1/things/1").status());
    }

    void testUnknownQueryParametersAreNamed() {
        const Response response = ask("GET", "/v1/things/1?wait=1&wiat=2");
        CPPUNIT_ASSERT_EQUAL(400, response.status());
        CPPUNIT_ASSERT(contains(response.body(), "\\\"wiat\\\" is not known"));
        CPPUNIT_ASSERT_EQUAL(200, ask("GET", "/v1/things/1?wait=1").status());
        CPPUNIT_ASSERT_EQUAL(400, ask("GET", "/v1/things/1?wait=1&wait=1").status());
    }

    void testCredentialsInTheUrlComeBeforeEverything() {
        _logger.setMinimum(logging::LogLevel::debug);
        for (const char* target : {"/v1/things/1?wait=cog_abc", "/v1/none?x=cog_abc", "/%zz?x=cog_abc",
                                   "/v1/things/1?a=%&b=%63og_abc"}) {
            const Response response = ask("GET", target, {{"Host", "second"}});
            CPPUNIT_ASSERT_EQUAL(400, response.status());
            CPPUNIT_ASSERT_MESSAGE(response.body(), contains(response.body(), "credential_in_url"));
        }
        CPPUNIT_ASSERT(!contains(_lines.str(), "og_abc"));
    }

    void testCallbacksTakeWhatUpstreamWrites() {
        CPPUNIT_ASSERT_EQUAL(200, ask("GET", "/callback/jira?state=1&code=cog_x&session_state=2").status());
        CPPUNIT_ASSERT_EQUAL(400, ask("GET", "/callback/jira?state=1&state=2").status());
        CPPUNIT_ASSERT(contains(ask("POST", "/callback/jira?code=cog_x").body(), "credential_in_url"));
    }

    void testForeignHostsSeeNoPages() {
        _options.pageHost = "auth.example";
        CPPUNIT_ASSERT_EQUAL(421, ask("GET", "/page/1").status());
        CPPUNIT_ASSERT_EQUAL(421, ask("GET", "/none").status());
        CPPUNIT_ASSERT_MESSAGE("the page that says so is styled", ask("GET", "/style.css").status() != 421);
        CPPUNIT_ASSERT_EQUAL(200, ask("GET", "/v1/things/1").status());
        _host = "AUTH.example";
        CPPUNIT_ASSERT_EQUAL(200, ask("GET", "/page/1").status());
        _host = "service.example";
    }

    void testEverySpellingOfTheHostSeesPages() {
        _options.pageHost = "auth.example";
        _options.https = true;
        const auto spellings = central_oauth::test::spellingsOf("auth.example", 443, true);
        for (const auto& host : spellings.same) {
            _host = host;
            CPPUNIT_ASSERT_EQUAL_MESSAGE(host, 200, ask("GET", "/page/1").status());
        }
        for (const auto& host : spellings.others) {
            _host = host;
            CPPUNIT_ASSERT_EQUAL_MESSAGE(host, 421, ask("GET", "/page/1").status());
        }
    }

    void testTargetAndHostMustAgree() {
        CPPUNIT_ASSERT_EQUAL(200, ask("GET", "http://service.example/v1/things/1").status());
        CPPUNIT_ASSERT_EQUAL(200, ask("GET", "HTTP://Service.example.:80/v1/things/1").status());
        CPPUNIT_ASSERT_EQUAL(400, ask("GET", "https://service.example:80/v1/things/1").status());
        CPPUNIT_ASSERT_EQUAL(400, ask("GET", "http://other.example/v1/things/1").status());
    }

    void testPagesIgnoreForeignParameters() {
        for (const std::string query : {"utm_source=a&utm_source=b", "fbclid=x", "a", "=", "&&", "a=%zz",
                                        "%00=1", "x=%ff", "page[]=1"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(query, 200, ask("GET", "/page/1?" + query).status());
            CPPUNIT_ASSERT_EQUAL_MESSAGE(query, 200, ask("GET", "/style.css?" + query).status());
            CPPUNIT_ASSERT_EQUAL_MESSAGE(query, 200, ask("GET", "/callback/jira?state=1&" + query).status());
            CPPUNIT_ASSERT_EQUAL_MESSAGE(query, 400, ask("GET", "/v1/things/1?" + query).status());
        }
        std::string many;
        for (int i = 0; i < 100; ++i)
            many += "&p" + std::to_string(i) + "=1";
        CPPUNIT_ASSERT_EQUAL(200, ask("GET", "/page/1?" + many).status());
        for (const std::string query : {"utm_source=cok_AAAA", "cos_AAAA", "x=%63og_AAAA"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(query, 400, ask("GET", "/page/1?" + query).status());
    }

    void testGetTakesNoBody() {
        for (const char* method : {"GET", "HEAD"})
            CPPUNIT_ASSERT_EQUAL(400, ask(method, "/v1/things/1", {}, "x").status());
        CPPUNIT_ASSERT_EQUAL(200, ask("GET", "/v1/things/1", {{"Content-Length", "0"}}).status());
    }

    void testHeldRequestsAreAskedOnceMore() {
        const auto until = std::make_shared<base::OneShotEvent>();
        _handler = [&until](const Request& request) {
            return request.resumed() ? Response::json(200, "{}")
                                     : Response::held({until, std::chrono::seconds(3)});
        };
        const Response held = ask("GET", "/v1/things/1");
        CPPUNIT_ASSERT(held.hold() && held.hold()->until == until);
        CPPUNIT_ASSERT(held.hold()->atMost == std::chrono::seconds(3));
        CPPUNIT_ASSERT_EQUAL(std::string(), _lines.str());
        _resumed = true;
        const Response answered = ask("GET", "/v1/things/1");
        CPPUNIT_ASSERT(!answered.hold() && answered.status() == 200);
        CPPUNIT_ASSERT(contains(_lines.str(), "request answered"));
        _handler = [&until](const Request&) { return Response::held({until, std::chrono::seconds(3)}); };
        CPPUNIT_ASSERT_EQUAL(500, ask("GET", "/v1/things/1").status());
    }

    void testTakesTheSourceFromATrustedProxy() {
        _options.source.isTrustedProxy = [](std::string_view address) { return address == "192.0.2.7"; };
        _handler = [](const Request& request) { return Response::json(200, request.peerAddress()); };
        CPPUNIT_ASSERT_EQUAL(
            std::string("203.0.113.9"),
            ask("GET", "/v1/things/1", {{"X-Forwarded-For", "1.1.1.1, 203.0.113.9"}}).body());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DispatcherTest);
