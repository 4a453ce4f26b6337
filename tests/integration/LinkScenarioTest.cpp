// SPDX-License-Identifier: Apache-2.0
// Links around upstream's consent: two products of one app, sites, errors in the callback, large values.
#include "ScenarioFixture.h"

#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>
#include <set>
#include <vector>

using namespace central_oauth::test;

namespace {

const std::string jiraLink = R"({"provider":"jira"})";
const std::string confluenceLink = R"({"provider":"confluence"})";

std::string parameterIn(const std::string& url, const std::string& name) {
    const auto at = url.find(name + "=");
    CPPUNIT_ASSERT_MESSAGE(name + " is missing in " + url, at != std::string::npos);
    const auto begin = at + name.size() + 1;
    return url.substr(begin, url.find('&', begin) - begin);
}

} // namespace

class LinkScenarioTest : public ScenarioFixture {
    CPPUNIT_TEST_SUITE(LinkScenarioTest);
    CPPUNIT_TEST(testJiraAndConfluenceOfOneAppKeepWorking);
    CPPUNIT_TEST(testThreeSitesAreListedOnceAndNeverChosenByOrder);
    CPPUNIT_TEST(testErrorsInTheCallbackEndTheLink);
    CPPUNIT_TEST(testAPersonWhoNeverReturnsLetsTheLinkExpire);
    CPPUNIT_TEST(testACodeIsUsedOnce);
    CPPUNIT_TEST(testLargeValuesAreKeptWholeAndNeverLogged);
    CPPUNIT_TEST(testATokenThatUpstreamAcceptsLateIsRefreshedOnce);
    CPPUNIT_TEST(testTokensThatUpstreamNeverAcceptsEndTheLink);
    CPPUNIT_TEST_SUITE_END();

public:
    void testJiraAndConfluenceOfOneAppKeepWorking() {
        for (const std::string replacement : {"immediate", "on_refresh"}) {
            beginWithBoth();
            options(R"({"scope_replacement":")" + replacement + "\"}");
            const auto first = _service->linkAccount(jiraLink);
            const auto second = _service->linkAccount(confluenceLink);
            for (int hour = 0; hour < 3; ++hour) {
                expectApi(first, "jira", "/rest/api/3/myself", replacement);
                expectApi(second, "confluence", "/wiki/rest/api/user/current", replacement);
                pass(tokenLife - leftWhenDue);
            }
            CPPUNIT_ASSERT_EQUAL(0, count("families_revoked"));
        }
    }

    // Jira and Confluence of a site have one id, and upstream lists the entries in any order.
    void testThreeSitesAreListedOnceAndNeverChosenByOrder() {
        beginWithBoth();
        _simulator->control("POST", "sites", R"({"user":"ada","count":3})");
        for (const auto& body : {jiraLink, confluenceLink}) {
            const auto link = _service->createLink(body);
            WebBrowser browser;
            const auto choice = ServiceUnderTest::consent(browser, _service->approve(browser, link));
            const auto sites = valuesOf(choice, "site");
            CPPUNIT_ASSERT_EQUAL(std::size_t(3), sites.size());
            CPPUNIT_ASSERT_EQUAL(std::size_t(3), std::set(sites.begin(), sites.end()).size());
            CPPUNIT_ASSERT_EQUAL_MESSAGE("nothing is chosen for the person", 202,
                                         _service->poll(link).status);
            CPPUNIT_ASSERT(!choice.contains("checked"));
            CPPUNIT_ASSERT_EQUAL(
                200,
                browser
                    .post(choice.url, _service->url(),
                          {{"csrf", choice.inputValue("csrf")}, {"decision", "approve"}, {"site", sites[1]}})
                    .status);
            const auto payload = _service->poll(link);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(payload.body.substr(0, 200), 200, payload.status);
            CPPUNIT_ASSERT_EQUAL(sites[1],
                                 payload.json()->getObject("site")->getValue<std::string>("cloud_id"));
        }
    }

    void testErrorsInTheCallbackEndTheLink() {
        for (const std::string error : {"server_error", "temporarily_unavailable", "invalid_scope",
                                        "unauthorized_client", "no_such_error", "%3Cb%3E"}) {
            const auto link = _service->createLink();
            WebBrowser browser;
            const auto state = parameterIn(_service->approve(browser, link).refreshTarget(), "state");
            const auto page = browser.open(_service->url() + "/callback/jira?error=" + error +
                                           "&error_description=%3Cscript%3Eodd%3C/script%3E&state=" + state);
            CPPUNIT_ASSERT_MESSAGE(page.html, page.contains("Not connected"));
            CPPUNIT_ASSERT_MESSAGE("upstream's words are not shown", !page.contains("<script>"));
            const auto polled = _service->poll(link);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(error + polled.body, 403, polled.status);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(error, std::string("access_denied"), polled.text("error"));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(error, std::string("upstream_error"), polled.text("reason"));
        }
        CPPUNIT_ASSERT_EQUAL(0, _simulator->tokenCalls("authorization_code"));
    }

    void testAPersonWhoNeverReturnsLetsTheLinkExpire() {
        const auto link = _service->createLink();
        WebBrowser browser;
        const auto late = _service->consentWithoutReturning(browser, link);
        CPPUNIT_ASSERT_EQUAL(202, _service->poll(link).status);
        pass(601);
        const auto polled = _service->poll(link);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(polled.body, 410, polled.status);
        CPPUNIT_ASSERT_EQUAL(std::string("expired_token"), polled.text("error"));
        static_cast<void>(browser.open(late));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("a late answer starts nothing", 0,
                                     _simulator->tokenCalls("authorization_code"));
        CPPUNIT_ASSERT_EQUAL(410, _service->poll(link).status);
    }

    // The code of a finished link arrives with the state of another, in the browser of both.
    void testACodeIsUsedOnce() {
        const auto first = _service->createLink();
        const auto second = _service->createLink(R"({"subject":"other"})");
        WebBrowser browser;
        const auto answer = _service->consentWithoutReturning(browser, first);
        CPPUNIT_ASSERT_EQUAL(200, browser.open(answer).status);
        const auto state = parameterIn(_service->approve(browser, second).refreshTarget(), "state");
        static_cast<void>(browser.open(
            _service->url() + "/callback/jira?code=" + parameterIn(answer, "code") + "&state=" + state));
        const auto refused = _service->poll(second);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(refused.body, 403, refused.status);
        CPPUNIT_ASSERT_EQUAL(std::string("upstream_error"), refused.text("reason"));
        CPPUNIT_ASSERT_EQUAL(1, refusals("code_used"));
        const auto kept = _service->poll(first);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(kept.body.substr(0, 200), 200, kept.status);
        static_cast<void>(expectAlive(accountIn("ada", kept)));
    }

    void testLargeValuesAreKeptWholeAndNeverLogged() {
        begin({{"CENTRAL_OAUTH_LOG_LEVEL", "DEBUG"}});
        options(R"({"access_token_size":8000,"refresh_token_size":12000,"code_size":6000})");
        const auto link = _service->createLink();
        WebBrowser browser;
        const auto answer = _service->consentWithoutReturning(browser, link);
        const auto code = parameterIn(answer, "code");
        CPPUNIT_ASSERT(code.size() >= 6000);
        CPPUNIT_ASSERT_EQUAL(200, browser.open(answer).status);
        const auto account = accountIn("ada", _service->poll(link));
        for (int i = 0; i < 2; ++i) {
            makeDue();
            static_cast<void>(expectAlive(account));
        }
        const auto pairs = listIn(_simulator->control("GET", "tokens"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), pairs->size());
        const auto newest = pairs->getObject(2)->getValue<std::string>("access_token");
        CPPUNIT_ASSERT_EQUAL(newest, read(account).text("access_token"));
        static_cast<void>(_service->stop());
        expectNotLogged(code);
        for (unsigned i = 0; i < pairs->size(); ++i)
            for (const std::string name : {"access_token", "refresh_token"})
                expectNotLogged(pairs->getObject(i)->getValue<std::string>(name));
    }

    void testATokenThatUpstreamAcceptsLateIsRefreshedOnce() {
        for (const std::string route : {"me", "accessible-resources"}) {
            setUp();
            refuse(route, 1);
            const auto account = accountIn("ada", _service->linkAccount());
            CPPUNIT_ASSERT_EQUAL_MESSAGE(route, 1, _simulator->tokenCalls("refresh_token"));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(route, 2, requestsOf(route));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(route, account.token, expectAlive(account, route));
            pass(tokenLife + 1);
            CPPUNIT_ASSERT_MESSAGE(route, account.token != expectAlive(account, "the newest pair is kept"));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(route, 0, refusals("refresh_reused"));
        }
    }

    void testTokensThatUpstreamNeverAcceptsEndTheLink() {
        for (const std::string route : {"me", "accessible-resources"}) {
            setUp();
            refuse(route, 0);
            const auto link = _service->createLink();
            WebBrowser browser;
            const auto page = ServiceUnderTest::consent(browser, _service->approve(browser, link));
            CPPUNIT_ASSERT_MESSAGE(page.html, page.contains("Not connected"));
            const auto polled = _service->poll(link);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(route + polled.body, 403, polled.status);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(route, std::string("upstream_error"), polled.text("reason"));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(route, std::string("provider"), polled.text("cause"));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(route, 1, _simulator->tokenCalls("refresh_token"));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(route, 2, requestsOf(route));
            clearFaults();
            CPPUNIT_ASSERT_EQUAL_MESSAGE("the next link works", 200, _service->linkAccount().status);
        }
    }

private:
    // Lets upstream answer 401 to the next requests of that route, or to all.
    void refuse(const std::string& route, int times) const {
        _simulator->control("POST", "faults",
                            R"({"kind":"status","status":401,"target":")" + route + R"(","times":)" +
                                std::to_string(times) + "}");
    }
    [[nodiscard]] int requestsOf(const std::string& route) const {
        return _simulator->control("GET", "counters")
            .json()
            ->getObject("routes")
            ->getObject(route)
            ->getValue<int>("requests");
    }

    void beginWithBoth() {
        _service.reset();
        _simulator = std::make_unique<Simulator>();
        _service = std::make_unique<ServiceUnderTest>(
            *_simulator,
            ChildProcess::Environment{{"CENTRAL_OAUTH_PROVIDERS", "jira,confluence"},
                                      {"CENTRAL_OAUTH_CONFLUENCE_CLIENT_ID", "demo-client-id"},
                                      {"CENTRAL_OAUTH_CONFLUENCE_CLIENT_SECRET", "demo-client-secret"},
                                      {"CENTRAL_OAUTH_CONFLUENCE_AUTH_BASE", _simulator->url()},
                                      {"CENTRAL_OAUTH_CONFLUENCE_API_BASE", _simulator->url()}});
    }

    void expectApi(const HttpAnswer& linked, const std::string& product, const std::string& path,
                   const std::string& what) const {
        CPPUNIT_ASSERT_EQUAL_MESSAGE(linked.body.substr(0, 200), 200, linked.status);
        const auto base =
            linked.json()->getObject("products")->getObject(product)->getValue<std::string>("api_base_url");
        const auto held = _service->get("/v1/tokens/" + linked.text("account_id"), _service->key());
        CPPUNIT_ASSERT_EQUAL_MESSAGE(what + held.body.substr(0, 200), 200, held.status);
        const auto answer = callApi("GET", base + path, held.text("access_token"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(what + ", " + product + ": " + answer.body, 200, answer.status);
    }

    // Returns the values of all inputs of that name.
    static std::vector<std::string> valuesOf(const WebPage& page, const std::string& name) {
        std::vector<std::string> values;
        auto rest = page;
        for (auto at = rest.html.find("name=\"" + name + "\""); at != std::string::npos;
             at = rest.html.find("name=\"" + name + "\"")) {
            values.push_back(rest.inputValue(name));
            rest.html.erase(0, at + 1);
        }
        return values;
    }

    // A part of a secret is enough to be a leak.
    void expectNotLogged(const std::string& secret) const {
        constexpr std::size_t part = 40;
        const auto log = _service->log();
        for (const std::size_t at : {std::size_t(0), secret.size() / 2, secret.size() - part})
            CPPUNIT_ASSERT(log.find(secret.substr(at, part)) == std::string::npos);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LinkScenarioTest);
