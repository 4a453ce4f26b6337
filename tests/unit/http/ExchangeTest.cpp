// SPDX-License-Identifier: Apache-2.0
// The bytes on the wire, with real sockets on the loopback address.
#include "TextChecks.h"
#include "central_oauth/base/Clock.h"
#include "central_oauth/http/Listener.h"

#include <algorithm>
#include <atomic>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <sstream>
#include <stdexcept>
#include <string>

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/StreamCopier.h>

using namespace central_oauth;
using namespace central_oauth::http;

namespace {

using http::test::contains;
using Poco::Net::HTTPRequest;
using Poco::Net::HTTPResponse;

std::size_t occurrences(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++count;
    return count;
}

/// A small service, shared by all tests because stopping a listener takes a while.
struct Service {
    std::atomic<int> executed{0};
    std::ostringstream lines;
    logging::StreamSink sink{lines};
    base::SystemClock clock;
    logging::Logger logger{sink, clock};
    Listener listener{
        {}, {routes(), {[] { return std::string("generated-1"); }}, logger.channel("central_oauth.http")}};

    Service() { listener.start(); }

    Router routes() {
        Router router;
        router.add(
            {"GET", "/v1/thing", {}, RouteKind::api, [this](const Request&) {
                 ++executed;
                 return Response::json(200, "{\"a\":1}").add("Set-Cookie", "a=1").add("Set-Cookie", "b=2");
             }});
        router.add({"POST", "/v1/thing", {}, RouteKind::api, [this](const Request& request) {
                        ++executed;
                        return Response::json(201, request.body());
                    }});
        router.add({"DELETE", "/v1/thing", {}, RouteKind::api, [](const Request&) { return Response(204); }});
        router.add({"GET", "/v1/throws", {}, RouteKind::api, [](const Request&) -> Response {
                        throw std::runtime_error("inner detail");
                    }});
        return router;
    }
};

Service& service() {
    static Service only;
    return only;
}

} // namespace

class ExchangeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ExchangeTest);
    CPPUNIT_TEST(testAnswersOverOneConnectionAgainAndAgain);
    CPPUNIT_TEST(testHeadHasTheHeadersOfGetAndNoBody);
    CPPUNIT_TEST(testReadsChunkedBodies);
    CPPUNIT_TEST(testRefusesLargeBodiesReadably);
    CPPUNIT_TEST(testRefusesLargeChunkedBodies);
    CPPUNIT_TEST(testShortBodyIsRefused);
    CPPUNIT_TEST(testUnreadBodyIsNotTheNextRequest);
    CPPUNIT_TEST(testLeftOversOfAChunkedBodyAreNotTheNextRequest);
    CPPUNIT_TEST(testAmbiguousLengthsEndTheConnection);
    CPPUNIT_TEST(testPostWithoutBodyDoesNotWait);
    CPPUNIT_TEST(testUnknownMethodIs501AndTraceIs405);
    CPPUNIT_TEST(testExceptionIs500WithTheRequestsId);
    CPPUNIT_TEST(testDoesNotNameItself);
    CPPUNIT_TEST(testClosesWhenAsked);
    CPPUNIT_TEST(testEmptyAnswersHaveNoLength);
    CPPUNIT_TEST(testDecodedLineBreaksInHeadersAreRefused);
    CPPUNIT_TEST(testLinesOfEveryLengthLoseNothing);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { service().executed = 0; }

    void testAnswersOverOneConnectionAgainAndAgain() {
        const std::string answers = talk("GET /v1/thing HTTP/1.1\r\nHost: h\r\n\r\n"
                                         "POST /v1/thing HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody"
                                         "GET /v1/none HTTP/1.1\r\nHost: h\r\n\r\n"
                                         "GET /v1/thing HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, occurrences(answers, "HTTP/1.1 "));
        CPPUNIT_ASSERT(contains(answers, "\r\n\r\nbody"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, occurrences(answers, "Set-Cookie: b=2\r\n"));
        CPPUNIT_ASSERT(contains(answers, "HTTP/1.1 404 Not Found"));
    }

    void testHeadHasTheHeadersOfGetAndNoBody() {
        const std::string get = talk("GET /v1/thing HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        const std::string head = talk("HEAD /v1/thing HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        CPPUNIT_ASSERT(contains(head, "Content-Length: 7\r\n"));
        CPPUNIT_ASSERT_EQUAL(withoutDate(get), withoutDate(head) + "{\"a\":1}");
    }

    void testReadsChunkedBodies() {
        Poco::Net::HTTPClientSession session("127.0.0.1", service().listener.address().port);
        HTTPRequest request(HTTPRequest::HTTP_POST, "/v1/thing", HTTPRequest::HTTP_1_1);
        request.setChunkedTransferEncoding(true);
        session.sendRequest(request) << std::string(10000, 'x') << "end" << std::flush;
        HTTPResponse response;
        std::string body;
        Poco::StreamCopier::copyToString(session.receiveResponse(response), body);
        CPPUNIT_ASSERT_EQUAL(201, static_cast<int>(response.getStatus()));
        CPPUNIT_ASSERT_EQUAL(std::string(10000, 'x') + "end", body);
    }

    void testRefusesLargeBodiesReadably() {
        const std::string body(400000, 'x');
        const std::string answer =
            talk("POST /v1/thing HTTP/1.1\r\nHost: h\r\nContent-Length: 400000\r\n\r\n" + body);
        CPPUNIT_ASSERT(contains(answer, "HTTP/1.1 413 "));
        CPPUNIT_ASSERT(contains(answer, "payload_too_large") && contains(answer, "Connection: close\r\n"));
        CPPUNIT_ASSERT_EQUAL(0, service().executed.load());
    }

    void testRefusesLargeChunkedBodies() {
        const std::string answer =
            talk("POST /v1/thing HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                 "4001\r\n" +
                 std::string(0x4001, 'x') + "\r\n0\r\n\r\n");
        CPPUNIT_ASSERT(contains(answer, "HTTP/1.1 413 "));
        CPPUNIT_ASSERT_EQUAL(
            std::string(0x4000, 'x'),
            bodyOf(talk("POST /v1/thing HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                        "4000\r\n" +
                        std::string(0x4000, 'x') + "\r\n0\r\n\r\n")));
    }

    void testShortBodyIsRefused() {
        const std::string answer =
            talk("POST /v1/thing HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nshort", true);
        CPPUNIT_ASSERT(contains(answer, "HTTP/1.1 400 "));
        CPPUNIT_ASSERT_EQUAL(0, service().executed.load());
    }

    void testUnreadBodyIsNotTheNextRequest() {
        const std::string inner = "GET /v1/thing HTTP/1.1\r\nHost: h\r\n\r\n";
        for (const char* target : {"/v1/none", "/v1/thing?x=1", "/v1/throws"}) {
            const std::string answers =
                talk("POST " + std::string(target) +
                     " HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(inner.size()) + "\r\n\r\n" +
                     inner + "DELETE /v1/thing HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            CPPUNIT_ASSERT_EQUAL(std::size_t{2}, occurrences(answers, "HTTP/1.1 "));
            CPPUNIT_ASSERT_EQUAL(std::size_t{1}, occurrences(answers, "HTTP/1.1 204 "));
        }
        CPPUNIT_ASSERT_EQUAL(0, service().executed.load());
    }

    void testLeftOversOfAChunkedBodyAreNotTheNextRequest() {
        const std::string answers =
            talk("POST /v1/thing HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                 "1\r\nx\r\nBROKEN\r\nGET /v1/thing HTTP/1.1\r\nHost: h\r\n\r\n");
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, occurrences(answers, "HTTP/1.1 "));
        CPPUNIT_ASSERT(contains(answers, "HTTP/1.1 400 "));
        CPPUNIT_ASSERT_EQUAL(0, service().executed.load());
    }

    void testAmbiguousLengthsEndTheConnection() {
        for (const char* lengths :
             {"Content-Length: 1,0\r\n", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
              "Content-Length: 4\r\nContent-Length: 4\r\n"}) {
            const std::string answers = talk("POST /v1/thing HTTP/1.1\r\nHost: h\r\n" + std::string(lengths) +
                                             "\r\n0\r\n\r\nGET /v1/thing HTTP/1.1\r\nHost: h\r\n\r\n");
            CPPUNIT_ASSERT_MESSAGE(answers, contains(answers, "HTTP/1.1 400 "));
            CPPUNIT_ASSERT_EQUAL(std::size_t{1}, occurrences(answers, "HTTP/1.1 "));
        }
        CPPUNIT_ASSERT_EQUAL(0, service().executed.load());
    }

    void testPostWithoutBodyDoesNotWait() {
        const std::string answers = talk("POST /v1/thing HTTP/1.1\r\nHost: h\r\n\r\n"
                                         "GET /v1/thing HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, occurrences(answers, "HTTP/1.1 2"));
    }

    void testUnknownMethodIs501AndTraceIs405() {
        CPPUNIT_ASSERT(contains(talk("BREW /v1/thing HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"),
                                "HTTP/1.1 501 "));
        const std::string trace =
            talk("TRACE /v1/thing HTTP/1.1\r\nHost: h\r\nX-Echo: me\r\nConnection: close\r\n\r\n");
        CPPUNIT_ASSERT(contains(trace, "HTTP/1.1 405 ") &&
                       contains(trace, "Allow: GET, HEAD, POST, DELETE\r\n"));
        CPPUNIT_ASSERT(!contains(trace, "X-Echo"));
    }

    void testExceptionIs500WithTheRequestsId() {
        const std::string answer =
            talk("GET /v1/throws HTTP/1.1\r\nHost: h\r\nX-Correlation-ID: mine-1\r\n\r\n"
                 "GET /v1/thing HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        CPPUNIT_ASSERT(contains(answer, "HTTP/1.1 500 "));
        CPPUNIT_ASSERT(contains(answer, "X-Correlation-ID: mine-1\r\n"));
        CPPUNIT_ASSERT(contains(answer, "X-Request-ID: generated-1\r\n"));
        CPPUNIT_ASSERT(contains(answer, "\"request_id\":\"generated-1\""));
        CPPUNIT_ASSERT(!contains(answer, "inner detail"));
        CPPUNIT_ASSERT(contains(answer, "HTTP/1.1 200 "));
        CPPUNIT_ASSERT(contains(service().lines.str(), "inner detail"));
    }

    void testDoesNotNameItself() {
        const std::string answer = talk("GET /v1/thing HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        CPPUNIT_ASSERT(!contains(answer, "Server:"));
        CPPUNIT_ASSERT(contains(answer, "\r\nDate: "));
    }

    void testClosesWhenAsked() {
        const std::string answers = talk("GET /v1/thing HTTP/1.1\r\nHost: h\r\nConnection: TE, close\r\n\r\n"
                                         "GET /v1/thing HTTP/1.1\r\nHost: h\r\n\r\n");
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, occurrences(answers, "HTTP/1.1 "));
    }

    void testEmptyAnswersHaveNoLength() {
        const std::string answer = talk("DELETE /v1/thing HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        CPPUNIT_ASSERT(contains(answer, "HTTP/1.1 204 No Content"));
        CPPUNIT_ASSERT(!contains(answer, "Content-Length") && !contains(answer, "Transfer-Encoding"));
    }

    void testDecodedLineBreaksInHeadersAreRefused() {
        const std::string answer = talk("GET /v1/thing HTTP/1.1\r\nHost: h\r\nX: =?utf-8?q?a=0D=0Ab?=\r\n"
                                        "Connection: close\r\n\r\n");
        CPPUNIT_ASSERT(contains(answer, "HTTP/1.1 400 "));
        CPPUNIT_ASSERT_EQUAL(0, service().executed.load());
    }

    // Poco's own parser mistakes the end of a line of 4,094 bytes for the end of the head.
    void testLinesOfEveryLengthLoseNothing() {
        for (std::size_t around : {std::size_t{4094}, std::size_t{8186}}) {
            for (std::size_t length = around - 12; length <= std::min(around + 12, std::size_t{8192});
                 ++length) {
                const std::string name = "X-Pad: ";
                const std::string pad = name + std::string(length - name.size() - 2, 'a') + "\r\n";
                const std::string answers =
                    talk("POST /v1/thing HTTP/1.1\r\nHost: h\r\n" + pad +
                         "X-Correlation-ID: mine-1\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody");
                CPPUNIT_ASSERT_MESSAGE(std::to_string(length),
                                       contains(answers, "X-Correlation-ID: mine-1\r\n"));
                CPPUNIT_ASSERT_EQUAL_MESSAGE(std::to_string(length), std::string("body"), bodyOf(answers));
            }
        }
    }

private:
    static std::string bodyOf(const std::string& answer) {
        return answer.substr(answer.find("\r\n\r\n") + 4);
    }

    static std::string withoutDate(std::string answer) {
        const auto begin = answer.find("Date: ");
        return answer.erase(begin, answer.find("\r\n", begin) - begin);
    }

    /// Sends all bytes on one connection and returns everything received until the server closes.
    std::string talk(const std::string& bytes, bool closeSending = false) {
        Poco::Net::StreamSocket socket(
            Poco::Net::SocketAddress("127.0.0.1", service().listener.address().port));
        socket.setReceiveTimeout(Poco::Timespan(20, 0));
        for (std::size_t sent = 0; sent < bytes.size();)
            sent += static_cast<std::size_t>(
                socket.sendBytes(bytes.data() + sent, static_cast<int>(bytes.size() - sent)));
        if (closeSending)
            socket.shutdownSend();
        std::string answer;
        char buffer[4096];
        for (int received = 0; (received = socket.receiveBytes(buffer, sizeof buffer)) > 0;)
            answer.append(buffer, static_cast<std::size_t>(received));
        return answer;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ExchangeTest);
