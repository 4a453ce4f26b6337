// SPDX-License-Identifier: Apache-2.0
// One link in several tabs of one browser, opened one after the other, or at the same moment before the
// browser has a cookie. Each tab's form stays valid.
#include "../support/DaemonFixture.h"
#include "../support/People.h"

#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>
#include <future>

using namespace central_oauth::test;

namespace {

/// A tab whose request starts before another tab's answer, so that it sends no cookie.
struct Tab {
    WebBrowser browser;
    WebPage page;
};

std::vector<Tab> openAtOnce(const TestLink& link, std::size_t count) {
    std::vector<std::future<Tab>> opening;
    for (std::size_t i = 0; i < count; ++i)
        opening.push_back(std::async(std::launch::async, [url = link.url] {
            Tab tab;
            tab.page = tab.browser.open(url);
            return tab;
        }));
    std::vector<Tab> tabs;
    for (auto& one : opening)
        tabs.push_back(one.get());
    return tabs;
}

} // namespace

class OpenTabsTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(OpenTabsTest);
    CPPUNIT_TEST(testTwoFirstOpeningsAtOnce);
    CPPUNIT_TEST(testDeclineInEitherTab);
    CPPUNIT_TEST(testManyFirstOpeningsAtOnce);
    CPPUNIT_TEST(testTwoLinksOpenedAtOnce);
    CPPUNIT_TEST(testTheNewestTabsStayGood);
    CPPUNIT_TEST(testManyLinksInManyTabs);
    CPPUNIT_TEST(testPlantedCookiesCrowdOutNoTab);
    CPPUNIT_TEST(testPicturesOfANeighboursPageLeaveNoCookie);
    CPPUNIT_TEST_SUITE_END();

public:
    void testPicturesOfANeighboursPageLeaveNoCookie() {
        const auto link = _service->createLink();
        for (const auto& [wanted, isKept] : {std::pair<std::string, bool>{"image", false},
                                             {"empty", false},
                                             {"script", false},
                                             {"iframe", false},
                                             {"document", true}}) {
            const auto opened = exchange({"GET", link.url, {{"Sec-Fetch-Dest", wanted}}, {}});
            CPPUNIT_ASSERT_EQUAL_MESSAGE(wanted, 303, opened.status);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(wanted, isKept, !opened.header("Set-Cookie").empty());
        }
    }

    void testTwoFirstOpeningsAtOnce() {
        for (const std::size_t firstAnswer : {0U, 1U}) {
            for (const std::size_t firstForm : {0U, 1U}) {
                const auto link = freshLink();
                const auto tabs = openAtOnce(link, 2);
                WebBrowser person;
                person.takeCookies(_service->url(), tabs[firstAnswer].browser);
                person.takeCookies(_service->url(), tabs[1 - firstAnswer].browser);
                const auto order = std::to_string(firstAnswer) + std::to_string(firstForm);
                WebPage moving;
                for (const auto tab : {firstForm, 1 - firstForm}) {
                    moving = decide(person, tabs[tab].page, link, "approve");
                    CPPUNIT_ASSERT_EQUAL_MESSAGE(order, 200, moving.status);
                    CPPUNIT_ASSERT_MESSAGE(order, !moving.refreshTarget().empty());
                }
                expectLinkedBy(person, moving, link);
            }
        }
    }

    void testDeclineInEitherTab() {
        for (const std::size_t tab : {0U, 1U}) {
            const auto link = freshLink();
            const auto tabs = openAtOnce(link, 2);
            WebBrowser person;
            for (const auto& one : tabs)
                person.takeCookies(_service->url(), one.browser);
            CPPUNIT_ASSERT_EQUAL(200, decide(person, tabs[tab].page, link, "decline").status);
            CPPUNIT_ASSERT_EQUAL(std::string("declined"), _service->poll(link).text("reason"));
        }
    }

    // A browser that restores its tabs. One more opening makes it forget the oldest.
    void testManyFirstOpeningsAtOnce() {
        constexpr std::size_t many = 5;
        const auto link = freshLink();
        const auto tabs = openAtOnce(link, many);
        WebBrowser person;
        for (const auto& tab : tabs)
            person.takeCookies(_service->url(), tab.browser);
        CPPUNIT_ASSERT_EQUAL(many, openings(person));
        for (const auto& tab : tabs)
            CPPUNIT_ASSERT_EQUAL(200, decide(person, tab.page, link, "approve").status);
        const auto again = person.open(link.url);
        CPPUNIT_ASSERT_EQUAL(200, again.status);
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), openings(person));
        expectLinkedBy(person, person.open(_service->url() + "/continue/" + link.id), link);
    }

    void testTwoLinksOpenedAtOnce() {
        const auto one = freshLink();
        const auto other = freshLink();
        auto tab = openAtOnce(one, 1);
        const auto otherTab = openAtOnce(other, 1);
        auto& person = tab.front().browser;
        person.takeCookies(_service->url(), otherTab.front().browser);
        expectLinkedBy(person, decide(person, tab.front().page, one, "approve"), one);
        expectLinkedBy(person, decide(person, otherTab.front().page, other, "approve"), other);
    }

    void testTheNewestTabsStayGood() {
        constexpr std::size_t opened = 6;
        constexpr std::size_t kept = 3;
        const auto link = freshLink();
        WebBrowser person;
        std::vector<WebPage> pages;
        for (std::size_t i = 0; i < opened; ++i) {
            pages.push_back(person.open(link.url));
            CPPUNIT_ASSERT_EQUAL(std::min(i + 1, kept), openings(person));
        }
        for (std::size_t i = 0; i < opened; ++i)
            CPPUNIT_ASSERT_EQUAL_MESSAGE(std::to_string(i), i < opened - kept ? 400 : 200,
                                         decide(person, pages[i], link, "approve").status);
        expectLinkedBy(person, person.open(_service->url() + "/continue/" + link.id), link);
    }

    // The browser's Cookie field must stay readable: at most 8 KiB.
    void testManyLinksInManyTabs() {
        constexpr int links = 20;
        WebBrowser person;
        TestLink newest;
        WebPage tab;
        for (int i = 0; i < links; ++i) {
            newest = freshLink();
            for (int opened = 0; opened < 3; ++opened)
                tab = person.open(newest.url);
            tab = person.open(_service->url() + "/approve/" + newest.id);
            CPPUNIT_ASSERT_EQUAL(200, decide(person, tab, newest, "approve").status);
        }
        std::size_t line = 0;
        for (const auto& [name, value] : person.cookiesOf(_service->url()))
            line += std::string("__Host-").size() + name.size() + value.size() + std::string("=; ").size();
        CPPUNIT_ASSERT_MESSAGE(std::to_string(line), line < 7000);
        expectLinkedBy(person, person.open(_service->url() + "/continue/" + newest.id), newest);
    }

    // Each planted cookie is forged, unknown or of another link; the browser's own cookies are newer.
    void testPlantedCookiesCrowdOutNoTab() {
        const auto link = freshLink();
        auto neighbours = openAtOnce(link, 3);
        const auto other = openAtOnce(freshLink(), 1);
        WebBrowser person;
        const auto tab = person.open(link.url);
        const auto prefix = "central-oauth-opened-" + link.id;
        for (auto& neighbour : neighbours)
            for (const auto& [name, value] : neighbour.browser.cookiesOf(_service->url()))
                person.plant(_service->url(), name, value);
        for (int i = 0; i < 9; ++i)
            person.plant(_service->url(), prefix + ".planted" + std::to_string(i), "x");
        for (const std::string end : {"", ".", ".a", ".12345678.", "~", ".1234567\xC3", ".12345678.12345678"})
            person.plant(_service->url(), prefix + end, "x");
        auto stranger = other.front().browser;
        person.plant(_service->url(), prefix + ".AAAAAAAA",
                     stranger.cookiesOf(_service->url()).begin()->second);
        const auto second = person.open(link.url);
        CPPUNIT_ASSERT_EQUAL(200, second.status);
        CPPUNIT_ASSERT_EQUAL(200, decide(person, tab, link, "approve").status);
        expectLinkedBy(person, decide(person, second, link, "approve"), link);
    }

private:
    [[nodiscard]] TestLink freshLink() {
        return _service->createLink(R"({"subject":"user-)" + std::to_string(++_subjects) + "\"}");
    }

    [[nodiscard]] std::size_t openings(WebBrowser& browser) const {
        const auto& cookies = browser.cookiesOf(_service->url());
        return static_cast<std::size_t>(std::count_if(cookies.begin(), cookies.end(), [](const auto& one) {
            return one.first.find("opened-") != std::string::npos;
        }));
    }

    WebPage decide(WebBrowser& browser, const WebPage& page, const TestLink& link,
                   const std::string& decision) const {
        CPPUNIT_ASSERT_EQUAL(200, page.status);
        return browser.post(page.url, _service->url(),
                            {{"csrf", page.inputValue("csrf")}, {"decision", decision}, {"code", link.code}});
    }

    void expectLinkedBy(WebBrowser& browser, const WebPage& moving, const TestLink& link) const {
        const auto done = ServiceUnderTest::consent(browser, moving);
        CPPUNIT_ASSERT_EQUAL(_service->url() + "/done/" + link.id, done.url);
        CPPUNIT_ASSERT_EQUAL(200, done.status);
        CPPUNIT_ASSERT_EQUAL(200, _service->poll(link).status);
    }

    int _subjects = 0;
};

CPPUNIT_TEST_SUITE_REGISTRATION(OpenTabsTest);
