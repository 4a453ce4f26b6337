// SPDX-License-Identifier: Apache-2.0
// Credentials, cookies and forms of a request.
#include "central_oauth/http/Request.h"

#include "central_oauth/base/Error.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

using namespace central_oauth;
using namespace central_oauth::http;

namespace {

using base::Error;
using base::ErrorCode;

Request makeRequest(std::initializer_list<std::pair<std::string, std::string>> fields,
                    std::string body = {}) {
    Request::Parts parts;
    for (const auto& [name, value] : fields)
        parts.headers.add(name, value);
    parts.body = std::move(body);
    return Request(std::move(parts));
}

template <class Action>
std::optional<ErrorCode> codeOf(Action action) {
    try {
        action();
    } catch (const Error& error) {
        return error.code();
    }
    return std::nullopt;
}

} // namespace

class RequestTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RequestTest);
    CPPUNIT_TEST(testReadsTheBearerCredential);
    CPPUNIT_TEST(testHasNoBearerWithoutAuthorization);
    CPPUNIT_TEST(testRefusesMalformedAuthorization);
    CPPUNIT_TEST(testRefusesTwoAuthorizationFields);
    CPPUNIT_TEST(testKeepsAuthorizationOutOfTheHeaders);
    CPPUNIT_TEST(testReadsCookies);
    CPPUNIT_TEST(testGivesEveryCookieOfAName);
    CPPUNIT_TEST(testGivesCookiesByTheBeginningOfTheirNames);
    CPPUNIT_TEST(testCutsTheUserAgent);
    CPPUNIT_TEST(testFindsPathParameters);
    CPPUNIT_TEST(testReadsForms);
    CPPUNIT_TEST(testRefusesOtherContentTypesAsForms);
    CPPUNIT_TEST_SUITE_END();

public:
    void testReadsTheBearerCredential() {
        for (const char* value :
             {"Bearer cok_k1.aB-9~+/==", "bearer cok_k1.aB-9~+/==", "BEARER   cok_k1.aB-9~+/=="}) {
            const auto secret = makeRequest({{"authorization", value}}).bearer();
            CPPUNIT_ASSERT(secret && secret->reveal() == "cok_k1.aB-9~+/==");
        }
    }

    void testHasNoBearerWithoutAuthorization() {
        CPPUNIT_ASSERT(!makeRequest({{"X-Authorization", "Bearer x"}}).bearer());
    }

    void testRefusesMalformedAuthorization() {
        for (const char* value : {"", "Bearer", "Bearer ", "Bearer  ", "Basic dTpw", "Bearerx", "Bearer a b",
                                  "Bearer a,b", "Bearer \"a\"", "Bearer ==", "Bearer a=b", "Bearer\ta"})
            CPPUNIT_ASSERT_MESSAGE(value,
                                   codeOf([value] {
                                       static_cast<void>(makeRequest({{"Authorization", value}}).bearer());
                                   }) == ErrorCode::invalidCredential);
    }

    void testRefusesTwoAuthorizationFields() {
        const Request request = makeRequest({{"Authorization", "Bearer a"}, {"authorization", "Bearer a"}});
        CPPUNIT_ASSERT(codeOf([&request] { static_cast<void>(request.bearer()); }) ==
                       ErrorCode::invalidCredential);
    }

    void testKeepsAuthorizationOutOfTheHeaders() {
        const Request request = makeRequest({{"Authorization", "Bearer a"}, {"Host", "h"}});
        CPPUNIT_ASSERT(!request.header("Authorization"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, request.headers().size());
    }

    void testReadsCookies() {
        const Request request = makeRequest({{"Cookie", "a=1; __Host-b=x=y ;c"}, {"cookie", "d="}});
        CPPUNIT_ASSERT_EQUAL(std::string("1"), std::string(request.cookies("a").at(0)));
        CPPUNIT_ASSERT_EQUAL(std::string("x=y"), std::string(request.cookies("__Host-b").at(0)));
        CPPUNIT_ASSERT(request.cookies("d").at(0).empty());
        for (const char* absent : {"c", "A", "b", ""})
            CPPUNIT_ASSERT(request.cookies(absent).empty());
    }

    void testGivesEveryCookieOfAName() {
        using Values = std::vector<std::string_view>;
        const Request request = makeRequest({{"Cookie", "a=1; b=0; a=2"}, {"Cookie", "a=1"}});
        CPPUNIT_ASSERT(request.cookies("a") == (Values{"1", "2", "1"}));
    }

    void testGivesCookiesByTheBeginningOfTheirNames() {
        const Request request =
            makeRequest({{"Cookie", "ab=1; b=ab=2 ; ab.c=3;ab; Ab=4;=5"}, {"Cookie", " ab.c =6"}});
        std::string found;
        for (const auto& [name, value] : request.cookiesWithPrefix("ab"))
            found.append(name).append("=").append(value).append(" ");
        CPPUNIT_ASSERT_EQUAL(std::string("ab=1 ab.c=3 ab.c=6 "), found);
        CPPUNIT_ASSERT(request.cookiesWithPrefix("ab.cd").empty());
    }

    void testCutsTheUserAgent() {
        CPPUNIT_ASSERT_EQUAL(std::string("curl/8 \xC3\xA4 x\xEF\xBF\xBD"),
                             makeRequest({{"User-Agent", "curl/8\t\xC3\xA4 x\xE4"}}).userAgent());
        CPPUNIT_ASSERT_EQUAL(std::string(200, 'a') + "\xE2\x80\xA6",
                             makeRequest({{"User-Agent", std::string(201, 'a')}}).userAgent());
        CPPUNIT_ASSERT(makeRequest({}).userAgent().empty());
    }

    void testFindsPathParameters() {
        Request::Parts parts;
        parts.pathParameters = {{"id", "7"}};
        const Request request(std::move(parts));
        CPPUNIT_ASSERT_EQUAL(std::string("7"), request.pathParameter("id"));
        CPPUNIT_ASSERT_THROW(static_cast<void>(request.pathParameter("other")), std::out_of_range);
    }

    void testReadsForms() {
        for (const char* type :
             {"application/x-www-form-urlencoded", "Application/X-WWW-Form-Urlencoded ; charset=UTF-8"}) {
            const auto form = parseForm(makeRequest({{"Content-Type", type}}, "csrf=a%2Bb&note=c+d"));
            CPPUNIT_ASSERT_EQUAL(std::string("a+b"), std::string(form.get("csrf")));
            CPPUNIT_ASSERT_EQUAL(std::string("c d"), std::string(form.get("note")));
        }
        const std::string type = "application/x-www-form-urlencoded";
        for (const char* body : {"a=1&a=2", "a=%zz", "=1"})
            CPPUNIT_ASSERT(codeOf([&] {
                               static_cast<void>(parseForm(makeRequest({{"Content-Type", type}}, body)));
                           }) == ErrorCode::invalidRequest);
    }

    void testRefusesOtherContentTypesAsForms() {
        for (const char* type :
             {"", "application/json", "multipart/form-data", "application/x-www-form-urlencodedx",
              "application/x-www-form-urlencoded; charset=utf-16"})
            CPPUNIT_ASSERT_MESSAGE(
                type, codeOf([type] {
                          static_cast<void>(parseForm(makeRequest({{"Content-Type", type}}, "a=1")));
                      }) == ErrorCode::unsupportedMediaType);
        const std::string type = "application/x-www-form-urlencoded";
        CPPUNIT_ASSERT(codeOf([] { static_cast<void>(parseForm(makeRequest({}))); }) ==
                       ErrorCode::unsupportedMediaType);
        CPPUNIT_ASSERT(
            codeOf([&type] {
                static_cast<void>(parseForm(makeRequest({{"Content-Type", type}, {"Content-Type", type}})));
            }) == ErrorCode::unsupportedMediaType);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RequestTest);
