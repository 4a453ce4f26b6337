// SPDX-License-Identifier: Apache-2.0
// Ending an account.
#include "ScriptedServer.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::cli::test;
using central_oauth::provider::HttpFailure;

class RevokeCommandTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RevokeCommandTest);
    CPPUNIT_TEST(testSaysWhatHappenedHereAndUpstream);
    CPPUNIT_TEST(testMapsErrors);
    CPPUNIT_TEST(testAdmitsWhatItDoesNotKnow);
    CPPUNIT_TEST_SUITE_END();

public:
    void testSaysWhatHappenedHereAndUpstream() {
        for (const std::string outcome :
             {"skipped", "revoked", "attempted", "unsupported", "kept_for_others", "a_new_one"}) {
            ProgramRun program;
            program.http.answer(200, R"({"local":"deleted","upstream":")" + outcome + R"("})");
            CPPUNIT_ASSERT_EQUAL(0, program.run({"revoke", "acc_1"}));
            CPPUNIT_ASSERT_EQUAL(std::string("DELETE http://127.0.0.1:8080/v1/tokens/acc_1"),
                                 program.http.sent.at(0).method + " " + program.http.sent.at(0).url);
            CPPUNIT_ASSERT(program.output.find("acc_1\n  local     deleted; ") == 0);
            CPPUNIT_ASSERT(program.output.find("\n  upstream  " + outcome) != std::string::npos);
        }
    }

    void testMapsErrors() {
        ProgramRun unknown;
        unknown.http.answer(404, errorBody("not_found"));
        CPPUNIT_ASSERT_EQUAL(6, unknown.run({"revoke", "acc_1"}));
        CPPUNIT_ASSERT(unknown.says("central-oauth accounts"));
        ProgramRun refused;
        refused.http.answer(401, errorBody("invalid_credential"));
        CPPUNIT_ASSERT_EQUAL(5, refused.run({"revoke", "acc_1"}));
        ProgramRun strange;
        strange.http.answer(200, R"({"local":"kept","upstream":"skipped"})");
        CPPUNIT_ASSERT_EQUAL(70, strange.run({"revoke", "acc_1"}));
        CPPUNIT_ASSERT_EQUAL(std::string(), strange.output);
    }

    void testAdmitsWhatItDoesNotKnow() {
        ProgramRun lost;
        lost.http.fail(HttpFailure::outcomeUnknown, "127.0.0.1: reset");
        CPPUNIT_ASSERT_EQUAL(3, lost.run({"revoke", "acc_1"}));
        CPPUNIT_ASSERT(lost.says("whether acc_1 was revoked is unknown: 127.0.0.1: reset"));
        CPPUNIT_ASSERT(lost.says("look with: central-oauth accounts"));
        ProgramRun away;
        away.http.fail(HttpFailure::notSent);
        CPPUNIT_ASSERT_EQUAL(3, away.run({"revoke", "acc_1"}));
        CPPUNIT_ASSERT(away.says("acc_1 was not revoked"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RevokeCommandTest);
