// SPDX-License-Identifier: Apache-2.0
// The end of a body: lengths, codings, chunks, trailers, expectations.
#include "GuardCases.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace central_oauth;
using namespace central_oauth::http;
using namespace guard_cases;

class RequestGuardBodyTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RequestGuardBodyTest);
    CPPUNIT_TEST(testReadsABodyOfItsLength);
    CPPUNIT_TEST(testRefusesOtherLengths);
    CPPUNIT_TEST(testRefusesOtherCodings);
    CPPUNIT_TEST(testDecodesChunks);
    CPPUNIT_TEST(testRefusesMalformedChunks);
    CPPUNIT_TEST(testDropsTrailers);
    CPPUNIT_TEST(testRefusesOtherExpectations);
    CPPUNIT_TEST(testContinuesOnceBeforeTheBody);
    CPPUNIT_TEST_SUITE_END();

public:
    void testReadsABodyOfItsLength() {
        CPPUNIT_ASSERT_EQUAL(withFields("Content-Length: 12\r\n", "Hello\r\n\r\nyou"),
                             textOf(withFields("content-length:0012\r\n", "Hello\r\n\r\nyou")));
        CPPUNIT_ASSERT_EQUAL(withFields("Content-Length: 0\r\n"),
                             textOf(withFields("Content-Length: 000\r\n")));
        CPPUNIT_ASSERT_EQUAL(withFields(""), textOf(withFields("")));
        const auto outcome = outcomeOf(withFields("Content-Length: 4\r\n", "abc"));
        CPPUNIT_ASSERT(outcome.texts.empty() && outcome.state == State::body);
        const std::string old = "POST / HTTP/1.0\r\nContent-Length: 1\r\n\r\nx";
        CPPUNIT_ASSERT_EQUAL(old, textOf(old));
    }

    void testRefusesOtherLengths() {
        for (const std::string length :
             {"", "+5", "-5", "5,5", "5 5", "5, 5", "0x5", "5.0", "five", "5;", "\xD9\xA5", "5\t5"})
            ASSERT_STATUS(400, withFields("Content-Length: " + length + "\r\n", "aaaaa"));
        ASSERT_STATUS(400, withFields("Content-Length: 5\r\nContent-Length: 5\r\n", "aaaaa"));
        ASSERT_STATUS(400, withFields("Content-Length: 5\r\nA: b\r\ncontent-length: 6\r\n", "aaaaa"));
        for (const std::string length :
             {"16385", "4294967296", "4294967297", "18446744073709551615", "18446744073709551616",
              "18446744073709551617", "99999999999999999999999999999999999999999999999"})
            ASSERT_STATUS(413, withFields("Content-Length: " + length + "\r\n"));
    }

    void testRefusesOtherCodings() {
        const std::string body = "1\r\nx\r\n0\r\n\r\n";
        for (const std::string coding : {"Chunked", "CHUNKED", " chunked\t"})
            CPPUNIT_ASSERT_EQUAL(withFields("Content-Length: 1\r\n", "x"),
                                 textOf(withFields("Transfer-Encoding: " + coding + "\r\n", body)));
        for (const std::string coding :
             {"", ",", "chunked,", ",chunked", "chunked, chunked", "chunked,gzip", "gzip, chunked, gzip",
              "gzip,,chunked", "\"chunked\"", "chun ked", "chunked chunked"})
            ASSERT_STATUS(400, withFields("Transfer-Encoding: " + coding + "\r\n", body));
        for (const std::string coding : {"gzip", "gzip, chunked", "identity", "xchunked", "chunkedx",
                                         "identity, chunked", "gzip, deflate", "chunked;a=b"})
            ASSERT_STATUS(501, withFields("Transfer-Encoding: " + coding + "\r\n", body));
        const std::string field = "Transfer-Encoding: chunked\r\n";
        ASSERT_STATUS(400, withFields(field + field, body));
        ASSERT_STATUS(400, withFields("Transfer-Encoding: gzip\r\n" + field, body));
        ASSERT_STATUS(400, withFields(field + "Transfer-Encoding: gzip\r\n", body));
        ASSERT_STATUS(400, withFields(field + "Content-Length: 11\r\n", body));
        ASSERT_STATUS(400, withFields("Content-Length: 11\r\n" + field, body));
        ASSERT_STATUS(400, withFields("Transfer-Encoding: gzip\r\nContent-Length: 11\r\n", body));
        ASSERT_STATUS(400, "POST / HTTP/1.0\r\nHost: h\r\n" + field + "\r\n" + body);
    }

    void testDecodesChunks() {
        CPPUNIT_ASSERT_EQUAL(withFields("Content-Length: 0\r\n"), textOf(chunked("0\r\n\r\n")));
        CPPUNIT_ASSERT_EQUAL(
            withFields("A: b\r\nContent-Length: 31\r\n", "abc0123456789ABCDEFGHIJKLMNO\r\n0"),
            textOf(withFields(
                "transfer-encoding: chunked\r\nA: b\r\n",
                "3\r\nabc\r\n00000019\r\n0123456789ABCDEFGHIJKLMNO\r\n03\r\n\r\n0\r\n000\r\n\r\n")));
        CPPUNIT_ASSERT_EQUAL(withFields("Content-Length: 10\r\n", "0123456789"),
                             textOf(chunked("a;b=c;d=\"e f\"\r\n0123456789\r\n0 ;x\t;\xC3\xA4\r\n\r\n")));
        CPPUNIT_ASSERT_EQUAL(withFields("Content-Length: 10\r\n", "0123456789"),
                             textOf(chunked("A \t; b = c\r\n0123456789\r\n00000000;\r\n\r\n")));
    }

    void testRefusesMalformedChunks() {
        for (const std::string chunks : {"\r\n",
                                         "x\r\n",
                                         "-1\r\n",
                                         "+1\r\na\r\n",
                                         "0x1\r\na\r\n",
                                         " 1\r\na\r\n",
                                         "1 \r\na\r\n",
                                         "1\t\r\n",
                                         "1 a\r\na\r\n",
                                         "1,\r\n",
                                         "000000001\r\na\r\n",
                                         "1;\x01\r\n",
                                         "1;a\x7F\r\n",
                                         "1;a\rb\r\na\r\n",
                                         "1\na\r\n",
                                         "1;a\na\r\n",
                                         "1\r\r\n",
                                         "1\r\nab\r\n",
                                         "1\r\na\n",
                                         "1\r\na\rb",
                                         "1\r\na0\r\n\r\n",
                                         "1\r\na\r\n\r\n",
                                         "5\r\nabc\r\n0\r\n\r\n",
                                         "g\r\n",
                                         "0\n\r\n",
                                         "0\r\n\n"})
            ASSERT_STATUS(400, chunked(chunks));
        const auto outcome = outcomeOf(chunked("2\r\nab\r\n0\r\n"));
        CPPUNIT_ASSERT(outcome.texts.empty() && outcome.state == State::body);
    }

    void testDropsTrailers() {
        const auto plain = withFields("Content-Length: 1\r\n", "x");
        CPPUNIT_ASSERT_EQUAL(plain, textOf(chunked("1\r\nx\r\n0\r\nA: b\r\nHost: i\r\nContent-Length: 7\r\n"
                                                   "Transfer-Encoding: gzip\r\nExpect: x\r\n\r\n")));
        CPPUNIT_ASSERT(keepAliveOf(chunked("0\r\nConnection: close\r\n\r\n")));
        for (const std::string trailer : {"A", "A : b", " A: b", "A: \x01", "A: =?b", "A: b\rc"})
            ASSERT_STATUS(400, chunked("1\r\nx\r\n0\r\n" + trailer + "\r\n\r\n"));
        ASSERT_STATUS(400, chunked("0\r\nA: b\n\r\n"));
        GuardLimits limits;
        limits.fields = 4;
        CPPUNIT_ASSERT_EQUAL(withFields("Content-Length: 0\r\n"),
                             textOf(chunked("0\r\nA: b\r\nA: b\r\n\r\n"), limits));
        ASSERT_STATUS(431, chunked("0\r\nA: b\r\nA: b\r\nA: b\r\n\r\n"), limits);
        limits = {};
        limits.head = chunked("").size() + 8;
        CPPUNIT_ASSERT_EQUAL(withFields("Content-Length: 0\r\n"),
                             textOf(chunked("0\r\nA: b\r\n\r\n"), limits));
        ASSERT_STATUS(431, chunked("0\r\nA: bc\r\n\r\n"), limits);
        ASSERT_STATUS(431, chunked("0\r\nA: bcdef"), limits);
    }

    void testRefusesOtherExpectations() {
        for (const std::string expectation :
             {"", "x", "100-continu", "100-continue, x", "100-continue=1", "200-ok"})
            ASSERT_STATUS(417, withFields("Expect: " + expectation + "\r\nContent-Length: 1\r\n", "x"));
        ASSERT_STATUS(417, withFields("Expect: 100-continue\r\nExpect: x\r\n"));
        for (const std::string expectation : {"100-continue", "100-Continue", "x"})
            CPPUNIT_ASSERT_EQUAL(
                std::string("POST / HTTP/1.0\r\nContent-Length: 1\r\n\r\nx"),
                textOf("POST / HTTP/1.0\r\nExpect: " + expectation + "\r\nContent-Length: 1\r\n\r\nx"));
        CPPUNIT_ASSERT_EQUAL(withFields("Content-Length: 1\r\n", "x"),
                             textOf(withFields("Expect: 100-Continue\r\nContent-Length: 1\r\n", "x")));
    }

    void testContinuesOnceBeforeTheBody() {
        const auto waitsAfter = [](const std::string& bytes) {
            RequestGuard guard;
            guard.feed(bytes);
            const bool first = guard.takeContinue();
            CPPUNIT_ASSERT(!guard.takeContinue());
            return first;
        };
        const std::string expect = "Expect: 100-continue\r\n";
        const std::string length = "Content-Length: 2\r\n";
        CPPUNIT_ASSERT(waitsAfter(withFields(expect + length)));
        CPPUNIT_ASSERT(waitsAfter(withFields("Transfer-Encoding: chunked\r\nexpect:100-CONTINUE\r\n")));
        CPPUNIT_ASSERT(!waitsAfter(withFields(expect + length, "a")));
        CPPUNIT_ASSERT(!waitsAfter(withFields(expect + length, "ab")));
        CPPUNIT_ASSERT(!waitsAfter(withFields(expect + "Transfer-Encoding: chunked\r\n", "2")));
        CPPUNIT_ASSERT(!waitsAfter(withFields(length)));
        CPPUNIT_ASSERT(!waitsAfter(withFields(expect)));
        CPPUNIT_ASSERT(!waitsAfter(withFields(expect + "Content-Length: 0\r\n")));
        CPPUNIT_ASSERT(!waitsAfter("POST / HTTP/1.0\r\n" + expect + length + "\r\n"));
        CPPUNIT_ASSERT(!waitsAfter(withFields(expect + "Content-Length: 16385\r\n")));
        RequestGuard guard;
        guard.feed(withFields(expect + length).substr(0, 60));
        CPPUNIT_ASSERT(!guard.takeContinue());
        guard.feed(withFields(expect + length).substr(60));
        guard.feed("a");
        CPPUNIT_ASSERT(!guard.takeContinue());
        guard.feed("b");
        static_cast<void>(guard.take());
        // The next request has no such expectation.
        guard.feed(withFields(length));
        CPPUNIT_ASSERT(guard.state() == State::body && !guard.takeContinue());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RequestGuardBodyTest);
