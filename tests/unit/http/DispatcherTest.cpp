// SPDX-License-Identifier: Apache-2.0
// What happens to every request, without a socket.
#include "central_oauth/http/Dispatcher.h"

#include "central_oauth/base/Clock.h"
#include "central_oauth/http/Errors.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <functional>
#include <initializer_list>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <Poco/Exception.h>

using namespace central_oauth;
using namespace central_oauth::http;

namespace {

using base::Error;
using base::ErrorCode;
using Fields = std::initializer_list<std::pair<std::string, std::string>>;

std::string headerOf(const Response& response, const std::string& name) {
    return std::string(response.headers().find(name).value_or("absent"));
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

Response page(const Error& error, int status, const std::string& correlationId) {
    return Response::html(status, "<p>" + std::string(base::errorName(error.code())) + ' ' + correlationId);
}

} // namespace

class DispatcherTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DispatcherTest);
    CPPUNIT_TEST(testHandsTheRequestToItsHandler);
    CPPUNIT_TEST(testEveryAnswerHasTheSecurityHeaders);
    CPPUNIT_TEST(testSendsHstsOverHttpsOnly);
    CPPUNIT_TEST(testAssetsMayBeStoredButNotTheirErrors);
    CPPUNIT_TEST(testAHandlersOwnPolicyStays);
    CPPUNIT_TEST(testKeepsAGoodCorrelationIdAndReplacesOthers);
    CPPUNIT_TEST(testUnlistedPathsAre404InTheFormOfTheirNeighbours);
    CPPUNIT_TEST(testOtherMethodsAre405WithAllow);
    CPPUNIT_TEST(testUnknownMethodsAre501);
    CPPUNIT_TEST(testUnknownQueryParametersAreNamed);
    CPPUNIT_TEST(testCredentialsInTheUrlComeBeforeEverything);
    CPPUNIT_TEST(testCallbacksTakeWhatUpstreamWrites);
    CPPUNIT_TEST(testForeignHostsSeeNoPages);
    CPPUNIT_TEST(testTargetAndHostMustAgree);
    CPPUNIT_TEST(testGetTakesNoBody);
    CPPUNIT_TEST(testUnreadBodiesCloseTheConnection);
    CPPUNIT_TEST(testErrorsOfHandlersBecomeTheirStatus);
    CPPUNIT_TEST(testAnythingElseThrownIsInternal);
    CPPUNIT_TEST(testPagesFailAsPages);
    CPPUNIT_TEST(testABrokenErrorPageFallsBackToJson);
    CPPUNIT_TEST(testLogsOneLineWithoutPathOrQuery);
    CPPUNIT_TEST(testProbesAreLoggedAtDebugLevel);
    CPPUNIT_TEST(testReportsToTheObserver);
    CPPUNIT_TEST(testTakesTheSourceFromATrustedProxy);
    CPPUNIT_TEST(testSurvivesABrokenIdGenerator);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _lines.str("");
        _logger.setMinimum(logging::LogLevel::info);
        _options = {};
        _options.makeCorrelationId = [] { return std::string("generated-1"); };
        _options.renderErrorPage = page;
        _handler = [](const Request& request) { return Response::json(200, request.method()); };
    }

    void testHandsTheRequestToItsHandler() {
        std::string seen;
        _handler = [&seen](const Request& request) {
            seen = request.method() + ' ' + request.path() + ' ' + request.route() + ' ' +
                   request.pathParameter("id") + ' ' + std::string(request.query().get("wait")) + ' ' +
                   request.body() + ' ' + request.peerAddress() + ' ' + request.correlationId();
            return Response::json(201, "{}");
        };
        const Response response =
            ask("POST", "/v1/things/a%20b?wait=3", {{"Content-Length", "4"}}, "bodyrest");
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
            CPPUNIT_ASSERT_EQUAL(std::string("generated-1"), headerOf(response, "X-Correlation-ID"));
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

    void testKeepsAGoodCorrelationIdAndReplacesOthers() {
        const std::string longest(64, 'a');
        for (const std::string& good : {std::string("a.B-9_"), longest})
            CPPUNIT_ASSERT_EQUAL(
                good, headerOf(ask("GET", "/v1/none", {{"x-correlation-id", good}}), "X-Correlation-ID"));
        for (const std::string& bad : {std::string(), longest + 'a', std::string("a b"), std::string("a\n")})
            CPPUNIT_ASSERT_EQUAL(
                std::string("generated-1"),
                headerOf(ask("GET", "/v1/none", {{"X-Correlation-ID", bad}}), "X-Correlation-ID"));
        const Response twice = ask("GET", "/v1/none", {{"X-Correlation-ID", "a"}, {"X-Correlation-ID", "b"}});
        CPPUNIT_ASSERT_EQUAL(std::string("generated-1"), headerOf(twice, "X-Correlation-ID"));
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
        for (const char* method : {"DELETE", "TRACE", "OPTIONS", "CONNECT"}) {
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
        CPPUNIT_ASSERT_EQUAL(421, ask("GET", "/style.css").status());
        CPPUNIT_ASSERT_EQUAL(200, ask("GET", "/v1/things/1").status());
        _host = "AUTH.example";
        CPPUNIT_ASSERT_EQUAL(200, ask("GET", "/page/1").status());
        _host = "service.example";
    }

    void testTargetAndHostMustAgree() {
        CPPUNIT_ASSERT_EQUAL(200, ask("GET", "http://service.example/v1/things/1").status());
        CPPUNIT_ASSERT_EQUAL(400, ask("GET", "http://other.example/v1/things/1").status());
    }

    void testGetTakesNoBody() {
        for (const char* method : {"GET", "HEAD"}) {
            const Response response = ask(method, "/v1/things/1", {{"Content-Length", "1"}}, "x");
            CPPUNIT_ASSERT_EQUAL(400, response.status());
            CPPUNIT_ASSERT(response.closesConnection());
        }
        CPPUNIT_ASSERT(!ask("GET", "/v1/things/1", {{"Content-Length", "0"}}).closesConnection());
    }

    void testUnreadBodiesCloseTheConnection() {
        for (const char* target : {"/v1/none", "/v1/things/1?x=1", "/page/1", "/%zz", "/v1/things/1?a=cok_x"})
            CPPUNIT_ASSERT_MESSAGE(target,
                                   ask("POST", target, {{"Content-Length", "4"}}, "body").closesConnection());
        CPPUNIT_ASSERT(ask("POST", "/v1/things/1", {{"Content-Length", "4"}}, "bod").closesConnection());
        CPPUNIT_ASSERT(ask("POST", "/v1/things/1", {{"Content-Length", "x"}}, "body").closesConnection());
        CPPUNIT_ASSERT(ask("POST", "/v1/things/1", {{"Content-Length", "99999"}}).status() == 413);
        CPPUNIT_ASSERT(!ask("GET", "/v1/none").closesConnection());
    }

    void testErrorsOfHandlersBecomeTheirStatus() {
        _handler = [](const Request&) -> Response {
            HttpFailure failure(ErrorCode::needsReauth);
            failure.withMember("since", "1");
            throw failure;
        };
        const Response failed = ask("GET", "/v1/things/1");
        CPPUNIT_ASSERT_EQUAL(412, failed.status());
        CPPUNIT_ASSERT(contains(failed.body(), "\"since\":1"));
        _handler = [](const Request&) -> Response { throw Poco::TimeoutException("late"); };
        CPPUNIT_ASSERT_EQUAL(408, ask("GET", "/v1/things/1").status());
        _handler = [](const Request&) -> Response { throw Error(ErrorCode::busy); };
        CPPUNIT_ASSERT_EQUAL(std::string("5"), headerOf(ask("GET", "/v1/things/1"), "Retry-After"));
    }

    void testAnythingElseThrownIsInternal() {
        const std::vector<Handler> handlers{
            [](const Request&) -> Response { throw std::runtime_error("inner detail"); },
            [](const Request&) -> Response { throw Poco::IOException("inner detail"); },
            [](const Request&) -> Response { throw 42; },
            [](const Request&) -> Response { return Response().set("X", "a\r\nY: b"); }};
        for (const Handler& handler : handlers) {
            _lines.str("");
            _handler = handler;
            const Response response = ask("GET", "/v1/things/1");
            CPPUNIT_ASSERT_EQUAL(500, response.status());
            CPPUNIT_ASSERT(!contains(response.body(), "inner detail"));
            CPPUNIT_ASSERT(contains(response.body(), "\"error\":\"internal\""));
            CPPUNIT_ASSERT(contains(_lines.str(), "ERROR"));
            CPPUNIT_ASSERT(contains(_lines.str(), "\"correlation_id\":\"generated-1\""));
        }
    }

    void testPagesFailAsPages() {
        _handler = [](const Request&) -> Response { throw Error(ErrorCode::tooManyRequests); };
        const Response response = ask("GET", "/page/1");
        CPPUNIT_ASSERT_EQUAL(429, response.status());
        CPPUNIT_ASSERT_EQUAL(std::string("<p>rate_limited generated-1"), response.body());
        CPPUNIT_ASSERT_EQUAL(std::string("5"), headerOf(response, "Retry-After"));
        CPPUNIT_ASSERT(contains(ask("GET", "/style.css").body(), "\"error\":\"rate_limited\""));
    }

    void testABrokenErrorPageFallsBackToJson() {
        _options.renderErrorPage = [](const Error&, int, const std::string&) -> Response {
            throw std::runtime_error("no template");
        };
        const Response response = ask("GET", "/none");
        CPPUNIT_ASSERT_EQUAL(404, response.status());
        CPPUNIT_ASSERT(contains(response.body(), "\"error\":\"not_found\""));
        _options.renderErrorPage = nullptr;
        CPPUNIT_ASSERT(contains(ask("GET", "/none").body(), "\"error\":\"not_found\""));
    }

    void testLogsOneLineWithoutPathOrQuery() {
        static_cast<void>(ask("GET", "/v1/things/secret-path?wait=secret-query"));
        const std::string line = _lines.str();
        CPPUNIT_ASSERT(!contains(line, "secret"));
        for (const char* part : {"\"channel\":\"central_oauth.http\"", "\"correlation_id\":\"generated-1\"",
                                 "\"method\":\"GET\"", "\"route\":\"/v1/things/:id\"", "\"status\":200",
                                 "\"duration_ms\":", "\"peer_address\":\"192.0.2.7\""})
            CPPUNIT_ASSERT_MESSAGE(line, contains(line, part));
        _lines.str("");
        static_cast<void>(ask("SECRET", "/secret"));
        CPPUNIT_ASSERT(contains(_lines.str(), "\"method\":\"other\",\"route\":\"-\",\"status\":501"));
        CPPUNIT_ASSERT(!contains(_lines.str(), "secret") && !contains(_lines.str(), "SECRET"));
    }

    void testProbesAreLoggedAtDebugLevel() {
        static_cast<void>(ask("GET", "/v1/healthz"));
        CPPUNIT_ASSERT_EQUAL(std::string(), _lines.str());
        _logger.setMinimum(logging::LogLevel::debug);
        static_cast<void>(ask("GET", "/v1/healthz"));
        CPPUNIT_ASSERT(contains(_lines.str(), "/v1/healthz"));
    }

    void testReportsToTheObserver() {
        std::string seen;
        _options.onAnswered = [&seen](const Answered& answered) {
            seen += std::string(answered.method) + ' ' + std::string(answered.route) + ' ' +
                    std::to_string(answered.status) + '\n';
        };
        static_cast<void>(ask("HEAD", "/v1/things/1"));
        static_cast<void>(ask("DELETE", "/v1/things/1"));
        static_cast<void>(ask("GET", "/none"));
        CPPUNIT_ASSERT_EQUAL(std::string("HEAD /v1/things/:id 200\nDELETE /v1/things/:id 405\nGET - 404\n"),
                             seen);
    }

    void testTakesTheSourceFromATrustedProxy() {
        _options.source.isTrustedProxy = [](std::string_view address) { return address == "192.0.2.7"; };
        _handler = [](const Request& request) { return Response::json(200, request.peerAddress()); };
        CPPUNIT_ASSERT_EQUAL(
            std::string("203.0.113.9"),
            ask("GET", "/v1/things/1", {{"X-Forwarded-For", "1.1.1.1, 203.0.113.9"}}).body());
    }

    void testSurvivesABrokenIdGenerator() {
        _options.makeCorrelationId = []() -> std::string { throw std::runtime_error("no randomness"); };
        const Response response = ask("GET", "/v1/things/1");
        CPPUNIT_ASSERT_EQUAL(500, response.status());
        CPPUNIT_ASSERT(response.closesConnection());
        CPPUNIT_ASSERT(contains(_lines.str(), "no randomness"));
    }

private:
    Router routes() const {
        Router router;
        router.add({"GET", "/v1/things/:id", {"wait"}, RouteKind::api, _handler});
        router.add({"POST", "/v1/things/:id", {"wait"}, RouteKind::api, _handler});
        router.add({"GET", "/v1/throws", {}, RouteKind::api, [](const Request&) -> Response {
                        throw std::runtime_error("x");
                    }});
        router.add({"GET", "/v1/healthz", {}, RouteKind::api, _handler, false, true});
        router.add({"GET", "/page/:id", {}, RouteKind::page, _handler});
        router.add({"GET", "/callback/:provider", {}, RouteKind::page, _handler, true});
        router.add({"GET", "/style.css", {}, RouteKind::asset, _handler});
        return router;
    }

    Response ask(const std::string& method, const std::string& target, Fields fields = {},
                 const std::string& body = {}) {
        const Dispatcher dispatcher(routes(), _options, _logger.channel("central_oauth.http"));
        RequestHead head{method, target, "HTTP/1.1", {}, "192.0.2.7"};
        head.headers.add("Host", _host);
        for (const auto& [name, value] : fields)
            head.headers.add(name, value);
        std::stringbuf source(body);
        return dispatcher.answer(head, source);
    }

    std::ostringstream _lines;
    logging::StreamSink _sink{_lines};
    base::SystemClock _clock;
    logging::Logger _logger{_sink, _clock};
    DispatcherOptions _options;
    Handler _handler;
    std::string _host = "service.example";
};

CPPUNIT_TEST_SUITE_REGISTRATION(DispatcherTest);
