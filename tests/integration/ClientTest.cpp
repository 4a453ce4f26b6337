// SPDX-License-Identifier: Apache-2.0
// The command-line client as a process against the real daemon: output, messages and every exit status.
#include "../support/ServiceUnderTest.h"

#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <set>

using namespace central_oauth::test;

class ClientTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ClientTest);
    CPPUNIT_TEST(testLifeOfAnAccount);
    CPPUNIT_TEST(testTokenIsRefreshedOnDemand);
    CPPUNIT_TEST(testDeclinedAndExpiredLoginsExitWith4);
    CPPUNIT_TEST(testInterruptedLoginCancelsTheLink);
    CPPUNIT_TEST(testHostileTextIsHarmless);
    CPPUNIT_TEST(testHelpAndVersionNeedNoServer);
    CPPUNIT_TEST(testNoAccountExitsWith1);
    CPPUNIT_TEST(testDeadGrantExitsWith2);
    CPPUNIT_TEST(testUnreachableServerExitsWith3);
    CPPUNIT_TEST(testRefusedKeyExitsWith5);
    CPPUNIT_TEST(testMissingScopeExitsWith5);
    CPPUNIT_TEST(testUnknownAccountExitsWith6);
    CPPUNIT_TEST(testWrongUsageExitsWith64);
    CPPUNIT_TEST(testCredentialOnTheCommandLineIsNotRepeated);
    CPPUNIT_TEST(testSeveralAccountsMustBeNamed);
    CPPUNIT_TEST(testForeignServerExitsWith70);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _simulator = std::make_unique<Simulator>();
        _service = std::make_unique<ServiceUnderTest>(*_simulator);
        _secrets = {_service->key()};
    }

    void tearDown() override {
        _service.reset();
        _simulator.reset();
    }

    void testLifeOfAnAccount() {
        auto login = startLogin({"login", "jira", "--subject", "user-7", "--label", "CI"});
        approve(login);
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

        const auto revoked = run({"revoke", account});
        CPPUNIT_ASSERT_EQUAL(0, revoked.exitCode);
        expectText(revoked.output, account);
        expectText(revoked.output, "deleted");
        CPPUNIT_ASSERT_EQUAL(6, run({"token", account}).exitCode);
        CPPUNIT_ASSERT_EQUAL(1, run({"token"}).exitCode);
        expectNoSecrets(_service->log());
    }

    void testTokenIsRefreshedOnDemand() {
        const auto linked = linkWithTokenOf(400);
        const auto first = run({"token"});
        CPPUNIT_ASSERT(first.output == linked.text("access_token") + "\n");
        const auto longer = run({"token", "--min-ttl", "500"});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(longer.errors, 0, longer.exitCode);
        CPPUNIT_ASSERT(longer.output != first.output);
        CPPUNIT_ASSERT_EQUAL(std::string(), longer.errors);
        CPPUNIT_ASSERT_EQUAL(1, _simulator->tokenCalls("refresh_token"));
    }

    void testDeclinedAndExpiredLoginsExitWith4() {
        // All of them at once: each waits its five seconds before it asks.
        auto expiring = startLogin({"login", "jira", "--subject", "late user"});
        _service->advanceClock(601);
        auto declined = startLogin({"login", "jira"});
        auto refused = startLogin({"login", "jira"});
        WebBrowser browser;
        const auto page = browser.open(declined.link.url);
        (void)browser.post(page.url, _service->url(),
                           {{"csrf", page.inputValue("csrf")}, {"decision", "decline"}});
        (void)ServiceUnderTest::consent(browser, _service->approve(browser, refused.link), false);

        for (auto* login : {&declined, &refused}) {
            const auto ended = end(*login);
            CPPUNIT_ASSERT_EQUAL(4, ended.exitCode);
            CPPUNIT_ASSERT_EQUAL(std::string(), ended.output);
            expectText(ended.errors, "declined in the browser");
            expectText(ended.errors, "start again with: central-oauth login jira\n");
            expectText(ended.errors, "request id: ");
        }
        const auto expired = end(expiring);
        CPPUNIT_ASSERT_EQUAL(4, expired.exitCode);
        CPPUNIT_ASSERT_EQUAL(std::string(), expired.output);
        expectText(expired.errors, "expired");
        expectText(expired.errors, "central-oauth login jira --subject 'late user'");
    }

    void testInterruptedLoginCancelsTheLink() {
        auto login = startLogin({"login", "jira"});
        WebBrowser browser;
        const auto before = browser.open(login.link.url);
        CPPUNIT_ASSERT(!before.inputValue("csrf").empty());
        (void)login.process->waitForErrorLine("Waiting");
        login.process->signal(SIGINT);
        const auto ended = end(login);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(ended.errors, 130, ended.exitCode);
        CPPUNIT_ASSERT_EQUAL(std::string(), ended.output);
        expectText(ended.errors, "Cancelled: the code is not valid any more.");
        const auto after = browser.open(before.url);
        CPPUNIT_ASSERT(after.inputValue("csrf").empty());
        expectText(after.html, "cancelled this link");
        expectText(_service->log(), "link.cancelled");
    }

    void testHostileTextIsHarmless() {
        for (const std::string hostile : {"red\x1b[31m\nCancelled", "\u202edellecnaC"})
            expectFailure(64, run({"login", "jira", "--label", hostile}));
        _simulator->control("POST", "users",
                            R"({"handle":"ada","name":"Eve\u001b[2J\u001b]0;x\u0007\r\nLinked \u202eyou"})");
        const std::string label = "<script>alert(1)</script>\"'";
        auto login = startLogin({"login", "jira", "--label", label, "--subject", "'; rm -rf \"$HOME\" #"});
        WebBrowser browser;
        const auto page = browser.open(login.link.url);
        CPPUNIT_ASSERT(!page.contains("<script"));
        approve(login);
        const auto linked = end(login);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(linked.errors, 0, linked.exitCode);
        const auto account = accountOf(linked);
        expectText(linked.errors, "Linked Eve");
        const auto accounts = run({"accounts"});
        CPPUNIT_ASSERT_EQUAL(0, accounts.exitCode);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("a name must not make a line of its own", 2L,
                                     std::count(accounts.output.begin(), accounts.output.end(), '\n'));
        _simulator->control("POST", "revoke_grant", R"({"user":"ada"})");
        _service->advanceClock(3500);
        const auto dead = run({"token", account});
        CPPUNIT_ASSERT_EQUAL(2, dead.exitCode);
        expectText(dead.errors, R"(--subject ''\''; rm -rf "$HOME" #')");
    }

    void testHelpAndVersionNeedNoServer() {
        const ChildProcess::Environment nothing;
        for (const std::vector<std::string>& arguments :
             {std::vector<std::string>{"--help"}, {"help"}, {"help", "login"}, {"token", "--help"}}) {
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
        for (const std::vector<std::string>& arguments :
             {std::vector<std::string>{"token"}, {"token", "acc_x"}, {"accounts"}, {"revoke", "acc_x"}}) {
            const auto refused = run(arguments);
            expectFailure(3, refused);
            expectText(refused.errors, "CENTRAL_OAUTH_URL");
        }
        auto environment = _service->clientEnvironment();
        environment["CENTRAL_OAUTH_URL"] = "http://127.0.0.1:1";
        expectFailure(3, run({"login", "jira"}, environment));
    }

    void testRefusedKeyExitsWith5() {
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
        const auto removed = _service->addClient("short-lived");
        CPPUNIT_ASSERT_EQUAL(0, _service->run({"client", "remove", "short-lived"}).exitCode);
        _service->start();
        auto typo = _service->key();
        typo[20] = typo[20] == 'A' ? 'B' : 'A';
        for (const auto& key : {removed, typo, "cok_" + std::string(61, 'q'), std::string("cok_short"),
                                "cos_" + std::string(61, 'q'), std::string("nonsense")}) {
            _secrets.insert(key);
            auto environment = _service->clientEnvironment();
            environment["CENTRAL_OAUTH_CLIENT_KEY"] = key;
            for (const std::vector<std::string>& arguments :
                 {std::vector<std::string>{"accounts"}, {"token", "acc_x"}, {"login", "jira"}})
                expectFailure(5, run(arguments, environment));
        }
    }

    void testMissingScopeExitsWith5() {
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
        auto environment = _service->clientEnvironment();
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
        expectFailure(5, run({"revoke", "acc_x"}, environment));
    }

    void testUnknownAccountExitsWith6() {
        expectFailure(6, run({"token", "acc_nobody"}));
        const auto revoke = run({"revoke", "acc_nobody"});
        expectFailure(6, revoke);
        expectText(revoke.errors, "central-oauth accounts");
    }

    void testWrongUsageExitsWith64() {
        for (const std::vector<std::string>& arguments : {std::vector<std::string>{},
                                                          {"frobnicate"},
                                                          {"login"},
                                                          {"login", "jira", "confluence"},
                                                          {"login", "trello"},
                                                          {"login", "jira", "--sub", "x"},
                                                          {"token", "--min-ttl", "soon"},
                                                          {"token", "acc_x", "--min-ttl", "541"},
                                                          {"token", "../accounts"},
                                                          {"revoke"},
                                                          {"accounts", "--ca", "/nonexistent.pem"}})
            expectFailure(64, run(arguments));
        auto environment = _service->clientEnvironment();
        environment["CENTRAL_OAUTH_URL"] = "http://oauth.example.com";
        expectFailure(64, run({"accounts"}, environment));
        environment = _service->clientEnvironment();
        environment.erase("CENTRAL_OAUTH_CLIENT_KEY");
        const auto keyless = run({"accounts"}, environment);
        expectFailure(64, keyless);
        expectText(keyless.errors, "CENTRAL_OAUTH_CLIENT_KEY is not set");
    }

    void testCredentialOnTheCommandLineIsNotRepeated() {
        for (const std::vector<std::string>& arguments : {std::vector<std::string>{_service->key()},
                                                          {"token", _service->key()},
                                                          {"login", "jira", "--subject", _service->key()},
                                                          {"login", "jira", "--label=" + _service->key()}})
            expectFailure(64, run(arguments));
    }

    void testSeveralAccountsMustBeNamed() {
        const auto one = _service->linkAccount(R"({"subject":"one"})").text("account_id");
        const auto two = _service->linkAccount(R"({"subject":"two"})").text("account_id");
        const auto token = run({"token"});
        expectFailure(64, token);
        expectText(token.errors, one);
        expectText(token.errors, two);
        CPPUNIT_ASSERT_EQUAL(0, run({"token", two}).exitCode);
    }

    void testForeignServerExitsWith70() {
        auto environment = _service->clientEnvironment();
        environment["CENTRAL_OAUTH_URL"] = _simulator->url() + "/authorize";
        const auto accounts = run({"accounts"}, environment);
        expectFailure(70, accounts);
        expectText(accounts.errors, "CENTRAL_OAUTH_URL");
    }

private:
    /// A login that has shown its code.
    struct Login {
        std::unique_ptr<ChildProcess> process;
        TestLink link;
    };

    [[nodiscard]] Login startLogin(const std::vector<std::string>& arguments) const {
        Login login;
        login.process = std::make_unique<ChildProcess>(programPath("central-oauth"), arguments,
                                                       _service->clientEnvironment());
        const auto code = login.process->waitForErrorLine("code: ");
        login.link.code = code.substr(code.find(": ") + 2);
        login.link.url = login.process->waitForErrorLine("/link/");
        return login;
    }

    void approve(const Login& login) const {
        WebBrowser browser;
        const auto done = ServiceUnderTest::consent(browser, _service->approve(browser, login.link));
        CPPUNIT_ASSERT_EQUAL(200, done.status);
    }

    [[nodiscard]] Finished end(const Login& login) const {
        const int code = login.process->wait();
        Finished finished{code, login.process->standardOutput(), login.process->standardError()};
        expectPlain(finished);
        expectNoSecrets(finished.output);
        return finished;
    }

    [[nodiscard]] Finished run(const std::vector<std::string>& arguments) const {
        return run(arguments, _service->clientEnvironment());
    }

    // Whatever a command is for, it prints no escape sequence, and no secret but a token where one was asked
    // for.
    [[nodiscard]] Finished run(const std::vector<std::string>& arguments,
                               const ChildProcess::Environment& environment) const {
        auto finished = runToEnd(programPath("central-oauth"), arguments, environment);
        expectPlain(finished);
        if (arguments.empty() || arguments.front() != "token")
            expectNoSecrets(finished.output);
        return finished;
    }

    void expectPlain(const Finished& finished) const {
        for (const auto* text : {&finished.output, &finished.errors}) {
            const bool plain = std::none_of(text->begin(), text->end(), [](char c) {
                return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == '\x7f';
            });
            CPPUNIT_ASSERT_MESSAGE("a control character was printed", plain);
            CPPUNIT_ASSERT_MESSAGE("a text direction was printed", text->find("\u202e") == std::string::npos);
        }
        expectNoSecrets(finished.errors);
    }

    void expectNoSecrets(const std::string& text) const {
        for (const auto& secret : _secrets)
            CPPUNIT_ASSERT_MESSAGE("a secret was printed", text.find(secret) == std::string::npos);
        CPPUNIT_ASSERT_MESSAGE("a link secret was printed", text.find("cos_") == std::string::npos);
    }

    static void expectText(const std::string& text, const std::string& part) {
        CPPUNIT_ASSERT_MESSAGE("no \"" + part + "\" in: " + text, text.find(part) != std::string::npos);
    }

    // A failure says what to do next, and nothing on stdout that a script could take for a result.
    static void expectFailure(int code, const Finished& finished) {
        CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.errors, code, finished.exitCode);
        CPPUNIT_ASSERT_EQUAL(std::string(), finished.output);
        expectText(finished.errors, "central-oauth: ");
        expectText(finished.errors, "\n  next: ");
    }

    // The account id is all that a login prints for scripts.
    static std::string accountOf(const Finished& login) {
        CPPUNIT_ASSERT_EQUAL(std::string("acc_"), login.output.substr(0, 4));
        CPPUNIT_ASSERT_EQUAL(login.output.size() - 1, login.output.find('\n'));
        return login.output.substr(0, login.output.size() - 1);
    }

    // An account whose access token lives so many seconds.
    [[nodiscard]] HttpAnswer linkWithTokenOf(int seconds, const std::string& body = "{}") {
        _simulator->control("POST", "options",
                            R"({"next_expires_in":{"seconds":)" + std::to_string(seconds) +
                                R"(,"count":1}})");
        auto linked = _service->linkAccount(body);
        CPPUNIT_ASSERT_EQUAL(200, linked.status);
        _secrets.insert(linked.text("access_token"));
        return linked;
    }

    std::unique_ptr<Simulator> _simulator;
    std::unique_ptr<ServiceUnderTest> _service;
    std::set<std::string> _secrets;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClientTest);
