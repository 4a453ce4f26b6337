// SPDX-License-Identifier: Apache-2.0
// The environment of a login: the browser, the QR code, lines for programs.
#include "ScriptedServer.h"
#include "SettingsFolder.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::cli::test;

class LoginSurroundingsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LoginSurroundingsTest);
    CPPUNIT_TEST(testOpensTheBrowser);
    CPPUNIT_TEST(testOpensNoBrowserWhereNoneIsWanted);
    CPPUNIT_TEST(testShowsTheQrCodeWhereNoBrowserStarts);
    CPPUNIT_TEST(testPrintsLinesForPrograms);
    CPPUNIT_TEST(testEscapesWhatProgramsRead);
    CPPUNIT_TEST(testSaysThatTheKeyNeedsASubject);
    CPPUNIT_TEST(testExplainsAnUnknownProvider);
    CPPUNIT_TEST_SUITE_END();

    static constexpr const char* block = "\u2588";
    static constexpr const char* page = "http://127.0.0.1:8080/link/aaaabbbbccccddddeeee22";

    SettingsFolder _place;

    // Sets up a desktop with a browser.
    void prepare(ProgramRun& run) const {
        const auto opener = _place.home() / "xdg-open";
        SettingsFolder::write(opener, "");
        std::filesystem::permissions(opener, std::filesystem::perms::owner_all);
        run.traits.interactive = true;
        run.variables["DISPLAY"] = ":0";
        run.variables["PATH"] = _place.home().string();
        run.http.answer(201, linkBody());
        run.http.answer(200, tokenBody());
    }

public:
    void testOpensTheBrowser() {
        ProgramRun run;
        prepare(run);
        CPPUNIT_ASSERT_EQUAL(0, run.run({"login", "jira"}));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, run.started.size());
        CPPUNIT_ASSERT((central_oauth::cli::ProgramCommand{(_place.home() / "xdg-open").string(), page}) ==
                       run.started[0]);
        CPPUNIT_ASSERT(run.says("4829-1370-6154") && run.says(page));
        CPPUNIT_ASSERT(run.says("The page should open in your browser now."));
        CPPUNIT_ASSERT(!run.says(block));
        ProgramRun both;
        prepare(both);
        CPPUNIT_ASSERT_EQUAL(0, both.run({"login", "jira", "--qr"}));
        CPPUNIT_ASSERT(both.says(block) && both.started.size() == 1);
        ProgramRun remote;
        prepare(remote);
        remote.variables["SSH_CONNECTION"] = "x";
        CPPUNIT_ASSERT_EQUAL(0, remote.run({"login", "jira", "--browser"}));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, remote.started.size());
    }

    void testOpensNoBrowserWhereNoneIsWanted() {
        struct Case {
            const char* option;
            const char* variable;
            bool interactive;
        };
        for (const Case& each :
             {Case{"--no-browser", "", true}, Case{"--no-input", "", true}, Case{"--json", "CI", true},
              Case{"--json", "SSH_TTY", true}, Case{"--json", "", false}}) {
            ProgramRun run;
            prepare(run);
            run.traits.interactive = each.interactive;
            run.variables[each.variable] = "x";
            CPPUNIT_ASSERT_EQUAL(0, run.run({"login", "jira", each.option}));
            CPPUNIT_ASSERT_EQUAL(std::size_t{0}, run.started.size());
            CPPUNIT_ASSERT_EQUAL(each.interactive, run.says(block));
        }
        ProgramRun both;
        prepare(both);
        CPPUNIT_ASSERT_EQUAL(0, both.run({"login", "jira", "--browser", "--no-input"}));
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, both.started.size());
    }

    void testShowsTheQrCodeWhereNoBrowserStarts() {
        ProgramRun run;
        prepare(run);
        run.canStart = false;
        CPPUNIT_ASSERT_EQUAL(0, run.run({"login", "jira"}));
        CPPUNIT_ASSERT(run.says(block) && !run.says("browser could"));
        ProgramRun wanted;
        prepare(wanted);
        wanted.variables.erase("DISPLAY");
        CPPUNIT_ASSERT_EQUAL(0, wanted.run({"login", "jira", "--browser"}));
        CPPUNIT_ASSERT(wanted.says(block) && wanted.says("No browser could be started here."));
    }

    void testPrintsLinesForPrograms() {
        ProgramRun run;
        run.http.answer(201, linkBody());
        run.http.answer(200, tokenBody());
        CPPUNIT_ASSERT_EQUAL(0, run.run({"login", "jira", "--json"}));
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                R"({"event":"link","link_code":"482913706154","link_code_display":"4829-1370-6154",)"
                R"("verification_url":"http://127.0.0.1:8080/link/aaaabbbbccccddddeeee22","expires_in":600,)"
                R"("resumed":false})"
                "\n"
                R"({"event":"linked","account_id":"acc_1","provider":"jira","subject":null,)"
                R"("display_name":"Mia Krystof","email":"mia@example.com",)"
                R"("site":{"cloud_id":"c-1","name":"Acme","url":"https://acme.example"},)"
                R"("scopes":["read:jira-work","write:jira-work","offline_access"],)"
                R"("valid_until":"2026-11-24T06:44:17Z"})"
                "\n"),
            run.output);
    }

    void testEscapesWhatProgramsRead() {
        ProgramRun run;
        run.http.answer(201, linkBody());
        run.http.answer(200, tokenBody(R"(\u001b[2JEv\u00e9 \"x\" \ud83d\udc8e)"));
        CPPUNIT_ASSERT_EQUAL(0, run.run({"login", "jira", "--json"}));
        CPPUNIT_ASSERT_MESSAGE(run.output,
                               run.output.find(R"("display_name":"Ev\u00e9 \"x\" \ud83d\udc8e",)") !=
                                   std::string::npos);
        CPPUNIT_ASSERT(run.output.find(accessToken) == std::string::npos);
    }

    void testSaysThatTheKeyNeedsASubject() {
        ProgramRun login;
        login.http.answer(
            400, errorBody(
                     "invalid_request",
                     R"("hint":"This client has to say for which of its users the link is: send subject.")"));
        CPPUNIT_ASSERT_EQUAL(64, login.run({"login", "jira"}));
        CPPUNIT_ASSERT(login.says("meant for a server with several users"));
        CPPUNIT_ASSERT(login.says("--subject S"));
        ProgramRun accounts;
        accounts.http.answer(
            400,
            errorBody(
                "invalid_request",
                R"("hint":"This client has to say which of its users the request is for: send the header Subject.")"));
        CPPUNIT_ASSERT_EQUAL(64, accounts.run({"accounts"}));
        CPPUNIT_ASSERT(accounts.says("--subject S"));
    }

    void testExplainsAnUnknownProvider() {
        ProgramRun login;
        login.http.answer(
            400, errorBody("invalid_request",
                           R"("hint":"There is no provider of that name; GET /v1/providers lists them.")"));
        CPPUNIT_ASSERT_EQUAL(64, login.run({"login", "jirra"}));
        CPPUNIT_ASSERT(login.says("next: ask the operator for the names of the configured providers\n"));
        ProgramRun elsewhere;
        elsewhere.http.answer(404, errorBody("not_found"));
        CPPUNIT_ASSERT_EQUAL(64, elsewhere.run({"login", "jira"}));
        CPPUNIT_ASSERT(elsewhere.says("check that the url is"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LoginSurroundingsTest);
