// SPDX-License-Identifier: Apache-2.0
// Look-up of header fields.
#include "central_oauth/http/Headers.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <optional>
#include <string>
#include <string_view>

using namespace central_oauth;
using namespace central_oauth::http;

class HeadersTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HeadersTest);
    CPPUNIT_TEST(testFindsWithoutCase);
    CPPUNIT_TEST(testTakesTheFirst);
    CPPUNIT_TEST(testKeepsRepeatedFieldsInOrder);
    CPPUNIT_TEST(testSetReplacesAllOfThatName);
    CPPUNIT_TEST_SUITE_END();

public:
    void testTakesTheFirst() {
        Headers headers;
        headers.add("A", "1");
        headers.add("B", "2");
        headers.add("a", "3");
        CPPUNIT_ASSERT(headers.take("a") == std::optional<std::string>("1"));
        CPPUNIT_ASSERT(headers.take("a") == std::optional<std::string>("3"));
        CPPUNIT_ASSERT(!headers.take("a"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), headers.size());
        CPPUNIT_ASSERT(headers.find("b") == std::optional<std::string_view>("2"));
    }

    void testFindsWithoutCase() {
        Headers headers;
        headers.add("Content-Type", "text/plain");
        CPPUNIT_ASSERT_EQUAL(std::string("text/plain"), std::string(headers.find("content-TYPE").value()));
        CPPUNIT_ASSERT(!headers.find("Content"));
        CPPUNIT_ASSERT(headers.has("CONTENT-TYPE"));
    }

    void testKeepsRepeatedFieldsInOrder() {
        Headers headers;
        headers.add("Set-Cookie", "a=1");
        headers.add("X", "between");
        headers.add("set-cookie", "b=2");
        const auto cookies = headers.all("Set-Cookie");
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, cookies.size());
        CPPUNIT_ASSERT_EQUAL(std::string("a=1"), std::string(cookies[0]));
        CPPUNIT_ASSERT_EQUAL(std::string("b=2"), std::string(cookies[1]));
    }

    void testSetReplacesAllOfThatName() {
        Headers headers;
        headers.add("A", "1");
        headers.add("a", "2");
        headers.set("A", "3");
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, headers.size());
        CPPUNIT_ASSERT_EQUAL(std::string("3"), std::string(headers.find("a").value()));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HeadersTest);
