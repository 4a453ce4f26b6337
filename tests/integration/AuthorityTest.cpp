// SPDX-License-Identifier: Apache-2.0
// Hosts, origins and site URLs in every equivalent spelling, and look-alikes.
#include "../support/People.h"
#include "../support/RawConnection.h"
#include "../support/ServiceUnderTest.h"
#include "../support/Spellings.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <Poco/URI.h>

using namespace central_oauth::test;

namespace {

bool isSendable(const std::string& value) {
    return std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c < '\x7f'; });
}

} // namespace

class AuthorityTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AuthorityTest);
    CPPUNIT_TEST(testPublicHost);
    CPPUNIT_TEST(testTrailingDotLeadsToThePublicUrl);
    CPPUNIT_TEST(testFormsOfTheOwnOrigin);
    CPPUNIT_TEST(testSites);
    CPPUNIT_TEST(testPublicUrlWithItsOwnPort);
    CPPUNIT_TEST(testPagesWithForeignParameters);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _simulator = std::make_unique<Simulator>();
        _service = std::make_unique<ServiceUnderTest>(*_simulator);
    }

    void testPublicHost() {
        behindProxy("https://oauth.example.com");
        const auto spellings = spellingsOf("oauth.example.com", 443, true);
        for (const auto& host : spellings.same)
            CPPUNIT_ASSERT_EQUAL_MESSAGE(host, 200, landing(host));
        for (const auto& host : spellings.others) {
            const auto status = landing(host);
            CPPUNIT_ASSERT_MESSAGE(host + " " + std::to_string(status),
                                   status == 421 || status == 400 || isOnlyBlank(host));
        }
    }

    void testTrailingDotLeadsToThePublicUrl() {
        const auto link = _service->createLink();
        const auto authority = _service->url().substr(std::string("http://").size());
        const auto colon = authority.find(':');
        const auto dotted = authority.substr(0, colon) + "." + authority.substr(colon);
        const auto path = link.url.substr(_service->url().size());
        const auto answer = exchange({"GET", _service->url() + path, {{"Host", dotted}}, {}});
        CPPUNIT_ASSERT_EQUAL(308, answer.status);
        CPPUNIT_ASSERT_EQUAL(link.url, answer.header("Location"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("a cookie for the other name", std::string(),
                                     answer.header("Set-Cookie"));
        WebBrowser browser;
        CPPUNIT_ASSERT_EQUAL(200, browser.open(link.url).status);
    }

    void testFormsOfTheOwnOrigin() {
        WebBrowser browser;
        const auto page = browser.open(_service->createLink().url);
        const auto foreign = [&](const std::string& origin) {
            const auto answer = browser.request(
                "POST", page.url, {{"Origin", origin}, {"Content-Type", "application/x-www-form-urlencoded"}},
                WebBrowser::formEncode({{"csrf", page.inputValue("csrf")}, {"decision", "neither"}}));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(origin, 400, answer.status);
            const bool own = answer.body.find("The decision is") != std::string::npos;
            CPPUNIT_ASSERT_MESSAGE(origin, own || answer.body.find("did not come from") != std::string::npos);
            return !own;
        };
        const auto port = std::stoi(_service->url().substr(_service->url().rfind(':') + 1));
        const auto spellings = originSpellingsOf(false, "127.0.0.1", port, false);
        for (const auto& origin : spellings.same)
            CPPUNIT_ASSERT_MESSAGE(origin, !foreign(origin));
        for (const auto& origin : spellings.others)
            if (isSendable(origin) && !origin.empty() && !isOnlyBlank(origin))
                CPPUNIT_ASSERT_MESSAGE(origin, foreign(origin));
        for (const auto& other : {std::string("null"), _service->url() + "/", _service->url() + "/approve"})
            CPPUNIT_ASSERT_MESSAGE(other, foreign(other));
    }

    void testSites() {
        const auto account = _service->linkAccount().text("account_id");
        const auto spellings = originSpellingsOf(true, "acme.atlassian.example", 443, true);
        for (const auto& url : spellings.same) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(url, 200, choose(account, url));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(url, std::size_t(1), accountsAt(url + "/"));
        }
        for (const auto& url : spellings.others) {
            if (!isSendable(url) || url.empty() || url == "https://acme.atlassian.example/")
                continue; // an extra slash names the same site
            CPPUNIT_ASSERT_MESSAGE(url, choose(account, url) >= 400);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(url, std::size_t(0), accountsAt(url));
        }
    }

    void testPublicUrlWithItsOwnPort() {
        behindProxy("https://OAuth.example.com.:443/");
        const auto link = _service->createLink();
        CPPUNIT_ASSERT_MESSAGE(link.url, link.url.starts_with("https://oauth.example.com/link/"));
    }

    void testPagesWithForeignParameters() {
        const std::string added = "?utm_source=mail&utm_source=scan&fbclid=x&=&%zz";
        WebBrowser browser;
        for (const std::string path : {"/", "/link"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(path, 200, browser.open(_service->url() + path + added).status);
        const auto link = _service->createLink();
        const auto page = browser.open(link.url + added);
        CPPUNIT_ASSERT_EQUAL(200, page.status);
        CPPUNIT_ASSERT_EQUAL(200, browser.open(page.url + added).status);
        const auto done = ServiceUnderTest::consent(browser, _service->approve(browser, link));
        CPPUNIT_ASSERT_EQUAL(200, browser.open(done.url + added).status);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("credentials stay refused", 400,
                                     browser.open(done.url + "?utm_source=cok_AAAA").status);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("the API tells a program of its mistake", 400,
                                     _service->get("/v1/accounts?utm_source=x", _service->key()).status);
    }

private:
    // Blanks around a field's value are no part of it (RFC 9110 section 5.5).
    static bool isOnlyBlank(const std::string& value) {
        return value.starts_with(' ') || value.ends_with(' ') || value.ends_with('\t');
    }

    void behindProxy(const std::string& publicUrl) {
        (void)_service->stop();
        _service->environment["CENTRAL_OAUTH_PUBLIC_URL"] = publicUrl;
        _service->environment["CENTRAL_OAUTH_TRUSTED_PROXIES"] = "127.0.0.1";
        _service->start();
    }

    [[nodiscard]] int landing(const std::string& host) const {
        const auto port = std::stoi(_service->url().substr(_service->url().rfind(':') + 1));
        RawConnection connection(RawPlace::plain(static_cast<std::uint16_t>(port)));
        connection.send("GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
        std::optional<HttpAnswer> answer;
        connection.receiveUntil([&] { return (answer = takeAnswer(connection.received())).has_value(); },
                                RawConnection::Clock::now() + std::chrono::seconds(10));
        return answer ? answer->status : 0;
    }

    [[nodiscard]] int choose(const std::string& account, const std::string& site) const {
        Poco::JSON::Object body;
        body.set("site", site);
        std::ostringstream text;
        body.stringify(text);
        return callApi("PATCH", _service->url() + "/v1/accounts/" + account, _service->key(), text.str())
            .status;
    }

    [[nodiscard]] std::size_t accountsAt(const std::string& site) const {
        std::string encoded;
        Poco::URI::encode(site, "+ &=#%?/:@[]\\,*.", encoded);
        const auto answer = _service->get("/v1/accounts?site=" + encoded, _service->key());
        return answer.status == 200 ? answer.json()->getArray("items")->size() : 0;
    }

    std::unique_ptr<Simulator> _simulator;
    std::unique_ptr<ServiceUnderTest> _service;
};

CPPUNIT_TEST_SUITE_REGISTRATION(AuthorityTest);
