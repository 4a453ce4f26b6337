// SPDX-License-Identifier: Apache-2.0
// Tests the validator of all answers: it accepts described answers and finds every deviation.
#include "../support/ApiValidator.h"

#include <cppunit/extensions/HelperMacros.h>

#include <Poco/JSON/Parser.h>

using namespace central_oauth::test;

namespace {

const std::string pendingBody = R"({"status":"authorization_pending","interval":5})";

HttpAnswer answerOf(int status, const std::string& body) {
    return {status,
            {{"Content-Type", "application/json"},
             {"X-Request-ID", "trace-7"},
             {"Cache-Control", "no-store"},
             {"Retry-After", "5"}},
            body};
}

std::string errorBody(const std::string& error, const std::string& more = {}) {
    return R"({"error":")" + error + R"(","error_description":"Words.","request_id":"trace-7")" + more + "}";
}

HttpAnswer pageOf(int status) {
    return {status,
            {{"Content-Type", "text/html; charset=utf-8"},
             {"X-Request-ID", "trace-7"},
             {"Cache-Control", "no-store"}},
            "<!DOCTYPE html>"};
}

HttpAnswer with(HttpAnswer answer, const std::string& name, const std::string& value) {
    std::erase_if(answer.headers, [&](const auto& header) { return header.first == name; });
    if (!value.empty())
        answer.headers.emplace_back(name, value);
    return answer;
}

} // namespace

class ValidatorTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ValidatorTest);
    CPPUNIT_TEST(testDescribedAnswersPass);
    CPPUNIT_TEST(testBodies);
    CPPUNIT_TEST(testNestedMembers);
    CPPUNIT_TEST(testHeaders);
    CPPUNIT_TEST(testStatuses);
    CPPUNIT_TEST(testCodesOfErrors);
    CPPUNIT_TEST(testMethodNotAllowed);
    CPPUNIT_TEST(testUnlistedPaths);
    CPPUNIT_TEST(testHead);
    CPPUNIT_TEST(testPages);
    CPPUNIT_TEST(testLiteralSegmentsWin);
    CPPUNIT_TEST(testNoValueIsRepeated);
    CPPUNIT_TEST_SUITE_END();

public:
    void testDescribedAnswersPass() {
        pass("GET", poll, answerOf(202, pendingBody));
        pass("GET", poll + "?wait=30", answerOf(202, pendingBody));
        pass("GET", poll, answerOf(404, errorBody("not_found")));
        pass("GET", poll, answerOf(404, errorBody("not_found", R"(,"hint":"More words.")")));
        pass("GET", poll, answerOf(403, errorBody("access_denied", R"(,"reason":"declined")")));
        pass("GET", poll, with(answerOf(401, errorBody("invalid_credential")), "WWW-Authenticate", "Bearer"));
        pass("GET", "/v1/healthz", answerOf(200, R"({"status":"ok"})"));
    }

    void testBodies() {
        fail("GET", poll, answerOf(202, R"({"status":"authorization_pending"})"), "interval");
        fail("GET", poll, answerOf(202, R"({"status":"authorization_pending","interval":"5"})"), "interval");
        fail("GET", poll, answerOf(202, R"({"status":"authorization_pending","interval":61})"), "interval");
        fail("GET", poll, answerOf(202, R"({"status":"pending","interval":5})"), "status");
        fail("GET", poll, answerOf(202, R"({"status":"authorization_pending","interval":5,"extra":1})"),
             "extra");
        fail("GET", poll, answerOf(202, "[]"), "body");
        fail("GET", poll, answerOf(202, "{"), "compared with");
        fail("GET", poll, answerOf(202, ""), "compared with");
        fail("GET", poll, answerOf(404, errorBody("not_found", R"(,"reason":"declined")")), "reason");
        fail("GET", poll, answerOf(403, errorBody("access_denied")), "body");
        fail("GET", poll, answerOf(403, errorBody("access_denied", R"(,"reason":"bored")")), "body");
    }

    void testNestedMembers() {
        const auto page = [](const std::string& scopes, const std::string& more) {
            return answerOf(
                200, R"({"items":[{"name":"jira","display_name":"Jira","deployment":"cloud","scopes":)" +
                         scopes + R"(,"completions":["code"],"features":[])" + more +
                         R"(}],"next_cursor":null})");
        };
        pass("GET", "/v1/providers", page(R"(["read:me"])", ""));
        fail("GET", "/v1/providers", page("[7]", ""), "scopes");
        fail("GET", "/v1/providers", page("null", ""), "scopes");
        fail("GET", "/v1/providers", page("[]", R"(,"secret":"x")"), "secret");
    }

    void testHeaders() {
        const auto pending = answerOf(202, pendingBody);
        for (const std::string name : {"X-Request-ID", "Cache-Control", "Retry-After"})
            fail("GET", poll, with(pending, name, ""), name + " is missing");
        fail("GET", poll, with(pending, "Cache-Control", "public"), "Cache-Control");
        fail("GET", poll, with(pending, "Retry-After", "soon"), "Retry-After");
        fail("GET", poll, with(pending, "X-Request-ID", "two words"), "X-Request-ID");
        fail("GET", poll, with(pending, "Content-Type", "text/json"), "content type");
        fail("GET", poll, with(answerOf(404, errorBody("not_found")), "X-Request-ID", "trace-8"), "differ");
        fail("GET", poll, answerOf(401, errorBody("invalid_credential")), "WWW-Authenticate");
        fail("GET", poll, with(answerOf(429, errorBody("slow_down")), "Retry-After", ""), "Retry-After");
    }

    void testStatuses() {
        fail("GET", poll, answerOf(201, pendingBody), "status 201");
        fail("GET", poll, answerOf(409, errorBody("conflict")), "status 409");
        fail("GET", "/v1/healthz", answerOf(401, errorBody("invalid_credential")), "status 401");
        pass("GET", "/v1/healthz", answerOf(500, errorBody("internal")));
        pass("GET", "/v1/healthz", answerOf(431, errorBody("invalid_request")));
    }

    void testCodesOfErrors() {
        fail("GET", poll, answerOf(404, errorBody("conflict")), "error");
        fail("GET", poll, answerOf(404, errorBody("lost")), "error");
        fail("GET", poll, answerOf(500, errorBody("not_found")), "another status");
        fail("GET", poll, answerOf(503, errorBody("internal")), "another status");
        pass("GET", poll, answerOf(503, errorBody("busy")));
        fail("GET", poll, answerOf(503, errorBody("provider_unavailable")), "another status");
        pass("GET", token, answerOf(503, errorBody("provider_unavailable")));
        fail("GET", token, answerOf(412, errorBody("needs_reauth")), "body");
    }

    void testMethodNotAllowed() {
        const auto refused = answerOf(405, errorBody("method_not_allowed"));
        pass("PUT", token, with(refused, "Allow", "GET, HEAD, DELETE"));
        pass("PUT", token, with(refused, "Allow", "DELETE, GET, HEAD"));
        fail("PUT", token, refused, "Allow");
        fail("PUT", token, with(refused, "Allow", "GET, DELETE"), "Allow");
        fail("PUT", token, with(refused, "Allow", "GET, HEAD, DELETE, PUT"), "Allow");
        fail("PUT", token, answerOf(404, errorBody("not_found")), "status 404");
        fail("PUT", token, answerOf(200, "{}"), "status 200");
        // The style sheet's errors have the form of the API's.
        const std::string style = "/assets/style-0123456789abcdef.css";
        pass("PUT", style, with(refused, "Allow", "GET, HEAD"));
        fail("PUT", style, with(refused, "Allow", "GET"), "Allow");
        fail("PUT", "/link", with(refused, "Allow", "GET, HEAD"), "content type");
        pass("PUT", "/link", with(pageOf(405), "Allow", "GET, HEAD"));
        fail("PUT", "/link", pageOf(405), "Allow");
    }

    void testUnlistedPaths() {
        pass("GET", "/v1/nothing", answerOf(404, errorBody("not_found")));
        pass("GET", "/v1/nothing?x=1", answerOf(400, errorBody("credential_in_url")));
        pass("GET", "/nothing", pageOf(404));
        fail("GET", "/nothing", answerOf(404, errorBody("not_found")), "content type");
        fail("GET", "/v1/nothing", answerOf(200, "{}"), "status 200");
        fail("GET", "/v1/nothing", answerOf(405, errorBody("method_not_allowed")), "status 405");
    }

    void testHead() {
        pass("HEAD", poll, answerOf(202, ""));
        fail("HEAD", poll, answerOf(202, pendingBody), "body");
        fail("HEAD", poll, with(answerOf(202, ""), "Retry-After", ""), "Retry-After");
        fail("HEAD", "/v1/link-code", answerOf(200, ""), "status 200");
    }

    void testPages() {
        pass("GET", "/", pageOf(200));
        pass("GET", "/", pageOf(421));
        fail("GET", "/", pageOf(201), "status 201");
        fail("GET", "/", answerOf(500, errorBody("internal")), "content type");
        pass("GET", "/", answerOf(413, errorBody("payload_too_large")));
        fail("GET", "/", answerOf(413, errorBody("internal")), "another status");
        fail("GET", "/", pageOf(413), "content type");
        fail("GET", "/", with(pageOf(200), "Cache-Control", "public"), "Cache-Control");
        auto redirect = with(pageOf(303), "Content-Type", "");
        redirect.body.clear();
        const std::string id = "lnk_AAAAAAAAAAAAAAAAAAAAAA";
        pass("GET", "/callback/jira?state=x", with(redirect, "Location", "/done/" + id));
        fail("GET", "/callback/jira?state=x", redirect, "Location");
        fail("GET", "/callback/jira?state=x", with(redirect, "Location", "https://elsewhere.example/"),
             "Location");
    }

    void testLiteralSegmentsWin() {
        const auto& description = ApiDescription::get();
        CPPUNIT_ASSERT_EQUAL(std::string("/v1/tokens/resolve"),
                             description.find("POST", "/v1/tokens/resolve")->path);
        CPPUNIT_ASSERT(description.find("GET", "/v1/tokens/resolve") == nullptr);
        CPPUNIT_ASSERT_EQUAL(std::string("/v1/tokens/{account_id}"),
                             description.find("GET", "/v1/tokens/acc_x")->path);
        CPPUNIT_ASSERT(description.find("GET", "/v1/tokens/") == nullptr);
        CPPUNIT_ASSERT(description.find("GET", "/v1/tokens/a/b") == nullptr);
        CPPUNIT_ASSERT_EQUAL(std::string("/assets/style-{version}.css"),
                             description.find("HEAD", "/assets/style-0123.css")->path);
    }

    void testNoValueIsRepeated() {
        const auto found =
            violationsOf("GET", token, answerOf(200, R"({"access_token":"verysecret","scope":7})"));
        CPPUNIT_ASSERT(!found.empty());
        CPPUNIT_ASSERT(found.find("verysecret") == std::string::npos);
    }

private:
    std::string violationsOf(const std::string& method, const std::string& target, const HttpAnswer& answer) {
        std::string text;
        for (const auto& violation : _validator.violations(method, target, answer))
            text += violation + "\n";
        return text;
    }

    void pass(const std::string& method, const std::string& target, const HttpAnswer& answer) {
        CPPUNIT_ASSERT_EQUAL(std::string(), violationsOf(method, target, answer));
    }

    void fail(const std::string& method, const std::string& target, const HttpAnswer& answer,
              const std::string& part) {
        const auto found = violationsOf(method, target, answer);
        CPPUNIT_ASSERT_MESSAGE("nothing found where \"" + part + "\" is wrong", !found.empty());
        CPPUNIT_ASSERT_MESSAGE("no \"" + part + "\" in: " + found, found.find(part) != std::string::npos);
    }

    const std::string poll = "/v1/poll/482913706154";
    const std::string token = "/v1/tokens/acc_AAAAAAAAAAAAAAAAAAAAAA";
    ApiValidator _validator{ApiDescription::get()};
};

CPPUNIT_TEST_SUITE_REGISTRATION(ValidatorTest);
