// SPDX-License-Identifier: Apache-2.0
// Cookies ignore ports: a neighbour on another port of the same host can set any cookie in a person's
// browser, including cookies that this service issued to the neighbour. Planted cookies must neither give the
// neighbour anything nor stop the person. (Only a host name of the service's own protects against cookies of
// the neighbour's own approval: SECURITY.md.)
#include "../support/DaemonFixture.h"
#include "../support/People.h"
#include "../support/RawConnection.h"

#include <cppunit/extensions/HelperMacros.h>
#include <set>

using namespace central_oauth::test;

class PlantedCookieTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(PlantedCookieTest);
    CPPUNIT_TEST(testNeighbourCannotGoUpstreamInSomebodysPlace);
    CPPUNIT_TEST(testNeighbourCannotTakeTheApprovalOver);
    CPPUNIT_TEST(testNeighbourCannotTakeTheAnswerOfUpstream);
    CPPUNIT_TEST(testNeighbourCannotSeeOrUndoTheResult);
    CPPUNIT_TEST(testNeighbourCannotSendTheForm);
    CPPUNIT_TEST(testEveryOpeningIsNewWhateverIsPlanted);
    CPPUNIT_TEST(testForgedCookiesOpenNothing);
    CPPUNIT_TEST(testOwnCookiesCountBesidePlantedOnes);
    CPPUNIT_TEST(testFormThatIsSentTwice);
    CPPUNIT_TEST(testLinkIsOpenedAgainByItsOwner);
    CPPUNIT_TEST(testTwoLinksInOneBrowser);
    CPPUNIT_TEST(testTwoTabsWithOneLink);
    CPPUNIT_TEST(testHundredsOfCookiesMakeNoLongAnswer);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        DaemonFixture::setUp();
        _link = _service->createLink();
        // The neighbour opens the link and plants all cookies that came.
        _neighboursPage = _neighbour.open(_link.url);
        for (const auto& [name, value] : _neighbour.cookiesOf(_service->url()))
            _person.plant(_service->url(), name, value);
    }

    void testNeighbourCannotGoUpstreamInSomebodysPlace() {
        const auto moving = _service->approve(_person, _link);
        CPPUNIT_ASSERT(!moving.refreshTarget().empty());
        for (const std::string page : {"/continue/", "/approve/", "/site/", "/done/"}) {
            const auto seen = _neighbour.open(_service->url() + page + _link.id);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(page, 409, seen.status);
            CPPUNIT_ASSERT_MESSAGE(page, !seen.contains("state="));
        }
        expectLinkedBy(_person, moving);
    }

    void testNeighbourCannotTakeTheApprovalOver() {
        const auto moving = _service->approve(_person, _link);
        for (const std::string decision : {"approve", "decline"}) {
            const auto answer = _neighbour.post(
                _neighboursPage.url, _service->url(),
                {{"csrf", _neighboursPage.inputValue("csrf")}, {"decision", decision}, {"code", _link.code}});
            CPPUNIT_ASSERT_EQUAL_MESSAGE(decision, 409, answer.status);
        }
        expectLinkedBy(_person, moving);
    }

    void testNeighbourCannotTakeTheAnswerOfUpstream() {
        const auto moving = _service->approve(_person, _link);
        const auto consent = _person.open(moving.refreshTarget());
        const auto answer =
            _person.request("POST", WebBrowser::originOf(consent.url) + "/consent",
                            {{"Content-Type", "application/x-www-form-urlencoded"}},
                            WebBrowser::formEncode(
                                {{"consent_id", consent.inputValue("consent_id")}, {"decision", "accept"}}));
        CPPUNIT_ASSERT_EQUAL(400, _neighbour.open(answer.header("Location")).status);
        CPPUNIT_ASSERT_EQUAL(0, _simulator->tokenCalls("authorization_code"));
    }

    void testNeighbourCannotSeeOrUndoTheResult() {
        const auto done = ServiceUnderTest::consent(_person, _service->approve(_person, _link));
        CPPUNIT_ASSERT(done.contains("Undo"));
        const auto seen = _neighbour.open(done.url);
        CPPUNIT_ASSERT_EQUAL(409, seen.status);
        CPPUNIT_ASSERT(!seen.contains("Ada"));
        CPPUNIT_ASSERT_EQUAL(409, undo(_neighbour, _neighboursPage.inputValue("csrf")).status);
        CPPUNIT_ASSERT_EQUAL(400, undo(_neighbour, done.inputValue("csrf")).status);
        CPPUNIT_ASSERT_EQUAL(200, _service->poll(_link).status);
        CPPUNIT_ASSERT_EQUAL(200, undo(_person, done.inputValue("csrf")).status);
        CPPUNIT_ASSERT_EQUAL(std::string("undone"), _service->poll(_link).text("reason"));
    }

    // The neighbour knows the form token that belongs to the planted cookie, and can make the person's
    // browser send it.
    void testNeighbourCannotSendTheForm() {
        (void)_person.open(_link.url);
        const std::vector<std::pair<std::string, std::string>> form{
            {"csrf", _neighboursPage.inputValue("csrf")}, {"decision", "approve"}, {"code", _link.code}};
        CPPUNIT_ASSERT_EQUAL(400, _person.post(_neighboursPage.url, "http://127.0.0.1:1", form).status);
        CPPUNIT_ASSERT_EQUAL(400, _person.post(_neighboursPage.url, "null", form).status);
        const auto sent = _person.request(
            "POST", _neighboursPage.url,
            {{"Sec-Fetch-Site", "same-site"}, {"Content-Type", "application/x-www-form-urlencoded"}},
            WebBrowser::formEncode(form));
        CPPUNIT_ASSERT_EQUAL(400, sent.status);
        CPPUNIT_ASSERT_EQUAL(202, _service->poll(_link).status);
    }

    void testEveryOpeningIsNewWhateverIsPlanted() {
        auto planted = _neighbour.cookiesOf(_service->url());
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), planted.size());
        std::set<std::string> seen{planted.begin()->second};
        WebBrowser browser;
        browser.cookiesOf(_service->url()) = planted;
        for (int i = 0; i < 4; ++i) {
            CPPUNIT_ASSERT_EQUAL(200, browser.open(_link.url).status);
            const auto own = browser.cookiesOf(_service->url());
            std::size_t fresh = 0;
            for (const auto& [name, opening] : own) {
                fresh += seen.insert(opening).second ? 1U : 0U;
                CPPUNIT_ASSERT(opening.size() < 100);
            }
            CPPUNIT_ASSERT_EQUAL_MESSAGE("an opening is issued once", std::size_t(1), fresh);
            CPPUNIT_ASSERT_MESSAGE("there are few", own.size() <= 3);
        }
    }

    void testForgedCookiesOpenNothing() {
        const auto [name, good] = *_neighbour.cookiesOf(_service->url()).begin();
        const auto dot = good.find('.');
        for (const auto& forged : {std::string(), std::string("x"), good.substr(0, dot), good + "x",
                                   good.substr(0, dot) + "." + std::string(43, 'A'),
                                   std::string(43, 'A') + good.substr(dot), "\"" + good + "\""}) {
            WebBrowser browser;
            browser.cookiesOf(_service->url())[name] = forged;
            CPPUNIT_ASSERT_EQUAL_MESSAGE(forged, 403,
                                         browser.open(_service->url() + "/approve/" + _link.id).status);
        }
        const auto other = _service->createLink(R"({"subject":"other"})");
        WebBrowser browser;
        for (const auto& end : {std::string(), "." + good.substr(0, 8)}) {
            browser.cookiesOf(_service->url())["central-oauth-opened-" + other.id + end] = good;
            CPPUNIT_ASSERT_EQUAL(403, browser.open(_service->url() + "/approve/" + other.id).status);
        }
    }

    void testOwnCookiesCountBesidePlantedOnes() {
        for (const std::string value : {"", "x", "\"", "a.b", "a=b"}) {
            for (const std::string end : {"", ".", ".AAAAAAAA", ".AAAAAAA", "~AAAAAAAA"})
                _person.plant(_service->url(), "central-oauth-opened-" + _link.id + end, value);
            _person.plant(_service->url(), "central-oauth-owner-" + _link.id, value);
        }
        expectLinkedBy(_person, _service->approve(_person, _link));
    }

    // A double click: the browser drops the first answer with its cookie.
    void testFormThatIsSentTwice() {
        const auto page = _person.open(_link.url);
        const std::vector<std::pair<std::string, std::string>> form{
            {"csrf", page.inputValue("csrf")}, {"decision", "approve"}, {"code", _link.code}};
        const auto before = _person.cookiesOf(_service->url());
        CPPUNIT_ASSERT_EQUAL(200, _person.post(page.url, _service->url(), form).status);
        _person.cookiesOf(_service->url()) = before;
        const auto moving = _person.post(page.url, _service->url(), form);
        CPPUNIT_ASSERT_EQUAL(200, moving.status);
        expectLinkedBy(_person, moving);
    }

    void testLinkIsOpenedAgainByItsOwner() {
        const auto moving = _service->approve(_person, _link);
        const auto again = _person.open(_link.url);
        CPPUNIT_ASSERT_EQUAL(200, again.status);
        CPPUNIT_ASSERT_MESSAGE("it leads on, and asks for no code again", !again.contains("name=\"code\""));
        expectLinkedBy(_person, moving);
        CPPUNIT_ASSERT_EQUAL(_service->url() + "/done/" + _link.id, _person.open(_link.url).url);
    }

    void testHundredsOfCookiesMakeNoLongAnswer() {
        const std::string mark = ".AAAAAAA";
        expectShortAnswer([&](int i) { return "n" + std::to_string(i) + mark + "A"; });
        expectShortAnswer([&](int i) { return _link.id + "." + std::to_string(10'000'000 + i); });
        expectShortAnswer([&](int i) { return std::string(64, 'n') + mark + std::to_string(i % 10); });
        expectShortAnswer([&](int i) { return std::to_string(100 + i) + std::string(61, 'n') + mark + "A"; });
        expectShortAnswer([&](int i) { return "n" + std::to_string(i); });
    }

    void testTwoLinksInOneBrowser() {
        const auto other = _service->createLink(R"({"subject":"other"})");
        const auto first = _service->approve(_person, _link);
        const auto second = _service->approve(_person, other);
        expectLinkedBy(_person, first);
        CPPUNIT_ASSERT_EQUAL(_service->url() + "/done/" + other.id,
                             ServiceUnderTest::consent(_person, second).url);
        CPPUNIT_ASSERT_EQUAL(200, _service->poll(other).status);
    }

    // The forms of both tabs are valid, and the later approval counts.
    void testTwoTabsWithOneLink() {
        const auto first = _person.open(_link.url);
        const auto second = _person.open(_link.url);
        for (const auto* tab : {&second, &first, &second}) {
            const auto moving = _person.post(
                tab->url, _service->url(),
                {{"csrf", tab->inputValue("csrf")}, {"decision", "approve"}, {"code", _link.code}});
            CPPUNIT_ASSERT_EQUAL(200, moving.status);
            CPPUNIT_ASSERT(!moving.refreshTarget().empty());
        }
        expectLinkedBy(_person, _person.open(_service->url() + "/continue/" + _link.id));
    }

private:
    template <class Name>
    void expectShortAnswer(Name&& nameOf) {
        std::string request = "GET " + _link.url.substr(_service->url().size()) +
                              " HTTP/1.1\r\nHost: " + _service->url().substr(std::string("http://").size()) +
                              "\r\nConnection: close\r\nCookie: a=b";
        constexpr std::size_t longestLine = 8'000; // the service reads 8 KiB of a field
        for (int i = 0; i < 300 && request.size() < longestLine; ++i)
            request += "; central-oauth-opened-" + nameOf(i) + "=x";
        const auto port = std::stoi(_service->url().substr(_service->url().rfind(':') + 1));
        RawConnection connection(RawPlace::plain(static_cast<std::uint16_t>(port)));
        CPPUNIT_ASSERT(connection.send(request + "\r\n\r\n"));
        connection.receiveUntil([] { return false; }, RawConnection::Clock::now() + std::chrono::seconds(20));
        const std::string& answer = connection.received();
        CPPUNIT_ASSERT_MESSAGE(answer.substr(0, 200), answer.starts_with("HTTP/1.1 303"));
        constexpr std::size_t most = 4096;
        CPPUNIT_ASSERT_MESSAGE("clients refuse long heads", answer.find("\r\n\r\n") < most);
    }

    void expectLinkedBy(WebBrowser& browser, const WebPage& moving) {
        const auto done = ServiceUnderTest::consent(browser, moving);
        CPPUNIT_ASSERT_EQUAL(_service->url() + "/done/" + _link.id, done.url);
        CPPUNIT_ASSERT_EQUAL(200, done.status);
        CPPUNIT_ASSERT_EQUAL(200, _service->poll(_link).status);
    }

    WebPage undo(WebBrowser& browser, const std::string& csrf) {
        return browser.post(_service->url() + "/undo/" + _link.id, _service->url(),
                            {{"csrf", csrf}, {"decision", "undo"}});
    }

    TestLink _link;
    WebBrowser _neighbour;
    WebPage _neighboursPage;
    WebBrowser _person;
};

CPPUNIT_TEST_SUITE_REGISTRATION(PlantedCookieTest);
