// SPDX-License-Identifier: Apache-2.0
// Checks every page, small and large, light and dark, and saves pictures for people to look at.
#include "PageCheck.h"
#include "PagesFixture.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::test;

class GalleryTest : public PagesFixture {
    CPPUNIT_TEST_SUITE(GalleryTest);
    CPPUNIT_TEST(testApprovalPages);
    CPPUNIT_TEST(testWayThroughPages);
    CPPUNIT_TEST(testSiteAndUndoPages);
    CPPUNIT_TEST(testNeutralPages);
    CPPUNIT_TEST(testEndedPages);
    CPPUNIT_TEST(testCausePages);
    CPPUNIT_TEST(testProblemPages);
    CPPUNIT_TEST(testPagesWithoutOperator);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        PagesFixture::setUp();
        _faults.clear();
    }

    void testApprovalPages() {
        browser().open(service().url() + "/");
        show("landing");
        openLink(newLink());
        show("approve");
        enterCode("000000000000");
        browser().waitFor("[role=alert]");
        show("approve-wrong-code");
        openLink(
            newLink(R"({"provider":"jira","label":"Jira MCP on the laptop","on_behalf_of":"Bob Example",)"
                    R"("subject":"user-7"})"));
        show("approve-all-details");
        const std::string longName(64, 'W');
        openLink(newLink(R"({"provider":"jira","label":")" + longName + R"(","on_behalf_of":")" + longName +
                         R"(","subject":")" + longName + longName + R"("})"));
        show("approve-long-names");
        openLink(newLink(
            R"({"provider":"jira","label":"<b>&\"'","on_behalf_of":"</h1><script>x</script>","subject":"{{csrf}}"})"));
        show("approve-hostile-names");
        restartWith({{"CENTRAL_OAUTH_JIRA_SCOPES",
                      "read:jira-work write:jira-work read:jira-user read:me manage:jira-configuration "
                      "read:new-thing:jira"}});
        openLink(newLink());
        show("approve-many-permissions");
        finish();
    }

    void testWayThroughPages() {
        const auto link = newLink();
        approve(link);
        holdContinue(link);
        show("continue");
        browser().open(urlOf("approve", link));
        browser().waitFor("a[href*='/authorize']");
        show("continue-back");
        followUpstream();
        accept();
        expectHeading(doneHeading);
        show("done");
        const auto account = expectLinked(link).text("account_id");
        service().advanceClock(15 * 60);
        browser().reload();
        show("done-too-late-for-undo");
        const auto again = newLink();
        linkUp(again);
        CPPUNIT_ASSERT_EQUAL(account, expectLinked(again).text("account_id"));
        CPPUNIT_ASSERT_EQUAL(200, service().remove("/v1/tokens/" + account, service().key()).status);
        browser().reload();
        show("no-longer-connected");
        finish();
    }

    void testSiteAndUndoPages() {
        giveThreeSites();
        const auto link = newLink();
        goUpstream(link);
        accept();
        browser().waitForUrl("/site/");
        show("site");
        browser().run("document.querySelectorAll('input[name=site]').forEach(one => one.required = false)");
        browser().click("button[value=approve]");
        browser().waitFor("[role=alert]");
        show("site-missing");
        browser().click("input[name=site]");
        browser().click("button[value=approve]");
        browser().waitForUrl("/done/");
        browser().click("button[value=undo]");
        browser().waitUntil("the undone page", [this] { return browser().count("form") == 0; });
        show("undone");
        simulator().control("POST", "sites", R"({"user":"ada","count":30})");
        goUpstream(newLink());
        accept();
        browser().waitForUrl("/site/");
        show("site-thirty");
        finish();
    }

    void testNeutralPages() {
        auto link = newLink();
        openLink(link);
        browser().click("button[value=decline]");
        expectHeading("declined");
        show("declined");
        link = newLink();
        auto& second = secondBrowser();
        second.forgetCookies();
        second.open(link.url);
        second.type("input[name=code]", link.code);
        second.click("button[value=approve]");
        second.waitUntil("the approval", [&] { return second.url().find("/approve/") == std::string::npos; });
        openLink(link);
        show("already-used");
        browser().open(urlOf("approve", newLink()));
        show("wrong-browser");
        link = newLink();
        openLink(link);
        service().advanceClock(601);
        browser().reload();
        expectHeading("expired");
        show("expired");
        finish();
    }

    void testEndedPages() {
        auto link = newLink();
        openLink(link);
        for (int i = 0; i < 5; ++i) {
            enterCode("000000000000");
            browser().waitUntil("the answer", [&] { return browser().count("[role=alert], .who") > 0; });
        }
        show("ended-too-many-entries");
        link = newLink();
        openLink(link);
        (void)service().remove("/v1/link-code/" + link.code, link.secret);
        browser().reload();
        show("ended-cancelled");
        for (const auto& [name, body] : {
                 std::pair<std::string, std::string>{
                     "different-person", R"({"provider":"jira","expected_upstream_id":"somebody-else"})"},
                 {"site-not-allowed", R"({"provider":"jira","site":"https://elsewhere.atlassian.example"})"},
             }) {
            goUpstream(newLink(body));
            accept();
            show("ended-" + name);
        }
        goUpstream(newLink());
        simulator().control("POST", "faults", R"({"target":"token","kind":"without_refresh_token"})");
        accept();
        show("ended-no-refresh-token");
        endForMissingScopes();
        show("ended-scopes-missing");
        goUpstream(newLink());
        cancelUpstream();
        show("declined-upstream");
        finish();
    }

    void testCausePages() {
        for (const auto& [name, error] : {
                 std::pair<std::string, std::string>{"app-refused", "unauthorized_client"},
                 {"scope-refused", "invalid_scope"},
                 {"unknown", "other"},
             }) {
            const auto link = newLink();
            goUpstream(link);
            const auto at = browser().url();
            const auto state = at.find("state=");
            browser().open(service().url() + "/callback/jira?error=" + error + "&" +
                           at.substr(state, at.find('&', state) - state));
            show("cause-" + name);
        }
        const auto link = newLink();
        goUpstream(link);
        const auto at = browser().url();
        const auto state = at.find("state=");
        secondBrowser().open(service().url() + "/callback/jira?code=x&" +
                             at.substr(state, at.find('&', state) - state));
        browser().open(urlOf("done", link));
        show("cause-foreign-callback");
        for (const auto& [name, fault] : {
                 std::pair<std::string, std::string>{
                     "code-refused",
                     R"({"target":"token","kind":"oauth_error","status":400,"error":"invalid_grant"})"},
                 {"misconfigured",
                  R"({"target":"token","kind":"oauth_error","status":401,"error":"invalid_client"})"},
                 {"busy", R"({"target":"token","kind":"rate_limit","retry_after_s":30})"},
                 {"unavailable", R"({"target":"token","kind":"status","status":503})"},
                 {"not-understood", R"({"target":"token","kind":"html"})"},
             }) {
            goUpstream(newLink());
            simulator().control("POST", "faults", fault);
            accept();
            show("cause-" + name);
            simulator().control("POST", "faults/clear", "{}");
        }
        finish();
    }

    void testProblemPages() {
        browser().open(service().url() + "/link/AAAAAAAAAAAAAAAAAAAAAA");
        show("problem-404", 404);
        browser().open(service().url() + "/callback/jira");
        show("problem-400", 400);
        browser().open(urlOf("undo", newLink()));
        show("problem-405", 405);
        auto otherName = service().url();
        otherName.replace(otherName.find("127.0.0.1"), 9, "localhost");
        browser().open(otherName + "/");
        show("problem-421", 421);
        // Exceeds the limit of wrong addresses.
        for (int i = 0; i < 100; ++i)
            (void)exchange({"GET", service().url() + "/link/BBBBBBBBBBBBBBBBBBBBBB"});
        browser().open(service().url() + "/link/AAAAAAAAAAAAAAAAAAAAAA");
        show("problem-429", 429);
        finish();
    }

    void testPagesWithoutOperator() {
        restartWith({{"CENTRAL_OAUTH_OPERATOR_NAME", ""}, {"CENTRAL_OAUTH_SUPPORT_URL", ""}});
        browser().open(service().url() + "/");
        show("landing-without-operator");
        openLink(newLink());
        show("approve-without-operator");
        finish();
    }

private:
    // Checks the current page in all four ways and collects its faults.
    void show(const std::string& page, int status = 0) {
        if (status != 0)
            CPPUNIT_ASSERT_EQUAL_MESSAGE(page, status, browser().status());
        for (const int width : {320, 1280}) {
            for (const std::string scheme : {"light", "dark"}) {
                browser().resize({width, 800});
                browser().preferColours(scheme);
                const auto name = page + "-" + std::to_string(width) + "-" + scheme;
                browser().savePicture(std::filesystem::path(CENTRAL_OAUTH_PICTURES) / (name + ".png"));
                collectFaults(name);
                if (browser().count("details:not([open])") == 0)
                    continue;
                browser().run("document.querySelectorAll('details:not([open])').forEach(one => {"
                              "one.open = true; one.dataset.opened = 1})");
                browser().savePicture(std::filesystem::path(CENTRAL_OAUTH_PICTURES) / (name + "-open.png"));
                collectFaults(name + "-open");
                browser().run("document.querySelectorAll('[data-opened]').forEach(one => one.open = false)");
            }
        }
    }

    void collectFaults(const std::string& name) {
        for (const auto& fault : faultsOf(browser()))
            _faults += name + ": " + fault + "\n";
    }

    // Upstream narrows the grant between the person's consent and the exchange of the code.
    void endForMissingScopes() const {
        goUpstream(newLink(R"({"provider":"jira","required_scopes":["read:me","read:jira-work"]})"));
        WebBrowser onTheWay;
        const auto back = onTheWay.request(
            "POST", WebBrowser::originOf(browser().url()) + "/consent",
            {{"Content-Type", "application/x-www-form-urlencoded"}},
            WebBrowser::formEncode({{"consent_id", browser().attribute("input[name=consent_id]", "value")},
                                    {"decision", "accept"}}));
        simulator().control("POST", "grants", R"({"user":"ada","scopes":"read:me offline_access"})");
        browser().open(back.header("Location"));
    }

    void finish() const { CPPUNIT_ASSERT_EQUAL(std::string(), _faults); }

    // Stops the page that moves on after a second. On a busy machine it may have moved on already.
    void holdContinue(const TestLink& link) const {
        browser().waitUntil("the page that leads upstream", [&] {
            browser().open(urlOf("continue", link));
            browser().run("window.stop()");
            return browser().url() == urlOf("continue", link);
        });
    }

    std::string _faults;
};

CPPUNIT_TEST_SUITE_REGISTRATION(GalleryTest);
