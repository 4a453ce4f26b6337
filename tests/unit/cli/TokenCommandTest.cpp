// SPDX-License-Identifier: Apache-2.0
// An access token for a script, and the exit status without one.
#include "ScriptedServer.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::cli::test;
using central_oauth::provider::HttpFailure;

class TokenCommandTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TokenCommandTest);
    CPPUNIT_TEST(testPrintsTheTokenAndNothingElse);
    CPPUNIT_TEST(testAsksForALongerLife);
    CPPUNIT_TEST(testTakesTenSecondsInAll);
    CPPUNIT_TEST(testTakesTheOnlyAccount);
    CPPUNIT_TEST(testNeedsALink);
    CPPUNIT_TEST(testListsAccountsToChooseFrom);
    CPPUNIT_TEST(testSaysHowToLinkAgain);
    CPPUNIT_TEST(testHidesASubjectThatCantBeShown);
    CPPUNIT_TEST(testActsForASubject);
    CPPUNIT_TEST(testFindsOutHowToLinkAgain);
    CPPUNIT_TEST(testLinksAgainWithoutKnowingTheProvider);
    CPPUNIT_TEST(testMapsErrorsToExitCodes);
    CPPUNIT_TEST(testRefusesAnswersThatAreNoToken);
    CPPUNIT_TEST_SUITE_END();

    static std::string needsReauth(const std::string& more = {}) {
        return errorBody("needs_reauth",
                         R"("reason":"revoked_or_expired","since":"2026-11-24T05:44:17Z")" + more);
    }

public:
    void testPrintsTheTokenAndNothingElse() {
        ProgramRun program;
        program.http.answer(200, tokenBody());
        CPPUNIT_ASSERT_EQUAL(0, program.run({"token", "acc_1"}));
        CPPUNIT_ASSERT_EQUAL(accessToken + "\n", program.output);
        CPPUNIT_ASSERT_EQUAL(std::string(), program.messages);
        const SentRequest& sent = program.http.sent.at(0);
        CPPUNIT_ASSERT_EQUAL(std::string("GET http://127.0.0.1:8080/v1/tokens/acc_1"),
                             sent.method + " " + sent.url);
        CPPUNIT_ASSERT_EQUAL(clientKey, sent.bearer);
        CPPUNIT_ASSERT_EQUAL(std::string(), sent.body);
    }

    void testAsksForALongerLife() {
        ProgramRun program;
        program.http.answer(200, tokenBody());
        CPPUNIT_ASSERT_EQUAL(0, program.run({"token", "--min-ttl", "300", "acc_1"}));
        CPPUNIT_ASSERT_EQUAL(std::string("http://127.0.0.1:8080/v1/tokens/acc_1?min_ttl=300"),
                             program.http.sent.at(0).url);
    }

    void testTakesTenSecondsInAll() {
        ProgramRun program;
        const auto start = program.waiter.now();
        const auto slow = [&](std::chrono::seconds time, int status, const std::string& body,
                              std::map<std::string, std::string> headers = {}) {
            program.http.step([&program, time, status, body, headers] {
                program.waiter.wait(time);
                return central_oauth::provider::HttpResponse{status, headers,
                                                             central_oauth::provider::Secret(body)};
            });
        };
        slow(std::chrono::seconds(4), 200, accountsBody(accountItem("acc_1")));
        slow(std::chrono::seconds(3), 503, errorBody("busy"), {{"retry-after", "2"}});
        slow(std::chrono::seconds(1), 412, needsReauth());
        CPPUNIT_ASSERT_EQUAL_MESSAGE("no time is left to look who it was", 2, program.run({"token"}));
        for (const auto& sent : program.http.sent)
            CPPUNIT_ASSERT(sent.deadline == start + std::chrono::seconds(10));
        ProgramRun patient;
        patient.http.answer(503, errorBody("busy"), {{"retry-after", "9"}});
        patient.http.answer(503, errorBody("busy"), {{"retry-after", "9"}});
        CPPUNIT_ASSERT_EQUAL_MESSAGE("a pause that does not fit", 3, patient.run({"token", "acc_1"}));
        CPPUNIT_ASSERT_EQUAL(std::string("9"), patient.waiter.seconds());
        ProgramRun longer;
        longer.http.answer(200, tokenBody());
        const auto begin = longer.waiter.now();
        CPPUNIT_ASSERT_EQUAL(0, longer.run({"token", "acc_1", "--timeout", "30"}));
        CPPUNIT_ASSERT(longer.http.sent.at(0).deadline == begin + std::chrono::seconds(30));
        for (const char* odd : {"0", "601", "-1", "1.5", "x", ""})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(odd, 64, ProgramRun().run({"token", "acc_1", "--timeout", odd}));
    }

    void testTakesTheOnlyAccount() {
        ProgramRun program;
        program.http.answer(200, accountsBody(accountItem("acc_1")));
        program.http.answer(200, tokenBody());
        CPPUNIT_ASSERT_EQUAL(0, program.run({"token"}));
        CPPUNIT_ASSERT_EQUAL(accessToken + "\n", program.output);
        CPPUNIT_ASSERT_EQUAL(std::string("http://127.0.0.1:8080/v1/tokens/acc_1"),
                             program.http.sent.at(1).url);
    }

    void testNeedsALink() {
        ProgramRun program;
        program.http.answer(200, accountsBody(""));
        CPPUNIT_ASSERT_EQUAL(1, program.run({"token"}));
        CPPUNIT_ASSERT(program.says("link needed: run central-oauth login PROVIDER"));
    }

    void testListsAccountsToChooseFrom() {
        ProgramRun program;
        program.http.answer(200, accountsBody(accountItem("acc_1"), R"("next")"));
        program.http.answer(200, accountsBody(accountItem("acc_2")));
        CPPUNIT_ASSERT_EQUAL(64, program.run({"token"}));
        CPPUNIT_ASSERT(program.says("acc_1  jira  Mia"));
        CPPUNIT_ASSERT(program.says("acc_2  jira  Mia"));
        CPPUNIT_ASSERT_EQUAL(std::string(), program.output);
    }

    void testSaysHowToLinkAgain() {
        ProgramRun program;
        program.http.answer(
            412, needsReauth(R"(,"relink":{"provider":"jira","subject":"bob","account_id":"acc_1"})"));
        CPPUNIT_ASSERT_EQUAL(2, program.run({"token", "acc_1"}));
        CPPUNIT_ASSERT(program.says("link it again with: central-oauth login jira --subject bob\n"));
        CPPUNIT_ASSERT(program.says("revoked_or_expired"));
        CPPUNIT_ASSERT(program.says("request id: req-1"));
    }

    void testHidesASubjectThatCantBeShown() {
        ProgramRun program;
        program.http.answer(
            412, needsReauth(R"(,"relink":{"provider":"jira","subject":"bo\u202eb","site":"c 1"})"));
        CPPUNIT_ASSERT_EQUAL(2, program.run({"token", "acc_1"}));
        CPPUNIT_ASSERT(program.says("central-oauth login jira --subject SUBJECT --site 'c 1'\n"));
    }

    void testActsForASubject() {
        ProgramRun program;
        program.http.answer(200, accountsBody(accountItem("acc_1")));
        program.http.answer(200, tokenBody());
        CPPUNIT_ASSERT_EQUAL(0, program.run({"token", "Acme", "--subject", "Zo\u00eb 7"}));
        for (const SentRequest& sent : program.http.sent)
            CPPUNIT_ASSERT_EQUAL(std::string("Zo\u00eb 7"), sent.header("Subject").value_or("none"));
        ProgramRun nobody;
        nobody.http.answer(200, tokenBody());
        CPPUNIT_ASSERT_EQUAL(0, nobody.run({"token", "acc_1"}));
        CPPUNIT_ASSERT(!nobody.http.sent.at(0).header("Subject"));
        for (const std::string& subject :
             {std::string("a\nX: y"), std::string(" a"), std::string(129, 'a')}) {
            ProgramRun refused;
            CPPUNIT_ASSERT_EQUAL(64, refused.run({"token", "acc_1", "--subject", subject}));
            CPPUNIT_ASSERT(refused.http.sent.empty());
        }
    }

    void testFindsOutHowToLinkAgain() {
        ProgramRun program;
        program.http.answer(412, needsReauth());
        program.http.answer(200, accountItem("acc_1"));
        CPPUNIT_ASSERT_EQUAL(2, program.run({"token", "acc_1"}));
        CPPUNIT_ASSERT(
            program.says("link it again with: central-oauth login jira --site https://acme.example\n"));
    }

    void testLinksAgainWithoutKnowingTheProvider() {
        ProgramRun program;
        program.http.answer(412, needsReauth());
        program.http.answer(403, errorBody("insufficient_scope"));
        CPPUNIT_ASSERT_EQUAL(2, program.run({"token", "acc_1"}));
        CPPUNIT_ASSERT(program.says("link it again with: central-oauth login PROVIDER\n"));
    }

    void testMapsErrorsToExitCodes() {
        struct Case {
            int status;
            const char* error;
            int code;
        };
        for (const Case& each : {Case{400, "invalid_request", 64}, Case{400, "credential_in_url", 70},
                                 Case{401, "invalid_credential", 5}, Case{403, "insufficient_scope", 5},
                                 Case{404, "not_found", 6}, Case{408, "request_timeout", 3},
                                 Case{500, "internal", 3}, Case{502, "provider_misconfigured", 3}}) {
            ProgramRun program;
            program.http.answer(each.status, errorBody(each.error));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(each.error, each.code, program.run({"token", "acc_1"}));
            CPPUNIT_ASSERT(program.says("no access token for acc_1"));
            CPPUNIT_ASSERT(program.says("request id: req-1"));
        }
        ProgramRun recovered;
        recovered.http.answer(503, errorBody("provider_unavailable"), {{"retry-after", "2"}});
        recovered.http.answer(200, tokenBody());
        CPPUNIT_ASSERT_EQUAL(0, recovered.run({"token", "acc_1"}));
        CPPUNIT_ASSERT_EQUAL(std::string("2"), recovered.waiter.seconds());
        for (const HttpFailure failure : {HttpFailure::notSent, HttpFailure::outcomeUnknown}) {
            ProgramRun program;
            program.http.fail(failure);
            CPPUNIT_ASSERT_EQUAL(3, program.run({"token", "acc_1"}));
            CPPUNIT_ASSERT(program.says("no access token for acc_1: 127.0.0.1: Connection refused"));
            CPPUNIT_ASSERT(program.says("next: check that the server runs"));
        }
        ProgramRun broken;
        broken.http.step(
            []() -> central_oauth::provider::HttpResponse { throw std::logic_error("a fault"); });
        CPPUNIT_ASSERT_EQUAL(70, broken.run({"token", "acc_1"}));
        CPPUNIT_ASSERT(broken.says("unexpected: a fault"));
    }

    void testRefusesAnswersThatAreNoToken() {
        std::string other = tokenBody();
        other.replace(other.find("acc_1"), 5, "acc_2");
        std::string twoLines = tokenBody();
        twoLines.replace(twoLines.find(accessToken), 6, "a\\nb");
        std::string numeric = tokenBody();
        numeric.replace(numeric.find("\"" + accessToken + "\""), accessToken.size() + 2, "17");
        std::string mac = tokenBody();
        mac.replace(mac.find("Bearer"), 6, "mac");
        std::string cloudId = tokenBody();
        cloudId.replace(cloudId.find("c-1"), 3, "c 1");
        std::string headerLine = tokenBody();
        headerLine.replace(headerLine.find("c-1"), 3, "c\\r\\nX: y");
        std::string noTime = tokenBody();
        noTime.replace(noTime.find("2026-11-24T06"), 13, "2026-11-31T06");
        for (const std::string& body :
             {other, twoLines, numeric, mac, cloudId, headerLine, noTime, std::string("{}")})
            for (const char* format : {"raw", "json", "env", "mcp-headers"}) {
                ProgramRun program;
                program.http.answer(200, body);
                CPPUNIT_ASSERT_EQUAL_MESSAGE(body, 70, program.run({"token", "acc_1", "--format", format}));
                CPPUNIT_ASSERT_EQUAL(std::string(format == std::string("env") ? "false\n" : ""),
                                     program.output);
            }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TokenCommandTest);
