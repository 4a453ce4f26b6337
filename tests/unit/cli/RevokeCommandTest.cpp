// SPDX-License-Identifier: Apache-2.0
// Revoking an account, and the question before that.
#include "ScriptedServer.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::cli::test;
using central_oauth::provider::HttpFailure;

class RevokeCommandTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RevokeCommandTest);
    CPPUNIT_TEST(testSaysWhatHappenedHereAndUpstream);
    CPPUNIT_TEST(testAsksBeforeItDeletes);
    CPPUNIT_TEST(testKeepsTheAccountUnlessTheAnswerIsYes);
    CPPUNIT_TEST(testNeedsYesWhereNobodyCanBeAsked);
    CPPUNIT_TEST(testFindsTheAccountByItsName);
    CPPUNIT_TEST(testAsksWithoutTheRightToLook);
    CPPUNIT_TEST(testMapsErrors);
    CPPUNIT_TEST(testAdmitsWhatItDoesNotKnow);
    CPPUNIT_TEST_SUITE_END();

    static std::string deleted() { return R"({"local":"deleted","upstream":"skipped"})"; }

    static ProgramRun watched(const std::string& answer) {
        ProgramRun program;
        program.traits.interactive = true;
        program.traits.answers = true;
        program.input = {answer};
        return program;
    }

public:
    void testSaysWhatHappenedHereAndUpstream() {
        for (const std::string outcome :
             {"skipped", "revoked", "attempted", "queued", "unsupported", "kept_for_others", "a_new_one"}) {
            ProgramRun program;
            program.http.answer(200, R"({"local":"deleted","upstream":")" + outcome + R"("})");
            CPPUNIT_ASSERT_EQUAL(0, program.run({"revoke", "acc_1", "--yes"}));
            CPPUNIT_ASSERT_EQUAL(std::string("DELETE http://127.0.0.1:8080/v1/tokens/acc_1"),
                                 program.http.sent.at(0).method + " " + program.http.sent.at(0).url);
            CPPUNIT_ASSERT(program.output.find("acc_1\n  local     deleted; ") == 0);
            CPPUNIT_ASSERT(program.output.find("\n  upstream  " + outcome) != std::string::npos);
        }
    }

    void testAsksBeforeItDeletes() {
        for (const char* yes : {"y", "Y", "yes", " YES "}) {
            ProgramRun program = watched(yes);
            program.http.answer(200, accountItem("acc_1"));
            program.http.answer(200, deleted());
            CPPUNIT_ASSERT_EQUAL(0, program.run({"revoke", "acc_1"}));
            CPPUNIT_ASSERT(
                program.says("  who      Mia\n  at       jira\n  site     Acme\n  account  acc_1\n"));
            CPPUNIT_ASSERT(program.says("every program that reads its token here"));
            CPPUNIT_ASSERT(program.says("Other accounts stay."));
            CPPUNIT_ASSERT(program.says("Delete Mia at jira (acc_1)? [y/N] "));
            CPPUNIT_ASSERT_EQUAL(std::string("DELETE"), program.http.sent.at(1).method);
            CPPUNIT_ASSERT(program.output.find("acc_1\n  local     deleted; ") == 0);
        }
    }

    void testKeepsTheAccountUnlessTheAnswerIsYes() {
        for (const char* no : {"", "n", "N", "no", "yy", "yes please", "acc_1", "\x1b[A"}) {
            ProgramRun program = watched(no);
            program.http.answer(200, accountItem("acc_1"));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(no, 0, program.run({"revoke", "acc_1"}));
            CPPUNIT_ASSERT(program.says("Nothing was deleted."));
            CPPUNIT_ASSERT_EQUAL(std::string(), program.output);
            CPPUNIT_ASSERT_EQUAL(std::size_t{1}, program.http.sent.size());
        }
        ProgramRun ended = watched("");
        ended.input.clear();
        ended.http.answer(200, accountItem("acc_1"));
        CPPUNIT_ASSERT_EQUAL(0, ended.run({"revoke", "acc_1"}));
        CPPUNIT_ASSERT(ended.says("Nothing was deleted."));
    }

    void testNeedsYesWhereNobodyCanBeAsked() {
        ProgramRun pipe;
        pipe.input = {"y"};
        ProgramRun silent = watched("y");
        ProgramRun automatic = watched("y");
        automatic.variables["CI"] = "true";
        for (auto& [program, more] : {std::pair<ProgramRun&, const char*>{pipe, ""},
                                      std::pair<ProgramRun&, const char*>{silent, "--no-input"},
                                      std::pair<ProgramRun&, const char*>{automatic, ""}}) {
            std::vector<std::string> arguments{"revoke", "Ada Lovelace"};
            if (*more != '\0')
                arguments.emplace_back(more);
            CPPUNIT_ASSERT_EQUAL(64, program.run(arguments));
            CPPUNIT_ASSERT(program.says("nobody can be asked here whether to delete Ada Lovelace"));
            CPPUNIT_ASSERT(program.says("central-oauth revoke 'Ada Lovelace' --yes\n"));
            CPPUNIT_ASSERT(program.http.sent.empty());
        }
    }

    void testFindsTheAccountByItsName() {
        ProgramRun program = watched("y");
        program.http.answer(200, accountsBody(accountItem("acc_7")));
        program.http.answer(200, deleted());
        CPPUNIT_ASSERT_EQUAL(0, program.run({"revoke", "https://acme.example"}));
        CPPUNIT_ASSERT_EQUAL(std::string("http://127.0.0.1:8080/v1/tokens/acc_7"),
                             program.http.sent.at(1).url);
        CPPUNIT_ASSERT(program.says("Delete Mia at jira (acc_7)?"));
    }

    void testAsksWithoutTheRightToLook() {
        ProgramRun program = watched("y");
        program.http.answer(403, errorBody("insufficient_scope"));
        program.http.answer(200, deleted());
        CPPUNIT_ASSERT_EQUAL(0, program.run({"revoke", "acc_1"}));
        CPPUNIT_ASSERT(program.says("Delete acc_1? [y/N] "));
        ProgramRun refused = watched("y");
        refused.http.answer(401, errorBody("invalid_credential"));
        CPPUNIT_ASSERT_EQUAL(5, refused.run({"revoke", "acc_1"}));
        CPPUNIT_ASSERT(!refused.says("[y/N]"));
    }

    void testMapsErrors() {
        ProgramRun unknown;
        unknown.http.answer(404, errorBody("not_found"));
        CPPUNIT_ASSERT_EQUAL(6, unknown.run({"revoke", "acc_1", "--yes"}));
        CPPUNIT_ASSERT(unknown.says("central-oauth accounts"));
        ProgramRun asked = watched("y");
        asked.http.answer(404, errorBody("not_found"));
        CPPUNIT_ASSERT_EQUAL(6, asked.run({"revoke", "acc_1"}));
        CPPUNIT_ASSERT(!asked.says("[y/N]"));
        ProgramRun refused;
        refused.http.answer(401, errorBody("invalid_credential"));
        CPPUNIT_ASSERT_EQUAL(5, refused.run({"revoke", "acc_1", "--yes"}));
        ProgramRun strange;
        strange.http.answer(200, R"({"local":"kept","upstream":"skipped"})");
        CPPUNIT_ASSERT_EQUAL(70, strange.run({"revoke", "acc_1", "--yes"}));
        CPPUNIT_ASSERT_EQUAL(std::string(), strange.output);
    }

    void testAdmitsWhatItDoesNotKnow() {
        ProgramRun lost;
        lost.http.fail(HttpFailure::outcomeUnknown, "127.0.0.1: reset");
        CPPUNIT_ASSERT_EQUAL(3, lost.run({"revoke", "acc_1", "--yes"}));
        CPPUNIT_ASSERT(lost.says("whether acc_1 was revoked is unknown: 127.0.0.1: reset"));
        CPPUNIT_ASSERT(lost.says("look with: central-oauth accounts"));
        ProgramRun away;
        away.http.fail(HttpFailure::notSent);
        CPPUNIT_ASSERT_EQUAL(3, away.run({"revoke", "acc_1", "--yes"}));
        CPPUNIT_ASSERT(away.says("acc_1 was not revoked"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RevokeCommandTest);
