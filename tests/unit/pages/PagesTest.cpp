// SPDX-License-Identifier: Apache-2.0
// Tests of what each page says, and of what all of them must have.
#include "central_oauth/pages/Pages.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <string>

using namespace central_oauth::pages;
using namespace std::chrono_literals;

class PagesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PagesTest);
    CPPUNIT_TEST(testEveryPageIsACompleteDocument);
    CPPUNIT_TEST(testEveryPageNamesOperatorAndSupport);
    CPPUNIT_TEST(testPolicyAllowsNoScript);
    CPPUNIT_TEST(testStylesheetPathFollowsItsContent);
    CPPUNIT_TEST(testApproveShowsWhoAsksAndForWhat);
    CPPUNIT_TEST(testApproveHasDeclineFirstAndEnterApproves);
    CPPUNIT_TEST(testApproveSaysThatTheEntryWasWrong);
    CPPUNIT_TEST(testApproveShowsTheDigitsOnlyWhereTheyAreCompared);
    CPPUNIT_TEST(testApproveLeavesOutWhatIsUnknown);
    CPPUNIT_TEST(testContinueMovesOnAndListsFailures);
    CPPUNIT_TEST(testContinueStaysForWhoCameBack);
    CPPUNIT_TEST(testChooseSiteOffersEverySite);
    CPPUNIT_TEST(testDoneNamesAccountSiteAndClient);
    CPPUNIT_TEST(testDoneShowsPinAndUndo);
    CPPUNIT_TEST(testEndedHasItsOwnWordsForEveryReason);
    CPPUNIT_TEST(testProblemHasWordsForEveryStatus);
    CPPUNIT_TEST_SUITE_END();

    const Pages _pages{Site{"Example & Sons IT", "https://help.example.org/oauth?a=1&b=2"}};

    static void assertHas(const std::string& html, const std::string& part) {
        CPPUNIT_ASSERT_MESSAGE("missing: " + part + "\nin:\n" + html, html.find(part) != std::string::npos);
    }

    static void assertLacks(const std::string& html, const std::string& part) {
        CPPUNIT_ASSERT_MESSAGE("unwanted: " + part + "\nin:\n" + html, html.find(part) == std::string::npos);
    }

    static std::size_t countOf(const std::string& html, const std::string& pattern) {
        const std::regex wanted(pattern);
        return static_cast<std::size_t>(
            std::distance(std::sregex_iterator(html.begin(), html.end(), wanted), std::sregex_iterator()));
    }

    static ApproveView approveView() {
        ApproveView view;
        view.clientName = "Jira MCP";
        view.clientContact = "mailto:mcp-team@example.org";
        view.subject = "user-4711";
        view.label = "Alice's laptop";
        view.providerName = "Jira";
        view.scopes =
            describeScopes("read:jira-work write:jira-work read:me offline_access read:new-thing:jira");
        view.requesterAddress = "203.0.113.7";
        view.requesterProgram = "jira-mcp/2.1 (linux)";
        view.age = 125s;
        view.expiresIn = 470s;
        view.actionPath = "/approve/lnk_1";
        view.csrf = "csrf-value_1";
        return view;
    }

    static DoneView doneView() {
        DoneView view;
        view.providerName = "Jira";
        view.displayName = "Alice Example";
        view.email = "alice@example.org";
        view.siteName = "Example site";
        view.siteUrl = "https://example.atlassian.net";
        view.clientName = "Jira MCP";
        return view;
    }

    std::map<std::string, std::string> all() const {
        std::map<std::string, std::string> pages;
        pages["landing"] = _pages.landing();
        pages["approve"] = _pages.approve(approveView());
        ApproveView wrong = approveView();
        wrong.attemptsLeft = 4;
        pages["approve-wrong"] = _pages.approve(wrong);
        ApproveView pin = approveView();
        pin.proof = Proof::pin;
        pin.onBehalfOf = "Bob";
        pin.linkCodeDisplay = "4829-1370-6154";
        pages["approve-pin"] = _pages.approve(pin);
        pages["continue"] = _pages.continueUpstream({"Jira", "https://auth.example/authorize?a=b&c=d", true});
        pages["continue-stay"] =
            _pages.continueUpstream({"Jira", "https://auth.example/authorize?a=b&c=d", false});
        pages["choose-site"] = _pages.chooseSite(chooseView());
        pages["done"] = _pages.done(doneView());
        DoneView withPin = doneView();
        withPin.pin = "123456";
        withPin.undoPath = "/undo/lnk_1";
        withPin.undoWithin = 15min;
        pages["done-pin"] = _pages.done(withPin);
        pages["declined"] = _pages.declined();
        pages["expired"] = _pages.expired();
        pages["ended-site"] = _pages.ended("site_not_allowed");
        pages["ended-upstream"] = _pages.ended("upstream_error");
        pages["already-used"] = _pages.alreadyUsed();
        pages["wrong-browser"] = _pages.wrongBrowser();
        pages["problem"] = _pages.problem({404, "", "", "req-1"});
        return pages;
    }

    static ChooseSiteView chooseView() {
        ChooseSiteView view{"Jira MCP", "Jira", "Alice", {}, "/site/lnk_1", "csrf-value_1", false};
        view.choices = {{"1111-aaaa", "One", "https://one.atlassian.net"}, {"2222-bbbb", "Two", ""}};
        return view;
    }

public:
    /// Also writes the pages into the folder that CENTRAL_OAUTH_RENDERED_PAGES names, for looking at them.
    void testEveryPageIsACompleteDocument() {
        const char* folder = std::getenv("CENTRAL_OAUTH_RENDERED_PAGES");
        for (const auto& [name, html] : all()) {
            CPPUNIT_ASSERT_MESSAGE(name, html.starts_with("<!doctype html>\n<html lang=\"en\">"));
            CPPUNIT_ASSERT_MESSAGE(name, html.ends_with("</html>\n"));
            for (const char* once :
                 {"<title>[^<]+</title>", "<main>", "</main>", "<h1>", "</h1>", "name=\"viewport\""})
                CPPUNIT_ASSERT_EQUAL_MESSAGE(name + ": " + once, std::size_t{1}, countOf(html, once));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name, std::size_t{0},
                                         countOf(html, "<script|\\sstyle=|\\son[a-z]+=|\\{\\{|\\}\\}"));
            assertHas(html, "<link rel=\"stylesheet\" href=\"" + stylesheet().path + "\">");
            if (folder != nullptr)
                std::ofstream(std::filesystem::path(folder) / (name + ".html")) << html;
        }
        if (folder != nullptr)
            std::ofstream(std::filesystem::path(folder) / "style.css") << stylesheet().content;
    }

    void testEveryPageNamesOperatorAndSupport() {
        for (const auto& [name, html] : all()) {
            assertHas(html, "run by <bdi>Example &amp; Sons IT</bdi>");
            assertHas(html, "href=\"https://help.example.org/oauth?a=1&amp;b=2\"");
        }
        const std::string plain = Pages({"", ""}).landing();
        assertLacks(plain, "run by");
        assertHas(plain, "whoever runs this service");
        assertHas(Pages({"", "help desk, ext. 100"}).landing(),
                  "Help is here: <bdi>help desk, ext. 100</bdi>");
    }

    void testPolicyAllowsNoScript() {
        const std::string policy(contentSecurityPolicy());
        for (const char* part : {"default-src 'none'", "style-src 'self'", "form-action 'self'",
                                 "frame-ancestors 'none'", "base-uri 'none'"})
            assertHas(policy, part);
        assertLacks(policy, "unsafe");
        assertLacks(policy, "script");
    }

    void testStylesheetPathFollowsItsContent() {
        const Asset& asset = stylesheet();
        CPPUNIT_ASSERT(std::regex_match(asset.path, std::regex("/assets/style-[0-9a-f]{16}\\.css")));
        CPPUNIT_ASSERT(asset.content.find("prefers-color-scheme: dark") != std::string_view::npos);
        CPPUNIT_ASSERT_EQUAL(std::string_view("text/css; charset=utf-8"), asset.contentType);
    }

    void testApproveShowsWhoAsksAndForWhat() {
        const std::string html = _pages.approve(approveView());
        for (const char* part :
             {"<bdi>Jira MCP</bdi>", "href=\"mailto:mcp-team@example.org\"",
              "<bdi>mcp-team@example.org</bdi>", "<bdi>user-4711</bdi>",
              "<bdi>Alice&apos;s laptop</bdi> <span class=\"note\">unverified, set by the client</span>",
              "<bdi>Jira</bdi>", "Read Jira projects", "<code><bdi>write:jira-work</bdi></code>",
              "<li><code><bdi>read:new-thing:jira</bdi></code></li>", "203.0.113.7", "jira-mcp/2.1 (linux)",
              "2 minutes ago", "expires in 7 minutes", "every site of the grant",
              "If somebody sent you this link or these digits, decline.", "You type the 12 digits"})
            assertHas(html, part);
        assertLacks(html, "role=\"alert\"");
    }

    void testApproveHasDeclineFirstAndEnterApproves() {
        const std::string html = _pages.approve(approveView());
        const auto decline = html.find("name=\"decision\" value=\"decline\"");
        const auto approve = html.find("name=\"decision\" value=\"approve\"");
        CPPUNIT_ASSERT(decline != std::string::npos && approve != std::string::npos && decline < approve);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2},
                             countOf(html, "<form[^>]* method=\"post\" action=\"/approve/lnk_1\""));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, countOf(html, "name=\"csrf\" value=\"csrf-value_1\""));
        // Enter presses the first submit button that belongs to the field's form: that form has just one,
        // Continue.
        const auto begin = html.find("<form id=\"approve\"");
        const std::string form = html.substr(begin, html.find("</form>", begin) - begin);
        assertHas(form, "<input id=\"code\" name=\"code\"");
        assertHas(form, "inputmode=\"numeric\" autocomplete=\"off\"");
        assertHas(form, "<label for=\"code\">");
        assertLacks(form, "<button");
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, countOf(html, "form=\"approve\""));
        assertHas(html, "type=\"submit\" form=\"approve\" name=\"decision\" value=\"approve\"");
    }

    void testApproveSaysThatTheEntryWasWrong() {
        ApproveView view = approveView();
        view.attemptsLeft = 1;
        const std::string html = _pages.approve(view);
        assertHas(html, "<title>Error: ");
        assertHas(html, "<p id=\"code-error\" class=\"error\" role=\"alert\">");
        assertHas(html, "1 attempt is left.");
        assertHas(html, "aria-describedby=\"code-error code-hint\" aria-invalid=\"true\"");
    }

    void testApproveShowsTheDigitsOnlyWhereTheyAreCompared() {
        ApproveView view = approveView();
        view.linkCodeDisplay = "4829-1370-6154";
        assertLacks(_pages.approve(view), "4829");
        view.proof = Proof::receipt;
        const std::string receipt = _pages.approve(view);
        assertHas(receipt, "<bdi>4829-1370-6154</bdi>");
        assertHas(receipt, "This browser brings the result back");
        assertLacks(receipt, "name=\"code\"");
        view.proof = Proof::pin;
        assertHas(_pages.approve(view), "see a PIN of 6 digits");
    }

    void testApproveLeavesOutWhatIsUnknown() {
        ApproveView view = approveView();
        view.subject.clear();
        view.label.clear();
        view.clientContact.clear();
        view.scopes.clear();
        const std::string html = _pages.approve(view);
        for (const char* part :
             {"<dt>Label", "<dt>Contact", "<dt>For its user", "class=\"scopes\"", "This gives"})
            assertLacks(html, part);
        view.onBehalfOf = "Bob";
        assertHas(_pages.approve(view), "This gives <strong><bdi>Bob</bdi></strong>");
    }

    void testContinueMovesOnAndListsFailures() {
        const std::string html =
            _pages.continueUpstream({"Jira", "https://auth.example/authorize?a=b&c=d", true});
        assertHas(
            html,
            "<meta http-equiv=\"refresh\" content=\"1;url=https://auth.example/authorize?a=b&amp;c=d\">");
        assertHas(html, "href=\"https://auth.example/authorize?a=b&amp;c=d\"");
        for (const char* part :
             {"redirect_uri is not registered", "could not be retrieved", "site admin must authorize",
              "right after signing in", "Error 400", "Error 429", "The operator", "simply runs out"})
            assertHas(html, part);
    }

    void testContinueStaysForWhoCameBack() {
        const std::string html = _pages.continueUpstream({"Jira", "https://auth.example/authorize", false});
        assertLacks(html, "http-equiv");
        assertHas(html, "href=\"https://auth.example/authorize\"");
        const std::string broken = _pages.continueUpstream({"Jira", "", true});
        assertLacks(broken, "http-equiv");
        assertHas(broken, "not usable");
    }

    void testChooseSiteOffersEverySite() {
        ChooseSiteView view = chooseView();
        const std::string html = _pages.chooseSite(view);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, countOf(html, "type=\"radio\" name=\"site\""));
        assertHas(html, "value=\"1111-aaaa\"");
        assertHas(html, "<bdi>https://one.atlassian.net</bdi>");
        assertLacks(html, "role=\"alert\"");
        view.choiceMissing = true;
        assertHas(_pages.chooseSite(view), "Please choose one of these sites.");
    }

    void testDoneNamesAccountSiteAndClient() {
        const std::string html = _pages.done(doneView());
        for (const char* part : {"<bdi>Alice Example</bdi>", "<bdi>alice@example.org</bdi>",
                                 "<bdi>Example site</bdi>", "<a href=\"https://example.atlassian.net\"",
                                 "<bdi>Jira MCP</bdi> is connected", "You can close this tab"})
            assertHas(html, part);
        assertLacks(html, "<form");
        DoneView bare = doneView();
        bare.displayName = bare.email = bare.siteName = bare.siteUrl = "";
        assertLacks(_pages.done(bare), "<dt>Site");
        assertLacks(_pages.done(bare), "<dt>Account");
    }

    void testDoneShowsPinAndUndo() {
        DoneView view = doneView();
        view.pin = "123456";
        view.undoPath = "/undo/lnk_1";
        view.undoWithin = 15min;
        view.csrf = "csrf-value_1";
        const std::string html = _pages.done(view);
        for (const char* part :
             {"<bdi>123456</bdi>", "Tell it to nobody", "action=\"/undo/lnk_1\"", "value=\"csrf-value_1\"",
              "Within 15 minutes", "name=\"decision\" value=\"undo\""})
            assertHas(html, part);
        assertLacks(html, "is connected");
    }

    void testEndedHasItsOwnWordsForEveryReason() {
        std::map<std::string, std::string> seen;
        for (const char* reason : {"declined", "upstream_error", "too_many_entries", "confirmation_failed",
                                   "different_person", "site_not_allowed", "scopes_missing",
                                   "no_refresh_token", "undone", "cancelled", "something_else"}) {
            const std::string html = _pages.ended(reason);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(reason, std::size_t{1}, countOf(html, "class=\"lead\""));
            CPPUNIT_ASSERT_MESSAGE(reason, countOf(html, "class=\"who\"") >= 1);
            CPPUNIT_ASSERT_MESSAGE(reason, seen.emplace(html, reason).second);
        }
        assertHas(_pages.ended("site_not_allowed"), "pass <code>site</code>");
        // A reason must not switch on anything but its own words.
        CPPUNIT_ASSERT_EQUAL(_pages.ended("something_else"), _pages.ended("operatorName"));
    }

    void testProblemHasWordsForEveryStatus() {
        std::map<std::string, int> seen;
        for (const int status : {400, 403, 404, 405, 421, 429, 500, 503, 418}) {
            const std::string html = _pages.problem({status, "", "", "req-1"});
            assertHas(html, "Error " + std::to_string(status) + ", request <code><bdi>req-1</bdi></code>");
            CPPUNIT_ASSERT(countOf(html, "<h1>[^<]{5,}</h1>") == 1 &&
                           countOf(html, "<p class=\"lead\">[^<]{10,}</p>") == 1);
            const std::string heading = html.substr(html.find("<h1>"), 60);
            CPPUNIT_ASSERT_MESSAGE(heading, seen.emplace(heading, status).second);
        }
        const std::string own = _pages.problem({409, "Own title", "Own text", ""});
        assertHas(own, "<h1><bdi>Own title</bdi></h1>");
        assertHas(own, "Own text");
        assertHas(own, "Error 409.");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PagesTest);
