// SPDX-License-Identifier: Apache-2.0
// The URL of a site in every spelling, in every place that takes one: all places agree which spellings name
// the site.
#include "../support/DaemonFixture.h"
#include "../support/OddTexts.h"
#include "../support/People.h"
#include "../support/Spellings.h"

#include <cppunit/extensions/HelperMacros.h>
#include <functional>

using namespace central_oauth::test;

namespace {

const std::string host = "acme.atlassian.example";

/// Spellings of the site https://acme.atlassian.example/Jira.
Spellings spellingsWithPath() {
    const auto origins = originSpellingsOf(true, host, 443, true);
    Spellings all;
    for (const auto& origin : origins.same) {
        for (const std::string end : {"/Jira", "/Jira/", "/Jira//"})
            all.same.push_back(origin + end);
        for (const std::string end : {"", "/", "/jira", "/JIRA", "/Jira/x", "//Jira", "/Jira?", "/Jira#",
                                      "/Jir%61", "?/Jira", "/Jira/?"})
            all.others.push_back(origin + end);
    }
    for (const auto& origin : origins.others)
        all.others.push_back(origin + "/Jira");
    return all;
}

// Returns true if a site may contain these characters; others are refused for them.
bool isSendable(const std::string& value) {
    return !value.empty() &&
           std::all_of(value.begin(), value.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

} // namespace

class SiteSpellingTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(SiteSpellingTest);
    CPPUNIT_TEST(testEveryPlaceMeansTheSame);
    CPPUNIT_TEST(testLinks);
    CPPUNIT_TEST(testCommandLine);
    CPPUNIT_TEST_SUITE_END();

    using Place = std::pair<std::string, std::function<bool(const std::string&)>>;

public:
    void setUp() override {
        _simulator = std::make_unique<Simulator>();
        const auto sites = listIn(_simulator->control("GET", "sites"));
        for (unsigned i = 0; i < sites->size(); ++i) {
            const auto site = sites->getObject(i);
            if (site->getValue<std::string>("url").find(host) == std::string::npos)
                continue;
            const auto changed =
                _simulator->control("POST", "sites",
                                    R"({"id":")" + site->getValue<std::string>("id") +
                                        R"(","url":"https://Acme.Atlassian.Example.:443/Jira/"})");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(changed.body, 200, changed.status);
        }
        _service = std::make_unique<ServiceUnderTest>(*_simulator);
        _account = _service->linkAccount(R"({"provider":"jira","subject":"ann"})").text("account_id");
    }

    void testEveryPlaceMeansTheSame() {
        const auto spellings = spellingsWithPath();
        for (const auto& [name, finds] : places()) {
            for (const auto& url : spellings.same)
                CPPUNIT_ASSERT_MESSAGE(name + " " + url, finds(url));
            for (const auto& url : spellings.others)
                CPPUNIT_ASSERT_MESSAGE(name + " " + url, !isSendable(url) || !finds(url));
        }
    }

    void testLinks() {
        for (const auto& [url, isSite] :
             std::vector<std::pair<std::string, bool>>{{"HTTPS://ACME.atlassian.example.:443/Jira//", true},
                                                       {"https://acme.atlassian.example/Jira", true},
                                                       {"https://acme.atlassian.example/jira", false},
                                                       {"https://acme.atlassian.example:8443/Jira", false}}) {
            const auto link = _service->createLink(R"({"subject":"bob","site":")" + url + "\"}");
            WebBrowser browser;
            (void)ServiceUnderTest::consent(browser, _service->approve(browser, link));
            const auto polled = _service->poll(link);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(url, isSite ? 200 : 403, polled.status);
            if (isSite)
                CPPUNIT_ASSERT_EQUAL("https://" + host + "/Jira",
                                     polled.json()->getObject("site")->getValue<std::string>("url"));
            else
                CPPUNIT_ASSERT_EQUAL(std::string("site_not_allowed"), polled.text("reason"));
        }
    }

    void testCommandLine() {
        for (const std::string url :
             {"https://acme.atlassian.example/Jira", "HTTPS://Acme.Atlassian.Example.:443/Jira/"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(url, 0, _service->runClient({"explain", url}).exitCode);
        for (const std::string url :
             {"https://acme.atlassian.example/Jir", "https://acme.atlassian.example:444/Jira"})
            CPPUNIT_ASSERT_MESSAGE(url, _service->runClient({"explain", url}).exitCode != 0);
    }

private:
    [[nodiscard]] std::vector<Place> places() const {
        const auto bodyOf = [](const std::string& url) {
            return R"({"subject":"ann","site":)" + jsonQuoted(url) + "}";
        };
        const auto account = "/v1/accounts/" + _account;
        return {{"list",
                 [=, this](const std::string& url) {
                     const auto answer =
                         _service->get("/v1/accounts?site=" + percentEncoded(url), _service->key());
                     return answer.status == 200 && answer.json()->getArray("items")->size() == 1;
                 }},
                {"account",
                 [=, this](const std::string& url) {
                     const auto body = R"({"site":)" + jsonQuoted(url) + "}";
                     return isFound(
                         [&] { return callApi("PATCH", _service->url() + account, _service->key(), body); });
                 }},
                {"token",
                 [=, this](const std::string& url) {
                     const auto path = "/v1/tokens/" + _account + "?site=" + percentEncoded(url);
                     return isFound([&] { return _service->get(path, _service->key()); });
                 }},
                {"resolve", [=, this](const std::string& url) {
                     return isFound(
                         [&] { return _service->post("/v1/tokens/resolve", _service->key(), bodyOf(url)); });
                 }}};
    }

    // A client may make few changes a minute.
    template <class Ask>
    bool isFound(Ask&& ask) const {
        constexpr int limited = 429;
        auto answer = ask();
        if (answer.status == limited) {
            _service->passTime(60);
            answer = ask();
        }
        CPPUNIT_ASSERT_MESSAGE(answer.body,
                               answer.status == 200 || answer.status == 403 || answer.status == 400);
        return answer.status == 200;
    }

    std::string _account;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SiteSpellingTest);
