// SPDX-License-Identifier: Apache-2.0
// The command-line client as a process against the real daemon: output, messages and every exit status.
#include "ClientFixture.h"

#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::test;

class ClientTest : public ClientFixture {
    CPPUNIT_TEST_SUITE(ClientTest);
    CPPUNIT_TEST(testLifeOfAnAccount);
    CPPUNIT_TEST(testHelpAndVersionNeedNoServer);
    CPPUNIT_TEST(testNoAccountExitsWith1);
    CPPUNIT_TEST(testDeadGrantExitsWith2);
    CPPUNIT_TEST(testUnreachableServerExitsWith3);
    CPPUNIT_TEST(testRefusedKeyExitsWith5);
    CPPUNIT_TEST(testMissingScopeExitsWith5);
    CPPUNIT_TEST(testUnknownAccountExitsWith6);
    CPPUNIT_TEST(testWrongUsageExitsWith64);
    CPPUNIT_TEST(testCredentialOnTheCommandLineIsNotRepeated);
    CPPUNIT_TEST(testForeignServerExitsWith70);
    CPPUNIT_TEST_SUITE_END();

public:
    void testLifeOfAnAccount() {
        auto login = startLogin({"login", "jira", "--subject", "user-7", "--label", "CI"});
        approve(login.link);
        const auto linked = end(login);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(linked.errors, 0, linked.exitCode);
        const auto account = accountOf(linked);
        expectText(linked.errors, "Linked Ada Lovelace");
        expectText(linked.errors, "central-oauth token " + account);

        const auto token = run({"token"});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(token.errors, 0, token.exitCode);
        const auto held = _service->get("/v1/tokens/" + account, _service->key()).text("access_token");
        CPPUNIT_ASSERT_MESSAGE("the token must stand alone on stdout", token.output == held + "\n");
        CPPUNIT_ASSERT_EQUAL(std::string(), token.errors);
        CPPUNIT_ASSERT(run({"token", account}).output == token.output);
        _secrets.insert(held);

        const auto accounts = run({"accounts"});
        CPPUNIT_ASSERT_EQUAL(0, accounts.exitCode);
        CPPUNIT_ASSERT_EQUAL(2L, std::count(accounts.output.begin(), accounts.output.end(), '\n'));
        for (const std::string& cell : {account, std::string("jira"), std::string("Ada Lovelace"),
                                        std::string("Acme"), std::string("active")})
            expectText(accounts.output, cell);
        CPPUNIT_ASSERT_EQUAL(std::string(), run({"accounts", "--subject", "user-8"}).output);

        const auto revoked = run({"revoke", account, "--yes"});
        CPPUNIT_ASSERT_EQUAL(0, revoked.exitCode);
        expectText(revoked.output, account);
        expectText(revoked.output, "deleted");
        CPPUNIT_ASSERT_EQUAL(6, run({"token", account}).exitCode);
        CPPUNIT_ASSERT_EQUAL(1, run({"token"}).exitCode);
        expectNoSecrets(_service->log());
    }

    void testHelpAndVersionNeedNoServer() {
        const Environment nothing;
        for (const Arguments& arguments :
             {Arguments{"--help"}, {"help"}, {"help", "login"}, {"token", "--help"}}) {
            const auto help = run(arguments, nothing);
            CPPUNIT_ASSERT_EQUAL(0, help.exitCode);
            expectText(help.output, "central-oauth");
            CPPUNIT_ASSERT_EQUAL(std::string(), help.errors);
        }
        const auto version = run({"--version"}, nothing);
        CPPUNIT_ASSERT_EQUAL(0, version.exitCode);
        CPPUNIT_ASSERT_EQUAL(std::string("central-oauth "), version.output.substr(0, 14));
    }

    void testNoAccountExitsWith1() {
        const auto token = run({"token"});
        expectFailure(1, token);
        expectText(token.errors, "central-oauth login PROVIDER");
        const auto accounts = run({"accounts"});
        CPPUNIT_ASSERT_EQUAL(0, accounts.exitCode);
        CPPUNIT_ASSERT_EQUAL(std::string(), accounts.output);
    }

    void testDeadGrantExitsWith2() {
        const auto linked = linkWithTokenOf(90, R"({"subject":"user-7"})");
        _simulator->control("POST", "revoke_grant", R"({"user":"ada"})");
        const auto dead = run({"token"});
        expectFailure(2, dead);
        expectText(dead.errors, "revoked_or_expired");
        expectText(dead.errors, "central-oauth login jira --subject user-7");
        expectFailure(2, run({"token", linked.text("account_id")}));
        expectText(run({"accounts"}).output, "needs_reauth");
    }

    void testUnreachableServerExitsWith3() {
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
        for (const Arguments& arguments :
             {Arguments{"token"}, {"token", "acc_x"}, {"accounts"}, {"revoke", "acc_x", "--yes"}}) {
            const auto refused = run(arguments);
            expectFailure(3, refused);
            expectText(refused.errors, "CENTRAL_OAUTH_URL");
        }
        auto environment = clientEnvironment();
        environment["CENTRAL_OAUTH_URL"] = "http://127.0.0.1:1";
        expectFailure(3, run({"login", "jira"}, environment));
    }

    void testRefusedKeyExitsWith5() {
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
        const auto removed = _service->addClient("short-lived");
        CPPUNIT_ASSERT_EQUAL(0, _service->run({"client", "remove", "short-lived", "--yes"}).exitCode);
        _service->start();
        auto typo = _service->key();
        typo[20] = typo[20] == 'A' ? 'B' : 'A';
        for (const auto& key : {removed, typo, "cok_" + std::string(61, 'q'), std::string("cok_short"),
                                "cos_" + std::string(61, 'q'), std::string("nonsense")}) {
            _secrets.insert(key);
            auto environment = clientEnvironment();
            environment["CENTRAL_OAUTH_CLIENT_KEY"] = key;
            for (const Arguments& arguments : {Arguments{"accounts"}, {"token", "acc_x"}, {"login", "jira"}})
                expectFailure(5, run(arguments, environment));
        }
    }

    void testMissingScopeExitsWith5() {
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
        auto environment = clientEnvironment();
        const auto key = _service->addClient("reader", "accounts");
        _service->start();
        environment["CENTRAL_OAUTH_URL"] = _service->url();
        environment["CENTRAL_OAUTH_CLIENT_KEY"] = key;
        _secrets.insert(key);
        CPPUNIT_ASSERT_EQUAL(0, run({"accounts"}, environment).exitCode);
        const auto refused = run({"login", "jira"}, environment);
        expectFailure(5, refused);
        expectText(refused.errors, "the scope link");
        expectFailure(5, run({"token", "acc_x"}, environment));
        expectFailure(5, run({"revoke", "acc_x", "--yes"}, environment));
    }

    void testUnknownAccountExitsWith6() {
        expectFailure(6, run({"token", "acc_nobody"}));
        const auto revoke = run({"revoke", "acc_nobody", "--yes"});
        expectFailure(6, revoke);
        expectText(revoke.errors, "central-oauth accounts");
    }

    // Where a shell may evaluate the output, an unknown format must stop the shell.
    static std::string outputFor(const Arguments& arguments) {
        return !arguments.empty() && arguments.front() == "token" ? "false\n" : "";
    }

    void testWrongUsageExitsWith64() {
        for (const Arguments& arguments : {Arguments{},
                                           {"frobnicate"},
                                           {"login"},
                                           {"login", "jira", "confluence"},
                                           {"login", "trello"},
                                           {"login", "jira", "--sub", "x"},
                                           {"token", "--min-ttl", "soon"},
                                           {"token", "acc_x", "--min-ttl", "541"},
                                           {"revoke"},
                                           {"accounts", "--ca", "/nonexistent.pem"}})
            expectFailure(64, run(arguments), outputFor(arguments));
        auto environment = clientEnvironment();
        environment["CENTRAL_OAUTH_URL"] = "http://oauth.example.com";
        expectFailure(64, run({"accounts"}, environment));
        environment = clientEnvironment();
        environment.erase("CENTRAL_OAUTH_CLIENT_KEY");
        const auto keyless = run({"accounts"}, environment);
        expectFailure(64, keyless);
        expectText(keyless.errors, "CENTRAL_OAUTH_CLIENT_KEY is not set");
    }

    void testCredentialOnTheCommandLineIsNotRepeated() {
        for (const Arguments& arguments : {Arguments{_service->key()},
                                           {"token", _service->key()},
                                           {"login", "jira", "--subject", _service->key()},
                                           {"login", "jira", "--label=" + _service->key()}})
            expectFailure(64, run(arguments), outputFor(arguments));
    }

    void testForeignServerExitsWith70() {
        auto environment = clientEnvironment();
        environment["CENTRAL_OAUTH_URL"] = _simulator->url() + "/authorize";
        const auto accounts = run({"accounts"}, environment);
        expectFailure(70, accounts);
        expectText(accounts.errors, "CENTRAL_OAUTH_URL");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClientTest);
