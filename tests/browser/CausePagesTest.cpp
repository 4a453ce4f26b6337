// SPDX-License-Identifier: Apache-2.0
// Every refusal of upstream: what the page says, who can fix it, and what the client's poll reports.
#include "PagesFixture.h"

#include <cppunit/extensions/HelperMacros.h>
#include <set>
#include <tuple>

#include <Poco/String.h>

using namespace central_oauth::test;

class CausePagesTest : public PagesFixture {
    CPPUNIT_TEST_SUITE(CausePagesTest);
    CPPUNIT_TEST(testErrorsInTheCallback);
    CPPUNIT_TEST(testDeniedInTheCallback);
    CPPUNIT_TEST(testFailuresOfTheExchange);
    CPPUNIT_TEST(testWrongAppSecret);
    CPPUNIT_TEST(testUnwantedGrants);
    CPPUNIT_TEST(testForeignIssuer);
    CPPUNIT_TEST(testUnregisteredRedirect);
    CPPUNIT_TEST(testUnknownApp);
    CPPUNIT_TEST(testUnsharedApp);
    CPPUNIT_TEST(testScopeThatTheAppDoesNotHave);
    CPPUNIT_TEST_SUITE_END();

public:
    void testErrorsInTheCallback() {
        std::set<std::string> pages;
        for (const auto& [error, who, words] : {
                 std::tuple<std::string, std::string, std::string>{"unauthorized_client", "operator", "app"},
                 {"invalid_scope", "operator", "scope"},
                 {"temporarily_unavailable", "you", "again"},
                 {"some_error_of_their_own", "operator", "again"},
             }) {
            const auto link = newLink();
            goUpstream(link);
            comeBack(link, "error=" + error + "&error_description=Told%20to%20nobody");
            checkEnded(link, "upstream_error", who, words);
            expectNoWords("Told to nobody");
            pages.insert(browser().text("main"));
        }
        CPPUNIT_ASSERT_EQUAL_MESSAGE("each has words of its own", std::size_t{4}, pages.size());
        CPPUNIT_ASSERT_EQUAL(0, simulator().tokenCalls("authorization_code"));
    }

    void testDeniedInTheCallback() {
        const auto link = newLink();
        goUpstream(link);
        comeBack(link, "error=access_denied");
        expectWords("declined");
        expectEnded(link, "declined");
    }

    void testFailuresOfTheExchange() {
        std::set<std::string> pages;
        for (const auto& [fault, who, words] : {
                 std::tuple<std::string, std::string, std::string>{
                     R"({"target":"token","kind":"oauth_error","status":400,"error":"invalid_grant"})", "you",
                     "again"},
                 {R"({"target":"token","kind":"rate_limit","retry_after_s":30})", "you", "minutes"},
                 {R"({"target":"token","kind":"outage","status":503})", "you", "again"},
                 {R"({"target":"token","kind":"html"})", "operator", "answer"},
             }) {
            const auto link = newLink();
            goUpstream(link);
            simulator().control("POST", "faults", fault);
            accept();
            checkEnded(link, "upstream_error", who, words);
            pages.insert(browser().text("main"));
            simulator().control("POST", "faults/clear", "{}");
        }
        CPPUNIT_ASSERT_EQUAL_MESSAGE("each has words of its own", std::size_t{4}, pages.size());
    }

    void testWrongAppSecret() {
        const auto link = newLink();
        goUpstream(link);
        simulator().control("POST", "apps", R"({"client_id":"demo-client-id","client_secret":"rotated"})");
        accept();
        checkEnded(link, "upstream_error", "operator", "secret");
    }

    void testUnwantedGrants() {
        for (const auto& [body, fault, reason, words] : {
                 std::tuple<std::string, std::string, std::string, std::string>{
                     R"({"provider":"jira","expected_upstream_id":"somebody-else"})", "", "different_person",
                     "another account"},
                 {R"({"provider":"jira","site":"https://elsewhere.atlassian.example"})", "",
                  "site_not_allowed", "site"},
                 {R"({"provider":"jira"})", R"({"target":"token","kind":"without_refresh_token"})",
                  "no_refresh_token", "offline_access"},
             }) {
            const auto link = newLink(body);
            goUpstream(link);
            if (!fault.empty())
                simulator().control("POST", "faults", fault);
            accept();
            checkEnded(link, reason, reason == "no_refresh_token" ? "operator" : "you", words);
        }
    }

    void testForeignIssuer() {
        const auto link = newLink();
        goUpstream(link);
        comeBack(link, "code=abc&iss=https%3A%2F%2Felsewhere.example");
        checkEnded(link, "upstream_error", "you", "again");
        CPPUNIT_ASSERT_EQUAL(0, simulator().tokenCalls("authorization_code"));
    }

    void testUnregisteredRedirect() {
        setApp(R"("redirect_uris":["https://elsewhere.example/callback"])");
        checkStuckUpstream("redirect_uri is not registered");
    }

    void testUnknownApp() {
        restartWith({{"CENTRAL_OAUTH_JIRA_CLIENT_ID", "nobody-knows-it"}});
        checkStuckUpstream("could not be retrieved");
    }

    void testUnsharedApp() {
        setApp(R"("shared":false,"owner":"grace")");
        checkStuckUpstream("could not be retrieved");
    }

    void testScopeThatTheAppDoesNotHave() {
        setApp(R"("scopes":["read:me"])");
        checkStuckUpstream("scope");
    }

private:
    void setApp(const std::string& member) const {
        simulator().control("POST", "apps", R"({"client_id":"demo-client-id",)" + member + "}");
    }

    // Comes back as by upstream's redirect: from a page of another site.
    void comeBack(const TestLink& link, const std::string& query) const {
        Poco::JSON::Array arguments;
        arguments.add(service().url() + "/callback/jira?" + query);
        browser().run("location.href = arguments[0] + '&state=' + encodeURIComponent("
                      "new URLSearchParams(location.search).get('state'))",
                      arguments);
        browser().waitForUrl("/done/" + link.id);
    }

    void checkEnded(const TestLink& link, const std::string& reason, const std::string& who,
                    const std::string& words) const {
        browser().waitForUrl("/done/" + link.id);
        expectHeading("not connected");
        expectWords(words);
        // The page marks who can fix the problem.
        std::string marked;
        for (const auto& one : browser().texts("main .who"))
            marked += one + "\n";
        CPPUNIT_ASSERT_MESSAGE(reason + ": nobody fixes it, in\n" + pageText(), !marked.empty());
        CPPUNIT_ASSERT_MESSAGE("no \"" + who + "\" among\n" + marked + "in\n" + pageText(),
                               Poco::toLower(marked).find(who) != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, browser().count("form"));
        expectEnded(link, reason);
        browser().reload();
        expectHeading("not connected");
    }

    // Upstream never redirects the person back from there. Our page explains the error once the person goes
    // back.
    void checkStuckUpstream(const std::string& words) const {
        const auto link = newLink();
        goUpstream(link);
        browser().waitForUrl("/error?");
        const auto theirs = browser().text("body");
        CPPUNIT_ASSERT_MESSAGE(theirs, theirs.find(words) != std::string::npos);
        browser().back();
        browser().waitUntil("a page of ours", [this] {
            return browser().url().rfind(service().url(), 0) == 0 && browser().count("h1") == 1;
        });
        // The page that moves on by itself would only lead to the same error.
        browser().open(urlOf("approve", link));
        expectWords(words);
        expectWords("operator");
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, browser().count("meta[http-equiv=refresh]"));
        expectPending(link);
        service().advanceClock(601);
        browser().reload();
        expectHeading("expired");
        expectWords(words);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CausePagesTest);
