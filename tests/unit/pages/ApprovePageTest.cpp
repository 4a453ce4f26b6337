// SPDX-License-Identifier: Apache-2.0
// The page on which a person approves or declines.
#include "PageViews.h"
#include "central_oauth/pages/Pages.h"

#include <string>

using namespace central_oauth::pages;
using namespace std::chrono_literals;

namespace {

// Returns the page without its folded parts. (std::regex recurses for each character, which long pages don't
// allow.)
std::string unfolded(std::string html) {
    const std::string end = "</details>";
    for (auto begin = html.find("<details"); begin != std::string::npos; begin = html.find("<details"))
        html.erase(begin, html.find(end, begin) + end.size() - begin);
    return html;
}

} // namespace

class ApprovePageTest : public PageViews {
    CPPUNIT_TEST_SUITE(ApprovePageTest);
    CPPUNIT_TEST(testApproveShowsWhoAsksAndForWhat);
    CPPUNIT_TEST(testApproveSetsChangingApartFromReading);
    CPPUNIT_TEST(testApproveFoldsOnlyWhatReads);
    CPPUNIT_TEST(testApproveFoldsNoWarning);
    CPPUNIT_TEST(testApproveNamesAClientInFullWhereTheHeadingCutsIt);
    CPPUNIT_TEST(testApproveTellsSitesAndRelink);
    CPPUNIT_TEST(testApproveTellsWhatHappensToTheToken);
    CPPUNIT_TEST(testApproveHasDeclineFirstAndEnterApproves);
    CPPUNIT_TEST(testApproveSaysThatTheEntryWasWrong);
    CPPUNIT_TEST(testApproveShowsTheDigitsOnlyWhereTheyAreCompared);
    CPPUNIT_TEST(testApproveLeavesOutWhatIsUnknown);
    CPPUNIT_TEST_SUITE_END();

public:
    void testApproveShowsWhoAsksAndForWhat() {
        const std::string html = _pages.approve(approveView());
        for (const char* part :
             {"<bdi>Jira MCP</bdi>", "href=\"mailto:mcp-team@example.org\"",
              "<bdi>mcp-team@example.org</bdi>", "<bdi>user-4711</bdi>",
              "<bdi>Alice&apos;s laptop</bdi> <span class=\"tag\">unverified</span>", "<bdi>Jira</bdi>",
              "Read Jira projects", "<code><bdi>write:jira-work</bdi></code>",
              "<span class=\"tag\">Unexplained</span> <code><bdi>read:new-thing:jira</bdi></code></li>",
              "Unexplained ones may change things. Not sure? Decline.", "203.0.113.7", "jira-mcp/2.1 (linux)",
              "2 minutes ago", "expires in 7 minutes", "every site of your grant",
              "If somebody sent you this link or these digits, decline.", "You type the 12 digits"})
            assertHas(html, part);
        assertLacks(html, "role=\"alert\"");
    }

    void testApproveSetsChangingApartFromReading() {
        const std::string html = _pages.approve(approveView());
        assertHas(html, "It could <strong>read, change and delete things</strong> in <bdi>Jira</bdi>, on "
                        "<strong>every site of your grant</strong>");
        assertHas(html,
                  "<span class=\"tag strong\">Change or delete</span> <span>Create, change and delete Jira");
        assertHas(html, "<li><span>Read Jira projects");
        assertHas(html, "<li><span>Stay connected");
        // Permissions to change come first.
        const auto changing = html.find("<li class=\"changing\"><span class=\"tag strong\">"),
                   unexplained = html.find("<span class=\"tag\">Unexplained"),
                   reading = html.find("<li><span>Read Jira projects");
        CPPUNIT_ASSERT(changing < unexplained && unexplained < reading && reading != std::string::npos);
        ApproveView view = approveView();
        view.scopes = describeScopes("read:jira-work");
        const std::string readOnly = _pages.approve(view);
        assertHas(readOnly, "It could <strong>only read, not change anything</strong>");
        assertLacks(readOnly, "class=\"changing\"");
        assertLacks(readOnly, "nexplained");
        // Every scope appears once, of any kind.
        for (const ScopeWords& scope : describeScopes(longScopes)) {
            view.scopes = describeScopes(longScopes);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(scope.scope, std::size_t{1},
                                         countOf(_pages.approve(view), "<bdi>" + scope.scope + "</bdi>"));
        }
    }

    void testApproveFoldsOnlyWhatReads() {
        ApproveView view = approveView();
        assertLacks(_pages.approve(view), "that only read</summary>");
        view.scopes = describeScopes(std::string(longScopes) + " read:new-thing:jira");
        const std::string html = _pages.approve(view);
        assertHas(html, "<summary>8 permissions that only read</summary>");
        const auto decision = html.find("<section class=\"decision\"");
        const std::string before = html.substr(0, decision);
        const auto fold = before.find("<details"), foldEnd = before.find("</details>");
        CPPUNIT_ASSERT(fold != std::string::npos && foldEnd < decision);
        const std::string folded = before.substr(fold, foldEnd - fold);
        assertLacks(folded, "class=\"changing\"");
        assertLacks(folded, "Stay connected");
        assertHas(folded, "Read Confluence pages");
        // One row each for four permissions to change, an unknown scope and offline access.
        CPPUNIT_ASSERT_EQUAL(std::size_t{5}, countOf(before.substr(0, fold), "<li class=\"changing\">"));
        assertHas(before.substr(0, fold), "Stay connected");
        CPPUNIT_ASSERT_EQUAL(std::size_t{8}, countOf(folded, "<li>"));
    }

    void testApproveFoldsNoWarning() {
        ApproveView view = approveView();
        view.onBehalfOf = "Bob";
        view.isRelink = true;
        view.attemptsLeft = 3;
        view.scopes.resize(300, {"read:x", "", ScopeEffect::reads});
        for (const Proof proof : {Proof::code, Proof::receipt, Proof::pin}) {
            view.proof = proof;
            view.linkCodeDisplay = "4829-1370-6154";
            const std::string open = unfolded(_pages.approve(view));
            for (const std::string part :
                 {"If somebody sent you this link or these digits, decline.", "Not you? Decline.",
                  "<span class=\"tag\">unverified</span>", "every site of your grant",
                  "Unexplained ones may change things.", "Decline, and tell", "Nothing is connected before",
                  "as the same person as before"})
                assertHas(open, part);
            assertHas(open, proof == Proof::code      ? "These are not the digits of this link."
                            : proof == Proof::receipt ? "Go on only in the browser in which you started"
                                                      : "Tell it to nobody.");
            CPPUNIT_ASSERT_EQUAL(std::size_t{2}, countOf(open, "value=\"decline\""));
            CPPUNIT_ASSERT_EQUAL(std::size_t{1}, countOf(open, "value=\"approve\""));
        }
    }

    void testApproveNamesAClientInFullWhereTheHeadingCutsIt() {
        ApproveView view = approveView();
        assertLacks(_pages.approve(view), "<div><dt>Program</dt><dd><bdi>Jira MCP</bdi></dd></div>");
        view.clientName = "Jira MCP of the department for tests and trials";
        assertHas(_pages.approve(view),
                  "<div><dt>Program</dt><dd><bdi>" + view.clientName + "</bdi></dd></div>");
    }

    void testApproveTellsSitesAndRelink() {
        ApproveView view = approveView();
        assertHas(_pages.approve(view), "you choose on the way");
        assertLacks(_pages.approve(view), "renews a connection");
        view.wantedSite = "https://one.atlassian.net";
        view.isRelink = true;
        const std::string html = _pages.approve(view);
        assertHas(html, "asks for the site <bdi>https://one.atlassian.net</bdi> <span class=\"note\">set by "
                        "the client</span>");
        assertHas(html, "every site of your grant");
        assertHas(html, "This renews a connection that exists already.");
        assertLacks(html, "you choose on the way");
    }

    void testApproveTellsWhatHappensToTheToken() {
        const std::string html = _pages.approve(approveView());
        for (const char* part : {"kept here, encrypted", "short-lived tokens", "Undo within 15 minutes",
                                 "through <bdi>Example &amp; Sons IT</bdi>", "in your account at <bdi>Jira"})
            assertHas(html, part);
        assertHas(Pages({}).approve(approveView()), "through the operator of this service");
    }

    void testApproveHasDeclineFirstAndEnterApproves() {
        const std::string html = _pages.approve(approveView());
        const auto decline = html.find("name=\"decision\" value=\"decline\"");
        const auto approve = html.find("name=\"decision\" value=\"approve\"");
        CPPUNIT_ASSERT(decline != std::string::npos && approve != std::string::npos && decline < approve);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2},
                             countOf(html, "<form[^>]* method=\"post\" action=\"/approve/lnk_1\""));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, countOf(html, "name=\"csrf\" value=\"csrf-value_1\""));
        // Decline comes with the warning, before every other element that takes the focus, and again before
        // Continue.
        const auto body = html.find("<main>");
        CPPUNIT_ASSERT_EQUAL(html.find("<button", body), html.rfind("<button", decline));
        CPPUNIT_ASSERT(html.find("<a ", body) > decline);
        CPPUNIT_ASSERT(html.find("<input id=", body) > decline);
        CPPUNIT_ASSERT(html.rfind("value=\"decline\"") < approve);
        // Enter presses the first submit button of the field's form; that form has only Continue.
        const auto begin = html.find("<form id=\"approve\"");
        const std::string form = html.substr(begin, html.find("</form>", begin) - begin);
        assertHas(form, "<input id=\"code\" name=\"code\"");
        assertHas(form, "inputmode=\"numeric\" autocomplete=\"off\"");
        assertHas(form, "<h2 id=\"decide\"><label for=\"code\">");
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
        assertHas(html, "<strong>These are not the digits of this link.</strong>");
        view.entryFault = "That was <11> digits.";
        assertHas(_pages.approve(view), "<strong>That was &lt;11&gt; digits.</strong> 1 attempt is left.");
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
        const std::string led = _pages.approve(view);
        assertHas(led, "</h1>\n<p class=\"lead\">This gives <strong><bdi>Bob</bdi></strong> in <bdi>Jira "
                       "MCP</bdi> access to your account. Not you? Decline.</p>");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ApprovePageTest);
