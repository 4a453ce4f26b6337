// SPDX-License-Identifier: Apache-2.0
// Each line about a failed refresh or link names the account, client and provider, and the request.
#include "../support/DaemonFixture.h"
#include "../support/People.h"
#include "LogLines.h"

#include <cppunit/extensions/HelperMacros.h>
#include <functional>
#include <set>
#include <sstream>
#include <thread>

#include <Poco/Exception.h>

using namespace central_oauth::test;

namespace {

// A way to fail, and the fields that its lines must have.
struct Failing {
    std::string name;
    std::function<void()> provoke;
    std::vector<std::string> words; ///< expected in the log; both sides of a comparison
};

} // namespace

class LogFieldsTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(LogFieldsTest);
    CPPUNIT_TEST(testFailedRefreshNamesAccountClientAndProvider);
    CPPUNIT_TEST(testFailedRevocationNamesAccountClientLinkAndProvider);
    CPPUNIT_TEST(testFailedLinkNamesLinkClientAndProvider);
    CPPUNIT_TEST(testRefusalThatComparesLogsBothSides);
    CPPUNIT_TEST(testOneIdOfTheRequestEverywhere);
    CPPUNIT_TEST(testLogLevelSilencesNoAuditLine);
    CPPUNIT_TEST_SUITE_END();

public:
    void testFailedRefreshNamesAccountClientAndProvider() {
        for (const std::string fault :
             {R"({"target":"auth","kind":"outage"})", R"({"target":"token","kind":"rate_limit"})",
              R"({"target":"token","kind":"html"})", R"({"target":"token","kind":"status","status":500})",
              R"({"target":"token","kind":"oauth_error","status":400,"error":"teapot"})",
              R"({"target":"token","kind":"oauth_error","status":401,"error":"access_denied"})",
              R"({"target":"token","kind":"oauth_error","status":403,"error":"unauthorized_client"})"}) {
            const auto account = newAccount();
            _service->passTime(3601);
            sim("faults", fault);
            const auto path = "/v1/tokens/" + account;
            const auto lines = ofTheRequest(
                linesOf(*_service, [&] { (void)_service->get(path, _service->key()); }), account);
            CPPUNIT_ASSERT_MESSAGE(fault, expectFields(lines, {"account", "client", "link", "provider"}) > 0);
            for (const auto& line : lines)
                if (!line.field("account").empty())
                    CPPUNIT_ASSERT_EQUAL(account, line.field("account"));
            // A provider that fails again and again is asked less often.
            sim("faults/clear", "{}");
            _service->passTime(601);
            (void)_service->get(path, _service->key());
        }
    }

    void testFailedRevocationNamesAccountClientLinkAndProvider() {
        for (const std::string fault :
             {R"({"target":"auth","kind":"outage"})", R"({"target":"revoke","kind":"rate_limit"})"}) {
            const auto account = newAccount();
            sim("faults", fault);
            const auto lines = linesOf(*_service, [&] {
                (void)_service->remove("/v1/tokens/" + account + "?upstream=always", _service->key());
            });
            sim("faults/clear", "{}");
            CPPUNIT_ASSERT_MESSAGE(fault, expectFields(lines, {"account", "client", "link", "provider"}) > 0);
            int failed = 0;
            for (const auto& line : lines) {
                if (line.field("message") == "revocation failed")
                    ++failed;
                if (line.field("channel") == "central_oauth.http") {
                    CPPUNIT_ASSERT_EQUAL_MESSAGE(line.text, account, line.field("account"));
                    CPPUNIT_ASSERT_EQUAL_MESSAGE(line.text, std::string("jira"), line.field("provider"));
                }
            }
            CPPUNIT_ASSERT_EQUAL_MESSAGE(fault, 1, failed);
        }
    }

    void testFailedLinkNamesLinkClientAndProvider() {
        for (const auto& failing : failingLinks()) {
            const auto lines = linesOf(*_service, failing.provoke);
            sim("faults/clear", "{}");
            CPPUNIT_ASSERT_MESSAGE(failing.name, expectFields(lines, {"link", "client", "provider"}) > 0);
            expectWords(failing, lines);
        }
    }

    void testRefusalThatComparesLogsBothSides() {
        for (const auto& failing : comparingRefusals())
            expectWords(failing, linesOf(*_service, failing.provoke));
    }

    void testOneIdOfTheRequestEverywhere() {
        const std::string theirs = "theirs-4711";
        HttpAnswer refused;
        const auto lines = linesOf(*_service, [&] {
            refused =
                exchange({"GET",
                          _service->url() + "/v1/tokens/acc_none",
                          {{"Authorization", "Bearer " + _service->key()}, {"X-Correlation-ID", theirs}}});
        });
        CPPUNIT_ASSERT_EQUAL(theirs, refused.header("X-Correlation-ID"));
        const auto ours = refused.text("request_id");
        CPPUNIT_ASSERT(!ours.empty() && ours != theirs);
        CPPUNIT_ASSERT_EQUAL(ours, refused.header("X-Request-ID"));
        int found = 0;
        for (const auto& line : lines) {
            if (line.field("channel") != "central_oauth.http")
                continue; // a line of the housekeeper
            ++found;
            CPPUNIT_ASSERT_EQUAL(ours, line.field("request_id"));
            CPPUNIT_ASSERT_EQUAL(theirs, line.field("correlation_id"));
        }
        CPPUNIT_ASSERT(found > 0);
        // One caller's id in two requests does not make them one.
        std::set<std::string> audited;
        for (int i = 0; i < 2; ++i)
            for (const auto& line : linesOf(*_service, [&] {
                     (void)exchange({"POST",
                                     _service->url() + "/v1/link-code",
                                     {{"Authorization", "Bearer " + _service->key()},
                                      {"Content-Type", "application/json"},
                                      {"X-Correlation-ID", theirs}},
                                     "{}"});
                 }))
                if (line.field("action") == "link.created")
                    audited.insert(line.field("request_id"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), audited.size());
        const auto rows =
            runToEnd("/usr/bin/sqlite3",
                     {_service->database().string(),
                      "SELECT request_id FROM audit WHERE action = 'link.created' ORDER BY id DESC LIMIT 2"},
                     {});
        std::istringstream stored(rows.output);
        for (std::string id; std::getline(stored, id);)
            CPPUNIT_ASSERT_MESSAGE(id, audited.contains(id));
    }

    void testLogLevelSilencesNoAuditLine() {
        auto environment = _service->environment;
        environment["CENTRAL_OAUTH_LOG_LEVEL"] = "ERROR";
        environment["CENTRAL_OAUTH_BIND"] = _service->url().substr(std::string("http://").size());
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
        ChildProcess quiet(programPath("central-oauthd"), {}, environment);
        awaitHealth();
        CPPUNIT_ASSERT_EQUAL(201, _service->post("/v1/link-code", _service->key(), subject()).status);
        const Line line(quiet.waitForLine("audit"));
        CPPUNIT_ASSERT_EQUAL(std::string("link.created"), line.field("action"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("and nothing else", line.text + '\n', quiet.standardOutput());
    }

private:
    // Returns the lines with the id of the request that the account's access line has: refreshes whose
    // outcome is unknown go on meanwhile.
    static Lines ofTheRequest(const Lines& lines, const std::string& account) {
        const auto access = std::find_if(lines.begin(), lines.end(), [&](const Line& line) {
            return line.field("channel") == "central_oauth.http" && line.field("account") == account;
        });
        CPPUNIT_ASSERT(access != lines.end());
        Lines own;
        std::copy_if(lines.begin(), lines.end(), std::back_inserter(own), [&](const Line& line) {
            return line.field("request_id") == access->field("request_id");
        });
        return own;
    }

    [[nodiscard]] std::vector<Failing> failingLinks() {
        const auto consent = [this](const std::string& body, const std::string& fault) {
            return [this, body, fault] {
                const auto link = _service->createLink(body);
                if (!fault.empty())
                    sim("faults", fault);
                WebBrowser browser;
                (void)ServiceUnderTest::consent(browser, _service->approve(browser, link));
            };
        };
        const auto answered = [this](const std::string& query) {
            return [this, query] {
                const auto link = _service->createLink(subject());
                WebBrowser browser;
                (void)browser.open(callbackAddress(browser, link) + query);
            };
        };
        return {
            {"outage",
             consent(subject(), R"({"target":"token","kind":"status","status":500})"),
             {"\"cause\":\"provider\""}},
            {"wrong secret",
             consent(subject(),
                     R"({"target":"token","kind":"oauth_error","status":401,"error":"access_denied"})"),
             {"\"cause\":\"operator\""}},
            {"no refresh token",
             consent(subject(), R"({"target":"token","kind":"without_refresh_token"})"),
             {"no_refresh_token"}},
            {"another person",
             consent(R"({"provider":"jira","expected_upstream_id":"person-x"})", ""),
             {"person-x", "5b10ac8d82e05b22cc7d4ada", "different_person"}},
            {"another site",
             consent(R"({"provider":"jira","site":"https://elsewhere.example"})", ""),
             {"https://elsewhere.example", "https://acme.atlassian.example", "site_not_allowed"}},
            {"declined upstream", answered("&error=access_denied"), {"declined"}},
            {"foreign issuer",
             answered("&iss=https%3A%2F%2Fevil.example"),
             {"https://evil.example", _simulator->url()}},
            {"foreign browser",
             [this] {
                 const auto link = _service->createLink(subject());
                 WebBrowser browser;
                 WebBrowser other;
                 (void)other.open(callbackAddress(browser, link));
             },
             {R"(browser is \"none\", the link's \")"}},
            {"foreign path",
             [this] {
                 const auto link = _service->createLink(subject());
                 WebBrowser browser;
                 auto address = callbackAddress(browser, link);
                 address.replace(address.find("/callback/jira"), 14, "/callback/other");
                 (void)browser.open(address);
             },
             {"/callback/other", "/callback/jira"}},
            {"wrong digits",
             [this] {
                 auto link = _service->createLink(subject());
                 link.code.back() = link.code.back() == '0' ? '1' : '0';
                 for (int i = 0; i < 5; ++i) {
                     WebBrowser browser;
                     (void)_service->approve(browser, link);
                 }
             },
             {"link.wrong_entry"}},
        };
    }

    [[nodiscard]] std::vector<Failing> comparingRefusals() {
        const auto account = newAccount();
        const auto get = [this](const std::string& path, const std::map<std::string, std::string>& headers) {
            return [this, path, headers] {
                auto all = headers;
                all.emplace("Authorization", "Bearer " + _service->key());
                (void)exchange({"GET", _service->url() + path, all});
            };
        };
        return {
            {"host",
             get("/approve/lnk_x", {{"Host", "evil.example"}}),
             {"evil.example", _service->url().substr(7)}},
            {"origin",
             [this] {
                 const auto link = _service->createLink(subject());
                 WebBrowser browser;
                 const auto page = browser.open(link.url);
                 (void)browser.post(page.url, "https://evil.example",
                                    {{"csrf", page.inputValue("csrf")}, {"decision", "decline"}});
             },
             {"https://evil.example", _service->url()}},
            {"subject",
             get("/v1/tokens/" + account, {{"Subject", "somebody-else"}}),
             {"somebody-else", _subject}},
            {"site",
             get("/v1/tokens/" + account + "?site=https://elsewhere.example", {}),
             {"https://elsewhere.example", "https://acme.atlassian.example"}},
            {"token version",
             [this, account] {
                 (void)_service->post("/v1/tokens/" + account + "/report", _service->key(),
                                      R"({"token_version":77,"status":401})");
             },
             {R"(token_version is \"77\", the account's \"1\")"}},
            {"content type",
             [this] {
                 (void)exchange(
                     {"POST",
                      _service->url() + "/v1/link-code",
                      {{"Authorization", "Bearer " + _service->key()}, {"Content-Type", "text/odd"}},
                      "{}"});
             },
             {"text/odd", "application/json"}},
            {"account's person",
             [this, account] {
                 (void)_service->post("/v1/link-code", _service->key(),
                                      R"({"account_id":")" + account +
                                          R"(","expected_upstream_id":"person-y"})");
             },
             {"person-y", "5b10ac8d82e05b22cc7d4ada"}},
        };
    }

    static void expectWords(const Failing& failing, const Lines& lines) {
        std::string all;
        for (const auto& line : lines)
            all += line.text + '\n';
        for (const auto& word : failing.words) {
            CPPUNIT_ASSERT_MESSAGE(failing.name + " lacks " + word + " in\n" + all,
                                   all.find(word) != std::string::npos);
        }
    }

    // A quiet daemon does not log that it is ready.
    void awaitHealth() const {
        for (int i = 0; i < 500; ++i) {
            try {
                if (_service->get("/v1/healthz", {}).status == 200)
                    return;
            } catch (const Poco::Exception&) {
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
            }
        }
        CPPUNIT_FAIL("the daemon does not answer");
    }

    void sim(const std::string& path, const std::string& body) const {
        (void)_simulator->control("POST", path, body);
    }

    // Returns a link's body with a new subject.
    [[nodiscard]] std::string subject() {
        _subject = "subject-" + std::to_string(++_subjects);
        return R"({"provider":"jira","subject":")" + _subject + "\"}";
    }

    [[nodiscard]] std::string newAccount() {
        const auto linked = _service->linkAccount(subject());
        CPPUNIT_ASSERT_EQUAL_MESSAGE(linked.body, 200, linked.status);
        return linked.text("account_id");
    }

    // Walks to upstream's redirect and returns its address; the browser does not follow it.
    [[nodiscard]] std::string callbackAddress(WebBrowser& browser, const TestLink& link) const {
        const auto consent = browser.open(_service->approve(browser, link).refreshTarget());
        const auto answer = browser.request(
            "POST", _simulator->url() + "/consent", {{"Content-Type", "application/x-www-form-urlencoded"}},
            WebBrowser::formEncode(
                {{"consent_id", consent.inputValue("consent_id")}, {"decision", "accept"}}));
        return answer.header("Location");
    }

    std::string _subject;
    int _subjects = 0;
};

CPPUNIT_TEST_SUITE_REGISTRATION(LogFieldsTest);
