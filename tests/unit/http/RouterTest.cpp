// SPDX-License-Identifier: Apache-2.0
// Conflicts and precedence in the route table.
#include "central_oauth/http/Router.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <stdexcept>
#include <string>

using namespace central_oauth;
using namespace central_oauth::http;

namespace {

Response ok(const Request&) {
    return Response();
}

Route route(const std::string& method, const std::string& pattern, RouteKind kind = RouteKind::api) {
    return {method, pattern, {}, kind, ok};
}

std::string matched(const Router& router, const std::string& method, const std::string& path) {
    const auto match = router.match(method, parseTarget(path));
    if (match.route == nullptr)
        return match.allow.empty() ? "nothing" : "405 " + std::string(match.allow);
    return match.route->method + ' ' + match.route->pattern;
}

} // namespace

class RouterTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RouterTest);
    CPPUNIT_TEST(testMatchesLiteralPathsAndParameters);
    CPPUNIT_TEST(testGivesParameters);
    CPPUNIT_TEST(testLiteralWinsOverParameterInAnyOrder);
    CPPUNIT_TEST(testLeftMostLiteralWins);
    CPPUNIT_TEST(testHeadWorksWhereGetDoes);
    CPPUNIT_TEST(testNamesTheAllowedMethods);
    CPPUNIT_TEST(testUnlistedPathsMatchNothing);
    CPPUNIT_TEST(testRefusesConflicts);
    CPPUNIT_TEST(testRefusesMalformedRoutes);
    CPPUNIT_TEST(testListsAllRoutes);
    CPPUNIT_TEST_SUITE_END();

public:
    void testMatchesLiteralPathsAndParameters() {
        Router router;
        router.add(route("GET", "/"));
        router.add(route("GET", "/v1/accounts"));
        router.add(route("GET", "/v1/accounts/:account_id"));
        router.add(route("POST", "/v1/accounts/:account_id/grant-tokens"));
        CPPUNIT_ASSERT_EQUAL(std::string("GET /"), matched(router, "GET", "/"));
        CPPUNIT_ASSERT_EQUAL(std::string("GET /v1/accounts"), matched(router, "GET", "/v1/accounts?limit=1"));
        CPPUNIT_ASSERT_EQUAL(std::string("GET /v1/accounts/:account_id"),
                             matched(router, "GET", "/v1/accounts/acc_1"));
        CPPUNIT_ASSERT_EQUAL(std::string("POST /v1/accounts/:account_id/grant-tokens"),
                             matched(router, "POST", "/v1/accounts/acc_1/grant-tokens"));
    }

    void testGivesParameters() {
        Router router;
        router.add(route("DELETE", "/v1/accounts/:account_id/grant-tokens/:id"));
        const auto match = router.match("DELETE", parseTarget("/v1/accounts/a%20b/grant-tokens/:id"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, match.parameters.size());
        CPPUNIT_ASSERT(Parameters::Pair("account_id", "a b") == match.parameters[0]);
        CPPUNIT_ASSERT(Parameters::Pair("id", ":id") == match.parameters[1]);
    }

    void testLiteralWinsOverParameterInAnyOrder() {
        for (const bool literalFirst : {true, false}) {
            Router router;
            if (literalFirst)
                router.add(route("POST", "/v1/tokens/resolve"));
            router.add(route("GET", "/v1/tokens/:account_id"));
            if (!literalFirst)
                router.add(route("POST", "/v1/tokens/resolve"));
            CPPUNIT_ASSERT_EQUAL(std::string("POST /v1/tokens/resolve"),
                                 matched(router, "POST", "/v1/tokens/resolve"));
            CPPUNIT_ASSERT_EQUAL(std::string("GET /v1/tokens/:account_id"),
                                 matched(router, "GET", "/v1/tokens/resolv"));
            CPPUNIT_ASSERT_EQUAL(std::string("405 POST"), matched(router, "GET", "/v1/tokens/resolve"));
        }
    }

    void testLeftMostLiteralWins() {
        Router router;
        router.add(route("GET", "/:a/c"));
        router.add(route("GET", "/b/:d"));
        CPPUNIT_ASSERT_EQUAL(std::string("GET /b/:d"), matched(router, "GET", "/b/c"));
        CPPUNIT_ASSERT_EQUAL(std::string("GET /:a/c"), matched(router, "GET", "/x/c"));
    }

    void testHeadWorksWhereGetDoes() {
        Router router;
        router.add(route("GET", "/a"));
        router.add(route("POST", "/b"));
        CPPUNIT_ASSERT_EQUAL(std::string("GET /a"), matched(router, "HEAD", "/a"));
        CPPUNIT_ASSERT_EQUAL(std::string("405 POST"), matched(router, "HEAD", "/b"));
    }

    void testNamesTheAllowedMethods() {
        Router router;
        router.add(route("GET", "/a"));
        router.add(route("DELETE", "/a"));
        const auto match = router.match("POST", parseTarget("/a"));
        CPPUNIT_ASSERT(match.route == nullptr);
        CPPUNIT_ASSERT_EQUAL(std::string("GET, HEAD, DELETE"), std::string(match.allow));
        CPPUNIT_ASSERT_EQUAL(std::string("/a"), std::string(match.pattern));
    }

    void testUnlistedPathsMatchNothing() {
        Router router;
        router.add(route("GET", "/v1/accounts/:account_id"));
        for (const char* path : {"/", "/v1", "/v1/accounts", "/v1/accounts/", "/v1/accounts/a/b",
                                 "//v1/accounts/a", "/V1/accounts/a", "/v1/accounts/a/"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(path, std::string("nothing"), matched(router, "GET", path));
    }

    void testRefusesConflicts() {
        Router router;
        router.add(route("GET", "/a/:id"));
        router.add(route("POST", "/a/:id"));
        CPPUNIT_ASSERT_THROW(router.add(route("GET", "/a/:id")), std::logic_error);
        CPPUNIT_ASSERT_THROW(router.add(route("GET", "/a/:other")), std::logic_error);
        CPPUNIT_ASSERT_THROW(router.add(route("DELETE", "/a/:other")), std::logic_error);
        CPPUNIT_ASSERT_THROW(router.add(route("DELETE", "/a/:id", RouteKind::page)), std::logic_error);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, router.routes().size());
    }

    void testRefusesMalformedRoutes() {
        Router router;
        for (const char* pattern : {"", "a", "/a/", "//", "/a//b", "/:", "/:a/:a", "/a b", "/a%20", "/a?b"})
            CPPUNIT_ASSERT_THROW_MESSAGE(pattern, router.add(route("GET", pattern)), std::logic_error);
        CPPUNIT_ASSERT_THROW(router.add(route("HEAD", "/a")), std::logic_error);
        CPPUNIT_ASSERT_THROW(router.add(route("", "/a")), std::logic_error);
        CPPUNIT_ASSERT_THROW(router.add({"GET", "/a", {}, RouteKind::api, nullptr}), std::logic_error);
        CPPUNIT_ASSERT_THROW(router.add({"GET", "/a", {"q", "q"}, RouteKind::api, ok}), std::logic_error);
        CPPUNIT_ASSERT(router.routes().empty());
    }

    void testListsAllRoutes() {
        Router router;
        router.add(route("POST", "/b"));
        router.add(route("GET", "/b"));
        router.add(route("GET", "/a/:id"));
        std::string table;
        for (const Route* entry : router.routes())
            table += entry->method + ' ' + entry->pattern + '\n';
        CPPUNIT_ASSERT_EQUAL(std::string("GET /a/:id\nGET /b\nPOST /b\n"), table);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RouterTest);
