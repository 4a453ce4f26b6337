// SPDX-License-Identifier: Apache-2.0
// Colours and questions.
#include "central_oauth/cli/Terminal.h"

#include "ScriptedServer.h"
#include "central_oauth/cli/StopRequest.h"

#include <algorithm>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::cli;
using namespace central_oauth::cli::test;

class TerminalTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TerminalTest);
    CPPUNIT_TEST(testColoursOnlyWhatMayBeColoured);
    CPPUNIT_TEST(testAsks);
    CPPUNIT_TEST(testEndsTheLineOfAnInterruptedQuestion);
    CPPUNIT_TEST(testColoursMessagesAndNeverTheOutput);
    CPPUNIT_TEST_SUITE_END();

    std::ostringstream _output;
    std::ostringstream _messages;

public:
    void testColoursOnlyWhatMayBeColoured() {
        const Terminal plain(_output, _messages, {.interactive = true});
        CPPUNIT_ASSERT_EQUAL(std::string("code"), plain.styled(Terminal::Style::strong, "code"));
        const Terminal coloured(_output, _messages, {.interactive = true, .coloured = true});
        CPPUNIT_ASSERT_EQUAL(std::string("\x1b[1mcode\x1b[0m"),
                             coloured.styled(Terminal::Style::strong, "code"));
        CPPUNIT_ASSERT(coloured.styled(Terminal::Style::good, "x") !=
                       coloured.styled(Terminal::Style::bad, "x"));
    }

    void testAsks() {
        bool wasHidden = false;
        Terminal terminal(_output, _messages, {.answers = true}, [&](bool hidden, const auto& ready) {
            CPPUNIT_ASSERT_MESSAGE("nothing is typed before it is hidden",
                                   _messages.str().empty() || !hidden);
            ready();
            wasHidden = hidden;
            return std::optional<std::string>("y");
        });
        CPPUNIT_ASSERT(terminal.ask("Key: ", true) == std::optional<std::string>("y"));
        CPPUNIT_ASSERT(wasHidden);
        CPPUNIT_ASSERT(terminal.ask("Sure? ") == std::optional<std::string>("y"));
        CPPUNIT_ASSERT(!wasHidden);
        CPPUNIT_ASSERT_EQUAL(std::string("Key: \nSure? "), _messages.str());
        CPPUNIT_ASSERT_EQUAL(std::string(), _output.str());
        terminal.refuseInput();
        CPPUNIT_ASSERT(!terminal.traits().answers);
    }

    void testEndsTheLineOfAnInterruptedQuestion() {
        Terminal terminal(_output, _messages, {.answers = true},
                          [](bool, const auto& ready) -> std::optional<std::string> {
                              ready();
                              throw Interrupted();
                          });
        CPPUNIT_ASSERT_THROW(static_cast<void>(terminal.ask("Key: ", true)), Interrupted);
        CPPUNIT_ASSERT_EQUAL(std::string("Key: \n"), _messages.str());
    }

    void testColoursMessagesAndNeverTheOutput() {
        ProgramRun program;
        program.traits = {.interactive = true, .coloured = true};
        program.http.answer(201, linkBody());
        program.http.answer(200, tokenBody());
        CPPUNIT_ASSERT_EQUAL(0, program.run({"login", "jira", "--no-qr"}));
        CPPUNIT_ASSERT(program.says("Your one-time code: \x1b[1m4829-1370-6154\x1b[0m\n"));
        CPPUNIT_ASSERT(program.says("\x1b[1;32mLinked Mia Krystof\x1b[0m (mia"));
        CPPUNIT_ASSERT_EQUAL(std::string("acc_1\n"), program.output);
        ProgramRun failed;
        failed.traits = program.traits;
        CPPUNIT_ASSERT_EQUAL(64, failed.run({"frobnicate"}));
        CPPUNIT_ASSERT(failed.says("\x1b[1;31mcentral-oauth:\x1b[0m there is no command"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TerminalTest);
