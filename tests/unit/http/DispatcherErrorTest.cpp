// SPDX-License-Identifier: Apache-2.0
// Failed requests: their answers, and what is logged and observed.
#include "DispatcherFixture.h"

using namespace central_oauth;
using namespace central_oauth::http;
using namespace central_oauth::http::test;

class DispatcherErrorTest : public DispatcherFixture {
    CPPUNIT_TEST_SUITE(DispatcherErrorTest);
    CPPUNIT_TEST(testRefusedRequestsKeepTheConnection);
    CPPUNIT_TEST(testRefusalsLookLikeEveryError);
    CPPUNIT_TEST(testErrorsOfHandlersBecomeTheirStatus);
    CPPUNIT_TEST(testAnythingElseThrownIsInternal);
    CPPUNIT_TEST(testPagesFailAsPages);
    CPPUNIT_TEST(testABrokenErrorPageFallsBackToJson);
    CPPUNIT_TEST(testLogsOneLineWithoutPathOrQuery);
    CPPUNIT_TEST(testProbesAreLoggedAtDebugLevel);
    CPPUNIT_TEST(testReportsToTheObserver);
    CPPUNIT_TEST(testSurvivesABrokenIdGenerator);
    CPPUNIT_TEST_SUITE_END();

public:
    void testRefusedRequestsKeepTheConnection() {
        for (const char* target : {"/v1/none", "/v1/things/1?x=1", "/page/1", "/%zz", "/v1/things/1?a=cok_x"})
            CPPUNIT_ASSERT_MESSAGE(target, !ask("POST", target, {}, "body").closesConnection());
    }

    void testRefusalsLookLikeEveryError() {
        _options.https = true;
        const Dispatcher dispatcher(routes(), _options, _logger.channel("central_oauth.http"));
        const Response response =
            dispatcher.refuse({431, ErrorCode::invalidRequest, "Send fewer fields."}, "192.0.2.7");
        CPPUNIT_ASSERT_EQUAL(431, response.status());
        CPPUNIT_ASSERT(response.closesConnection());
        CPPUNIT_ASSERT(contains(response.body(), "\"error\":\"invalid_request\""));
        CPPUNIT_ASSERT(contains(response.body(), "Send fewer fields."));
        CPPUNIT_ASSERT(contains(response.body(), "\"request_id\":\"generated-1\""));
        CPPUNIT_ASSERT_EQUAL(std::string("generated-1"), headerOf(response, "X-Request-ID"));
        CPPUNIT_ASSERT_EQUAL(std::string("max-age=31536000"),
                             headerOf(response, "Strict-Transport-Security"));
        CPPUNIT_ASSERT_EQUAL(std::string("nosniff"), headerOf(response, "X-Content-Type-Options"));
        CPPUNIT_ASSERT(contains(_lines.str(), "\"status\":431") && contains(_lines.str(), "192.0.2.7"));
        const Response busy = dispatcher.refuse({503, ErrorCode::busy, {}}, "192.0.2.7");
        CPPUNIT_ASSERT_EQUAL(std::string("5"), headerOf(busy, "Retry-After"));
    }

    void testErrorsOfHandlersBecomeTheirStatus() {
        _handler = [](const Request&) -> Response {
            ErrorWithMembers failure(ErrorCode::needsReauth);
            failure.withMember("since", "1");
            throw failure;
        };
        const Response failed = ask("GET", "/v1/things/1");
        CPPUNIT_ASSERT_EQUAL(412, failed.status());
        CPPUNIT_ASSERT(contains(failed.body(), "\"since\":1"));
        _handler = [](const Request&) -> Response { throw Error(ErrorCode::busy); };
        CPPUNIT_ASSERT_EQUAL(std::string("5"), headerOf(ask("GET", "/v1/things/1"), "Retry-After"));
    }

    void testAnythingElseThrownIsInternal() {
        const std::vector<Handler> handlers{
            [](const Request&) -> Response { throw std::runtime_error("inner detail"); },
            [](const Request&) -> Response { throw Poco::TimeoutException("inner detail"); },
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
            CPPUNIT_ASSERT(contains(_lines.str(), "\"request_id\":\"generated-1\""));
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
        for (const char* part : {"\"channel\":\"central_oauth.http\"", "\"request_id\":\"generated-1\"",
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

    void testSurvivesABrokenIdGenerator() {
        _options.makeRequestId = []() -> std::string { throw std::runtime_error("no randomness"); };
        const Response response = ask("GET", "/v1/things/1");
        CPPUNIT_ASSERT_EQUAL(500, response.status());
        CPPUNIT_ASSERT(response.closesConnection());
        CPPUNIT_ASSERT(contains(_lines.str(), "no randomness"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DispatcherErrorTest);
