// SPDX-License-Identifier: Apache-2.0
// The content of each page, and the parts that all pages must have.
#include "central_oauth/pages/Pages.h"

#include "PageViews.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <string>

using namespace central_oauth::pages;
using namespace std::chrono_literals;

class PagesTest : public PageViews {
    CPPUNIT_TEST_SUITE(PagesTest);
    CPPUNIT_TEST(testEveryPageIsACompleteDocument);
    CPPUNIT_TEST(testEveryPageHasLandmarksAndHeadingsInOrder);
    CPPUNIT_TEST(testIdsAreUniqueAndReferencesLead);
    CPPUNIT_TEST(testTitlesDiffer);
    CPPUNIT_TEST(testEveryPageNamesOperatorAndSupport);
    CPPUNIT_TEST(testPolicyAllowsNoScript);
    CPPUNIT_TEST(testStylesheetPathFollowsItsContent);
    CPPUNIT_TEST(testContinueMovesOnAndListsFailures);
    CPPUNIT_TEST(testContinueStaysAfterAReturn);
    CPPUNIT_TEST(testChooseSiteOffersEverySite);
    CPPUNIT_TEST(testDoneNamesAccountSiteAndClient);
    CPPUNIT_TEST(testDoneShowsPinAndUndo);
    CPPUNIT_TEST(testEndedHasItsOwnWordsForEveryReason);
    CPPUNIT_TEST(testEndedExplainsEveryCause);
    CPPUNIT_TEST(testUndoneSaysWhatIsGone);
    CPPUNIT_TEST(testProblemHasWordsForEveryStatus);
    CPPUNIT_TEST_SUITE_END();

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
        ApproveView full = approveView();
        full.wantedSite = "https://example.atlassian.net";
        full.isRelink = true;
        full.scopes = describeScopes(longScopes);
        pages["approve-full"] = _pages.approve(full);
        ApproveView reading = approveView();
        reading.scopes = describeScopes("read:me read:jira-work read:jira-user offline_access");
        reading.proof = Proof::receipt;
        reading.linkCodeDisplay = "4829-1370-6154";
        pages["approve-read-only"] = _pages.approve(reading);
        pages["continue"] = _pages.continueUpstream({"Jira", "https://auth.example/authorize?a=b&c=d", true});
        pages["continue-stay"] =
            _pages.continueUpstream({"Jira", "https://auth.example/authorize?a=b&c=d", false});
        pages["choose-site"] = _pages.chooseSite(chooseView());
        ChooseSiteView missing = chooseView();
        missing.choiceMissing = true;
        pages["choose-site-missing"] = _pages.chooseSite(missing);
        pages["done"] = _pages.done(doneView());
        DoneView undoable = doneView();
        undoable.undoPath = "/undo/lnk_1";
        undoable.undoWithin = 15min;
        pages["done-undo"] = _pages.done(undoable);
        DoneView withPin = doneView();
        withPin.pin = "123456";
        withPin.undoPath = "/undo/lnk_1";
        withPin.undoWithin = 15min;
        pages["done-pin"] = _pages.done(withPin);
        pages["declined"] = _pages.declined();
        pages["expired"] = _pages.expired();
        pages["ended-site"] = _pages.ended("site_not_allowed");
        pages["ended-no-site"] = _pages.ended("no_site");
        for (const char* cause : causes)
            pages[std::string("ended-") + cause] = _pages.ended("upstream_error", cause);
        pages["ended-upstream"] = _pages.ended("upstream_error");
        pages["ended-undone"] = _pages.ended("undone");
        pages["already-used"] = _pages.alreadyUsed();
        pages["wrong-browser"] = _pages.wrongBrowser();
        pages["problem"] = _pages.problem({404, "", "req-1"});
        return pages;
    }

public:
    /// Also writes the pages into the folder named by CENTRAL_OAUTH_RENDERED_PAGES, for inspection.
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

    void testEveryPageHasLandmarksAndHeadingsInOrder() {
        const std::regex heading("<h([1-6])[ >]");
        for (const auto& [name, html] : all()) {
            const auto header = html.find("<header"), main = html.find("<main>"),
                       footer = html.find("<footer>");
            CPPUNIT_ASSERT_MESSAGE(name, header < main && main < footer && footer != std::string::npos);
            int level = 0;
            for (std::sregex_iterator found(html.begin(), html.end(), heading), end; found != end; ++found) {
                const int next = std::stoi((*found)[1].str());
                CPPUNIT_ASSERT_MESSAGE(name, next <= level + 1 && (level == 0) == (next == 1));
                level = next;
            }
        }
    }

    void testIdsAreUniqueAndReferencesLead() {
        const std::regex reference(
            "(?: for| form| aria-labelledby| aria-describedby)=\"([^\" ]+)(?: ([^\" ]+))?\"");
        for (const auto& [name, html] : all()) {
            for (std::sregex_iterator found(html.begin(), html.end(), reference), end; found != end; ++found)
                for (const std::size_t group : {1U, 2U})
                    if ((*found)[group].matched)
                        CPPUNIT_ASSERT_EQUAL_MESSAGE(name + ": " + found->str(), std::size_t{1},
                                                     countOf(html, " id=\"" + (*found)[group].str() + "\""));
            for (const char* id : {"approve", "choose", "decline", "code"})
                CPPUNIT_ASSERT_MESSAGE(name, countOf(html, " id=\"" + std::string(id) + "\"") <= 1);
        }
    }

    void testTitlesDiffer() {
        const std::regex title("<title>([^<]*)</title>");
        std::map<std::string, std::string> seen;
        for (const auto& [name, html] : all()) {
            // Views of the same page may share its title.
            if (name.starts_with("approve-") || name == "continue-stay" || name == "done-undo" ||
                name.starts_with("ended-upstream"))
                continue;
            std::smatch found;
            CPPUNIT_ASSERT(std::regex_search(html, found, title));
            const std::string text = found[1].str();
            const bool isCause = text == "Not connected: the sign-in failed - Central OAuth";
            CPPUNIT_ASSERT_MESSAGE(name + ": " + text, seen.emplace(text, name).second || isCause);
        }
        CPPUNIT_ASSERT(seen.size() >= 13);
    }

    void testEveryPageNamesOperatorAndSupport() {
        for (const auto& [name, html] : all()) {
            assertHas(html, "run by <bdi>Example &amp; Sons IT</bdi>");
            assertHas(html, "href=\"https://help.example.org/oauth?a=1&amp;b=2\"");
        }
        const std::string plain = Pages({"", ""}).landing();
        assertLacks(plain, "run by");
        assertHas(plain, "the operator of this service");
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

    void testContinueStaysAfterAReturn() {
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
              "Within 15 minutes", "Undo deletes what this approval brought", "is told",
              "name=\"decision\" value=\"undo\""})
            assertHas(html, part);
        assertLacks(html, "is connected");
    }

    void testEndedHasItsOwnWordsForEveryReason() {
        std::map<std::string, std::string> seen;
        for (const char* reason : {"declined", "upstream_error", "too_many_entries", "confirmation_failed",
                                   "different_person", "site_not_allowed", "no_site", "scopes_missing",
                                   "no_refresh_token", "undone", "removed", "cancelled", "something_else"}) {
            const std::string html = _pages.ended(reason);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(reason, std::size_t{1}, countOf(html, "class=\"lead\""));
            CPPUNIT_ASSERT_MESSAGE(reason, countOf(html, "class=\"who\"") >= 1);
            CPPUNIT_ASSERT_MESSAGE(reason, seen.emplace(html, reason).second);
        }
        assertHas(_pages.ended("site_not_allowed"), "pass <code>site</code>");
        // A reason must not switch on any text but its own.
        CPPUNIT_ASSERT_EQUAL(_pages.ended("something_else"), _pages.ended("operatorName"));
    }

    void testEndedExplainsEveryCause() {
        std::map<std::string, std::string> seen;
        for (const char* cause : causes) {
            const std::string html = _pages.ended("upstream_error", cause);
            for (const char* part : {"did not complete the sign-in", "<h2>What happened</h2>",
                                     "<h2>Who fixes it, and how</h2>", "class=\"who\""})
                assertHas(html, part);
            assertLacks(html, "Known causes");
            assertLacks(html, "certificate");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(cause, std::size_t{1}, countOf(html, "What happened"));
            CPPUNIT_ASSERT_MESSAGE(cause, seen.emplace(html, cause).second);
        }
        const auto mender = [this](const char* cause) { return _pages.ended("upstream_error", cause); };
        for (const char* cause : {"app_refused", "scope_refused", "misconfigured", "service_network"})
            assertHas(mender(cause), "does not help before that");
        assertHas(mender("app_refused"), "<span class=\"who\">your site's admin</span>");
        assertHas(mender("unavailable"), "<span class=\"who\">Atlassian</span>");
        assertLacks(mender("service_network"), "Atlassian");
        assertHas(mender("foreign_callback"), "For your safety it was not used");
        // Unknown causes, and causes of another reason, add no text.
        CPPUNIT_ASSERT_EQUAL(_pages.ended("upstream_error"), _pages.ended("upstream_error", "operatorName"));
        CPPUNIT_ASSERT_EQUAL(_pages.ended("upstream_error"), _pages.ended("upstream_error", "undone"));
        CPPUNIT_ASSERT_EQUAL(_pages.ended("cancelled"), _pages.ended("cancelled", "busy"));
        assertHas(_pages.ended("upstream_error"), "Known causes");
    }

    void testUndoneSaysWhatIsGone() {
        const std::string html = _pages.ended("undone");
        assertHas(html, "<h1>Connection undone</h1>");
        assertHas(html, "is deleted here, and the program is told");
        assertHas(html, "A token that the program got already works until it runs out");
        assertHas(html, "that earlier connection stays");
        assertLacks(html, "Not connected");
        assertHas(_pages.ended("removed"), "<h1>No longer connected</h1>");
        for (const char* reason : {"declined", "site_not_allowed", "cancelled", "something_else"})
            assertHas(_pages.ended(reason), "<h1>Not connected");
    }

    void testProblemHasWordsForEveryStatus() {
        std::map<std::string, int> seen;
        for (const int status : {400, 403, 404, 405, 421, 429, 500, 503, 418}) {
            const std::string html = _pages.problem({status, "", "req-1"});
            assertHas(html, "Error " + std::to_string(status) + ", request <code><bdi>req-1</bdi></code>");
            CPPUNIT_ASSERT(countOf(html, "<h1>[^<]{5,}</h1>") == 1 &&
                           countOf(html, "<p class=\"lead\">[^<]{10,}</p>") == 1);
            const std::string heading = html.substr(html.find("<h1>"), 60);
            CPPUNIT_ASSERT_MESSAGE(heading, seen.emplace(heading, status).second);
        }
        const std::string detailed = _pages.problem({429, "Too many failed attempts.", ""});
        assertHas(detailed, "Wait a minute, then try again.");
        assertHas(detailed, "In detail: <bdi>Too many failed attempts.</bdi>");
        assertHas(detailed, "Error 429.");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PagesTest);
