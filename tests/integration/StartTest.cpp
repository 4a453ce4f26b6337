// SPDX-License-Identifier: Apache-2.0
// Starts, stops and refused starts: exit codes and output.
#include "../support/DaemonFixture.h"

#include <chrono>
#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <fstream>
#include <thread>

using namespace central_oauth::test;

class StartTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(StartTest);
    CPPUNIT_TEST(testStopsWithinTenSecondsAndSaysSo);
    CPPUNIT_TEST(testStopsWithAHeldUpstreamCall);
    CPPUNIT_TEST(testChecksAPlugin);
    CPPUNIT_TEST(testSurvivesAHangup);
    CPPUNIT_TEST(testAllFaultsInOneList);
    CPPUNIT_TEST(testCheckConfig);
    CPPUNIT_TEST(testStartIsLoggedWithMaskedKeys);
    CPPUNIT_TEST(testHelpVersionAndUsage);
    CPPUNIT_TEST(testWrongKey);
    CPPUNIT_TEST(testMissingOldKey);
    CPPUNIT_TEST(testRotatedKeyKeepsReading);
    CPPUNIT_TEST(testTamperedTokenFailsAlone);
    CPPUNIT_TEST(testSwappedTokensFail);
    CPPUNIT_TEST(testMovedAccountFails);
    CPPUNIT_TEST(testEarlierGrantFails);
    CPPUNIT_TEST(testMigratesOnce);
    CPPUNIT_TEST(testNewerDatabaseIsRefused);
    CPPUNIT_TEST(testDatabaseOfAnotherEncodingIsRefused);
    CPPUNIT_TEST(testDamagedDatabaseIsRefused);
    CPPUNIT_TEST(testSecondProcessIsRefused);
    CPPUNIT_TEST(testClientCommandWhileTheDaemonRuns);
    CPPUNIT_TEST(testClientsAreAddedListedAndRemoved);
    CPPUNIT_TEST(testPortInUse);
    CPPUNIT_TEST(testUnknownSettingIsAWarningWithTheNearestName);
    CPPUNIT_TEST(testPluginProblemsAreReported);
    CPPUNIT_TEST(testDatabaseIsPrivate);
    CPPUNIT_TEST(testSecretsLeaveTheEnvironment);
    CPPUNIT_TEST_SUITE_END();

public:
    void testStopsWithinTenSecondsAndSaysSo() {
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
        const auto log = _service->log();
        std::size_t last = 0;
        for (const std::string step :
             {"not ready", "no new connections", "listener closed", "upstream pool closed",
              "scheduler closed", "store closed", "stopped"}) {
            const auto at = log.find(step, last);
            CPPUNIT_ASSERT_MESSAGE(step + " is missing or out of order", at != std::string::npos);
            last = at;
        }
    }

    void testChecksAPlugin() {
        for (const std::string id : {"jira", "confluence"}) {
            const auto good = _service->run({"--check-plugin", pluginFile(id).string()});
            CPPUNIT_ASSERT_EQUAL_MESSAGE(good.errors, 0, good.exitCode);
            CPPUNIT_ASSERT_EQUAL(std::size_t{0}, good.output.find(id + ' '));
            CPPUNIT_ASSERT(good.output.find("CLIENT_SECRET (secret, required): ") != std::string::npos);
        }
        const auto text = _service->folder() / pluginName("text");
        std::ofstream(text) << "no library";
        const auto bad = _service->run({"--check-plugin", text.string()});
        CPPUNIT_ASSERT_EQUAL(78, bad.exitCode);
        CPPUNIT_ASSERT_MESSAGE(bad.errors, bad.errors.find(pluginName("text") + ": ") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::string(), bad.output);
        CPPUNIT_ASSERT_EQUAL(64, _service->run({"--check-plugin"}).exitCode);
    }

    void testStopsWithAHeldUpstreamCall() {
        const auto account = _service->linkAccount().text("account_id");
        _service->passTime(3510);
        const auto hold =
            _simulator->control("POST", "faults", R"({"target":"token","kind":"hold","when":"before"})")
                .text("id");
        std::thread reader([&] {
            try {
                (void)_service->get("/v1/tokens/" + account, _service->key());
            } catch (const Poco::Exception&) {
                // The stop may close the connection without an answer.
            }
        });
        _simulator->control("GET", "faults/wait?id=" + hold + "&held=1&timeout_ms=20000");
        const auto begin = std::chrono::steady_clock::now();
        (void)_service->stop();
        const auto took = std::chrono::steady_clock::now() - begin;
        reader.join();
        CPPUNIT_ASSERT_MESSAGE("a stop takes 10 s at most, with a second for the machine",
                               took < std::chrono::seconds(11));
    }

    void testSurvivesAHangup() {
        _service->process().signal(SIGHUP);
        CPPUNIT_ASSERT_EQUAL(200, _service->get("/v1/healthz", {}).status);
    }

    void testAllFaultsInOneList() {
        (void)_service->stop();
        _service->environment["CENTRAL_OAUTH_BIND"] = "nowhere";
        _service->environment["CENTRAL_OAUTH_LOG_LEVEL"] = "LOUD";
        _service->environment["CENTRAL_OAUTH_SECRET_KEY"] = "abc";
        _service->environment.erase("CENTRAL_OAUTH_JIRA_CLIENT_SECRET");
        const auto finished = _service->run({});
        CPPUNIT_ASSERT_EQUAL(78, finished.exitCode);
        for (const std::string name : {"CENTRAL_OAUTH_BIND", "CENTRAL_OAUTH_LOG_LEVEL",
                                       "CENTRAL_OAUTH_SECRET_KEY", "CENTRAL_OAUTH_JIRA_CLIENT_SECRET"})
            CPPUNIT_ASSERT_MESSAGE(name + " is not named:\n" + finished.errors,
                                   finished.errors.find(name) != std::string::npos);
    }

    void testCheckConfig() {
        (void)_service->stop();
        CPPUNIT_ASSERT_EQUAL(0, _service->run({"--check-config"}).exitCode);
        _service->environment["CENTRAL_OAUTH_LINK_TTL"] = "7000";
        const auto finished = _service->run({"--check-config"});
        CPPUNIT_ASSERT_EQUAL(78, finished.exitCode);
        CPPUNIT_ASSERT(finished.errors.find("CENTRAL_OAUTH_LINK_TTL") != std::string::npos);
    }

    void testStartIsLoggedWithMaskedKeys() {
        const auto log = _service->log();
        const auto at = log.find("CENTRAL_OAUTH_SECRET_KEY");
        CPPUNIT_ASSERT(at != std::string::npos);
        const auto line = log.substr(at, log.find('\n', at) - at);
        CPPUNIT_ASSERT_MESSAGE(line, line.find("unset") == std::string::npos);
    }

    void testHelpVersionAndUsage() {
        CPPUNIT_ASSERT(_service->run({"--help-config"}).output.find("CENTRAL_OAUTH_DB_PATH") !=
                       std::string::npos);
        CPPUNIT_ASSERT(_service->run({"--version"}).output.find("central-oauthd 0.1.0") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(0, _service->run({"--help"}).exitCode);
        for (const std::string wrong : {"--daemon", "--verison", "serve", "client"}) {
            const auto finished = _service->run({wrong});
            CPPUNIT_ASSERT_EQUAL_MESSAGE(wrong, 64, finished.exitCode);
            CPPUNIT_ASSERT(finished.errors.find("usage:") != std::string::npos);
        }
    }

    void testWrongKey() {
        (void)_service->stop();
        _service->environment["CENTRAL_OAUTH_SECRET_KEY"] =
            std::string(8, '7') + "3f0c9a71d25be846b1e7c3a9584d60f2e6b85d1907fac42c13e87b5d";
        const auto finished = _service->run({});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.errors, 78, finished.exitCode);
        CPPUNIT_ASSERT(finished.errors.find("CENTRAL_OAUTH_KEY_RING") != std::string::npos);
    }

    void testMissingOldKey() {
        (void)_service->linkAccount();
        (void)_service->stop();
        const auto old = _service->environment["CENTRAL_OAUTH_SECRET_KEY"];
        const std::string fresh =
            std::string(8, '7') + "3f0c9a71d25be846b1e7c3a9584d60f2e6b85d1907fac42c13e87b5d";
        _service->environment["CENTRAL_OAUTH_SECRET_KEY"] = fresh;
        _service->environment["CENTRAL_OAUTH_KEY_RING"] = fresh + "," + old;
        _service->start();
        (void)_service->stop();
        _service->environment["CENTRAL_OAUTH_KEY_RING"] = fresh;
        const auto finished = _service->run({});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.errors, 78, finished.exitCode);
        CPPUNIT_ASSERT_MESSAGE("how many rows need the key:\n" + finished.errors,
                               finished.errors.find(" row") != std::string::npos);
    }

    void testRotatedKeyKeepsReading() {
        const auto account = _service->linkAccount().text("account_id");
        (void)_service->stop();
        const std::string fresh =
            std::string(8, '7') + "3f0c9a71d25be846b1e7c3a9584d60f2e6b85d1907fac42c13e87b5d";
        _service->environment["CENTRAL_OAUTH_KEY_RING"] =
            fresh + "," + _service->environment["CENTRAL_OAUTH_SECRET_KEY"];
        _service->environment["CENTRAL_OAUTH_SECRET_KEY"] = fresh;
        _service->start();
        CPPUNIT_ASSERT_EQUAL(200, _service->get("/v1/tokens/" + account, _service->key()).status);
    }

    void testTamperedTokenFailsAlone() {
        const auto hurt = _service->linkAccount(R"({"subject":"one"})").text("account_id");
        const auto whole = _service->linkAccount(R"({"subject":"two"})").text("account_id");
        (void)_service->stop();
        sql("UPDATE grants SET access_token = CAST(substr(access_token, 1, 60) || x'00' || "
            "substr(access_token, 62) "
            "AS BLOB) WHERE account_id = '" +
            hurt + "'");
        _service->start();
        const auto read = _service->get("/v1/tokens/" + hurt, _service->key());
        CPPUNIT_ASSERT_EQUAL(412, read.status);
        CPPUNIT_ASSERT_EQUAL(std::string("undecryptable"), read.text("reason"));
        CPPUNIT_ASSERT_EQUAL(200, _service->get("/v1/tokens/" + whole, _service->key()).status);
        _service->waitForLog("tokens can't be decrypted");
        CPPUNIT_ASSERT_EQUAL(std::string("1"),
                             sqlValue("SELECT count(*) FROM audit WHERE action = 'tokens.undecryptable'"));
    }

    void testSwappedTokensFail() {
        const auto one = _service->linkAccount(R"({"subject":"one"})").text("account_id");
        const auto two = _service->linkAccount(R"({"subject":"two"})").text("account_id");
        (void)_service->stop();
        sql("UPDATE grants SET access_token = (SELECT access_token FROM grants WHERE account_id = '" + two +
            "') WHERE account_id = '" + one + "'");
        _service->start();
        CPPUNIT_ASSERT_EQUAL(412, _service->get("/v1/tokens/" + one, _service->key()).status);
        CPPUNIT_ASSERT_EQUAL(200, _service->get("/v1/tokens/" + two, _service->key()).status);
    }

    void testMovedAccountFails() {
        const auto one = _service->linkAccount(R"({"subject":"one"})").text("account_id");
        const auto two = _service->linkAccount(R"({"subject":"two"})").text("account_id");
        (void)_service->stop();
        sql("UPDATE accounts SET subject = 'victim' WHERE id = '" + one + "'");
        _service->start();
        const auto refused = _service->get("/v1/tokens/" + one, _service->key());
        CPPUNIT_ASSERT_EQUAL(503, refused.status);
        CPPUNIT_ASSERT_EQUAL(std::string("store_unavailable"), refused.text("error"));
        _service->waitForLog("another program has changed the row");
        CPPUNIT_ASSERT_EQUAL(200, _service->get("/v1/tokens/" + two, _service->key()).status);
        CPPUNIT_ASSERT_EQUAL(200, _service->get("/v1/readyz", {}).status);
    }

    // The row is valid, but it belongs to an earlier state of the account.
    void testEarlierGrantFails() {
        const auto account = _service->linkAccount().text("account_id");
        const auto read = [&] { return _service->get("/v1/tokens/" + account, _service->key()); };
        (void)_service->stop();
        const auto earlier = sqlValue(
            "SELECT 'UPDATE grants SET access_token = ' || quote(access_token) || ', refresh_token = ' ||"
            " quote(refresh_token) || ', access_expires_at = ' || access_expires_at || ', granted_at = ' ||"
            " granted_at || ', granted_steady = ' || granted_steady || ', granted_era = ' ||"
            " quote(granted_era) || ', version = ' || version || ', mac = ' || quote(mac) FROM grants");
        _service->start();
        _service->advanceClock(3601);
        CPPUNIT_ASSERT_EQUAL(200, read().status);
        (void)_service->stop();
        sql(earlier);
        _service->start();
        CPPUNIT_ASSERT_EQUAL(412, read().status);
        CPPUNIT_ASSERT_EQUAL(std::string("undecryptable"), read().text("reason"));
        CPPUNIT_ASSERT_EQUAL(std::string::npos,
                             _service->completeLog().find("another program has changed the row"));
    }

    void testMigratesOnce() {
        const auto version = sqlValue("PRAGMA user_version");
        CPPUNIT_ASSERT(version != "0");
        (void)_service->stop();
        _service->start();
        CPPUNIT_ASSERT_EQUAL(version, sqlValue("PRAGMA user_version"));
    }

    void testNewerDatabaseIsRefused() {
        (void)_service->stop();
        sql("PRAGMA user_version = 9999");
        const auto finished = _service->run({});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.errors, 74, finished.exitCode);
        CPPUNIT_ASSERT(finished.errors.find("newer") != std::string::npos);
    }

    // As somebody may rebuild it: all rows are the service's own, but texts compare in another way.
    void testDatabaseOfAnotherEncodingIsRefused() {
        (void)_service->stop();
        const auto rebuilt = _service->database().string() + ".rebuilt";
        const auto finished = runToEnd(
            "/bin/sh",
            {"-c",
             R"((echo "PRAGMA encoding = 'UTF-16le';"; sqlite3 "$1" .dump; echo "PRAGMA user_version = 1;"))"
             R"( | sqlite3 "$2" >/dev/null)",
             "sh", _service->database().string(), rebuilt},
            {{"PATH", "/usr/bin:/bin"}});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.errors, 0, finished.exitCode);
        std::filesystem::rename(rebuilt, _service->database());
        std::filesystem::permissions(_service->database(), std::filesystem::perms(0600));
        const auto start = _service->run({});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(start.errors, 74, start.exitCode);
        CPPUNIT_ASSERT_MESSAGE(start.errors, start.errors.find("UTF-16le") != std::string::npos);
    }

    void testDamagedDatabaseIsRefused() {
        (void)_service->stop();
        std::filesystem::remove(_service->database().string() + "-wal");
        std::ofstream(_service->database(), std::ios::trunc)
            << "this is no database, but it is long enough to read";
        const auto finished = _service->run({});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.errors, 74, finished.exitCode);
    }

    void testSecondProcessIsRefused() {
        const auto finished = _service->run({});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.errors, 75, finished.exitCode);
    }

    void testClientCommandWhileTheDaemonRuns() {
        const auto finished = _service->run({"client", "list"});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.errors, 75, finished.exitCode);
        CPPUNIT_ASSERT(finished.errors.find("stop") != std::string::npos);
    }

    void testClientsAreAddedListedAndRemoved() {
        (void)_service->stop();
        const auto added = _service->run({"client", "add", "ci pipeline", "--scopes", "link,token"});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(added.errors, 0, added.exitCode);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("the key alone on stdout", std::size_t(66), added.output.size());
        CPPUNIT_ASSERT_EQUAL(std::string("cok_"), added.output.substr(0, 4));
        CPPUNIT_ASSERT_EQUAL(64, _service->run({"client", "add", "ci pipeline"}).exitCode);
        CPPUNIT_ASSERT_EQUAL(64, _service->run({"client", "add", "x", "--scopes", "everything"}).exitCode);
        const auto listed = _service->run({"client", "list"});
        CPPUNIT_ASSERT(listed.output.find("ci pipeline") != std::string::npos);
        CPPUNIT_ASSERT(listed.output.find("cok_") == std::string::npos);

        const auto key = added.output.substr(0, added.output.size() - 1);
        _service->start();
        CPPUNIT_ASSERT_EQUAL(201, _service->post("/v1/link-code", key, "{}").status);
        const auto refused = _service->get("/v1/accounts", key);
        CPPUNIT_ASSERT_EQUAL(403, refused.status);
        CPPUNIT_ASSERT_EQUAL(std::string("insufficient_scope"), refused.text("error"));
        (void)_service->stop();
        CPPUNIT_ASSERT_EQUAL(0, _service->run({"client", "remove", "ci pipeline", "--yes"}).exitCode);
        CPPUNIT_ASSERT_EQUAL(64, _service->run({"client", "remove", "ci pipeline", "--yes"}).exitCode);
        _service->start();
        CPPUNIT_ASSERT_EQUAL(401, _service->post("/v1/link-code", key, "{}").status);
    }

    void testPortInUse() {
        const auto taken = _service->url().substr(std::string("http://").size());
        ServiceUnderTest other(*_simulator);
        (void)other.stop();
        other.environment["CENTRAL_OAUTH_BIND"] = taken;
        const auto finished = other.run({});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.errors, 69, finished.exitCode);
        CPPUNIT_ASSERT(finished.errors.find(taken) != std::string::npos);
    }

    void testUnknownSettingIsAWarningWithTheNearestName() {
        (void)_service->stop();
        _service->environment["CENTRAL_OAUTH_LINKTTL"] = "60";
        _service->start();
        CPPUNIT_ASSERT(_service->log().find("CENTRAL_OAUTH_LINK_TTL") != std::string::npos);
    }

    void testPluginProblemsAreReported() {
        (void)_service->stop();
        _service->environment["CENTRAL_OAUTH_PROVIDERS"] = "jira,trello";
        const auto finished = _service->run({});
        CPPUNIT_ASSERT_EQUAL(78, finished.exitCode);
        CPPUNIT_ASSERT_MESSAGE(finished.errors, finished.errors.find("trello") != std::string::npos);
    }

    void testDatabaseIsPrivate() {
        using std::filesystem::perms;
        const auto mode = std::filesystem::status(_service->database()).permissions();
        CPPUNIT_ASSERT_EQUAL(perms::none, mode & (perms::group_all | perms::others_all));
        const auto folder = std::filesystem::status(_service->database().parent_path()).permissions();
        CPPUNIT_ASSERT_EQUAL(perms::none, folder & (perms::group_all | perms::others_all));
    }

    void testSecretsLeaveTheEnvironment() {
        std::ifstream file("/proc/" + std::to_string(_service->process().pid()) + "/environ",
                           std::ios::binary);
        const std::string environment((std::istreambuf_iterator<char>(file)),
                                      std::istreambuf_iterator<char>());
        CPPUNIT_ASSERT(environment.find("CENTRAL_OAUTH_DB_PATH") != std::string::npos);
        CPPUNIT_ASSERT(environment.find(_service->environment["CENTRAL_OAUTH_SECRET_KEY"]) ==
                       std::string::npos);
        CPPUNIT_ASSERT(environment.find("demo-client-secret") == std::string::npos);
    }

private:
    void sql(const std::string& statement) const {
        const auto finished = runToEnd("/usr/bin/sqlite3", {_service->database().string(), statement}, {});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.errors, 0, finished.exitCode);
    }

    [[nodiscard]] std::string sqlValue(const std::string& query) const {
        const auto finished = runToEnd("/usr/bin/sqlite3", {_service->database().string(), query}, {});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.errors, 0, finished.exitCode);
        return finished.output.substr(0, finished.output.find('\n'));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StartTest);
