// SPDX-License-Identifier: Apache-2.0
// The state of an account, explained to people and to programs.
#include "ScriptedServer.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

using namespace central_oauth::cli::test;

class ExplainCommandTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ExplainCommandTest);
    CPPUNIT_TEST(testExplainsAWorkingAccount);
    CPPUNIT_TEST(testExplainsADeadGrant);
    CPPUNIT_TEST(testSaysWhoFixesItAndTheNextCommand);
    CPPUNIT_TEST(testShowsThatNoSiteIsChosen);
    CPPUNIT_TEST(testPrintsTheServersObject);
    CPPUNIT_TEST(testQuotesTheNextCommand);
    CPPUNIT_TEST(testKeepsHostileTextsInTheirLine);
    CPPUNIT_TEST(testMapsErrors);
    CPPUNIT_TEST_SUITE_END();

    struct State {
        std::string status = "active";
        std::string problem = "null";
        std::string subject = "user-7";
        std::string site = R"({"cloud_id":"c-1","name":"Acme","url":"https://acme.example"})";
        std::string name = "Ada Lovelace";
    };

    static std::string body(const State& state) {
        return R"({"account_id":"acc_1","provider":"jira","subject":")" + state.subject +
               R"(","upstream":{"id":"u-1","display_name":")" + state.name +
               R"(","email":"ada@acme.example"},"label":"Jira MCP","status":")" + state.status +
               R"(","problem":)" + state.problem + R"(,"scope":"read:me  read:jira-work","site":)" +
               state.site +
               R"(,"products":{},"sites":[{"cloud_id":"c-1","name":"Acme","url":"https://acme.example","products":{}},)"
               R"({"cloud_id":"c-2","name":"","url":"https://beta.example","products":{}}],"token_version":4,)"
               R"("linked_at":"2026-11-24T06:54:28Z","last_refresh_at":null,"last_used_at":"2026-11-24T07:53:44Z",)"
               R"("idle_expires_at":"2027-02-22T06:54:28Z"})";
    }

    static std::string problem(const std::string& code, const std::string& who) {
        return R"({"code":")" + code + R"(","what":"It happened.","since":"2026-11-24T06:54:28Z","who":")" +
               who + R"(","how":"It is fixed."})";
    }

    static int explain(ProgramRun& program, const State& state, std::vector<std::string> more = {}) {
        program.http.answer(200, body(state));
        more.insert(more.begin(), {"explain", "acc_1"});
        const int code = program.run(more);
        CPPUNIT_ASSERT_EQUAL(std::string("GET http://127.0.0.1:8080/v1/accounts/acc_1"),
                             program.http.sent.at(0).method + " " + program.http.sent.at(0).url);
        return code;
    }

public:
    void testExplainsAWorkingAccount() {
        ProgramRun program;
        CPPUNIT_ASSERT_EQUAL(0, explain(program, {}));
        CPPUNIT_ASSERT_EQUAL(std::string("Ada Lovelace (ada@acme.example) at jira\n"
                                         "  account       acc_1\n"
                                         "  subject       user-7\n"
                                         "  label         Jira MCP\n"
                                         "  status        works\n"
                                         "  next          central-oauth token acc_1\n"
                                         "  sites         * Acme  https://acme.example\n"
                                         "                  https://beta.example\n"
                                         "                (* tokens are for this one)\n"
                                         "  scopes        read:me read:jira-work\n"
                                         "  linked        2026-11-24T06:54:28Z\n"
                                         "  last refresh  not since it was linked\n"
                                         "  last used     2026-11-24T07:53:44Z\n"
                                         "  idle until    2027-02-22T06:54:28Z\n"),
                             program.output);
        CPPUNIT_ASSERT_EQUAL(std::string(), program.messages);
    }

    void testExplainsADeadGrant() {
        ProgramRun program;
        CPPUNIT_ASSERT_EQUAL(2, explain(program, {.status = "needs_reauth",
                                                  .problem = problem("revoked_or_expired", "person")}));
        const std::string next = "central-oauth login jira --subject user-7 --site https://acme.example\n";
        CPPUNIT_ASSERT(program.output.find("  status        does not work until it is linked again\n"
                                           "  what          It happened. (revoked_or_expired)\n"
                                           "  since         2026-11-24T06:54:28Z\n"
                                           "  who fixes it  the person: Ada Lovelace\n"
                                           "  how           It is fixed.\n"
                                           "  next          " +
                                           next) != std::string::npos);
        CPPUNIT_ASSERT(program.says("the grant of acc_1 does not work any more"));
        CPPUNIT_ASSERT(program.says("next: link it again with: " + next));
    }

    void testSaysWhoFixesItAndTheNextCommand() {
        struct Case {
            const char* code;
            const char* who;
            int exit;
            const char* says;
            const char* next;
        };
        const char* again = "central-oauth login jira --subject user-7 --site https://acme.example\n";
        const char* toOperator = "give the operator what this prints: central-oauth explain acc_1 --json\n";
        for (const Case& each :
             {Case{"access_denied", "person", 3, "the person: Ada Lovelace", again},
              Case{"misconfigured", "operator", 3, "the operator of the server", toOperator},
              Case{"transient", "atlassian", 3, "Atlassian", "central-oauth token acc_1\n"},
              Case{"undecryptable", "operator", 2, "the operator of the server", again},
              Case{"a_new_one", "somebody", 3, "somebody", toOperator}}) {
            ProgramRun program;
            CPPUNIT_ASSERT_EQUAL_MESSAGE(each.code, each.exit,
                                         explain(program, {.problem = problem(each.code, each.who)}));
            CPPUNIT_ASSERT_MESSAGE(program.output,
                                   program.output.find(std::string("  who fixes it  ") + each.says + "\n") !=
                                       std::string::npos);
            CPPUNIT_ASSERT_MESSAGE(program.output, program.output.find(std::string("  next          ") +
                                                                       each.next) != std::string::npos);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(each.code, each.exit == 0, program.messages.empty());
        }
        ProgramRun unnoticed;
        std::string since = problem("undecryptable", "operator");
        since.replace(since.find("\"2026"), 22, "null");
        CPPUNIT_ASSERT_EQUAL(2, explain(unnoticed, {.problem = since}));
        CPPUNIT_ASSERT(unnoticed.output.find("  since         nobody noticed when\n") != std::string::npos);
    }

    void testShowsThatNoSiteIsChosen() {
        ProgramRun program;
        CPPUNIT_ASSERT_EQUAL(0, explain(program, {.site = "null"}));
        CPPUNIT_ASSERT_EQUAL(std::string::npos, program.output.find('*'));
        CPPUNIT_ASSERT(
            program.output.find(
                "(none is chosen; choose one with: central-oauth login jira --subject user-7 --site URL)") !=
            std::string::npos);
    }

    void testPrintsTheServersObject() {
        for (const char* status : {"active", "needs_reauth"}) {
            ProgramRun program;
            const bool works = std::string(status) == "active";
            CPPUNIT_ASSERT_EQUAL(
                works ? 0 : 2,
                explain(program, {.status = status, .name = "Zo\u00eb \u202e\\u001b[2J"}, {"--json"}));
            for (const char c : program.output.substr(0, program.output.size() - 1))
                CPPUNIT_ASSERT(c >= ' ' && c < '\x7f');
            const auto object = Poco::JSON::Parser().parse(program.output).extract<Poco::JSON::Object::Ptr>();
            CPPUNIT_ASSERT_EQUAL(std::string("Zo\u00eb \u202e\x1b[2J"),
                                 object->getObject("upstream")->getValue<std::string>("display_name"));
            CPPUNIT_ASSERT_EQUAL(4, object->getValue<int>("token_version"));
            CPPUNIT_ASSERT(object->isNull("last_refresh_at"));
        }
        // A name needs the list, whose item is the same object.
        ProgramRun named;
        named.http.answer(200, accountsBody(body({}) + "," + accountItem("acc_2")));
        CPPUNIT_ASSERT_EQUAL(0, named.run({"explain", "ada@acme.example", "--json"}));
        ProgramRun byId;
        CPPUNIT_ASSERT_EQUAL(0, explain(byId, {}, {"--json"}));
        CPPUNIT_ASSERT_EQUAL(byId.output, named.output);
    }

    void testQuotesTheNextCommand() {
        ProgramRun program;
        CPPUNIT_ASSERT_EQUAL(2, explain(program, {.status = "needs_reauth", .subject = "it's $(me)"}));
        CPPUNIT_ASSERT(program.output.find(R"(login jira --subject 'it'\''s $(me)' --site )") !=
                       std::string::npos);
        ProgramRun hidden;
        CPPUNIT_ASSERT_EQUAL(2, explain(hidden, {.status = "needs_reauth", .subject = R"(a\u200bb)"}));
        CPPUNIT_ASSERT(hidden.output.find("login jira --subject SUBJECT --site ") != std::string::npos);
    }

    void testKeepsHostileTextsInTheirLine() {
        const std::string hostile = R"(A\u001b[1;1H\r\n  next          rm\u202e\u009b2J)";
        ProgramRun program;
        State state{.subject = hostile, .name = hostile};
        state.problem = R"({"code":"x","what":")" + hostile + R"(","since":")" + hostile + R"(","who":")" +
                        hostile + R"(","how":")" + hostile + R"("})";
        state.site = R"({"cloud_id":"c-1","name":")" + hostile + R"(","url":")" + hostile + R"("})";
        CPPUNIT_ASSERT_EQUAL(3, explain(program, state));
        const std::string all = program.output + program.messages;
        for (const char* bad : {"\r", "\x1b", "\u202e", "\u009b", "\n  next          rm"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(all, std::string::npos, all.find(bad));
    }

    void testMapsErrors() {
        ProgramRun unknown;
        unknown.http.answer(404, errorBody("not_found"));
        CPPUNIT_ASSERT_EQUAL(6, unknown.run({"explain", "acc_1"}));
        CPPUNIT_ASSERT(unknown.says("the account acc_1 could not be read"));
        ProgramRun elsewhere;
        elsewhere.http.answer(404, "<html>Not here</html>");
        CPPUNIT_ASSERT_EQUAL(70, elsewhere.run({"explain", "acc_1"}));
        ProgramRun refused;
        refused.http.answer(403, errorBody("insufficient_scope"));
        CPPUNIT_ASSERT_EQUAL(5, refused.run({"explain", "acc_1"}));
        ProgramRun away;
        away.http.fail(central_oauth::provider::HttpFailure::notSent);
        CPPUNIT_ASSERT_EQUAL(3, away.run({"explain", "acc_1"}));
        for (const std::string& strange : {accountItem("acc_2"), std::string("{}"), std::string("[]")}) {
            ProgramRun program;
            program.http.answer(200, strange);
            CPPUNIT_ASSERT_EQUAL(70, program.run({"explain", "acc_1"}));
            CPPUNIT_ASSERT_EQUAL(std::string(), program.output);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ExplainCommandTest);
