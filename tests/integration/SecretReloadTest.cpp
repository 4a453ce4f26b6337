// SPDX-License-Identifier: Apache-2.0
// An app secret in a file, which SIGHUP reads again while the daemon serves. POSIX.
#include "ScenarioFixture.h"

#include <chrono>
#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace central_oauth::test;

class SecretReloadTest : public ScenarioFixture {
    CPPUNIT_TEST_SUITE(SecretReloadTest);
    CPPUNIT_TEST(testACorrectedSecretWorksWithoutARestart);
    CPPUNIT_TEST(testAFileThatCantBeReadKeepsTheSecret);
    CPPUNIT_TEST(testASecretThatThePluginRefusesIsNotUsed);
    CPPUNIT_TEST(testOnlyTheChangedProviderIsReplaced);
    CPPUNIT_TEST(testARotationWithTwoSecretsLosesNoRefresh);
    CPPUNIT_TEST(testACredentialIsReadAgain);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { beginWithFiles({"jira"}); }

    // More accounts than failures that open the circuit breaker.
    void testACorrectedSecretWorksWithoutARestart() {
        std::vector<PersonsAccount> accounts;
        for (const auto* person : {"ann", "bob", "cid", "dan", "eve", "fay"})
            accounts.push_back(link(person));
        static_cast<void>(_service->stop());
        write("jira", "wrong-secret");
        _service->start();
        pass(tokenLife + 1);
        for (const auto& account : accounts) {
            expectMisconfigured(account);
            CPPUNIT_ASSERT_EQUAL(std::string("active"), statusOf(account));
        }
        const auto before = _service->process().pid();
        write("jira", "demo-client-secret");
        hangUp("jira", true);
        for (const auto& account : accounts)
            CPPUNIT_ASSERT(account.token != expectAlive(account, account.person));
        CPPUNIT_ASSERT_EQUAL(before, _service->process().pid());
        expectNoSecretInLog();
    }

    void testAFileThatCantBeReadKeepsTheSecret() {
        const auto account = link("ann");
        const auto fails = [&](const std::string& problem) {
            const auto line = hangUpInVain();
            CPPUNIT_ASSERT_MESSAGE(line, line.find("\"CENTRAL_OAUTH_JIRA_CLIENT_SECRET_FILE\"") !=
                                             std::string::npos);
            CPPUNIT_ASSERT_MESSAGE(line, line.find(problem) != std::string::npos);
            pass(tokenLife + 1);
            static_cast<void>(expectAlive(account, problem));
        };
        write("jira", "");
        fails("empty file");
        std::filesystem::remove(file("jira"));
        fails("names a file that");
        write("jira", "demo-client-secret");
        std::filesystem::permissions(file("jira"), std::filesystem::perms::others_write,
                                     std::filesystem::perm_options::add);
        fails("can be written by others");
        write("jira", "demo-client-secret");
        hangUp("jira", false);
    }

    void testASecretThatThePluginRefusesIsNotUsed() {
        const auto account = link("ann");
        write("jira", "one,two,three");
        const auto line = hangUpInVain();
        CPPUNIT_ASSERT_MESSAGE(line, line.find("CENTRAL_OAUTH_JIRA_CLIENT_SECRET\"") != std::string::npos);
        CPPUNIT_ASSERT_MESSAGE("the value stays secret", line.find("three") == std::string::npos);
        pass(tokenLife + 1);
        static_cast<void>(expectAlive(account));
    }

    void testOnlyTheChangedProviderIsReplaced() {
        beginWithFiles({"jira", "acme"});
        const auto jiras = link("ann");
        addPerson(*_simulator, "bob");
        const auto acmes = accountIn(
            "bob", linkAs(*_service, *_simulator, _service->key(), "bob", R"({"provider":"acme"})"));
        write("acme", "wrong-secret");
        write("jira", "");
        auto lines = hangUp(2);
        CPPUNIT_ASSERT_MESSAGE(lines, lines.find("cannot read the client secret again") != std::string::npos);
        expectRead(lines, "acme", true);
        pass(tokenLife + 1);
        static_cast<void>(expectAlive(jiras, "the other one keeps its secret"));
        expectMisconfigured(acmes);
        write("acme", "demo-client-secret");
        write("jira", "demo-client-secret");
        lines = hangUp(2);
        expectRead(lines, "jira", false);
        expectRead(lines, "acme", true);
        static_cast<void>(hangUp(2));
        static_cast<void>(expectAlive(acmes));
    }

    // As docs/operations.md describes it: new and old, then the new one alone.
    void testARotationWithTwoSecretsLosesNoRefresh() {
        const auto account = link("ann");
        write("jira", "rotated-secret,demo-client-secret");
        hangUp("jira", true);
        pass(tokenLife + 1);
        const auto first = expectAlive(account, "the old one works");
        _simulator->control("POST", "apps",
                            R"({"client_id":"demo-client-id","client_secret":"rotated-secret"})");
        pass(tokenLife + 1);
        CPPUNIT_ASSERT(first != expectAlive(account, "the new one works"));
        write("jira", "rotated-secret");
        hangUp("jira", true);
        pass(tokenLife + 1);
        static_cast<void>(expectAlive(account, "alone"));
    }

    void testACredentialIsReadAgain() {
        const auto folder = _service->folder() / "credentials";
        std::filesystem::create_directory(folder);
        static_cast<void>(_service->stop());
        _service->environment.erase("CENTRAL_OAUTH_JIRA_CLIENT_SECRET_FILE");
        _service->environment["CREDENTIALS_DIRECTORY"] = folder.string();
        const auto credential = folder / "central_oauth_jira_client_secret";
        writeTo(credential, "wrong-secret");
        _service->start();
        writeTo(credential, "demo-client-secret");
        hangUp("jira", true);
        static_cast<void>(expectAlive(link("ann")));
        std::filesystem::remove(credential);
        const auto line = hangUpInVain();
        CPPUNIT_ASSERT_MESSAGE(line, line.find("the credential central_oauth_jira_client_secret") !=
                                         std::string::npos);
    }

private:
    // Starts a daemon with providers of the plugin jira, each with its right secret in a file.
    void beginWithFiles(const std::vector<std::string>& providers) {
        begin({{"CENTRAL_OAUTH_LOG_LEVEL", "INFO"}});
        static_cast<void>(_service->stop());
        auto& environment = _service->environment;
        environment["CENTRAL_OAUTH_PROVIDERS"].clear();
        for (const auto& name : providers) {
            const auto variable = [&](const std::string& key) {
                return std::string("CENTRAL_OAUTH_") + (name == "jira" ? "JIRA" : "ACME") + '_' + key;
            };
            environment["CENTRAL_OAUTH_PROVIDERS"] +=
                (environment["CENTRAL_OAUTH_PROVIDERS"].empty() ? "" : ",") + name + "=jira";
            environment[variable("CLIENT_ID")] = "demo-client-id";
            environment[variable("AUTH_BASE")] = _simulator->url();
            environment[variable("API_BASE")] = _simulator->url();
            environment.erase(variable("CLIENT_SECRET"));
            environment[variable("CLIENT_SECRET_FILE")] = file(name).string();
            write(name, "demo-client-secret");
        }
        _service->start();
    }

    [[nodiscard]] std::filesystem::path file(const std::string& name) const {
        return _service->folder() / (name + "-secret");
    }
    void write(const std::string& name, const std::string& secret) const { writeTo(file(name), secret); }
    static void writeTo(const std::filesystem::path& path, const std::string& secret) {
        std::ofstream(path, std::ios::trunc) << secret << '\n';
        std::filesystem::permissions(path, std::filesystem::perms::owner_read |
                                               std::filesystem::perms::owner_write);
    }

    // Sends SIGHUP, waits until the daemon has written that many lines about secrets, and returns them.
    [[nodiscard]] std::string hangUp(int lines) const {
        const auto before = _service->log().size();
        _service->process().signal(SIGHUP);
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (std::chrono::steady_clock::now() < deadline) {
            std::istringstream log(_service->log().substr(before));
            std::string found;
            int count = 0;
            for (std::string line; std::getline(log, line) && !log.eof();)
                if (line.find("client secret") != std::string::npos) {
                    found += line + '\n';
                    ++count;
                }
            if (count >= lines)
                return found;
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        throw std::runtime_error("too few lines after SIGHUP: " + _service->log().substr(before));
    }
    static void expectRead(const std::string& lines, const std::string& provider, bool hasChanged) {
        const auto at =
            lines.find(R"("provider":")" + provider + R"(","changed":)" + (hasChanged ? "true" : "false"));
        CPPUNIT_ASSERT_MESSAGE(lines, at != std::string::npos);
    }
    void hangUp(const std::string& provider, bool hasChanged) const {
        expectRead(hangUp(1), provider, hasChanged);
        // The next signal is handled after all of this one: the failures of the earlier secret are forgotten.
        expectRead(hangUp(1), provider, false);
    }
    [[nodiscard]] std::string hangUpInVain() const {
        const auto line = hangUp(1);
        CPPUNIT_ASSERT_MESSAGE(line, line.find("cannot read the client secret again") != std::string::npos);
        CPPUNIT_ASSERT_MESSAGE(line, line.find("\"level\":\"ERROR\"") != std::string::npos);
        CPPUNIT_ASSERT_MESSAGE(line, line.find("\"fix\":\"") != std::string::npos);
        return line;
    }

    void expectMisconfigured(const PersonsAccount& account) const {
        const auto failed = read(account);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(failed.body, 502, failed.status);
        CPPUNIT_ASSERT_EQUAL(std::string("provider_misconfigured"), failed.text("error"));
    }

    void expectNoSecretInLog() const {
        const auto log = _service->completeLog();
        for (const std::string secret : {"wrong-secret", "demo-client-secret"})
            CPPUNIT_ASSERT(log.find(secret) == std::string::npos);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SecretReloadTest);
