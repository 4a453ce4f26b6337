// SPDX-License-Identifier: Apache-2.0
// Accounts over the API: filters, site and label, and problems in plain words.
#include "../support/DaemonFixture.h"
#include "../support/People.h"

#include <cppunit/extensions/HelperMacros.h>
#include <memory>
#include <set>

using namespace central_oauth::test;

class AccountTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(AccountTest);
    CPPUNIT_TEST(testFilters);
    CPPUNIT_TEST(testWrongFiltersAreRefused);
    CPPUNIT_TEST(testPagesOfAFilteredList);
    CPPUNIT_TEST(testSiteAndLabelAreChanged);
    CPPUNIT_TEST(testWrongChangesChangeNothing);
    CPPUNIT_TEST(testEveryUpstreamFailureHasItsWords);
    CPPUNIT_TEST(testDeadGrantHasItsWords);
    CPPUNIT_TEST(testLostScopeNeedsANewLinkThatAsksForIt);
    CPPUNIT_TEST_SUITE_END();

public:
    void testFilters() {
        const auto ada = linkAs(*_service, *_simulator, _service->key(), "ada", R"({"subject":"a"})");
        const auto grace = linkAs(*_service, *_simulator, _service->key(), "grace", "{}");
        const auto site = ada.json()->getObject("site");
        const auto a = ada.text("account_id");
        const auto g = grace.text("account_id");
        for (const auto& [query, expected] : std::vector<std::pair<std::string, std::set<std::string>>>{
                 {"", {a, g}},
                 {"?provider=jira", {a, g}},
                 {"?provider=confluence", {}},
                 {"?subject=a", {a}},
                 {"?site=" + site->getValue<std::string>("cloud_id"), {a, g}},
                 {"?site=" + site->getValue<std::string>("url"), {a, g}},
                 {"?site=other", {}},
                 {"?upstream_id=" + upstreamIdIn(grace), {g}},
                 {"?status=active", {a, g}},
                 {"?status=needs_reauth", {}},
                 {"?status=active&subject=a&upstream_id=" + upstreamIdIn(grace), {}}})
            CPPUNIT_ASSERT_MESSAGE(query, listed(query) == expected);
        CPPUNIT_ASSERT(listed("", "a") == std::set<std::string>{a});
        CPPUNIT_ASSERT(listed("?subject=a", "a") == std::set<std::string>{a});
        CPPUNIT_ASSERT(listed("", "nobody").empty());
    }

    void testWrongFiltersAreRefused() {
        for (const std::string query :
             {"?provider=", "?subject=", "?site=", "?upstream_id=", "?status=", "?status=dead", "?limit=0",
              "?limit=201", "?limit=", "?limit=1x", "?limit=-1", "?cursor=", "?cursor=x", "?account=1",
              "?status=active&status=active"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(query, 400,
                                         _service->get("/v1/accounts" + query, _service->key()).status);
        const auto url = _service->url() + "/v1/accounts?subject=b";
        CPPUNIT_ASSERT_EQUAL(400, callFor("a", "GET", url, _service->key()).status);
    }

    void testPagesOfAFilteredList() {
        std::vector<std::string> linked;
        for (const std::string subject : {"x", "y", "x2"})
            linked.push_back(_service->linkAccount(R"({"subject":")" + subject + "\"}").text("account_id"));
        std::vector<std::string> seen;
        std::string cursor;
        do {
            const auto page = _service->get("/v1/accounts?limit=1&provider=jira" +
                                                (cursor.empty() ? "" : "&cursor=" + cursor),
                                            _service->key());
            CPPUNIT_ASSERT_EQUAL_MESSAGE(page.body, 200, page.status);
            seen.push_back(page.json()->getArray("items")->getObject(0)->getValue<std::string>("account_id"));
            cursor = page.json()->isNull("next_cursor") ? "" : page.text("next_cursor");
        } while (!cursor.empty() && seen.size() < 10);
        CPPUNIT_ASSERT(std::multiset<std::string>(seen.begin(), seen.end()) ==
                       std::multiset<std::string>(linked.begin(), linked.end()));
    }

    void testSiteAndLabelAreChanged() {
        _simulator->control("POST", "sites", R"({"name":"beta","products":["jira"],"users":["ada"]})");
        const auto first = site("Acme");
        const auto second = site("beta");
        const auto linked = _service->linkAccount(R"({"site":")" + first.first + R"(","label":"one"})");
        const auto path = "/v1/accounts/" + linked.text("account_id");
        const auto changed = patch(path, R"({"site":")" + second.second + R"(","label":"two"})");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(changed.body, 200, changed.status);
        CPPUNIT_ASSERT_EQUAL(second.first,
                             changed.json()->getObject("site")->getValue<std::string>("cloud_id"));
        CPPUNIT_ASSERT_EQUAL(std::string("two"), changed.text("label"));
        const auto token = _service->get("/v1/tokens/" + linked.text("account_id"), _service->key());
        CPPUNIT_ASSERT_EQUAL(second.first,
                             token.json()->getObject("site")->getValue<std::string>("cloud_id"));
        CPPUNIT_ASSERT_EQUAL(std::string("two"), patch(path, R"({"site":null})").text("label"));
        CPPUNIT_ASSERT(_service->get(path, _service->key()).json()->isNull("site"));
        CPPUNIT_ASSERT_EQUAL(std::string(), patch(path, R"({"label":null})").text("label"));
    }

    void testWrongChangesChangeNothing() {
        const auto linked = _service->linkAccount(R"({"label":"one"})");
        const auto path = "/v1/accounts/" + linked.text("account_id");
        const auto before = _service->get(path, _service->key()).body;
        const auto foreign = patch(path, R"({"site":"https://elsewhere.example","label":"two"})");
        CPPUNIT_ASSERT_EQUAL(403, foreign.status);
        CPPUNIT_ASSERT_EQUAL(std::string("site_not_allowed"), foreign.text("error"));
        for (const std::string body :
             {R"({})", R"({"subject":"x"})", R"({"label":"a\u0007b"})", R"({"label":1})", R"({"site":["a"]})",
              R"([])", R"({"label":"x","label":"y"})"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(body, 400, patch(path, body).status);
        CPPUNIT_ASSERT_EQUAL(400, patch(path, R"({"label":")" + std::string(65, 'x') + "\"}").status);
        CPPUNIT_ASSERT_EQUAL(before, _service->get(path, _service->key()).body);
    }

    void testEveryUpstreamFailureHasItsWords() {
        const auto linked = linkWithTokenOf(90);
        const auto path = "/v1/accounts/" + linked.text("account_id");
        CPPUNIT_ASSERT(_service->get(path, _service->key()).json()->isNull("problem"));
        for (const auto& [fault, code, who] :
             {std::tuple(R"({"target":"token","kind":"rate_limit"})", "rate_limited", "atlassian"),
              std::tuple(R"({"target":"auth","kind":"outage"})", "", "atlassian"),
              std::tuple(R"({"target":"token","kind":"oauth_error","status":400,"error":"teapot"})",
                         "protocol", "operator"),
              std::tuple(R"({"target":"token","kind":"oauth_error","status":401,"error":"access_denied"})",
                         "misconfigured", "operator"),
              std::tuple(R"({"target":"token","kind":"html"})", "ambiguous", "atlassian")}) {
            _simulator->control("POST", "faults", fault);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(fault, 200, token(linked).status);
            const auto problem = _service->get(path, _service->key()).json()->getObject("problem");
            CPPUNIT_ASSERT_MESSAGE(fault, !problem.isNull());
            if (*code != '\0')
                CPPUNIT_ASSERT_EQUAL(std::string(code), problem->getValue<std::string>("code"));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(fault, std::string(who), problem->getValue<std::string>("who"));
            for (const std::string member : {"what", "how", "since"})
                CPPUNIT_ASSERT_MESSAGE(member, !problem->getValue<std::string>(member).empty());
            _simulator->control("POST", "faults/clear", "{}");
            _service->advanceClock(31); // until the pause after an upstream error is over
            const auto fixed = token(linked);
            CPPUNIT_ASSERT_EQUAL(200, fixed.status);
            _service->passTime(fixed.json()->getValue<int>("expires_in") - 90);
            CPPUNIT_ASSERT_MESSAGE("fixed", _service->get(path, _service->key()).json()->isNull("problem"));
        }
    }

    void testDeadGrantHasItsWords() {
        const auto linked = linkWithTokenOf(90);
        _simulator->control("POST", "revoke_grant", R"({"user":"ada"})");
        CPPUNIT_ASSERT_EQUAL(412, token(linked).status);
        const auto account = _service->get("/v1/accounts/" + linked.text("account_id"), _service->key());
        const auto problem = account.json()->getObject("problem");
        CPPUNIT_ASSERT_EQUAL(std::string("revoked_or_expired"), problem->getValue<std::string>("code"));
        CPPUNIT_ASSERT_EQUAL(std::string("person"), problem->getValue<std::string>("who"));
        CPPUNIT_ASSERT_EQUAL(account.text("since"), problem->getValue<std::string>("since"));
        CPPUNIT_ASSERT(listed("?status=needs_reauth") == std::set<std::string>{linked.text("account_id")});
    }

    void testLostScopeNeedsANewLinkThatAsksForIt() {
        const auto linked =
            linkWithTokenOf(90, R"({"subject":"user-7","required_scopes":["read:jira-work"]})");
        // The person consents to the same app elsewhere, to fewer scopes.
        _simulator->control("POST", "grants", R"({"user":"ada","scopes":"read:me offline_access"})");
        const auto lacking = token(linked);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(lacking.body, 412, lacking.status);
        CPPUNIT_ASSERT_EQUAL(std::string("scopes_missing"), lacking.text("reason"));
        const auto relink = lacking.json()->getObject("relink");
        CPPUNIT_ASSERT_EQUAL(linked.text("account_id"), relink->getValue<std::string>("account_id"));
        CPPUNIT_ASSERT_EQUAL(std::string("read:jira-work"),
                             relink->getArray("required_scopes")->getElement<std::string>(0));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("the account stays dead", 412, token(linked).status);
        std::ostringstream body;
        relink->stringify(body);
        const auto again = _service->linkAccount(body.str());
        CPPUNIT_ASSERT_EQUAL(linked.text("account_id"), again.text("account_id"));
        CPPUNIT_ASSERT_EQUAL(200, token(linked).status);
    }

private:
    [[nodiscard]] std::set<std::string> listed(const std::string& query,
                                               const std::string& subject = {}) const {
        const auto page = callFor(subject, "GET", _service->url() + "/v1/accounts" + query, _service->key());
        CPPUNIT_ASSERT_EQUAL_MESSAGE(query + page.body, 200, page.status);
        std::set<std::string> ids;
        const auto items = page.json()->getArray("items");
        for (unsigned i = 0; i < items->size(); ++i)
            ids.insert(items->getObject(i)->getValue<std::string>("account_id"));
        return ids;
    }

    // Returns cloud id and URL of the simulator's site of that name.
    [[nodiscard]] std::pair<std::string, std::string> site(const std::string& name) const {
        const auto all = listIn(_simulator->control("GET", "sites"));
        for (unsigned i = 0; i < all->size(); ++i) {
            const auto one = all->getObject(i);
            if (one->getValue<std::string>("name") == name)
                return {one->getValue<std::string>("id"), one->getValue<std::string>("url")};
        }
        throw std::runtime_error("no site " + name);
    }

    [[nodiscard]] HttpAnswer patch(const std::string& path, const std::string& body) const {
        return callApi("PATCH", _service->url() + path, _service->key(), body);
    }
    [[nodiscard]] HttpAnswer token(const HttpAnswer& linked) const {
        return _service->get("/v1/tokens/" + linked.text("account_id"), _service->key());
    }
    [[nodiscard]] HttpAnswer linkWithTokenOf(int seconds, const std::string& body = "{}") const {
        auto linked = _service->linkAccount(body);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(linked.body.substr(0, 200), 200, linked.status);
        _service->passTime(linked.json()->getValue<int>("expires_in") - seconds);
        return linked;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AccountTest);
