// SPDX-License-Identifier: Apache-2.0
#include "PagesFixture.h"

#include <cppunit/TestAssert.h>

#include <Poco/String.h>

namespace central_oauth::test {

namespace {

WebDriver& driver() {
    static WebDriver only;
    return only;
}

void reset(BrowserSession& browser) {
    browser.open("about:blank");
    browser.forgetCookies();
    browser.resize({});
    browser.preferColours("light");
}

bool holds(const std::string& text, const std::string& words) {
    return Poco::toLower(text).find(Poco::toLower(words)) != std::string::npos;
}

} // namespace

BrowserSession& PagesFixture::firstBrowser() {
    static BrowserSession only(driver());
    return only;
}

BrowserSession& PagesFixture::secondBrowser() {
    static BrowserSession only(driver());
    return only;
}

void PagesFixture::setUp() {
    reset(browser());
    _simulator = std::make_unique<Simulator>();
    const auto port = _simulator->url().substr(_simulator->url().rfind(':'));
    _service = std::make_unique<ServiceUnderTest>(
        *_simulator, ChildProcess::Environment{{"CENTRAL_OAUTH_JIRA_AUTH_BASE", "http://localhost" + port},
                                               {"CENTRAL_OAUTH_OPERATOR_NAME", "Example Operations"},
                                               {"CENTRAL_OAUTH_SUPPORT_URL", "mailto:help@example.org"}});
}

void PagesFixture::tearDown() {
    _service.reset();
    _simulator.reset();
}

void PagesFixture::restartWith(const ChildProcess::Environment& settings) {
    _service->stop();
    for (const auto& [name, value] : settings)
        _service->environment[name] = value;
    _service->start();
}

void PagesFixture::giveThreeSites() const {
    _simulator->control("POST", "sites", R"({"user":"ada","count":3})");
}

TestLink PagesFixture::newLink(const std::string& body) const {
    return _service->createLink(body);
}

std::string PagesFixture::urlOf(const std::string& page, const TestLink& link) const {
    return _service->url() + "/" + page + "/" + link.id;
}

void PagesFixture::openLink(const TestLink& link) const {
    browser().open(link.url);
    browser().waitForUrl("/approve/" + link.id);
}

void PagesFixture::enterCode(const std::string& code) const {
    browser().type("input[name=code]", code);
    browser().click("button[value=approve]");
}

void PagesFixture::approve(const TestLink& link) const {
    openLink(link);
    enterCode(link.code);
}

void PagesFixture::goUpstream(const TestLink& link) const {
    approve(link);
    followUpstream();
}

void PagesFixture::followUpstream() const {
    // The page may move on by itself during this step.
    browser().waitUntil("upstream's page", [this] {
        const auto at = browser().url();
        if (at.find("//localhost:") != std::string::npos)
            return true;
        try {
            browser().run("document.querySelector('main a[href*=\"/authorize\"]')?.click()");
        } catch (const WebDriverError&) {
            return false;
        }
        return false;
    });
    browser().waitFor("h1");
}

void PagesFixture::accept() const {
    browser().click("button[value=accept]");
    browser().waitForUrl(_service->url());
    browser().waitFor("h1");
}

void PagesFixture::cancelUpstream() const {
    browser().click("button[value=cancel]");
    browser().waitForUrl(_service->url());
    browser().waitFor("h1");
}

void PagesFixture::linkUp(const TestLink& link) const {
    goUpstream(link);
    accept();
    expectHeading(doneHeading);
}

// A click returns before the next page is shown, so an early read sees the previous page.
std::string PagesFixture::textOnceItHolds(const std::string& selector, const std::string& words) const {
    std::string text;
    try {
        browser().waitUntil("\"" + words + "\"", [&] {
            text = browser().text(selector);
            return holds(text, words);
        });
    } catch (const WebDriverError&) {
        throw;
    } catch (const std::runtime_error&) {
        return text; // the caller's message has more details
    }
    return text;
}

void PagesFixture::expectHeading(const std::string& words) const {
    const auto heading = textOnceItHolds("h1", words);
    CPPUNIT_ASSERT_MESSAGE("not \"" + words + "\" in \"" + heading + "\" at " + browser().url(),
                           holds(heading, words));
}

std::string PagesFixture::pageText() const {
    return browser().text("body");
}

void PagesFixture::expectWords(const std::string& words) const {
    const auto text = textOnceItHolds("body", words);
    CPPUNIT_ASSERT_MESSAGE("no \"" + words + "\" at " + browser().url() + " in\n" + text, holds(text, words));
}

void PagesFixture::expectNoWords(const std::string& words) const {
    const auto text = pageText();
    CPPUNIT_ASSERT_MESSAGE("\"" + words + "\" at " + browser().url() + " in\n" + text, !holds(text, words));
}

HttpAnswer PagesFixture::poll(const TestLink& link) const {
    auto answer = _service->poll(link);
    _service->advanceClock(6);
    return answer;
}

void PagesFixture::expectPending(const TestLink& link) const {
    const auto answer = poll(link);
    CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body.substr(0, 200), 202, answer.status);
    CPPUNIT_ASSERT_EQUAL(std::string("authorization_pending"), answer.text("status"));
}

void PagesFixture::expectEnded(const TestLink& link, const std::string& reason) const {
    const auto answer = poll(link);
    CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body.substr(0, 200), 403, answer.status);
    CPPUNIT_ASSERT_EQUAL(std::string("access_denied"), answer.text("error"));
    CPPUNIT_ASSERT_EQUAL(reason, answer.text("reason"));
}

HttpAnswer PagesFixture::expectLinked(const TestLink& link) const {
    auto answer = poll(link);
    CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body.substr(0, 200), 200, answer.status);
    CPPUNIT_ASSERT(answer.text("account_id").rfind("acc_", 0) == 0);
    return answer;
}

} // namespace central_oauth::test
