// SPDX-License-Identifier: Apache-2.0
// A whole run at DEBUG shows no secret in any log line, URL, error, page or file.
#include "../support/DaemonFixture.h"

#include <cppunit/extensions/HelperMacros.h>
#include <fstream>
#include <map>

using namespace central_oauth::test;

class SecretsTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(SecretsTest);
    CPPUNIT_TEST(testNoSecretLeavesItsPlace);
    CPPUNIT_TEST(testLogLinesAreJsonWhateverACallerSends);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        DaemonFixture::setUp();
        _secrets["app secret"] = "demo-client-secret";
        _secrets["encryption key"] = _service->environment["CENTRAL_OAUTH_SECRET_KEY"];
        _secrets["client key"] = _service->key();
    }

    void testNoSecretLeavesItsPlace() {
        walkEveryFlow();
        (void)_service->stop();
        CPPUNIT_ASSERT(_secrets.size() >= 15);

        const auto log = _service->log();
        CPPUNIT_ASSERT_MESSAGE("the run must have logged at DEBUG",
                               log.find("\"level\":\"DEBUG\"") != std::string::npos);
        expectNone(log, "log");
        for (const auto& url : _browser.visited()) {
            if (url.find(_service->url()) == 0)
                expectNone(urlWithoutItsOwn(url), "URL");
        }
        for (const auto& page : _pages)
            expectNone(page, "page");
        for (const auto& error : _errors)
            expectNone(error, "error");
        for (const auto& file :
             std::filesystem::recursive_directory_iterator(_service->database().parent_path())) {
            if (file.is_regular_file())
                expectNone(contents(file.path()), "file " + file.path().filename().string());
        }
    }

    void testLogLinesAreJsonWhateverACallerSends() {
        (void)exchange(
            {"GET", _service->url() + "/v1/accounts?a%0Ab=%22%7D", {{"User-Agent", "x\"}{\\u2028"}}});
        (void)_service->createLink(R"({"label":"\"}, \"level\":\"forged\"",)"
                                   R"("subject":"\"}, \"level\":\"forged\" \u2028 \u202e"})");
        WebBrowser browser;
        (void)browser.open(_service->url() +
                           "/callback/jira?error=%0A%7B%22level%22%3A%22forged%22%7D&state=x");
        (void)_service->stop();
        std::istringstream lines(_service->log());
        for (std::string line; std::getline(lines, line);) {
            if (line.empty() || line.front() != '{')
                continue;
            HttpAnswer parsed;
            parsed.body = line;
            CPPUNIT_ASSERT_MESSAGE(line, parsed.text("level") != "forged");
        }
    }

private:
    void walkEveryFlow() {
        const auto link = createLink("approved");
        keepPage(_browser.open(link.url));
        const auto moving = _service->approve(_browser, link);
        // The page that leads upstream needs the state in its address.
        keepSecret("state", valueOf(moving.refreshTarget(), "state"));
        const auto done = ServiceUnderTest::consent(_browser, moving);
        keepPage(done);
        keepSecret("code", valueOf(callbackOf(_browser), "code"));
        const auto payload = _service->poll(link);
        keepSecret("first token", payload.text("access_token"));
        const auto path = "/v1/tokens/" + payload.text("account_id");
        _service->passTime(3510); // the token is due for a refresh
        const auto refreshed = _service->get(path, _service->key());
        keepSecret("second token", refreshed.text("access_token"));
        keepUpstreamTokens();
        keepError(_service->get("/v1/accounts", _service->key()));

        const auto declined = createLink("declined");
        const auto page = _browser.open(declined.url);
        keepPage(_browser.post(page.url, _service->url(),
                               {{"csrf", page.inputValue("csrf")}, {"decision", "decline"}}));
        keepError(_service->poll(declined));

        const auto failing = createLink("failing");
        _simulator->control("POST", "faults", R"({"target":"token","kind":"status","status":500})");
        keepPage(ServiceUnderTest::consent(_browser, _service->approve(_browser, failing)));
        keepError(_service->poll(failing));

        const auto wrong = createLink("wrong");
        const auto form = _browser.open(wrong.url);
        keepPage(_browser.post(form.url, _service->url(),
                               {{"csrf", form.inputValue("csrf")}, {"decision", "approve"}, {"code", "1"}}));
        keepError(_service->get("/v1/poll/" + failing.code, wrong.secret));
        keepError(_service->get("/v1/accounts?cursor=" + _service->key(), _service->key()));
        keepError(callApi("POST", _service->url() + "/v1/link-code", _service->key(),
                          "{\"" + wrong.secret + "\":1}"));
        keepError(callApi("GET", _service->url() + "/v1/accounts", "cok_" + std::string(61, 'q')));

        _simulator->control("POST", "revoke_grant", R"({"user":"ada"})");
        _service->advanceClock(3500);
        keepError(_service->get(path, _service->key()));
        keepError(_service->remove(path, _service->key()));
    }

    TestLink createLink(const std::string& name) {
        auto link = _service->createLink(R"({"subject":")" + name + "\"}");
        keepSecret(name + " secret", link.secret);
        keepSecret(name + " handle", link.url.substr(link.url.rfind('/') + 1));
        return link;
    }

    void keepSecret(const std::string& name, const std::string& value) {
        CPPUNIT_ASSERT_MESSAGE(name + " is not there", value.size() >= 16);
        _secrets[name] = value;
    }

    void keepUpstreamTokens() {
        HttpAnswer answer = _simulator->control("GET", "tokens");
        answer.body = "{\"pairs\":" + answer.body + "}";
        const auto pairs = answer.json()->getArray("pairs");
        CPPUNIT_ASSERT(pairs->size() >= 2);
        for (unsigned i = 0; i < pairs->size(); ++i)
            keepSecret("refresh token " + std::to_string(i),
                       pairs->getObject(i)->getValue<std::string>("refresh_token"));
    }

    void keepPage(const WebPage& page) { _pages.push_back(page.html); }
    void keepError(const HttpAnswer& answer) { _errors.push_back(answer.body); }

    static std::string valueOf(const std::string& url, const std::string& name) {
        const auto at = url.find(name + "=");
        CPPUNIT_ASSERT_MESSAGE(name + " is not in the URL", at != std::string::npos);
        const auto begin = at + name.size() + 1;
        return url.substr(begin, url.find('&', begin) - begin);
    }

    static std::string callbackOf(const WebBrowser& browser) {
        for (auto url = browser.visited().rbegin(); url != browser.visited().rend(); ++url) {
            if (url->find("/callback/") != std::string::npos)
                return *url;
        }
        return {};
    }

    // A verification URL holds its handle, a callback its code and state. Removes those; nothing secret may
    // be left.
    static std::string urlWithoutItsOwn(const std::string& url) {
        if (url.find("/callback/") != std::string::npos)
            return url.substr(0, url.find('?'));
        return url.substr(0, url.find("/link/"));
    }

    static std::string contents(const std::filesystem::path& path) {
        std::ifstream file(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    }

    void expectNone(const std::string& text, const std::string& where) const {
        for (const auto& [name, value] : _secrets)
            CPPUNIT_ASSERT_MESSAGE(name + " stands in a " + where, text.find(value) == std::string::npos);
    }

    WebBrowser _browser;
    std::map<std::string, std::string> _secrets;
    std::vector<std::string> _pages;
    std::vector<std::string> _errors;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SecretsTest);
