// SPDX-License-Identifier: Apache-2.0
// Where a request ends, and what its head may not hold.
#include "central_oauth/http/Framing.h"

#include "central_oauth/base/Error.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <initializer_list>
#include <optional>
#include <sstream>
#include <string>
#include <utility>

#include <Poco/Exception.h>

using namespace central_oauth;
using namespace central_oauth::http;

namespace {

using base::ErrorCode;
using Fields = std::initializer_list<std::pair<std::string, std::string>>;

Headers headersOf(Fields fields) {
    Headers headers;
    for (const auto& [name, value] : fields)
        headers.add(name, value);
    return headers;
}

template <class Action>
std::optional<ErrorCode> codeOf(Action action) {
    try {
        action();
    } catch (const base::Error& error) {
        return error.code();
    }
    return std::nullopt;
}

std::optional<ErrorCode> verdictOn(Fields fields, const std::string& version = "HTTP/1.1",
                                   const std::string& method = "GET") {
    return codeOf([&] { checkHead({method, "/", version, headersOf(fields), "127.0.0.1"}); });
}

std::optional<ErrorCode> framingVerdictOn(Fields fields) {
    return codeOf([&] { static_cast<void>(framingOf(headersOf(fields))); });
}

/// A connection on which nothing arrives any more.
class SilentSource : public std::streambuf {
    int_type underflow() override { throw Poco::TimeoutException(); }
};

/// A connection that is reset.
class BrokenSource : public std::streambuf {
    int_type underflow() override { throw Poco::IOException("connection reset"); }
};

} // namespace

class FramingTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FramingTest);
    CPPUNIT_TEST(testAcceptsOrdinaryHeads);
    CPPUNIT_TEST(testNeedsExactlyOneHost);
    CPPUNIT_TEST(testRefusesOtherVersionsAndMethods);
    CPPUNIT_TEST(testRefusesFieldsWithControlsOrEncodedWords);
    CPPUNIT_TEST(testTellsHowTheBodyIsDelimited);
    CPPUNIT_TEST(testRefusesAmbiguousLengths);
    CPPUNIT_TEST(testReadsABodyOfItsLengthAndNoMore);
    CPPUNIT_TEST(testReadsAChunkedBodyToItsEnd);
    CPPUNIT_TEST(testRefusesADeclaredLengthAboveTheLimitUnread);
    CPPUNIT_TEST(testRefusesAnUndeclaredLengthAboveTheLimit);
    CPPUNIT_TEST(testRefusesAShortBody);
    CPPUNIT_TEST(testReportsSilenceAndBreaks);
    CPPUNIT_TEST_SUITE_END();

public:
    void testAcceptsOrdinaryHeads() {
        CPPUNIT_ASSERT(!verdictOn({{"Host", "h"}, {"Accept", "a\tb \xC3\xA4"}, {"Empty", ""}}));
        CPPUNIT_ASSERT(!verdictOn({}, "HTTP/1.0"));
    }

    void testNeedsExactlyOneHost() {
        CPPUNIT_ASSERT(verdictOn({}) == ErrorCode::invalidRequest);
        CPPUNIT_ASSERT(verdictOn({{"Host", "a"}, {"host", "a"}}) == ErrorCode::invalidRequest);
        CPPUNIT_ASSERT(verdictOn({{"Host", "a"}, {"host", "a"}}, "HTTP/1.0") == ErrorCode::invalidRequest);
    }

    void testRefusesOtherVersionsAndMethods() {
        for (const char* version : {"HTTP/2.0", "HTTP/1.2", "http/1.1", "HTTP/0.9", ""})
            CPPUNIT_ASSERT(verdictOn({{"Host", "h"}}, version) == ErrorCode::invalidRequest);
        for (const char* method : {"", "GE(T", "GET\x01"})
            CPPUNIT_ASSERT(verdictOn({{"Host", "h"}}, "HTTP/1.1", method) == ErrorCode::invalidRequest);
    }

    void testRefusesFieldsWithControlsOrEncodedWords() {
        for (const char* value : {"a\r\nb", "a\nb", "\x01", "\x7F", "=?utf-8?q?a?=", "a=?"})
            CPPUNIT_ASSERT(verdictOn({{"Host", "h"}, {"X", value}}) == ErrorCode::invalidRequest);
        CPPUNIT_ASSERT(verdictOn({{"Host", "h"}, {"X", std::string("a\0b", 3)}}) ==
                       ErrorCode::invalidRequest);
        for (const char* name : {"", "X ", " X", "X\r", "a b"})
            CPPUNIT_ASSERT(verdictOn({{"Host", "h"}, {name, "v"}}) == ErrorCode::invalidRequest);
    }

    void testTellsHowTheBodyIsDelimited() {
        CPPUNIT_ASSERT(framingOf(headersOf({})).kind == Framing::Kind::none);
        CPPUNIT_ASSERT(framingOf(headersOf({{"Content-Length", "0"}})).kind == Framing::Kind::none);
        const Framing counted = framingOf(headersOf({{"content-length", "0012"}}));
        CPPUNIT_ASSERT(counted.kind == Framing::Kind::length && counted.length == 12);
        CPPUNIT_ASSERT(framingOf(headersOf({{"Transfer-Encoding", "Chunked"}})).kind ==
                       Framing::Kind::chunked);
    }

    void testRefusesAmbiguousLengths() {
        for (const char* length : {"", "1,0", "+1", "-1", "1 ", "0x1", "1.0", "a"})
            CPPUNIT_ASSERT_MESSAGE(length, framingVerdictOn({{"Content-Length", length}}) ==
                                               ErrorCode::invalidRequest);
        for (const char* encoding : {"", "gzip", "gzip, chunked", "identity", "xchunked", "chunked,chunked"})
            CPPUNIT_ASSERT_MESSAGE(encoding, framingVerdictOn({{"Transfer-Encoding", encoding}}) ==
                                                 ErrorCode::invalidRequest);
        CPPUNIT_ASSERT(framingVerdictOn({{"Content-Length", "1"}, {"Content-Length", "1"}}) ==
                       ErrorCode::invalidRequest);
        CPPUNIT_ASSERT(framingVerdictOn({{"Transfer-Encoding", "chunked"},
                                         {"Transfer-Encoding", "chunked"}}) == ErrorCode::invalidRequest);
        CPPUNIT_ASSERT(framingVerdictOn({{"Content-Length", "1"}, {"Transfer-Encoding", "chunked"}}) ==
                       ErrorCode::invalidRequest);
    }

    void testReadsABodyOfItsLengthAndNoMore() {
        std::stringbuf source("bodyNEXT");
        CPPUNIT_ASSERT_EQUAL(std::string("body"), readBody(source, {Framing::Kind::length, 4}));
        CPPUNIT_ASSERT_EQUAL(int{'N'}, source.sgetc());
        CPPUNIT_ASSERT_EQUAL(std::string(), readBody(source, {}));
    }

    void testReadsAChunkedBodyToItsEnd() {
        std::stringbuf source("body");
        CPPUNIT_ASSERT_EQUAL(std::string("body"), readBody(source, {Framing::Kind::chunked, 0}));
        std::stringbuf whole(std::string(maximumBody, 'x'));
        CPPUNIT_ASSERT_EQUAL(maximumBody, readBody(whole, {Framing::Kind::chunked, 0}).size());
    }

    void testRefusesADeclaredLengthAboveTheLimitUnread() {
        SilentSource untouched;
        CPPUNIT_ASSERT(codeOf([&] {
                           static_cast<void>(readBody(untouched, {Framing::Kind::length, maximumBody + 1}));
                       }) == ErrorCode::payloadTooLarge);
        const Framing huge = framingOf(headersOf({{"Content-Length", "99999999999999999999999"}}));
        CPPUNIT_ASSERT(codeOf([&] { static_cast<void>(readBody(untouched, huge)); }) ==
                       ErrorCode::payloadTooLarge);
    }

    void testRefusesAnUndeclaredLengthAboveTheLimit() {
        std::stringbuf source(std::string(maximumBody + 1, 'x'));
        CPPUNIT_ASSERT(codeOf([&] {
                           static_cast<void>(readBody(source, {Framing::Kind::chunked, 0}));
                       }) == ErrorCode::payloadTooLarge);
    }

    void testRefusesAShortBody() {
        std::stringbuf source("bod");
        CPPUNIT_ASSERT(codeOf([&] {
                           static_cast<void>(readBody(source, {Framing::Kind::length, 4}));
                       }) == ErrorCode::invalidRequest);
    }

    void testReportsSilenceAndBreaks() {
        SilentSource silent;
        CPPUNIT_ASSERT(codeOf([&] {
                           static_cast<void>(readBody(silent, {Framing::Kind::length, 4}));
                       }) == ErrorCode::requestTimeout);
        BrokenSource broken;
        CPPUNIT_ASSERT(codeOf([&] {
                           static_cast<void>(readBody(broken, {Framing::Kind::length, 4}));
                       }) == ErrorCode::invalidRequest);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(FramingTest);
