// SPDX-License-Identifier: Apache-2.0
// The guard's limits, the moment of their refusals, and the work that it does.
#include "GuardCases.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <ctime>
#include <string>
#include <string_view>

using namespace central_oauth;
using namespace central_oauth::http;
using namespace guard_cases;

class RequestGuardLimitsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RequestGuardLimitsTest);
    CPPUNIT_TEST(testLimitsTheRequestLine);
    CPPUNIT_TEST(testLimitsTheHead);
    CPPUNIT_TEST(testLimitsFields);
    CPPUNIT_TEST(testLimitsTheBody);
    CPPUNIT_TEST(testLimitsChunkLines);
    CPPUNIT_TEST(testHasTheDocumentedLimits);
    CPPUNIT_TEST(testNamesTheCodeOfEveryStatus);
    CPPUNIT_TEST(testTheWorkIsLinear);
    CPPUNIT_TEST_SUITE_END();

public:
    void testLimitsTheRequestLine() {
        GuardLimits limits;
        limits.requestLine = 20;
        const std::string fits = "GET /67890 HTTP/1.1\r\nHost: h\r\n\r\n";
        const std::string exact = "GET /678901 HTTP/1.1\r\nHost: h\r\n\r\n";
        CPPUNIT_ASSERT_EQUAL(fits, textOf(fits, limits));
        CPPUNIT_ASSERT_EQUAL(exact, textOf(exact, limits));
        ASSERT_STATUS(414, "GET /6789012 HTTP/1.1\r\nHost: h\r\n\r\n", limits);
        // Refused at the first byte beyond the limit, and not before.
        const std::string line(20, 'G');
        CPPUNIT_ASSERT(outcomeOf(line, limits).state == State::head);
        CPPUNIT_ASSERT(outcomeOf(line + "\r", limits).state == State::head);
        ASSERT_STATUS(414, line + "G", limits);
        ASSERT_STATUS(414, line + "\rG", limits);
        ASSERT_STATUS(414, line + "\r\r", limits);
        ASSERT_STATUS(400, line + "\n", limits);
        ASSERT_STATUS(400, line + "\r\n", limits);
        CPPUNIT_ASSERT_EQUAL(exact, textOf("\r\n" + exact, limits));
    }

    void testLimitsTheHead() {
        const std::string bytes = "GET / HTTP/1.1\r\nHost: h\r\nA: b\r\n\r\n";
        GuardLimits limits;
        limits.head = bytes.size();
        CPPUNIT_ASSERT_EQUAL(bytes, textOf(bytes, limits));
        CPPUNIT_ASSERT_EQUAL(bytes, textOf("\r\n" + bytes, limits));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, outcomeOf(bytes + bytes, limits).texts.size());
        limits.head = bytes.size() - 1;
        ASSERT_STATUS(431, bytes, limits);
        ASSERT_STATUS(431, bytes.substr(0, bytes.size() - 4) + std::string(100, 'b'), limits);
        // Also within the request line, if that may be longer.
        ASSERT_STATUS(431, std::string(100, 'G'), limits);
        // A body of any length does not count.
        const auto body = withFields("Content-Length: 50\r\n", std::string(50, 'b'));
        limits.head = body.size() - 50;
        CPPUNIT_ASSERT_EQUAL(body, textOf(body, limits));
    }

    void testLimitsFields() {
        GuardLimits limits;
        limits.fields = 3;
        CPPUNIT_ASSERT_EQUAL(withFields("A: b\r\nA: b\r\n"), textOf(withFields("A: b\r\nA: b\r\n"), limits));
        ASSERT_STATUS(431, withFields("A: b\r\nA: b\r\nA: b\r\n"), limits);
        ASSERT_STATUS(431, withFields("TE: b\r\nTE: b\r\nTE: b\r\n"), limits);
        limits = {};
        limits.fieldName = 4;
        limits.fieldValue = 5;
        CPPUNIT_ASSERT_EQUAL(withFields("Name: value\r\n"),
                             textOf(withFields("Name:   value  \r\n"), limits));
        ASSERT_STATUS(431, withFields("Named: value\r\n"), limits);
        ASSERT_STATUS(431, withFields("Name: values\r\n"), limits);
    }

    void testLimitsTheBody() {
        GuardLimits limits;
        limits.body = 5;
        CPPUNIT_ASSERT_EQUAL(withFields("Content-Length: 5\r\n", "abcde"),
                             textOf(withFields("Content-Length: 5\r\n", "abcde"), limits));
        ASSERT_STATUS(413, withFields("Content-Length: 6\r\n"), limits);
        CPPUNIT_ASSERT_EQUAL(withFields("Content-Length: 5\r\n", "abcde"),
                             textOf(chunked("2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n"), limits));
        ASSERT_STATUS(413, chunked("6\r\n"), limits);
        ASSERT_STATUS(413, chunked("2\r\nab\r\n4\r\n"), limits);
        ASSERT_STATUS(413, chunked("2\r\nab\r\nffffffff\r\n"), limits);
    }

    void testLimitsChunkLines() {
        GuardLimits limits;
        limits.chunkLine = 8;
        CPPUNIT_ASSERT_EQUAL(withFields("Content-Length: 1\r\n", "a"),
                             textOf(chunked("1;abcd\r\na\r\n0;abcd\r\n\r\n"), limits));
        ASSERT_STATUS(400, chunked("1;abcde\r\n"), limits);
        ASSERT_STATUS(400, chunked("1;abcdef"), limits);
        CPPUNIT_ASSERT(outcomeOf(chunked("1;abcde"), limits).state == State::body);
    }

    void testHasTheDocumentedLimits() {
        const auto status = [](const std::string& bytes) { return feedInPieces({bytes}, {}).status; };
        const auto lineOf = [](std::size_t length) {
            return "GET /" + std::string(length - 14, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n";
        };
        CPPUNIT_ASSERT_EQUAL(0, status(lineOf(8192)));
        CPPUNIT_ASSERT_EQUAL(414, status(lineOf(8193)));
        const auto headOf = [](std::size_t length) {
            auto fields = std::string("A: ") + std::string(8192, 'a') + "\r\nB: ";
            fields.append(length - withFields(fields).size() - 2, 'b');
            return withFields(fields + "\r\n");
        };
        CPPUNIT_ASSERT_EQUAL(std::size_t{16384}, headOf(16384).size());
        CPPUNIT_ASSERT_EQUAL(0, status(headOf(16384)));
        CPPUNIT_ASSERT_EQUAL(431, status(headOf(16385)));
        std::string fields;
        for (int count = 0; count < 63; ++count)
            fields += "A: b\r\n";
        CPPUNIT_ASSERT_EQUAL(0, status(withFields(fields)));
        CPPUNIT_ASSERT_EQUAL(431, status(withFields(fields + "A: b\r\n")));
        CPPUNIT_ASSERT_EQUAL(0, status(withFields("Content-Length: 16384\r\n")));
        CPPUNIT_ASSERT_EQUAL(413, status(withFields("Content-Length: 16385\r\n")));
        CPPUNIT_ASSERT_EQUAL(0, status(chunked("4000\r\n" + std::string(16384, 'b') + "\r\n0\r\n\r\n")));
        CPPUNIT_ASSERT_EQUAL(413, status(chunked("4001\r\n")));
    }

    void testNamesTheCodeOfEveryStatus() {
        using base::ErrorCode;
        GuardLimits limits;
        limits.requestLine = 20;
        limits.fields = 3;
        const auto code = [&limits](const std::string& bytes) { return outcomeOf(bytes, limits).code; };
        CPPUNIT_ASSERT(code("\n") == ErrorCode::invalidRequest);
        CPPUNIT_ASSERT(code(std::string(30, 'G')) == ErrorCode::invalidRequest);
        CPPUNIT_ASSERT(code(withFields("Expect: x\r\n")) == ErrorCode::invalidRequest);
        CPPUNIT_ASSERT(code(withFields("A:\r\nA:\r\nA:\r\n")) == ErrorCode::invalidRequest);
        CPPUNIT_ASSERT(code(withFields("Content-Length: 99999\r\n")) == ErrorCode::payloadTooLarge);
        CPPUNIT_ASSERT(code(withFields("Transfer-Encoding: gzip\r\n")) == ErrorCode::notImplemented);
    }

    // The limits are so wide that quadratic work takes minutes: any bound in between tells them apart on any
    // machine. Measures processor time, so that a busy machine does not matter.
    void testTheWorkIsLinear() {
        constexpr std::size_t length = std::size_t{2} * 1024 * 1024;
        GuardLimits limits;
        limits.requestLine = limits.head = limits.fieldValue = limits.body = limits.chunkLine = 2 * length;
        const std::string run(length, 'a');
        std::string chunks;
        for (std::size_t count = 0; count < length / 8; ++count)
            chunks += "1\r\nx\r\n";
        for (const auto& bytes :
             {"GET /" + run + " HTTP/1.1\r\nHost: h\r\n\r\n", withFields("A: " + run + "\r\n"),
              withFields("Content-Length: " + std::to_string(length) + "\r\n", run),
              chunked("0;" + run + "\r\n\r\n"), chunked(chunks + "0\r\n\r\n"),
              chunked("0\r\nA: " + run + "\r\n\r\n")}) {
            RequestGuard guard(limits);
            const auto begin = std::clock();
            for (const char octet : bytes)
                guard.feed(std::string_view(&octet, 1));
            CPPUNIT_ASSERT(guard.state() == State::complete);
            CPPUNIT_ASSERT(std::clock() - begin < 5 * CLOCKS_PER_SEC);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RequestGuardLimitsTest);
