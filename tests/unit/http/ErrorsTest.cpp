// SPDX-License-Identifier: Apache-2.0
// Every error code's status and JSON follow the contract.
#include "central_oauth/http/Errors.h"

#include "TextChecks.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

using namespace central_oauth;
using namespace central_oauth::http;

namespace {

using base::Error;
using base::ErrorCode;
using http::test::headerOf;

// As in the list of errors of the API.
const std::vector<std::pair<std::string, int>> contract{{"invalid_request", 400},
                                                        {"credential_in_url", 400},
                                                        {"invalid_credential", 401},
                                                        {"insufficient_scope", 403},
                                                        {"access_denied", 403},
                                                        {"different_person", 403},
                                                        {"site_not_allowed", 403},
                                                        {"not_found", 404},
                                                        {"method_not_allowed", 405},
                                                        {"request_timeout", 408},
                                                        {"conflict", 409},
                                                        {"expired_token", 410},
                                                        {"already_delivered", 410},
                                                        {"needs_reauth", 412},
                                                        {"payload_too_large", 413},
                                                        {"unsupported_media_type", 415},
                                                        {"slow_down", 429},
                                                        {"rate_limited", 429},
                                                        {"internal", 500},
                                                        {"not_implemented", 501},
                                                        {"provider_misconfigured", 502},
                                                        {"provider_protocol", 502},
                                                        {"provider_unavailable", 503},
                                                        {"provider_rate_limited", 503},
                                                        {"store_unavailable", 503},
                                                        {"busy", 503}};

Poco::JSON::Object::Ptr parsed(const Response& response) {
    return Poco::JSON::Parser().parse(response.body()).extract<Poco::JSON::Object::Ptr>();
}

} // namespace

class ErrorsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ErrorsTest);
    CPPUNIT_TEST(testEveryCodeHasItsStatus);
    CPPUNIT_TEST(testEveryCodeHasItsHeaders);
    CPPUNIT_TEST(testWritesCodeDescriptionAndRequestId);
    CPPUNIT_TEST(testNeverShowsTheDetail);
    CPPUNIT_TEST(testEscapesHintAndReason);
    CPPUNIT_TEST(testSendsTheErrorsOwnDelay);
    CPPUNIT_TEST(testNeverAsksToRetryAtOnce);
    CPPUNIT_TEST(testAddsMembersOfAFailure);
    CPPUNIT_TEST_SUITE_END();

public:
    void testEveryCodeHasItsStatus() {
        CPPUNIT_ASSERT_EQUAL(static_cast<std::size_t>(ErrorCode::busy) + 1, contract.size());
        for (std::size_t index = 0; index < contract.size(); ++index) {
            const auto code = static_cast<ErrorCode>(index);
            CPPUNIT_ASSERT_EQUAL(contract[index].first, std::string(base::nameOf(code)));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(contract[index].first, contract[index].second, statusOf(code));
            CPPUNIT_ASSERT_EQUAL(contract[index].second, errorResponse(Error(code), "id").status());
        }
    }

    void testEveryCodeHasItsHeaders() {
        for (std::size_t index = 0; index < contract.size(); ++index) {
            const Response response = errorResponse(Error(static_cast<ErrorCode>(index)), "id");
            const int status = contract[index].second;
            CPPUNIT_ASSERT_EQUAL(std::string(status == 429 || status == 503 ? "5" : "absent"),
                                 headerOf(response, "Retry-After"));
            CPPUNIT_ASSERT_EQUAL(std::string(status == 401 ? "Bearer" : "absent"),
                                 headerOf(response, "WWW-Authenticate"));
        }
    }

    void testWritesCodeDescriptionAndRequestId() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("{\"error\":\"not_found\",\"error_description\":\"There is nothing here that this "
                        "credential can see.\",\"request_id\":\"r-1\"}"),
            errorResponse(Error(ErrorCode::notFound), "r-1").body());
    }

    void testNeverShowsTheDetail() {
        const Response response =
            errorResponse(Error(ErrorCode::internal, "A hint.", "detail for the log"), "r-1");
        CPPUNIT_ASSERT(response.body().find("detail for the log") == std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::string("A hint."), parsed(response)->getValue<std::string>("hint"));
    }

    void testEscapesHintAndReason() {
        Error error(ErrorCode::accessDenied, "a\"b\\\n");
        error.withReason("declined\"");
        const auto object = parsed(errorResponse(error, "r-1"));
        CPPUNIT_ASSERT_EQUAL(std::string("a\"b\\\n"), object->getValue<std::string>("hint"));
        CPPUNIT_ASSERT_EQUAL(std::string("declined\""), object->getValue<std::string>("reason"));
    }

    void testSendsTheErrorsOwnDelay() {
        Error error(ErrorCode::slowDown);
        error.withRetryAfter(std::chrono::seconds(40));
        CPPUNIT_ASSERT_EQUAL(std::string("40"), headerOf(errorResponse(error, "r-1"), "Retry-After"));
    }

    void testNeverAsksToRetryAtOnce() {
        Error error(ErrorCode::busy);
        error.withRetryAfter(std::chrono::seconds(-3));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), headerOf(errorResponse(error, "r-1"), "Retry-After"));
    }

    void testAddsMembersOfAFailure() {
        ErrorWithMembers failure(ErrorCode::needsReauth);
        failure.withMember("since", "\"2026-11-24T05:44:17Z\"")
            .withMember("relink", "{\"provider\":\"jira\"}");
        try {
            throw failure;
        } catch (const Error& error) {
            const auto object = parsed(errorResponse(error, "r-1"));
            CPPUNIT_ASSERT_EQUAL(std::string("2026-11-24T05:44:17Z"), object->getValue<std::string>("since"));
            CPPUNIT_ASSERT_EQUAL(std::string("jira"),
                                 object->getObject("relink")->getValue<std::string>("provider"));
            CPPUNIT_ASSERT_EQUAL(std::string("r-1"), object->getValue<std::string>("request_id"));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ErrorsTest);
