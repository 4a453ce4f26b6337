// SPDX-License-Identifier: Apache-2.0
// Linking an account, with a scripted server and a clock that jumps.
#include "ScriptedServer.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::cli::test;
using central_oauth::provider::HttpFailure;

class LoginCommandTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LoginCommandTest);
    CPPUNIT_TEST(testLinksAndNamesTheAccount);
    CPPUNIT_TEST(testSendsWhatWasAskedFor);
    CPPUNIT_TEST(testPollsTheConfiguredServerOnly);
    CPPUNIT_TEST(testObeysIntervals);
    CPPUNIT_TEST(testLetsTheServerWait);
    CPPUNIT_TEST(testRestsAfterAWaitThatWasCut);
    CPPUNIT_TEST(testSlowsDown);
    CPPUNIT_TEST(testSlowDownStopsAtAMinute);
    CPPUNIT_TEST(testPollsOnAfterHiccups);
    CPPUNIT_TEST(testReportsThatTheServerIsUnreachable);
    CPPUNIT_TEST(testEndsByItselfWhenTheServerNeverExpiresTheLink);
    CPPUNIT_TEST(testExplainsEveryRefusal);
    CPPUNIT_TEST(testExplainsExpiry);
    CPPUNIT_TEST(testWarnsWhenSomebodyElseTookTheToken);
    CPPUNIT_TEST(testExplainsAForgottenLink);
    CPPUNIT_TEST(testFailsToCreateALink);
    CPPUNIT_TEST(testAsksAgainWhenTheServerIsBusy);
    CPPUNIT_TEST(testReportsUnexpectedAnswers);
    CPPUNIT_TEST(testCancelsOnInterruption);
    CPPUNIT_TEST(testCancelsWithoutServer);
    CPPUNIT_TEST(testInterruptionBeforeTheLinkExistsCancelsNothing);
    CPPUNIT_TEST(testCreatesNoLinkWithoutGoodKey);
    CPPUNIT_TEST_SUITE_END();

    static constexpr const char* pending = R"({"status":"authorization_pending","interval":5})";

    static int login(ProgramRun& program) { return program.run({"login", "jira"}); }

    // Answers "pending" after this time.
    static void answerAfter(ProgramRun& program, std::chrono::milliseconds time) {
        program.http.step([&program, time] {
            program.waiter.wait(time);
            return central_oauth::provider::HttpResponse{202, {}, central_oauth::provider::Secret(pending)};
        });
    }

public:
    void testLinksAndNamesTheAccount() {
        ProgramRun program;
        program.http.answer(201, linkBody());
        program.http.answer(202, pending);
        program.http.answer(200, tokenBody());
        CPPUNIT_ASSERT_EQUAL(0, login(program));
        CPPUNIT_ASSERT_EQUAL(std::string("acc_1\n"), program.output);
        const std::string expected = "Your one-time code: 4829-1370-6154\n"
                                     "\n"
                                     "Open this page in a browser and type the code there:\n"
                                     "http://127.0.0.1:8080/link/aaaabbbbccccddddeeee22\n"
                                     "\n"
                                     "Waiting for approval\u2026\n"
                                     "Linked Mia Krystof (mia@example.com) at jira.\n"
                                     "  account  acc_1\n"
                                     "  site     Acme (https://acme.example)\n"
                                     "  scopes   3\n"
                                     "  token    valid for 59 minutes, until 2026-11-24T06:44:17Z\n"
                                     "\n"
                                     "Next, print an access token with: central-oauth token acc_1\n";
        CPPUNIT_ASSERT_EQUAL(expected, program.messages);
    }

    void testSendsWhatWasAskedFor() {
        ProgramRun program;
        program.http.answer(201, linkBody());
        program.http.answer(200, tokenBody());
        CPPUNIT_ASSERT_EQUAL(0, program.run({"login", "jira", "--subject", "b\"ob", "--label=My laptop",
                                             "--site", "c-1", "--on-behalf-of", "Bob"}));
        const SentRequest& create = program.http.sent.at(0);
        CPPUNIT_ASSERT_EQUAL(std::string("POST"), create.method);
        CPPUNIT_ASSERT_EQUAL(std::string("http://127.0.0.1:8080/v1/link-code"), create.url);
        CPPUNIT_ASSERT_EQUAL(clientKey, create.bearer);
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                R"({"label":"My laptop","on_behalf_of":"Bob","provider":"jira","site":"c-1","subject":"b\"ob"})"),
            create.body);
    }

    void testPollsTheConfiguredServerOnly() {
        ProgramRun program;
        program.variables["CENTRAL_OAUTH_URL"] = "https://oauth.example.com/";
        program.http.answer(201, linkBody());
        program.http.answer(200, tokenBody());
        CPPUNIT_ASSERT_EQUAL(0, login(program));
        const SentRequest& poll = program.http.sent.at(1);
        CPPUNIT_ASSERT_EQUAL(std::string("GET https://oauth.example.com/v1/poll/482913706154?wait=25"),
                             poll.method + " " + poll.url);
        CPPUNIT_ASSERT_EQUAL(linkSecret, poll.bearer);
    }

    void testObeysIntervals() {
        ProgramRun program;
        program.http.answer(201, linkBody(600, 7));
        program.http.answer(202, R"({"status":"authorization_pending"})");
        program.http.answer(202, R"({"status":"authorization_pending","interval":9})");
        program.http.answer(202, pending, {{"retry-after", "12"}});
        program.http.answer(202, R"({"status":"authorization_pending","interval":0})");
        program.http.answer(200, tokenBody());
        CPPUNIT_ASSERT_EQUAL(0, login(program));
        CPPUNIT_ASSERT_EQUAL(std::string("7 7 9 12 12"), program.waiter.seconds());
    }

    void testLetsTheServerWait() {
        ProgramRun program;
        program.http.answer(201, linkBody());
        for (int i = 0; i < 3; ++i)
            answerAfter(program, std::chrono::seconds(25));
        program.http.answer(200, tokenBody());
        CPPUNIT_ASSERT_EQUAL(0, login(program));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("one rest at first", std::string("5 25 25 25"),
                                     program.waiter.seconds());
        const auto limit = program.http.sent.back().deadline - program.waiter.now();
        CPPUNIT_ASSERT_MESSAGE("time to wait, and to answer",
                               limit > std::chrono::seconds(30) && limit <= std::chrono::seconds(60));
    }

    void testRestsAfterAWaitThatWasCut() {
        ProgramRun program;
        program.http.answer(201, linkBody());
        answerAfter(program, std::chrono::seconds(24));
        answerAfter(program, std::chrono::seconds(25));
        program.http.fail(HttpFailure::outcomeUnknown);
        program.http.answer(200, tokenBody());
        CPPUNIT_ASSERT_EQUAL(0, login(program));
        CPPUNIT_ASSERT_EQUAL(std::string("5 24 5 25 5"), program.waiter.seconds());
    }

    void testSlowsDown() {
        ProgramRun program;
        program.http.answer(201, linkBody());
        program.http.answer(429, errorBody("slow_down"), {{"retry-after", "10"}});
        program.http.answer(429, errorBody("slow_down"), {{"retry-after", "30"}});
        program.http.answer(429, errorBody("slow_down"));
        program.http.answer(200, tokenBody());
        CPPUNIT_ASSERT_EQUAL(0, login(program));
        CPPUNIT_ASSERT_EQUAL(std::string("5 10 30 20"), program.waiter.seconds());
    }

    void testSlowDownStopsAtAMinute() {
        ProgramRun program;
        program.http.answer(201, linkBody(3600, 50));
        for (int i = 0; i < 4; ++i)
            program.http.answer(429, errorBody("slow_down"));
        program.http.answer(200, tokenBody());
        CPPUNIT_ASSERT_EQUAL(0, login(program));
        CPPUNIT_ASSERT_EQUAL(std::string("50 55 60 60 60"), program.waiter.seconds());
    }

    void testPollsOnAfterHiccups() {
        ProgramRun program;
        program.http.answer(201, linkBody());
        program.http.fail(HttpFailure::notSent);
        program.http.fail(HttpFailure::outcomeUnknown, "127.0.0.1: reset");
        program.http.answer(502, "<html>Bad gateway</html>");
        program.http.answer(503, errorBody("busy"), {{"retry-after", "8"}});
        program.http.answer(200, tokenBody());
        CPPUNIT_ASSERT_EQUAL(0, login(program));
        CPPUNIT_ASSERT_EQUAL(std::string("5 5 5 5 8"), program.waiter.seconds());
        CPPUNIT_ASSERT_EQUAL(std::string("acc_1\n"), program.output);
    }

    void testReportsThatTheServerIsUnreachable() {
        ProgramRun program;
        program.http.answer(201, linkBody(20, 5));
        for (int i = 0; i < 4; ++i)
            program.http.fail(HttpFailure::notSent);
        CPPUNIT_ASSERT_EQUAL(3, login(program));
        CPPUNIT_ASSERT(program.says("no answer until the link expired: 127.0.0.1: Connection refused"));
        CPPUNIT_ASSERT(program.says("central-oauth login jira"));
        CPPUNIT_ASSERT_EQUAL(std::string(), program.output);
    }

    void testEndsByItselfWhenTheServerNeverExpiresTheLink() {
        ProgramRun program;
        program.http.answer(201, linkBody(60, 60));
        for (int i = 0; i < 3; ++i)
            program.http.answer(202, R"({"status":"authorization_pending","interval":60})");
        CPPUNIT_ASSERT_EQUAL(4, login(program));
        CPPUNIT_ASSERT(program.says("nobody finished the link"));
    }

    void testExplainsEveryRefusal() {
        const std::map<std::string, std::string> texts{
            {"declined", "declined in the browser"},   {"upstream_error", "reported an error"},
            {"too_many_entries", "wrong code"},        {"site_not_allowed", "ask the operator"},
            {"no_refresh_token", "no lasting access"}, {"cancelled", "was cancelled"},
            {"something_new", "something_new"},        {"no_site", "no site at all"}};
        for (const auto& [reason, text] : texts) {
            ProgramRun program;
            program.http.answer(201, linkBody());
            program.http.answer(403,
                                errorBody("access_denied", R"("hint":"A hint.","reason":")" + reason + '"'));
            CPPUNIT_ASSERT_EQUAL(4, program.run({"login", "jira", "--subject", "bo b"}));
            CPPUNIT_ASSERT_MESSAGE(program.messages, program.says(text));
            CPPUNIT_ASSERT(program.says("Described. - " + reason + " - A hint."));
            CPPUNIT_ASSERT(program.says("request id: req-1"));
            CPPUNIT_ASSERT(program.says("start again with: central-oauth login jira --subject 'bo b'\n"));
            CPPUNIT_ASSERT_EQUAL(std::string(), program.output);
        }
    }

    void testExplainsExpiry() {
        ProgramRun program;
        program.http.answer(201, linkBody());
        program.http.answer(410, errorBody("expired_token"));
        CPPUNIT_ASSERT_EQUAL(4, login(program));
        CPPUNIT_ASSERT(program.says("nobody approved the link before it expired"));
    }

    void testWarnsWhenSomebodyElseTookTheToken() {
        ProgramRun program;
        program.http.answer(201, linkBody());
        program.http.answer(410, errorBody("already_delivered"));
        CPPUNIT_ASSERT_EQUAL(4, login(program));
        CPPUNIT_ASSERT(program.says("to the same login in another terminal, or to somebody else"));
        CPPUNIT_ASSERT(program.says("central-oauth revoke"));
    }

    void testExplainsAForgottenLink() {
        ProgramRun program;
        program.http.answer(201, linkBody());
        program.http.answer(404, errorBody("not_found"));
        CPPUNIT_ASSERT_EQUAL(4, login(program));
        CPPUNIT_ASSERT(program.says("does not know the link any more"));
    }

    void testFailsToCreateALink() {
        struct Case {
            int status;
            const char* error;
            int code;
        };
        for (const Case& each : {Case{400, "invalid_request", 64}, Case{401, "invalid_credential", 5},
                                 Case{403, "insufficient_scope", 5}, Case{403, "site_not_allowed", 4},
                                 Case{404, "not_found", 64}, Case{409, "conflict", 70},
                                 Case{500, "internal", 3}, Case{501, "not_implemented", 70}}) {
            ProgramRun program;
            program.http.answer(each.status, errorBody(each.error, R"("hint":"A hint.")"));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(each.error, each.code, login(program));
            CPPUNIT_ASSERT(program.says("no link could be created for jira\n"));
            CPPUNIT_ASSERT(program.says("server: Described. - A hint.\n"));
            CPPUNIT_ASSERT(program.says("next: "));
        }
        ProgramRun program;
        program.http.fail(HttpFailure::notSent);
        CPPUNIT_ASSERT_EQUAL(3, login(program));
        CPPUNIT_ASSERT(program.says("CENTRAL_OAUTH_URL"));
    }

    void testAsksAgainWhenTheServerIsBusy() {
        ProgramRun program;
        program.http.answer(503, errorBody("busy"), {{"retry-after", "3"}});
        program.http.answer(429, errorBody("rate_limited"));
        program.http.answer(503, errorBody("busy"), {{"retry-after", "3"}});
        CPPUNIT_ASSERT_EQUAL(3, login(program));
        CPPUNIT_ASSERT_EQUAL(std::string("3 2"), program.waiter.seconds());

        ProgramRun patient;
        patient.http.answer(429, errorBody("rate_limited"), {{"retry-after", "600"}});
        CPPUNIT_ASSERT_EQUAL(3, login(patient));
        CPPUNIT_ASSERT_EQUAL(std::string(), patient.waiter.seconds());
        CPPUNIT_ASSERT(patient.says("try again in 10 minutes"));
    }

    void testReportsUnexpectedAnswers() {
        for (const char* body :
             {"", "[]", "<html>", R"({"link_code":482913706154})", R"({"link_code":"../../1"})"}) {
            ProgramRun program;
            program.http.answer(201, body);
            CPPUNIT_ASSERT_EQUAL(70, login(program));
            CPPUNIT_ASSERT(program.says("something this client does not understand"));
        }
        ProgramRun redirected;
        redirected.http.answer(302, "");
        CPPUNIT_ASSERT_EQUAL(70, login(redirected));
        ProgramRun otherServer;
        otherServer.http.answer(404, "<html>Not here</html>");
        CPPUNIT_ASSERT_EQUAL(70, login(otherServer));
        ProgramRun newer;
        newer.http.answer(201, linkBody());
        newer.http.answer(202, R"({"status":"confirmation_required","attempts_left":3})");
        CPPUNIT_ASSERT_EQUAL(70, login(newer));
    }

    void testCancelsOnInterruption() {
        ProgramRun program;
        program.http.answer(201, linkBody());
        program.http.answer(202, pending);
        program.http.answer(200, R"({})");
        program.waiter.interruptedWait = 2;
        CPPUNIT_ASSERT_EQUAL(130, login(program));
        const SentRequest& cancel = program.http.sent.back();
        CPPUNIT_ASSERT_EQUAL(std::string("DELETE http://127.0.0.1:8080/v1/link-code/482913706154"),
                             cancel.method + " " + cancel.url);
        CPPUNIT_ASSERT_EQUAL(linkSecret, cancel.bearer);
        CPPUNIT_ASSERT(cancel.deadline - program.waiter.now() <= std::chrono::seconds(2));
        CPPUNIT_ASSERT(program.says("Cancelled: the code is not valid any more."));
        CPPUNIT_ASSERT_EQUAL(std::string(), program.output);
    }

    void testCancelsWithoutServer() {
        ProgramRun program;
        program.http.answer(201, linkBody());
        // The exchange itself can be interrupted.
        program.http.step(
            []() -> central_oauth::provider::HttpResponse { throw central_oauth::cli::Interrupted(); });
        program.http.fail(HttpFailure::notSent);
        CPPUNIT_ASSERT_EQUAL(130, login(program));
        CPPUNIT_ASSERT(program.says("expires by itself"));
    }

    void testInterruptionBeforeTheLinkExistsCancelsNothing() {
        ProgramRun program;
        program.http.step(
            []() -> central_oauth::provider::HttpResponse { throw central_oauth::cli::Interrupted(); });
        CPPUNIT_ASSERT_EQUAL(130, login(program));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, program.http.sent.size());
    }

    void testCreatesNoLinkWithoutGoodKey() {
        ProgramRun missing;
        missing.variables.clear();
        CPPUNIT_ASSERT_EQUAL(64, login(missing));
        CPPUNIT_ASSERT(missing.says("central-oauthd client add NAME"));
        ProgramRun wrong;
        wrong.variables["CENTRAL_OAUTH_CLIENT_KEY"] = clientKey.substr(1);
        CPPUNIT_ASSERT_EQUAL(5, login(wrong));
        CPPUNIT_ASSERT_EQUAL(0, missing.connections + wrong.connections);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LoginCommandTest);
