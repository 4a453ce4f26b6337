// SPDX-License-Identifier: Apache-2.0
// The table of accounts.
#include "ScriptedServer.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

using namespace central_oauth::cli::test;

class AccountsCommandTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AccountsCommandTest);
    CPPUNIT_TEST(testAlignsColumns);
    CPPUNIT_TEST(testIsTheSameOnATerminal);
    CPPUNIT_TEST(testFollowsPagesWithFilters);
    CPPUNIT_TEST(testStopsAtAnEndlessList);
    CPPUNIT_TEST(testExplainsAnEmptyList);
    CPPUNIT_TEST(testKeepsHostileNamesInTheirCell);
    CPPUNIT_TEST(testTurnsNoOrderWithHostileNames);
    CPPUNIT_TEST(testPrintsAnArrayOfWhatTheServerSaid);
    CPPUNIT_TEST(testPrintsAnEmptyArray);
    CPPUNIT_TEST(testSendsTheSubject);
    CPPUNIT_TEST(testMapsErrors);
    CPPUNIT_TEST_SUITE_END();

    static std::string longItem() {
        return R"({"account_id":"acc_long","provider":"confluence","upstream":{"id":"u-2","email":"zo\u00eb@example.com"},)"
               R"("status":"needs_reauth","site":null,"sites":[{},{}],"last_used_at":"2026-11-24T05:44:17Z"})";
    }

public:
    void testAlignsColumns() {
        ProgramRun program;
        program.http.answer(200, accountsBody(accountItem("acc_1") + "," + longItem()));
        CPPUNIT_ASSERT_EQUAL(0, program.run({"accounts"}));
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                "ACCOUNT   PROVIDER    WHO              SITE     STATUS        LAST USED\n"
                "acc_1     jira        Mia              Acme     active        never\n"
                "acc_long  confluence  zo\u00eb@example.com  2 sites  needs_reauth  2026-11-24T05:44:17Z\n"),
            program.output);
        CPPUNIT_ASSERT_EQUAL(std::string(), program.messages);
    }

    void testIsTheSameOnATerminal() {
        ProgramRun pipe;
        pipe.http.answer(200, accountsBody(longItem()));
        CPPUNIT_ASSERT_EQUAL(0, pipe.run({"accounts"}));
        ProgramRun terminal;
        terminal.traits.interactive = true;
        terminal.traits.columns = 20;
        terminal.http.answer(200, accountsBody(longItem()));
        CPPUNIT_ASSERT_EQUAL(0, terminal.run({"accounts"}));
        CPPUNIT_ASSERT_EQUAL(pipe.output, terminal.output);
    }

    void testFollowsPagesWithFilters() {
        ProgramRun program;
        program.http.answer(200, accountsBody(accountItem("acc_1"), R"("a=b&c")"));
        program.http.answer(200, accountsBody(accountItem("acc_2")));
        CPPUNIT_ASSERT_EQUAL(0, program.run({"accounts", "--provider=jira", "--subject", "b&b +1"}));
        CPPUNIT_ASSERT_EQUAL(
            std::string("http://127.0.0.1:8080/v1/accounts?provider=jira&subject=b%26b%20%2B1"),
            program.http.sent.at(0).url);
        CPPUNIT_ASSERT_EQUAL(program.http.sent.at(0).url + "&cursor=a%3Db%26c", program.http.sent.at(1).url);
        CPPUNIT_ASSERT(program.output.find("acc_2") != std::string::npos);
    }

    void testStopsAtAnEndlessList() {
        ProgramRun program;
        for (int i = 0; i < 1000; ++i)
            program.http.answer(200, accountsBody("", R"("again")"));
        CPPUNIT_ASSERT_EQUAL(70, program.run({"accounts"}));
        CPPUNIT_ASSERT(program.says("does not end"));
    }

    void testExplainsAnEmptyList() {
        ProgramRun program;
        program.http.answer(200, accountsBody(""));
        CPPUNIT_ASSERT_EQUAL(0, program.run({"accounts"}));
        CPPUNIT_ASSERT_EQUAL(std::string(), program.output);
        CPPUNIT_ASSERT(program.says("central-oauth login PROVIDER"));
        ProgramRun filtered;
        filtered.http.answer(200, accountsBody(""));
        CPPUNIT_ASSERT_EQUAL(0, filtered.run({"accounts", "--subject", "bob"}));
        CPPUNIT_ASSERT(filtered.says("No account matches."));
    }

    void testKeepsHostileNamesInTheirCell() {
        ProgramRun program;
        std::string item = accountItem("acc_1");
        item.replace(item.find("Mia"), 3, R"(\u001b[1;1HM\nia)" + std::string(200, 'x'));
        program.http.answer(200, accountsBody(item));
        CPPUNIT_ASSERT_EQUAL(0, program.run({"accounts"}));
        CPPUNIT_ASSERT(program.output.find("M ia" + std::string(33, 'x') + "...  Acme") != std::string::npos);
    }

    void testTurnsNoOrderWithHostileNames() {
        ProgramRun program;
        std::string item = accountItem("acc_1");
        item.replace(item.find("Mia"), 3, R"(\u202eMia\u2066\u2028\u009b2Jx\u0085)");
        item.replace(item.find("Acme"), 4, R"(A\u200fc\u061cme\r\nacc_9  jira)");
        program.http.answer(200, accountsBody(item));
        CPPUNIT_ASSERT_EQUAL(0, program.run({"accounts"}));
        CPPUNIT_ASSERT_EQUAL(std::string("ACCOUNT  PROVIDER  WHO    SITE               STATUS  LAST USED\n"
                                         "acc_1    jira      Mia x  Acme  acc_9  jira  active  never\n"),
                             program.output);
    }

    void testPrintsAnArrayOfWhatTheServerSaid() {
        const std::string hostile = accountItem(
            "acc_1", "\"label\":\"Zo\u00eb \\u001b[2J\u202e],\",\"token_version\":12345678901234567");
        ProgramRun program;
        program.http.answer(200, accountsBody(hostile + " , " + longItem(), R"("next")"));
        program.http.answer(200, accountsBody(accountItem("acc_3")));
        CPPUNIT_ASSERT_EQUAL(0, program.run({"accounts", "--json"}));
        CPPUNIT_ASSERT_EQUAL(std::string(), program.messages);
        for (const char c : program.output)
            CPPUNIT_ASSERT(c == '\n' || (c >= ' ' && c < '\x7f'));
        const auto array = Poco::JSON::Parser().parse(program.output).extract<Poco::JSON::Array::Ptr>();
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, array->size());
        CPPUNIT_ASSERT_EQUAL(std::string("Zo\u00eb \x1b[2J\u202e],"),
                             array->getObject(0)->getValue<std::string>("label"));
        CPPUNIT_ASSERT_EQUAL(Poco::Int64(12345678901234567),
                             array->getObject(0)->getValue<Poco::Int64>("token_version"));
        CPPUNIT_ASSERT(array->getObject(1)->isNull("site"));
        CPPUNIT_ASSERT_EQUAL(std::string("acc_3"), array->getObject(2)->getValue<std::string>("account_id"));
        const std::string begin = "[\n{\"account_id\":\"acc_1\",\"provider\":\"jira\",\"subject\":null,";
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), program.output.find(begin));
    }

    void testPrintsAnEmptyArray() {
        ProgramRun program;
        program.http.answer(200, accountsBody(""));
        CPPUNIT_ASSERT_EQUAL(0, program.run({"accounts", "--json", "--provider", "jira"}));
        CPPUNIT_ASSERT_EQUAL(std::string("[]\n"), program.output);
        CPPUNIT_ASSERT_EQUAL(std::string(), program.messages);
    }

    void testSendsTheSubject() {
        ProgramRun program;
        program.http.answer(200, accountsBody(accountItem("acc_1")));
        CPPUNIT_ASSERT_EQUAL(0, program.run({"accounts", "--subject", "user-7"}));
        CPPUNIT_ASSERT_EQUAL(std::string("user-7"),
                             program.http.sent.at(0).header("Subject").value_or("none"));
    }

    void testMapsErrors() {
        ProgramRun refused;
        refused.http.answer(403, errorBody("insufficient_scope"));
        CPPUNIT_ASSERT_EQUAL(5, refused.run({"accounts"}));
        ProgramRun away;
        away.http.fail(central_oauth::provider::HttpFailure::notSent);
        CPPUNIT_ASSERT_EQUAL(3, away.run({"accounts"}));
        ProgramRun elsewhere;
        elsewhere.http.answer(404, errorBody("not_found"));
        CPPUNIT_ASSERT_EQUAL(64, elsewhere.run({"accounts"}));
        CPPUNIT_ASSERT(elsewhere.says("check that it is the address of the server, without /v1"));
        ProgramRun strange;
        strange.http.answer(200, R"({"items":{}})");
        CPPUNIT_ASSERT_EQUAL(70, strange.run({"accounts"}));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AccountsCommandTest);
