// SPDX-License-Identifier: Apache-2.0
// The output of a login, on a terminal and elsewhere.
#include "ScriptedServer.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::cli::test;
using central_oauth::provider::HttpFailure;

class LoginDisplayTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LoginDisplayTest);
    CPPUNIT_TEST(testMakesHostileTextHarmless);
    CPPUNIT_TEST(testRewritesOneLineOnATerminal);
    CPPUNIT_TEST(testDrawsTheCodeWhereItFits);
    CPPUNIT_TEST_SUITE_END();

    static constexpr const char* block = "\u2588";

public:
    void testMakesHostileTextHarmless() {
        ProgramRun program;
        program.http.answer(201, linkBody());
        program.http.answer(200,
                            tokenBody(R"(\u001b]0;owned\u0007\u001b[2JEve\u202e\u0000\u009b31m\nnext: rm)"));
        CPPUNIT_ASSERT_EQUAL(0, program.run({"login", "jira"}));
        CPPUNIT_ASSERT_MESSAGE(program.messages, program.says("Linked Eve next: rm (mia@example.com)"));

        ProgramRun refused;
        refused.http.answer(401, errorBody("invalid_credential",
                                           R"("hint":"\u001b[31m)" + clientKey + R"( \r\u2066is wrong")"));
        CPPUNIT_ASSERT_EQUAL(5, refused.run({"login", "jira"}));
        CPPUNIT_ASSERT_MESSAGE(refused.messages, refused.says("Described. - cok_...  is wrong\n"));
    }

    void testRewritesOneLineOnATerminal() {
        ProgramRun program;
        program.traits = {.interactive = true};
        program.http.answer(201, linkBody(600, 2));
        program.http.fail(HttpFailure::notSent);
        program.http.answer(410, errorBody("expired_token"));
        CPPUNIT_ASSERT_EQUAL(4, program.run({"login", "jira", "--no-qr"}));
        CPPUNIT_ASSERT_EQUAL(std::string("1 1 1 1"), program.waiter.seconds());
        CPPUNIT_ASSERT(program.says("\rWaiting for approval\u2026 10:00 left, Ctrl-C cancels"
                                    "\rWaiting for approval\u2026 9:59 left, Ctrl-C cancels "
                                    "\rWaiting for approval\u2026 10 min left, Ctrl-C cancels\r"));
        CPPUNIT_ASSERT(program.says("\rNo answer, trying again\u2026 9:58 left, Ctrl-C cancels"));
        CPPUNIT_ASSERT(program.says("\rNo answer, trying again\u2026 10 min left, Ctrl-C cancels"));
        CPPUNIT_ASSERT(program.says(" \rcentral-oauth: nobody approved"));
        CPPUNIT_ASSERT(!program.says(block));
    }

    void testDrawsTheCodeWhereItFits() {
        struct Case {
            central_oauth::cli::Terminal::Traits traits;
            std::vector<std::string> options;
            bool drawn;
        };
        const std::vector<Case> cases{{{.interactive = true}, {}, true},
                                      {{.interactive = true, .columns = 30}, {}, false},
                                      {{.interactive = true}, {"--no-qr"}, false},
                                      {{}, {}, false},
                                      {{}, {"--qr"}, true}};
        for (const Case& each : cases) {
            ProgramRun program;
            program.traits = each.traits;
            program.http.answer(201, linkBody());
            program.http.answer(200, tokenBody());
            std::vector<std::string> arguments{"login", "jira"};
            arguments.insert(arguments.end(), each.options.begin(), each.options.end());
            CPPUNIT_ASSERT_EQUAL(0, program.run(arguments));
            CPPUNIT_ASSERT_EQUAL(each.drawn, program.says(block));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LoginDisplayTest);
