// SPDX-License-Identifier: Apache-2.0
// accessible-resources: repeated ids, arbitrary order, and the answers of a hostile server.
#include "central_oauth/atlassian/CloudSiteLister.h"

#include "../../support/ProviderServices.h"

#include <algorithm>
#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <vector>

using namespace central_oauth;
using provider::ProviderErrorKind;
using test::FixedClock;
using test::ScriptedHttp;
using test::SilentLog;

namespace {

const atlassian::Product jira{"jira", atlassian::Container::jira, "/ex/jira/", ""};
const atlassian::Product confluence{"confluence", atlassian::Container::confluence, "/ex/confluence/", ""};

std::string entry(const std::string& id, const std::string& name, const std::string& scopes) {
    return R"({"id":")" + id + R"(","name":")" + name + R"(","url":"https://)" + name +
           R"(.example","scopes":[)" + scopes + R"(],"avatarUrl":"x"})";
}

} // namespace

class CloudSiteListerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CloudSiteListerTest);
    CPPUNIT_TEST(testListsSitesOfTheProductOnly);
    CPPUNIT_TEST(testMergesRepeatedIdsInAnyOrder);
    CPPUNIT_TEST(testTellsContainersByTheirScopes);
    CPPUNIT_TEST(testEmptyListIsNoError);
    CPPUNIT_TEST(testClassifiesFailures);
    CPPUNIT_TEST(testRefusesMalformedLists);
    CPPUNIT_TEST(testDropsWhatCouldHarmAPage);
    CPPUNIT_TEST(testTakesWhateverSitesAreCalled);
    CPPUNIT_TEST_SUITE_END();

    ScriptedHttp _http;
    SilentLog _log;
    FixedClock _clock;
    provider::Context _context{_http, _log, _clock};

    std::vector<provider::Site> list(const std::string& body, const atlassian::Product& product = jira,
                                     int status = 200) {
        _http.answers = {{status, body}};
        return atlassian::CloudSiteLister(_context, "https://api/sites", product)
            .listSites(provider::Secret("access"), {});
    }

    ProviderErrorKind kindOf(int status, const std::string& body) {
        try {
            static_cast<void>(list(body, jira, status));
        } catch (const provider::ProviderError& error) {
            return error.kind();
        }
        throw CppUnit::Exception(CppUnit::Message("no error for " + body));
    }

    void testListsSitesOfTheProductOnly() {
        const std::string body = "[" + entry("id-2", "beta", R"("read:jira-work")") + "," +
                                 entry("id-1", "acme", R"("search:confluence")") + "]";
        const auto sites = list(body);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), sites.size());
        CPPUNIT_ASSERT_EQUAL(std::string("id-2"), sites.front().id);
        CPPUNIT_ASSERT_EQUAL(std::string("beta"), sites.front().name);
        CPPUNIT_ASSERT_EQUAL(std::string("https://beta.example"), sites.front().url);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), sites.front().products.size());
        CPPUNIT_ASSERT_EQUAL(std::string("jira"), sites.front().products.front().product);
        CPPUNIT_ASSERT_EQUAL(std::string("GET https://api/sites access "), _http.requests.front());
        CPPUNIT_ASSERT_EQUAL(std::string("confluence"), list(body, confluence).at(0).products.at(0).product);
    }

    void testMergesRepeatedIdsInAnyOrder() {
        std::vector<std::string> entries{entry("id-1", "acme", R"("read:jira-work")"),
                                         entry("id-1", "acme2", R"("read:servicedesk-request")"),
                                         entry("id-1", "acme", R"("search:confluence")"),
                                         entry("id-0", "zeta", R"("read:jira-user")")};
        std::sort(entries.begin(), entries.end());
        do {
            const auto sites =
                list("[" + entries[0] + "," + entries[1] + "," + entries[2] + "," + entries[3] + "]");
            CPPUNIT_ASSERT_EQUAL(std::size_t(2), sites.size());
            CPPUNIT_ASSERT_EQUAL(std::string("id-0"), sites[0].id);
            CPPUNIT_ASSERT_EQUAL(std::string("acme"), sites[1].name);
            CPPUNIT_ASSERT_EQUAL(std::size_t(1), sites[1].products.size());
        } while (std::next_permutation(entries.begin(), entries.end()));
    }

    void testTellsContainersByTheirScopes() {
        using atlassian::Container;
        using atlassian::isContainer;
        CPPUNIT_ASSERT(isContainer({"read:jira-work"}, Container::jira));
        CPPUNIT_ASSERT(!isContainer({"read:jira-work"}, Container::confluence));
        CPPUNIT_ASSERT(isContainer({"write:servicedesk-request"}, Container::jira));
        CPPUNIT_ASSERT(isContainer({"read:me", "read:page:confluence"}, Container::confluence));
        CPPUNIT_ASSERT(!isContainer({"read:me", "read:page:confluence"}, Container::jira));
        CPPUNIT_ASSERT(isContainer({}, Container::jira));
        CPPUNIT_ASSERT(isContainer({"read:jira-work", "search:confluence"}, Container::jira));
        CPPUNIT_ASSERT(isContainer({"read:jira-work", "search:confluence"}, Container::confluence));
    }

    void testEmptyListIsNoError() { CPPUNIT_ASSERT(list("[]").empty()); }

    void testClassifiesFailures() {
        CPPUNIT_ASSERT(kindOf(401, R"({"code":401,"message":"Unauthorized"})") ==
                       ProviderErrorKind::invalidGrant);
        CPPUNIT_ASSERT(kindOf(401, R"({"code":401,"message":"Unauthorized; scope does not match"})") ==
                       ProviderErrorKind::misconfigured);
        CPPUNIT_ASSERT(kindOf(403, "") == ProviderErrorKind::accessDenied);
        CPPUNIT_ASSERT(kindOf(429, "") == ProviderErrorKind::rateLimited);
        CPPUNIT_ASSERT(kindOf(502, "<html>") == ProviderErrorKind::transient);
        CPPUNIT_ASSERT(kindOf(404, "") == ProviderErrorKind::protocol);
    }

    void testRefusesMalformedLists() {
        for (const std::string& body :
             {std::string("{}"), std::string("<html>"), std::string("[1]"), std::string("[[]]"),
              std::string(R"([{"name":"a"}])"), "[" + entry("../../admin", "a", "") + "]",
              "[" + entry(std::string(65, 'a'), "a", "") + "]",
              std::string(R"([{"id":"a","scopes":"read:jira-work"}])"), std::string(R"([{"id":5}])")})
            CPPUNIT_ASSERT_MESSAGE(body, kindOf(200, body) == ProviderErrorKind::protocol);
    }

    void testDropsWhatCouldHarmAPage() {
        const auto sites = list(R"x([{"id":"a","name":"two\nlines","url":"javascript:alert(1)"}])x");
        CPPUNIT_ASSERT_EQUAL_MESSAGE("the host cleans it", std::string("two\nlines"), sites.at(0).name);
        CPPUNIT_ASSERT_EQUAL(std::string(), sites.at(0).url);
    }

    void testTakesWhateverSitesAreCalled() {
        for (const auto& member :
             {std::string(R"("name":{})"), std::string(R"("name":5)"), std::string(R"("name":"\u0000")"),
              std::string("\"name\":\"\xff\""), "\"name\":\"" + std::string(64 * 1024, 'W') + "\"",
              std::string(R"("url":5)"), std::string(R"("url":"")"),
              std::string(R"("url":"https://a\u0000")"),
              "\"url\":\"https://" + std::string(64 * 1024, 'u') + "\""})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(member.substr(0, 40), std::string("a"),
                                         list(R"([{"id":"a",)" + member + "}]").at(0).id);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CloudSiteListerTest);
