// SPDX-License-Identifier: Apache-2.0
// Accounts by the name that a person gives them: list, selection, explanation, removal.
#include "ClientFixture.h"

#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::test;

class ClientAccountTest : public ClientFixture {
    CPPUNIT_TEST_SUITE(ClientAccountTest);
    CPPUNIT_TEST(testAccountsAsJson);
    CPPUNIT_TEST(testAccountByEachOfItsNames);
    CPPUNIT_TEST(testSubjectBeyondAscii);
    CPPUNIT_TEST(testInvalidSubjects);
    CPPUNIT_TEST(testSeveralMatchesAreListed);
    CPPUNIT_TEST(testUnknownNamesExitWith6);
    CPPUNIT_TEST(testExplainAWorkingAccount);
    CPPUNIT_TEST(testExplainedCommandFixesADeadGrant);
    CPPUNIT_TEST(testRevokeIsAnsweredAtATerminal);
    CPPUNIT_TEST(testRevokeNeedsYesWithoutATerminal);
    CPPUNIT_TEST_SUITE_END();

public:
    void testAccountsAsJson() {
        _simulator->control("POST", "users",
                            R"({"handle":"ada","name":"Z\u00f6e \ud83d\udc8e \u202eada\u001b[2J\"\\"})");
        const auto first = link("one", "first");
        const auto second = link("two", "second");
        const auto json = run({"accounts", "--json"});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(json.errors, 0, json.exitCode);
        CPPUNIT_ASSERT_MESSAGE("not ASCII", std::all_of(json.output.begin(), json.output.end(), [](char c) {
                                   return static_cast<unsigned char>(c) < 0x7f;
                               }));
        writeFile(inHome("printed.json"), json.output);
        writeFile(inHome("served.json"), _service->get("/v1/accounts", _service->key()).body);
        const auto same = shell("cd \"$HOME\"\njq -Se 'map(del(.last_used_at))' printed.json >a\n"
                                "jq -Se '.items | map(del(.last_used_at))' served.json >b\ncmp a b\n"
                                "jq -r 'map(.subject) | sort | join(\" \")' printed.json",
                                clientEnvironment());
        CPPUNIT_ASSERT_EQUAL_MESSAGE(same.output + same.errors, 0, same.exitCode);
        CPPUNIT_ASSERT_EQUAL(std::string("one two\n"), same.output);
        const auto one = run({"accounts", "--json", "--subject", "one"});
        expectText(one.output, first);
        expectNoText(one.output, second);
        const auto none =
            shell("central-oauth accounts --json --subject nobody | jq -c .", clientEnvironment());
        CPPUNIT_ASSERT_EQUAL(std::string("[]\n"), none.output);
    }

    void testAccountByEachOfItsNames() {
        const auto account = link("user 7", "my laptop");
        const auto item = _service->get("/v1/accounts/" + account, _service->key()).json();
        const auto token = run({"token", account}).output;
        const auto person = item->getObject("upstream");
        const auto site = item->getObject("site");
        const auto email = person->optValue<std::string>("email", "");
        for (const std::string& name :
             {std::string("my laptop"), site->getValue<std::string>("name"),
              site->getValue<std::string>("url"), std::string("user 7"),
              person->getValue<std::string>("display_name"), std::string("jira"), email}) {
            if (name.empty())
                continue;
            const auto found = run({"token", name});
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name + ": " + found.errors, 0, found.exitCode);
            CPPUNIT_ASSERT(found.output == token);
            CPPUNIT_ASSERT(run({"token", "--account", name}).output == token);
        }
        // Names match exactly: a prefix does not.
        expectFailure(6, run({"token", "my lap"}));
    }

    void testSubjectBeyondAscii() {
        const std::string subject = "Zo\u00eb \u4f8b \U0001f48e";
        const auto account = link(subject, "");
        const auto other = link("Zo\u00eb", "");
        for (const Arguments& arguments : {Arguments{"token", account},
                                           {"token", subject},
                                           {"explain", account},
                                           {"accounts"},
                                           {"revoke", account, "--yes"}}) {
            auto words = arguments;
            words.insert(words.end(), {"--subject", subject});
            const auto finished = run(words);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(arguments.front() + ": " + finished.errors, 0, finished.exitCode);
            expectNoText(finished.output, other);
        }
        expectFailure(6, run({"token", other, "--subject", "Zoe"}));
        CPPUNIT_ASSERT_EQUAL(0, run({"token", other, "--subject", "Zo\u00eb"}).exitCode);
    }

    // Each is refused as the caller's mistake, before anything is sent.
    void testInvalidSubjects() {
        const auto account = link("one", "");
        for (const std::string subject :
             {"Zo\xeb", "\u00a0", "one\u00a0", "\u3000one", " one", "a\u0085b", "a\nb"}) {
            for (const Arguments& arguments :
                 {Arguments{"token", account}, {"accounts"}, {"login", "jira", "--no-browser"}}) {
                auto words = arguments;
                words.insert(words.end(), {"--subject", subject});
                const auto refused = run(words);
                expectFailure(64, refused);
                expectText(refused.errors, "--subject");
                expectNoText(refused.errors, "server");
            }
        }
    }

    void testSeveralMatchesAreListed() {
        const auto one = link("one", "");
        const auto two = link("two", "jira");
        for (const Arguments& arguments : {Arguments{"token"},
                                           {"token", "Ada Lovelace"},
                                           {"explain", "Ada Lovelace"},
                                           {"revoke", "Ada Lovelace", "--yes"}}) {
            const auto several = run(arguments);
            expectFailure(64, several);
            expectText(several.errors, one);
            expectText(several.errors, two);
        }
        // A label selects among the accounts of one provider.
        CPPUNIT_ASSERT(run({"token", "jira"}).output == run({"token", two}).output);
        CPPUNIT_ASSERT_EQUAL(0, run({"token", two}).exitCode);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("nothing may be deleted", 2L, lines(run({"accounts"}).output) - 1);
    }

    void testUnknownNamesExitWith6() {
        (void)link("one", "");
        for (const std::string command : {"token", "explain", "revoke"}) {
            for (const std::string name :
                 {"acc_nobody", "nobody", "../accounts", "acc_1/../..", "\u202eadA"}) {
                Arguments arguments{command, name};
                if (command == "revoke")
                    arguments.push_back("--yes");
                const auto unknown = run(arguments);
                expectFailure(6, unknown);
                expectText(unknown.errors, "central-oauth accounts");
            }
        }
        expectFailure(64, run({"token", "one", "--account", "two"}), "false\n");
    }

    void testExplainAWorkingAccount() {
        const auto account = link("user-7", "my laptop");
        const auto told = run({"explain", "my laptop"});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(told.errors, 0, told.exitCode);
        for (const std::string& part :
             {account, std::string("Ada Lovelace"), std::string("Acme"), std::string("read:jira-work"),
              std::string("user-7"), "central-oauth token " + account})
            expectText(told.output, part);
        const auto json =
            shell("central-oauth explain \"my laptop\" --json | jq -r .account_id", clientEnvironment());
        CPPUNIT_ASSERT_EQUAL_MESSAGE(json.errors, account + "\n", json.output);
    }

    // Runs the command that the explanation shows, word for word.
    void testExplainedCommandFixesADeadGrant() {
        const auto account = link("user '7'", "my laptop");
        _simulator->control("POST", "revoke_grant", R"({"user":"ada"})");
        _service->advanceClock(3500);
        CPPUNIT_ASSERT_EQUAL(2, run({"token"}).exitCode);
        const auto told = run({"explain", account});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(told.errors, 2, told.exitCode);
        expectText(told.output, "revoked_or_expired");
        const std::string command = "central-oauth login jira";
        const auto at = told.output.find(command);
        CPPUNIT_ASSERT_MESSAGE(told.output, at != std::string::npos);
        const auto next = told.output.substr(at, told.output.find('\n', at) - at);

        Login login;
        login.process = std::make_unique<ChildProcess>(
            "/bin/sh", Arguments{"-euc", "PATH='" + programPath("").string() + "':$PATH\nexec " + next},
            clientEnvironment());
        const auto code = login.process->waitForErrorLine("code: ");
        login.link = {
            {}, code.substr(code.find("code: ") + 6), login.process->waitForErrorLine("/link/"), {}};
        approve(login.link);
        const auto linked = end(login);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(linked.errors, 0, linked.exitCode);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("another account", account, accountOf(linked));
        CPPUNIT_ASSERT_EQUAL(0, run({"token"}).exitCode);
        expectText(run({"explain", account}).output, "central-oauth token " + account);
    }

    void testRevokeIsAnsweredAtATerminal() {
        const auto account = link("one", "");
        for (const std::string keys :
             {"n\n", "\n", "maybe\n", PseudoTerminal::endOfFile, PseudoTerminal::interrupt}) {
            auto asked = onTerminal({"revoke", account});
            expectText(asked->waitForText("[y/N]"), "Delete Ada Lovelace at jira (" + account + ")?");
            asked->send(keys);
            const int code = asked->wait();
            CPPUNIT_ASSERT_EQUAL_MESSAGE(asked->screen(), keys == PseudoTerminal::interrupt ? 130 : 0, code);
            CPPUNIT_ASSERT_EQUAL_MESSAGE("the account was deleted", 0, run({"token", account}).exitCode);
        }
        auto asked = onTerminal({"revoke", account});
        asked->waitForText("[y/N]");
        asked->send("y\n");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(asked->screen(), 0, asked->wait());
        expectText(asked->screen(), "deleted");
        expectFailure(6, run({"token", account}));

        const auto another = link("two", "");
        auto unasked = onTerminal({"revoke", another, "--yes"});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(unasked->screen(), 0, unasked->wait());
        expectNoText(unasked->screen(), "[y/N]");
        expectFailure(6, run({"token", another}));
    }

    void testRevokeNeedsYesWithoutATerminal() {
        const auto account = link("one", "");
        for (const auto& refused :
             {run({"revoke", account}), runWithInput({"revoke", account}, clientEnvironment(), "y\n")}) {
            expectFailure(64, refused);
            expectText(refused.errors, "--yes");
        }
        auto environment = clientEnvironment();
        environment["CI"] = "true";
        const std::pair<Arguments, Environment> silent[] = {
            {{"revoke", account, "--no-input"}, clientEnvironment()}, {{"revoke", account}, environment}};
        for (const auto& [arguments, variables] : silent) {
            auto screen = onTerminal(arguments, variables);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(screen->screen(), 64, screen->wait());
        }
        CPPUNIT_ASSERT_EQUAL(0, run({"token", account}).exitCode);
        CPPUNIT_ASSERT_EQUAL(0, run({"revoke", account, "--yes"}).exitCode);
        expectFailure(6, run({"token", account}));
    }

private:
    // Links a Jira account of that subject and label over the API.
    [[nodiscard]] std::string link(const std::string& subject, const std::string& label) const {
        auto body = R"({"provider":"jira","subject":")" + subject + '"';
        if (!label.empty())
            body += R"(,"label":")" + label + '"';
        const auto linked = _service->linkAccount(body + "}");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(linked.body, 200, linked.status);
        return linked.text("account_id");
    }

    static long lines(const std::string& text) { return std::count(text.begin(), text.end(), '\n'); }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClientAccountTest);
