// SPDX-License-Identifier: Apache-2.0
// Answers that can't break their own framing.
#include "central_oauth/http/Response.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <stdexcept>
#include <string>

using namespace central_oauth;
using namespace central_oauth::http;

class ResponseTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ResponseTest);
    CPPUNIT_TEST(testMakesAnswers);
    CPPUNIT_TEST(testCarriesSeveralCookies);
    CPPUNIT_TEST(testRefusesFieldsThatWouldSplitTheAnswer);
    CPPUNIT_TEST(testRefusesFieldsOfTheServer);
    CPPUNIT_TEST(testRefusesNonFinalStatuses);
    CPPUNIT_TEST_SUITE_END();

public:
    void testMakesAnswers() {
        const Response json = Response::json(201, "{}").noStore();
        CPPUNIT_ASSERT_EQUAL(201, json.status());
        CPPUNIT_ASSERT_EQUAL(std::string("application/json"), json.contentType());
        CPPUNIT_ASSERT_EQUAL(std::string("no-store"),
                             std::string(json.headers().find("cache-control").value()));
        CPPUNIT_ASSERT_EQUAL(std::string("text/html; charset=utf-8"), Response::html(200, "x").contentType());
        const Response redirect = Response::redirect(303, "/done/1");
        CPPUNIT_ASSERT_EQUAL(303, redirect.status());
        CPPUNIT_ASSERT_EQUAL(std::string("/done/1"),
                             std::string(redirect.headers().find("Location").value()));
        CPPUNIT_ASSERT(redirect.body().empty() && !redirect.closesConnection());
    }

    void testCarriesSeveralCookies() {
        Response response;
        response.add("Set-Cookie", "a=1").add("Set-Cookie", "b=2");
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, response.headers().all("Set-Cookie").size());
    }

    void testRefusesFieldsThatWouldSplitTheAnswer() {
        Response response;
        CPPUNIT_ASSERT_THROW(response.add("X", "a\r\nSet-Cookie: b=1"), std::invalid_argument);
        CPPUNIT_ASSERT_THROW(response.set("X Y", "a"), std::invalid_argument);
        CPPUNIT_ASSERT_THROW(response.set("", "a"), std::invalid_argument);
        CPPUNIT_ASSERT_THROW(response.setBody("text/plain\n", ""), std::invalid_argument);
        CPPUNIT_ASSERT_THROW(static_cast<void>(Response::redirect(303, "/\n")), std::invalid_argument);
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, response.headers().size());
    }

    void testRefusesFieldsOfTheServer() {
        Response response;
        for (const char* name : {"Content-Length", "transfer-encoding", "Connection", "Content-Type"})
            CPPUNIT_ASSERT_THROW(response.add(name, "1"), std::invalid_argument);
    }

    void testRefusesNonFinalStatuses() {
        CPPUNIT_ASSERT_THROW(Response(100), std::invalid_argument);
        CPPUNIT_ASSERT_THROW(Response(600), std::invalid_argument);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ResponseTest);
