// SPDX-License-Identifier: Apache-2.0
// One exchange over plain http against a scripted server on loopback.
#include "central_oauth/httpclient/UpstreamHttpClient.h"

#include "../../support/Spellings.h"
#include "Requests.h"
#include "ScriptedServer.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/provider/ProviderError.h"

#include <atomic>
#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include <Poco/Exception.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>

using namespace central_oauth;
using namespace std::chrono_literals;
using httpclient::ScriptedServer;
using httpclient::UpstreamHttpClient;
using httpclient::test::get;
using provider::HttpFailure;

namespace {

ScriptedServer::Script answering(const std::string& text) {
    return [text](Poco::Net::StreamSocket& peer) {
        peer.sendBytes(text.data(), static_cast<int>(text.size()));
        peer.shutdownSend();
        char rest[256];
        while (peer.receiveBytes(rest, sizeof rest) > 0) {
        }
    };
}

// Sends bytes forever, each within any socket timeout.
ScriptedServer::Script dripping(const std::string& start) {
    return [start](Poco::Net::StreamSocket& peer) {
        peer.sendBytes(start.data(), static_cast<int>(start.size()));
        while (!peer.poll(Poco::Timespan(0, 10000), Poco::Net::Socket::SELECT_READ))
            peer.sendBytes("x", 1);
    };
}

// Who can fix the last failure.
provider::LocalFault lastFault = provider::LocalFault::none;

HttpFailure failureOf(const UpstreamHttpClient& client, const provider::HttpRequest& request,
                      std::string* what = nullptr) {
    try {
        static_cast<void>(client.send(request));
    } catch (const provider::HttpError& error) {
        if (what != nullptr)
            *what = error.what();
        lastFault = error.localFault();
        return error.failure();
    }
    throw CppUnit::Exception(CppUnit::Message("the call succeeded"));
}

HttpFailure failureOfAnswer(const std::string& answer, std::string* what = nullptr) {
    ScriptedServer server(answering(answer));
    return failureOf(UpstreamHttpClient({.allowedOrigins = {server.url()}}), get(server.url()), what);
}

provider::HttpResponse responseTo(const std::string& answer) {
    ScriptedServer server(answering(answer));
    return UpstreamHttpClient({.allowedOrigins = {server.url()}}).send(get(server.url()));
}

void assertBody(std::string_view expected, const provider::HttpResponse& response) {
    CPPUNIT_ASSERT(response.body.reveal() == expected);
}

} // namespace

class UpstreamHttpClientTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(UpstreamHttpClientTest);
    CPPUNIT_TEST(testReturnsStatusHeadersAndBody);
    CPPUNIT_TEST(testSendsTheRequestAsGiven);
    CPPUNIT_TEST(testSendsLongBearerWhole);
    CPPUNIT_TEST(testKeepsTargetAsWritten);
    CPPUNIT_TEST(testDoesNotFollowRedirects);
    CPPUNIT_TEST(testReadsChunkedBody);
    CPPUNIT_TEST(testSkipsInterimAnswers);
    CPPUNIT_TEST(testReadsBodyUntilTheEnd);
    CPPUNIT_TEST(testAcceptsLongHeaderValues);
    CPPUNIT_TEST(testAcceptsBodyOfExactlyTheLimit);
    CPPUNIT_TEST(testOversizedBodyIsUnknownOutcome);
    CPPUNIT_TEST(testShortBodyIsUnknownOutcome);
    CPPUNIT_TEST(testTruncatedChunksAreUnknownOutcome);
    CPPUNIT_TEST(testMalformedAnswersAreUnknownOutcome);
    CPPUNIT_TEST(testTooManyFieldsAreUnknownOutcome);
    CPPUNIT_TEST(testResetAfterTheRequestIsUnknownOutcomeAndSentOnce);
    CPPUNIT_TEST(testDrippingBodyEndsAtTheDeadline);
    CPPUNIT_TEST(testDrippingHeadEndsAtTheDeadline);
    CPPUNIT_TEST(testSilentServerEndsAtTheDeadline);
    CPPUNIT_TEST(testClosedPortIsNotSent);
    CPPUNIT_TEST(testPassedDeadlineIsNotSent);
    CPPUNIT_TEST(testUnknownNameIsNotSent);
    CPPUNIT_TEST(testRefusesOriginThatIsNotAllowed);
    CPPUNIT_TEST(testOriginsInAnySpelling);
    CPPUNIT_TEST(testRefusesPlainHttpToOtherMachines);
    CPPUNIT_TEST(testRefusesHeaderInjection);
    CPPUNIT_TEST(testErrorNamesHostButNoQuery);
    CPPUNIT_TEST_SUITE_END();

    void testReturnsStatusHeadersAndBody() {
        const auto response = responseTo(
            "HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\nRetry-After: 7\r\nX-A: 1\r\nx-a:2\r\n\r\nbody");
        CPPUNIT_ASSERT_EQUAL(403, response.status);
        CPPUNIT_ASSERT_EQUAL(std::string("7"), response.headers.at("retry-after"));
        CPPUNIT_ASSERT_EQUAL(std::string("2"), response.headers.at("x-a"));
        assertBody("body", response);
    }

    void testSendsTheRequestAsGiven() {
        ScriptedServer server(answering("HTTP/1.1 204 No Content\r\n\r\n"));
        auto request = get(server.url("/oauth/token"));
        request.method = "POST";
        request.headers = {{"Content-Type", "application/json"}};
        request.bearer = provider::Secret("bearer-value");
        request.body = provider::Secret("{\"a\":1}");
        const UpstreamHttpClient client({.allowedOrigins = {server.url()}, .userAgent = "test/1"});
        CPPUNIT_ASSERT_EQUAL(204, client.send(request).status);
        const std::string sent = server.request();
        CPPUNIT_ASSERT(sent.starts_with("POST /oauth/token HTTP/1.1\r\nHost: 127.0.0.1:"));
        for (const char* part : {"\r\nConnection: close\r\n", "\r\nUser-Agent: test/1\r\n",
                                 "\r\nContent-Type: application/json\r\n",
                                 "\r\nAuthorization: Bearer bearer-value\r\n", "\r\nContent-Length: 7\r\n"})
            CPPUNIT_ASSERT_MESSAGE(part, sent.find(part) != std::string::npos);
        CPPUNIT_ASSERT(sent.ends_with("\r\n\r\n{\"a\":1}"));
    }

    void testSendsLongBearerWhole() {
        ScriptedServer server(answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
        auto request = get(server.url());
        const std::string value(12000, 't');
        request.bearer = provider::Secret(value);
        CPPUNIT_ASSERT_EQUAL(200,
                             UpstreamHttpClient({.allowedOrigins = {server.url()}}).send(request).status);
        CPPUNIT_ASSERT(server.request().find("Bearer " + value + "\r\n") != std::string::npos);
    }

    void testKeepsTargetAsWritten() {
        ScriptedServer server(answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
        static_cast<void>(
            UpstreamHttpClient({.allowedOrigins = {server.url()}}).send(get(server.url("/a%2Fb?c=%20d"))));
        CPPUNIT_ASSERT(server.request().starts_with("GET /a%2Fb?c=%20d HTTP/1.1\r\n"));
    }

    void testDoesNotFollowRedirects() {
        ScriptedServer server(
            answering("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"));
        const auto response = UpstreamHttpClient({.allowedOrigins = {server.url()}}).send(get(server.url()));
        CPPUNIT_ASSERT_EQUAL(302, response.status);
        CPPUNIT_ASSERT_EQUAL(1, server.connections());
    }

    void testReadsChunkedBody() {
        assertBody("hello world",
                   responseTo("HTTP/1.1 200 OK\r\nTransfer-Encoding: "
                              "chunked\r\n\r\n5\r\nhello\r\n6;ext=1\r\n world\r\n0\r\nTrailer: 1\r\n\r\n"));
    }

    void testSkipsInterimAnswers() {
        assertBody("ok", responseTo("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: "
                                    "a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
    }

    void testReadsBodyUntilTheEnd() {
        assertBody("until end", responseTo("HTTP/1.0 200 OK\r\n\r\nuntil end"));
    }

    void testAcceptsLongHeaderValues() {
        const std::string policy(20000, 'p');
        CPPUNIT_ASSERT_EQUAL(
            policy, responseTo("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Security-Policy: " + policy +
                               "\r\n\r\n")
                        .headers.at("content-security-policy"));
    }

    void testAcceptsBodyOfExactlyTheLimit() {
        const std::string body(256 * 1024, 'b');
        assertBody(body, responseTo("HTTP/1.1 200 OK\r\nContent-Length: 262144\r\n\r\n" + body));
        assertBody(body, responseTo("HTTP/1.1 200 OK\r\n\r\n" + body));
    }

    void testOversizedBodyIsUnknownOutcome() {
        const std::string body(256 * 1024 + 1, 'b');
        std::string what;
        for (const std::string& head :
             {std::string("HTTP/1.1 200 OK\r\nContent-Length: 262145\r\n\r\n"),
              std::string("HTTP/1.1 200 OK\r\n\r\n"),
              std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40001\r\n")}) {
            CPPUNIT_ASSERT(failureOfAnswer(head + body, &what) == HttpFailure::outcomeUnknown);
            CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.1: answer is too large"), what);
        }
    }

    void testShortBodyIsUnknownOutcome() {
        std::string what;
        CPPUNIT_ASSERT(failureOfAnswer("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"a\":1}", &what) ==
                       HttpFailure::outcomeUnknown);
        CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.1: body is shorter than announced"), what);
    }

    void testTruncatedChunksAreUnknownOutcome() {
        for (const char* rest :
             {"5\r\nhel", "5\r\nhello\r\n", "5\r\nhello\r\n0\r\n", "zz\r\n", "5\r\nhelloX\r\n"})
            CPPUNIT_ASSERT_MESSAGE(
                rest, failureOfAnswer(std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n") +
                                      rest) == HttpFailure::outcomeUnknown);
    }

    void testMalformedAnswersAreUnknownOutcome() {
        for (const char* answer :
             {"", "SSH-2.0-x\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nNo colon\r\n\r\n",
              "HTTP/1.1 200 OK\r\nContent-Length: 1,0\r\n\r\nx",
              "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
              "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
              "HTTP/1.1 101 Switching Protocols\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 0"})
            CPPUNIT_ASSERT_MESSAGE(answer, failureOfAnswer(answer) == HttpFailure::outcomeUnknown);
    }

    void testTooManyFieldsAreUnknownOutcome() {
        std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n";
        for (int i = 0; i < 128; ++i)
            answer += "X-" + std::to_string(i) + ": 1\r\n";
        CPPUNIT_ASSERT(failureOfAnswer(answer + "\r\n") == HttpFailure::outcomeUnknown);
        CPPUNIT_ASSERT(failureOfAnswer("HTTP/1.1 200 OK\r\nX: " + std::string(70000, 'x') + "\r\n\r\n") ==
                       HttpFailure::outcomeUnknown);
    }

    void testResetAfterTheRequestIsUnknownOutcomeAndSentOnce() {
        ScriptedServer server([](Poco::Net::StreamSocket& peer) {
            peer.setLinger(true, 0);
            peer.close();
        });
        const UpstreamHttpClient client({.allowedOrigins = {server.url()}});
        CPPUNIT_ASSERT(failureOf(client, get(server.url())) == HttpFailure::outcomeUnknown);
        CPPUNIT_ASSERT_EQUAL(1, server.connections());
    }

    void assertEndsAtDeadline(const ScriptedServer::Script& script) {
        ScriptedServer server(script);
        const UpstreamHttpClient client({.allowedOrigins = {server.url()}});
        const auto start = std::chrono::steady_clock::now();
        std::string what;
        CPPUNIT_ASSERT(failureOf(client, get(server.url(), 150ms), &what) == HttpFailure::outcomeUnknown);
        const auto took = std::chrono::steady_clock::now() - start;
        CPPUNIT_ASSERT(took >= 150ms && took < 2s);
        CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.1: Timeout"), what);
    }

    void testDrippingBodyEndsAtTheDeadline() {
        assertEndsAtDeadline(dripping("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"));
    }
    void testDrippingHeadEndsAtTheDeadline() { assertEndsAtDeadline(dripping("HTTP/1.1 200 OK\r\nX: ")); }
    void testSilentServerEndsAtTheDeadline() {
        assertEndsAtDeadline([](Poco::Net::StreamSocket& peer) {
            peer.poll(Poco::Timespan(5, 0), Poco::Net::Socket::SELECT_READ);
        });
    }

    void testClosedPortIsNotSent() {
        Poco::Net::ServerSocket listener(Poco::Net::SocketAddress("127.0.0.1", 0));
        const std::string peer = "127.0.0.1:" + std::to_string(listener.address().port());
        const std::string url = "http://" + peer + "/";
        listener.close();
        std::string what;
        CPPUNIT_ASSERT(failureOf(UpstreamHttpClient({.allowedOrigins = {url}}), get(url), &what) ==
                       HttpFailure::notSent);
        CPPUNIT_ASSERT_EQUAL(peer + ": Connection refused", what);
        CPPUNIT_ASSERT(lastFault == provider::LocalFault::none);
    }

    void testPassedDeadlineIsNotSent() {
        ScriptedServer server(answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
        CPPUNIT_ASSERT(failureOf(UpstreamHttpClient({.allowedOrigins = {server.url()}}),
                                 get(server.url(), -1ms)) == HttpFailure::notSent);
        CPPUNIT_ASSERT_EQUAL(0, server.connections());
    }

    void testUnknownNameIsNotSent() {
        // RFC 6761 section 6.4: no name under .invalid resolves, and no resolver needs the network to say so.
        const std::string url = "https://upstream.invalid/";
        std::string what;
        CPPUNIT_ASSERT(failureOf(UpstreamHttpClient({.allowedOrigins = {url}}), get(url), &what) ==
                       HttpFailure::notSent);
        CPPUNIT_ASSERT(lastFault == provider::LocalFault::names);
    }

    void testRefusesOriginThatIsNotAllowed() {
        ScriptedServer server(answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
        const UpstreamHttpClient client(
            {.allowedOrigins = {"https://auth.example/base", "http://127.0.0.1:1"}});
        for (const std::string& url :
             {server.url(), std::string("https://auth.example:444/"), std::string("http://localhost:1/")}) {
            try {
                static_cast<void>(client.send(get(url)));
                CPPUNIT_FAIL("sent to " + url);
            } catch (const provider::ProviderError& error) {
                CPPUNIT_ASSERT(error.kind() == provider::ProviderErrorKind::misconfigured);
            }
        }
        CPPUNIT_ASSERT_EQUAL(0, server.connections());
    }

    void testOriginsInAnySpelling() {
        ScriptedServer server(answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
        const int port = std::stoi(server.url("").substr(std::string("http://127.0.0.1:").size()));
        const auto spellings = central_oauth::test::originSpellingsOf(false, "127.0.0.1", port, false);
        for (const auto& url : spellings.same) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(
                url, 200, UpstreamHttpClient({.allowedOrigins = {url}}).send(get(server.url())).status);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(
                url, 200,
                UpstreamHttpClient({.allowedOrigins = {server.url()}}).send(get(url + "/x")).status);
        }
        const int before = server.connections();
        const UpstreamHttpClient client({.allowedOrigins = {server.url()}});
        for (const auto& url : spellings.others) {
            if (url.starts_with(server.url("")))
                continue; // a path, a query, or more digits after the origin
            try {
                static_cast<void>(client.send(get(url)));
                CPPUNIT_FAIL("sent to " + url);
            } catch (const provider::ProviderError& error) {
                CPPUNIT_ASSERT(error.kind() == provider::ProviderErrorKind::misconfigured);
            } catch (const provider::HttpError& error) {
                CPPUNIT_ASSERT(error.failure() == HttpFailure::notSent);
            }
        }
        CPPUNIT_ASSERT_EQUAL(before, server.connections());
    }

    void testRefusesPlainHttpToOtherMachines() {
        for (const char* url : {"http://auth.example/", "http://10.0.0.1/", "ftp://127.0.0.1/",
                                "auth.example", "https://user:x@auth.example/"})
            CPPUNIT_ASSERT_THROW_MESSAGE(url, UpstreamHttpClient({.allowedOrigins = {url}}), base::Error);
        for (const char* url :
             {"http://127.8.8.8:1/", "http://[::1]:1/", "http://LOCALHOST:1", "https://auth.example"})
            CPPUNIT_ASSERT_NO_THROW_MESSAGE(url, UpstreamHttpClient({.allowedOrigins = {url}}));
    }

    void testRefusesHeaderInjection() {
        ScriptedServer server(answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
        const UpstreamHttpClient client({.allowedOrigins = {server.url()}});
        auto header = get(server.url());
        header.headers = {{"X", "a\r\nY: b"}};
        auto bearer = get(server.url());
        bearer.bearer = provider::Secret("a\r\nY: b");
        auto method = get(server.url());
        method.method = "GET /x";
        for (const auto* request : {&header, &bearer, &method}) {
            CPPUNIT_ASSERT(failureOf(client, *request) == HttpFailure::notSent);
            CPPUNIT_ASSERT_THROW(static_cast<void>(client.send(*request)),
                                 central_oauth::httpclient::UnsendableRequest);
        }
        CPPUNIT_ASSERT(failureOf(client, get(server.url("/a b"))) == HttpFailure::notSent);
        CPPUNIT_ASSERT_EQUAL(0, server.connections());
    }

    void testErrorNamesHostButNoQuery() {
        ScriptedServer server(answering("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nbodytext"));
        auto request = get(server.url("/path?code=query-value"));
        request.bearer = provider::Secret("bearer-value");
        std::string what;
        failureOf(UpstreamHttpClient({.allowedOrigins = {server.url()}}), request, &what);
        for (const char* part : {"query-value", "bearer-value", "bodytext", "path"})
            CPPUNIT_ASSERT_MESSAGE(what, what.find(part) == std::string::npos);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(UpstreamHttpClientTest);
