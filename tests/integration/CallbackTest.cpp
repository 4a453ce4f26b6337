// SPDX-License-Identifier: Apache-2.0
// Attacks on the browser's side: state, cookies, forms, other browsers.
#include "../support/DaemonFixture.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::test;

class CallbackTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(CallbackTest);
    CPPUNIT_TEST(testMissingState);
    CPPUNIT_TEST(testForeignState);
    CPPUNIT_TEST(testReplayedCallback);
    CPPUNIT_TEST(testCallbackInAnotherBrowser);
    CPPUNIT_TEST(testCallbackWithoutCookie);
    CPPUNIT_TEST(testCallbackAtAnotherProvidersPath);
    CPPUNIT_TEST(testForeignIssuer);
    CPPUNIT_TEST(testStateIsGoneWhenTheExchangeFails);
    CPPUNIT_TEST(testApprovalPageNeedsTheOpenedLink);
    CPPUNIT_TEST(testSecondBrowserGetsTheNeutralPage);
    CPPUNIT_TEST(testFormFromAnotherOrigin);
    CPPUNIT_TEST(testFormWithoutItsToken);
    CPPUNIT_TEST(testFormOfAnotherLink);
    CPPUNIT_TEST(testForeignCookieValueIsReplaced);
    CPPUNIT_TEST(testUnknownHandle);
    CPPUNIT_TEST(testHandleLeavesTheAddressBar);
    CPPUNIT_TEST(testEveryPageCarriesTheSecurityHeaders);
    CPPUNIT_TEST_SUITE_END();

public:
    void testMissingState() {
        WebBrowser browser;
        CPPUNIT_ASSERT_EQUAL(400, browser.open(callback("code=abc")).status);
        expectNoExchange();
    }

    void testForeignState() {
        WebBrowser browser;
        CPPUNIT_ASSERT_EQUAL(400, browser.open(callback("code=abc&state=" + std::string(43, 'x'))).status);
        expectNoExchange();
    }

    void testReplayedCallback() {
        const auto link = _service->createLink();
        WebBrowser browser;
        const auto address = _service->consentWithoutReturning(browser, link);
        CPPUNIT_ASSERT_EQUAL(200, browser.open(address).status);
        CPPUNIT_ASSERT_EQUAL(400, browser.open(address).status);
        CPPUNIT_ASSERT_EQUAL(1, _simulator->tokenCalls("authorization_code"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("the link still works", 200, _service->poll(link).status);
    }

    void testCallbackInAnotherBrowser() {
        const auto link = _service->createLink();
        WebBrowser browser;
        const auto address = _service->consentWithoutReturning(browser, link);
        const auto other = _service->createLink(R"({"subject":"other"})");
        WebBrowser victim;
        (void)victim.open(other.url);
        CPPUNIT_ASSERT_EQUAL(400, victim.open(address).status);
        expectNoExchange();
        CPPUNIT_ASSERT_EQUAL(403, _service->poll(link).status);
    }

    void testCallbackWithoutCookie() {
        const auto link = _service->createLink();
        WebBrowser browser;
        const auto address = _service->consentWithoutReturning(browser, link);
        WebBrowser bare;
        CPPUNIT_ASSERT_EQUAL(400, bare.open(address).status);
        expectNoExchange();
    }

    void testCallbackAtAnotherProvidersPath() {
        const auto link = _service->createLink();
        WebBrowser browser;
        auto address = _service->consentWithoutReturning(browser, link);
        address.replace(address.find("/callback/jira"), std::string("/callback/jira").size(),
                        "/callback/other");
        CPPUNIT_ASSERT_EQUAL(400, browser.open(address).status);
        expectNoExchange();
    }

    void testForeignIssuer() {
        const auto link = _service->createLink();
        WebBrowser browser;
        (void)browser.open(_service->consentWithoutReturning(browser, link) +
                           "&iss=https%3A%2F%2Fevil.example");
        expectNoExchange();
        CPPUNIT_ASSERT_EQUAL(std::string("upstream_error"), _service->poll(link).text("reason"));
    }

    void testStateIsGoneWhenTheExchangeFails() {
        const auto link = _service->createLink();
        WebBrowser browser;
        const auto address = _service->consentWithoutReturning(browser, link);
        _simulator->control("POST", "faults", R"({"target":"token","kind":"status","status":500})");
        (void)browser.open(address);
        CPPUNIT_ASSERT_EQUAL(400, browser.open(address).status);
        CPPUNIT_ASSERT_EQUAL(1, _simulator->tokenCalls("authorization_code"));
    }

    void testApprovalPageNeedsTheOpenedLink() {
        const auto link = _service->createLink();
        WebBrowser browser;
        const auto page = browser.open(_service->url() + "/approve/" + link.id);
        CPPUNIT_ASSERT_EQUAL(403, page.status);
        CPPUNIT_ASSERT(page.inputValue("csrf").empty());
        const auto other = _service->createLink(R"({"subject":"other"})");
        (void)browser.open(other.url);
        CPPUNIT_ASSERT_EQUAL(403, browser.open(_service->url() + "/approve/" + link.id).status);
        CPPUNIT_ASSERT_EQUAL(403, browser.open(_service->url() + "/done/" + link.id).status);
    }

    void testSecondBrowserGetsTheNeutralPage() {
        const auto link = _service->createLink();
        WebBrowser first;
        WebBrowser second;
        const auto page = second.open(link.url);
        (void)_service->approve(first, link);
        const auto late =
            second.post(page.url, _service->url(),
                        {{"csrf", page.inputValue("csrf")}, {"decision", "approve"}, {"code", link.code}});
        CPPUNIT_ASSERT_EQUAL(409, late.status);
        CPPUNIT_ASSERT(!late.contains("Ada"));
        CPPUNIT_ASSERT_EQUAL(409, second.open(page.url).status);
        const auto declined = second.post(page.url, _service->url(),
                                          {{"csrf", page.inputValue("csrf")}, {"decision", "decline"}});
        CPPUNIT_ASSERT_EQUAL(409, declined.status);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("the link goes on in the first browser", 202,
                                     _service->poll(link).status);
    }

    void testFormFromAnotherOrigin() {
        const auto link = _service->createLink();
        WebBrowser browser;
        const auto page = browser.open(link.url);
        const auto refused =
            browser.post(page.url, "https://evil.example",
                         {{"csrf", page.inputValue("csrf")}, {"decision", "approve"}, {"code", link.code}});
        CPPUNIT_ASSERT_EQUAL(400, refused.status);
        CPPUNIT_ASSERT_EQUAL(202, _service->poll(link).status);
    }

    void testFormWithoutItsToken() {
        const auto link = _service->createLink();
        WebBrowser browser;
        const auto page = browser.open(link.url);
        CPPUNIT_ASSERT_EQUAL(
            400,
            browser.post(page.url, _service->url(), {{"decision", "approve"}, {"code", link.code}}).status);
        CPPUNIT_ASSERT_EQUAL(400, browser
                                      .post(page.url, _service->url(),
                                            {{"csrf", "x"}, {"decision", "approve"}, {"code", link.code}})
                                      .status);
    }

    void testFormOfAnotherLink() {
        const auto link = _service->createLink();
        const auto other = _service->createLink(R"({"subject":"other"})");
        WebBrowser browser;
        const auto foreign = browser.open(other.url);
        const auto page = browser.open(link.url);
        const auto refused = browser.post(
            page.url, _service->url(),
            {{"csrf", foreign.inputValue("csrf")}, {"decision", "approve"}, {"code", link.code}});
        CPPUNIT_ASSERT_EQUAL(400, refused.status);
    }

    void testForeignCookieValueIsReplaced() {
        const auto link = _service->createLink();
        for (const std::string value : {"a\"b", "a\\b", "short"}) {
            WebBrowser browser;
            browser.cookiesOf(_service->url())["central-oauth-opened-" + link.id + ".AAAAAAAA"] = value;
            const auto page = browser.open(link.url);
            CPPUNIT_ASSERT_EQUAL(200, page.status);
            CPPUNIT_ASSERT(!page.inputValue("csrf").empty());
        }
    }

    void testUnknownHandle() {
        WebBrowser browser;
        CPPUNIT_ASSERT_EQUAL(404, browser.open(_service->url() + "/link/AAAAAAAAAAAAAAAAAAAAAA").status);
    }

    void testHandleLeavesTheAddressBar() {
        const auto link = _service->createLink();
        WebBrowser browser;
        const auto answer = browser.request("GET", link.url);
        CPPUNIT_ASSERT_EQUAL(303, answer.status);
        CPPUNIT_ASSERT_EQUAL("/approve/" + link.id, answer.header("Location"));
        const auto cookie = answer.header("Set-Cookie");
        for (const std::string attribute : {"HttpOnly", "SameSite=Lax", "Path=/"})
            CPPUNIT_ASSERT_MESSAGE(cookie, cookie.find(attribute) != std::string::npos);
    }

    void testEveryPageCarriesTheSecurityHeaders() {
        const auto link = _service->createLink();
        WebBrowser browser;
        const auto opened = browser.open(link.url);
        for (const std::string path :
             {"/", "/link", "/approve/nothing", "/link/nothing", "/nothing", "/callback/jira"})
            checkHeaders(browser.open(_service->url() + path).answer, path);
        checkHeaders(opened.answer, "approval page");
        CPPUNIT_ASSERT(opened.contains("form"));
    }

private:
    static void checkHeaders(const HttpAnswer& answer, const std::string& what) {
        const auto policy = answer.header("Content-Security-Policy");
        CPPUNIT_ASSERT_MESSAGE(what + ": " + policy, policy.find("default-src 'none'") != std::string::npos);
        CPPUNIT_ASSERT_MESSAGE(what + ": " + policy,
                               policy.find("frame-ancestors 'none'") != std::string::npos);
        CPPUNIT_ASSERT_MESSAGE(what + ": " + policy, policy.find("script-src") == std::string::npos);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(what, std::string("nosniff"), answer.header("X-Content-Type-Options"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(what, std::string("same-origin"), answer.header("Referrer-Policy"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(what, std::string("no-store"), answer.header("Cache-Control"));
        CPPUNIT_ASSERT_MESSAGE(what, answer.header("Server").empty());
    }

    [[nodiscard]] std::string callback(const std::string& query) const {
        return _service->url() + "/callback/jira?" + query;
    }

    void expectNoExchange() const { CPPUNIT_ASSERT_EQUAL(0, _simulator->tokenCalls("authorization_code")); }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CallbackTest);
