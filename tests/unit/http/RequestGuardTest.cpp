// SPDX-License-Identifier: Apache-2.0
// The requests that the guard accepts, their normalised form, and the heads that it refuses.
#include "GuardCases.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <vector>

using namespace central_oauth;
using namespace central_oauth::http;
using namespace guard_cases;

class RequestGuardTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RequestGuardTest);
    CPPUNIT_TEST(testPassesOrdinaryRequestsUnchanged);
    CPPUNIT_TEST(testWritesFieldsPlainly);
    CPPUNIT_TEST(testKeepsConnectionMattersToItself);
    CPPUNIT_TEST(testItsOutputPassesUnchanged);
    CPPUNIT_TEST(testTellsItsState);
    CPPUNIT_TEST(testLeavesTheNextRequestAlone);
    CPPUNIT_TEST(testSkipsOneEmptyLine);
    CPPUNIT_TEST(testRefusesOtherLineEnds);
    CPPUNIT_TEST(testRefusesMalformedRequestLines);
    CPPUNIT_TEST(testRefusesOtherVersions);
    CPPUNIT_TEST(testRefusesLongMethods);
    CPPUNIT_TEST(testRefusesMalformedFields);
    CPPUNIT_TEST(testNeedsOneHost);
    CPPUNIT_TEST(testHostIsAHost);
    CPPUNIT_TEST(testKeepsConnectionsAlive);
    CPPUNIT_TEST(testTakesNothingAfterARefusal);
    CPPUNIT_TEST(testQuotesNothing);
    CPPUNIT_TEST_SUITE_END();

public:
    void testPassesOrdinaryRequestsUnchanged() {
        for (const std::string bytes :
             {"GET / HTTP/1.1\r\nHost: h\r\n\r\n", "GET /a?b=%20&c=?d HTTP/1.0\r\n\r\n",
              "OPTIONS * HTTP/1.1\r\nHost: h:80\r\n\r\n",
              "GET http://h/x HTTP/1.1\r\nHost: h\r\nAccept: a\tb, \xC3\xA4;q=0.5\r\nX-1: =\r\nx_!#$: "
              "?=\r\n\r\n",
              "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\na\n\r\x01"})
            CPPUNIT_ASSERT_EQUAL(bytes, textOf(bytes));
    }

    void testWritesFieldsPlainly() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("GET / HTTP/1.1\r\nHOST: h\r\nA: b\r\nC: d e\r\nEmpty: \r\nA: \r\n\r\n"),
            textOf("GET / HTTP/1.1\r\nHOST:h\r\nA: \t b\t \r\nC:d e \r\nEmpty:\r\nA:  \r\n\r\n"));
    }

    void testKeepsConnectionMattersToItself() {
        CPPUNIT_ASSERT_EQUAL(
            withFields("X-Forwarded-For: 1.2.3.4\r\nZ: z\r\nContent-Length: 1\r\n", "b"),
            textOf(withFields(
                "Expect: 100-continue\r\nconnection: X-Forwarded-For\r\nX-Forwarded-For: 1.2.3.4\r\n"
                "KEEP-ALIVE: 5\r\nProxy-Connection: close\r\nTE: trailers\r\nTrailer: A\r\n"
                "Upgrade: h2c\r\nContent-Length: 001\r\nZ: z\r\n",
                "b")));
    }

    void testItsOutputPassesUnchanged() {
        for (const auto& bytes :
             {withFields("A:b\r\nContent-Length:0\r\nConnection:close\r\n"),
              chunked("3;x\r\nabc\r\n0\r\nT: t\r\n\r\n"), withFields("Content-Length: 2\r\n", "\r\n")}) {
            const auto text = textOf(bytes);
            CPPUNIT_ASSERT_EQUAL(text, textOf(text));
        }
    }

    void testTellsItsState() {
        RequestGuard guard;
        CPPUNIT_ASSERT(guard.state() == State::idle);
        guard.feed("\r");
        CPPUNIT_ASSERT(guard.state() == State::idle);
        guard.feed("\n");
        CPPUNIT_ASSERT(guard.state() == State::idle);
        guard.feed("P");
        CPPUNIT_ASSERT(guard.state() == State::head);
        guard.feed("OST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r");
        CPPUNIT_ASSERT(guard.state() == State::head);
        guard.feed("\n");
        CPPUNIT_ASSERT(guard.state() == State::body);
        guard.feed("b");
        CPPUNIT_ASSERT(guard.state() == State::complete);
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, guard.feed("GET"));
        static_cast<void>(guard.take());
        CPPUNIT_ASSERT(guard.state() == State::idle);
        guard.feed("GET / HTTP/1.1\r\n");
        CPPUNIT_ASSERT(guard.state() == State::head);
    }

    void testLeavesTheNextRequestAlone() {
        const std::string first = withFields("Connection: close\r\nContent-Length: 3\r\n", "abc");
        const std::string second = chunked("1\r\nx\r\n0\r\n\r\n");
        const std::string third = "GET /3 HTTP/1.1\r\nHost: h\r\n\r\n";
        RequestGuard guard;
        CPPUNIT_ASSERT_EQUAL(first.size(), guard.feed(first + second));
        const auto outcome = outcomeOf(first + second + third + "\r\nGET");
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, outcome.texts.size());
        CPPUNIT_ASSERT_EQUAL(withFields("Content-Length: 3\r\n", "abc"), outcome.texts[0]);
        CPPUNIT_ASSERT_EQUAL(withFields("Content-Length: 1\r\n", "x"), outcome.texts[1]);
        CPPUNIT_ASSERT_EQUAL(third, outcome.texts[2]);
        CPPUNIT_ASSERT((outcome.keepAlive == std::vector<bool>{false, true, true}));
        CPPUNIT_ASSERT(outcome.state == State::head);
        // The first request's fields do not apply to the second.
        CPPUNIT_ASSERT_EQUAL(400, outcomeOf(third + "GET / HTTP/1.1\r\n\r\n").status);
    }

    void testSkipsOneEmptyLine() {
        const std::string bytes = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
        CPPUNIT_ASSERT_EQUAL(bytes, textOf("\r\n" + bytes));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, outcomeOf("\r\n" + bytes + "\r\n" + bytes).texts.size());
        ASSERT_STATUS(400, "\r\n\r\n" + bytes);
        ASSERT_STATUS(400, "\n" + bytes);
        ASSERT_STATUS(400, "\r" + bytes);
        ASSERT_STATUS(400, " \r\n" + bytes);
    }

    void testRefusesOtherLineEnds() {
        for (const std::string bytes :
             {"GET / HTTP/1.1\nHost: h\r\n\r\n", "GET / HTTP/1.1\r\nHost: h\n\r\n",
              "GET / HTTP/1.1\r\nHost: h\r\n\n", "GET / HTTP/1.1\r\r\nHost: h\r\n\r\n",
              "GET / HTTP/1.1\r\nHost: h\r\r\n\r\n", "GET / HTTP/1.1\r\nHost: h\r\nA: b\rC: d\r\n\r\n",
              "GET / HTTP/1.1\rHost: h\r\n\r\n", "GET / HTTP/1.1\r\nHost: h\r\n\r\r\n",
              "GET / HTTP/1.1\r\nHost: h\r\nA\r: b\r\n\r\n"})
            ASSERT_STATUS(400, bytes);
    }

    void testRefusesMalformedRequestLines() {
        for (const std::string line :
             {"GET", "GET /", "GET  / HTTP/1.1", "GET /  HTTP/1.1", " GET / HTTP/1.1", "GET / HTTP/1.1 ",
              "GET / / HTTP/1.1", "GET\t/ HTTP/1.1", "GET /\tHTTP/1.1", "G(T / HTTP/1.1", "GET: / HTTP/1.1",
              "GET /\x01 HTTP/1.1", "GET /\x7F HTTP/1.1", "GET /\xC3\xA4 HTTP/1.1", " ", "  ", "\t",
              "\x16\x03\x01", "GET / HTTP/1.1\x0B"})
            ASSERT_STATUS(400, line + "\r\nHost: h\r\n\r\n");
        ASSERT_STATUS(400, std::string("GET /\0 HTTP/1.1\r\nHost: h\r\n\r\n", 28));
    }

    void testRefusesOtherVersions() {
        for (const std::string version : {"HTTP/2.0", "HTTP/1.2", "HTTP/0.9", "http/1.1", "HTTP/1.10",
                                          "HTTP/01.1", "HTTP/1,1", "HTTPS/1.1", "HTTP/1.", "HTTP/", "1.1"})
            ASSERT_STATUS(400, "GET / " + version + "\r\nHost: h\r\n\r\n");
    }

    void testRefusesLongMethods() {
        const auto requestBy = [](std::size_t length) {
            return std::string(length, 'M') + " / HTTP/1.1\r\nHost: h\r\n\r\n";
        };
        CPPUNIT_ASSERT_EQUAL(requestBy(32), textOf(requestBy(32)));
        ASSERT_STATUS(501, requestBy(33));
        ASSERT_STATUS(400, std::string(33, 'M') + " / HTTP/3\r\nHost: h\r\n\r\n");
    }

    void testRefusesMalformedFields() {
        for (const std::string line : {"A", "A b", ": b", "A : b", "A\t: b", " A: b", "\tA: b", " ", "A(: b",
                                       "A\x01: b", "\xC3\xA4: b", "A: \x01", "A: b\x7F", "A: \x1B[m",
                                       "A: b\x0B", "A: =?utf-8?q?b?=", "A: b =?", "\"A\": b"})
            ASSERT_STATUS(400, withFields(line + "\r\n"));
        ASSERT_STATUS(400, withFields(std::string("A: \0b\r\n", 7)));
        ASSERT_STATUS(400, withFields(std::string("A\0: b\r\n", 7)));
        // A folded line (RFC 9112 section 5.2), also as the first one.
        ASSERT_STATUS(400, withFields("A: b\r\n c\r\n"));
        ASSERT_STATUS(400, "GET / HTTP/1.1\r\n Host: h\r\nHost: h\r\n\r\n");
    }

    void testNeedsOneHost() {
        const std::string old = "GET / HTTP/1.0\r\n";
        ASSERT_STATUS(400, "GET / HTTP/1.1\r\n\r\n");
        ASSERT_STATUS(400, "GET / HTTP/1.1\r\nA: b\r\n\r\n");
        ASSERT_STATUS(400, withFields("host: h\r\n"));
        ASSERT_STATUS(400, old + "Host: h\r\nHost: h\r\n\r\n");
        ASSERT_STATUS(400, old + "Host: \r\n\r\n");
        CPPUNIT_ASSERT_EQUAL(old + "\r\n", textOf(old + "\r\n"));
        CPPUNIT_ASSERT_EQUAL(old + "Host: h\r\n\r\n", textOf(old + "Host: h\r\n\r\n"));
    }

    void testHostIsAHost() {
        const auto requestTo = [](const std::string& host) {
            return "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
        };
        for (const std::string host :
             {"h", "example.org", "EXAMPLE.org.", "a-b_c~d", "127.0.0.1:8080", "h:", "h:0", "h:65535",
              "[::1]", "[::1]:8080", "[2001:DB8::a]", "[::ffff:1.2.3.4]:1", "a%41b", "a!$&'()*+;=b"})
            CPPUNIT_ASSERT_EQUAL(requestTo(host), textOf(requestTo(host)));
        for (const std::string host :
             {"",      ":80",       "h:x",   "h:-1",   "h:123456", "h:1:2",  "h: 1",     "u@h",
              "u:p@h", "a b",       "a\tb",  "a,b",    "h/",       "/",      "http://h", "h?",
              "h#",    "h\\",       "a%4",   "a%zz",   "%",        "[::1",   "[::1]x",   "[::1]80",
              "[]",    "[1.2.3.4]", "[::g]", "[:::1]", "[::1%lo]", "[v1.a]", "::1",      "h[",
              "h]",    "<h>",       "\"h\"", "h|",     "\xC3\xA4", "[[::1]]"})
            ASSERT_STATUS(400, requestTo(host));
    }

    void testKeepsConnectionsAlive() {
        const std::string old = "GET / HTTP/1.0\r\n";
        CPPUNIT_ASSERT(keepAliveOf(withFields("")));
        CPPUNIT_ASSERT(keepAliveOf(withFields("Connection: keep-alive\r\n")));
        CPPUNIT_ASSERT(keepAliveOf(withFields("Connection: closed, x-close\r\nProxy-Connection: close\r\n")));
        CPPUNIT_ASSERT(!keepAliveOf(withFields("Connection: close\r\n")));
        CPPUNIT_ASSERT(!keepAliveOf(withFields("Connection: TE ,\tCLOSE , keep-alive\r\n")));
        CPPUNIT_ASSERT(!keepAliveOf(withFields("Connection: close\r\nConnection: keep-alive\r\n")));
        CPPUNIT_ASSERT(!keepAliveOf(withFields("Connection: keep-alive\r\nconnection: a,,close\r\n")));
        CPPUNIT_ASSERT(!keepAliveOf(old + "\r\n"));
        CPPUNIT_ASSERT(!keepAliveOf(old + "Connection: x\r\n\r\n"));
        CPPUNIT_ASSERT(keepAliveOf(old + "Connection: Keep-Alive\r\n\r\n"));
        CPPUNIT_ASSERT(!keepAliveOf(old + "Connection: keep-alive\r\nConnection: close\r\n\r\n"));
    }

    void testTakesNothingAfterARefusal() {
        RequestGuard guard;
        const std::string bad = "GET / HTTP/1.1\nHost: h\r\n\r\n";
        CPPUNIT_ASSERT(guard.feed(bad) < bad.size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, guard.feed("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
        CPPUNIT_ASSERT(guard.state() == State::refused && !guard.takeContinue());
    }

    void testQuotesNothing() {
        const std::string mark = "Xq7";
        for (const auto& bytes :
             {mark + "\r\n", "GET /" + mark + " " + mark + "\r\n", withFields(mark + " : b\r\n"),
              withFields("Host: " + mark + "\r\n"), withFields("Content-Length: " + mark + "\r\n"),
              withFields("Transfer-Encoding: " + mark + "\r\n"), withFields("Expect: " + mark + "\r\n"),
              chunked(mark + "\r\n"), withFields("A: =?" + mark + "\r\n")}) {
            const auto outcome = outcomeOf(bytes);
            CPPUNIT_ASSERT_MESSAGE(bytes, outcome.status != 0);
            CPPUNIT_ASSERT_MESSAGE(outcome.hint, outcome.hint.find(mark) == std::string::npos);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RequestGuardTest);
