// SPDX-License-Identifier: Apache-2.0
// A thousand accounts in an outage: of the operator's making, and of upstream's.
#include "../support/KeptConnection.h"
#include "../support/Population.h"
#include "ScenarioFixture.h"

#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <fstream>
#include <iostream>
#include <map>
#include <vector>

using namespace central_oauth::test;

class OutageTest : public ScenarioFixture {
    CPPUNIT_TEST_SUITE(OutageTest);
    CPPUNIT_TEST(testAnHourOfAWrongSecret);
    CPPUNIT_TEST(testTenMinutesOfDeadAnswers);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        begin({{"CENTRAL_OAUTH_LOG_LEVEL", "INFO"}, {"CENTRAL_OAUTH_TEST_KEEP_GRANTS", "200"}});
        static_cast<void>(_service->stop());
        options(R"({"access_token_size":400,"refresh_token_size":400})");
        const std::string many = "1000000";
        const auto added = _service->run({"client", "add", "many", "--writes-per-minute", many});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(added.errors, 0, added.exitCode);
        _key = added.output.substr(0, added.output.find('\n'));
        _accounts = seedAccounts(*_simulator, *_service, "many", accountCount, tokenLife);
    }

    void testAnHourOfAWrongSecret() {
        const auto file = _service->folder() / "secret";
        writeSecret(file, "demo-client-secret");
        _service->environment.erase("CENTRAL_OAUTH_JIRA_CLIENT_SECRET");
        _service->environment["CENTRAL_OAUTH_JIRA_CLIENT_SECRET_FILE"] = file.string();
        _service->start();
        readAll(); // they are in use from now on
        _simulator->control("POST", "apps",
                            R"({"client_id":"demo-client-id","client_secret":"rotated-secret"})");
        pass(tokenLife - leftWhenDue);
        expectAll(200, "a token that is valid still is served");
        CPPUNIT_ASSERT_MESSAGE("an alarm within a minute", hasLogged("the provider is in trouble"));
        for (int minute = 0; minute < 60; ++minute) {
            pass(60);
            readSome(minute);
        }
        expectAll(502, "no token is valid any more");
        const auto calls = count("received");
        CPPUNIT_ASSERT_EQUAL(0, dead());
        writeSecret(file, "rotated-secret");
        _service->process().signal(SIGHUP);
        _service->waitForLog("client secret");
        pass(1);
        const auto before = std::chrono::steady_clock::now();
        expectAll(200, "within a minute of the fix");
        const auto took = std::chrono::steady_clock::now() - before;
        CPPUNIT_ASSERT_EQUAL(0, dead());
        std::cout << "\noutage: " << calls << " calls upstream in an hour of a wrong secret over "
                  << accountCount << " accounts in use, " << count("received") - calls
                  << " after the fix, all served after "
                  << std::chrono::duration_cast<std::chrono::milliseconds>(took).count() << " ms"
                  << std::endl;
    }

    void testTenMinutesOfDeadAnswers() {
        _service->start();
        readAll();
        fault(R"("kind":"dead_token","wording":"random")");
        pass(tokenLife - leftWhenDue);
        for (int tenth = 0; tenth < 60; ++tenth) {
            pass(10);
            readSome(tenth);
        }
        CPPUNIT_ASSERT(hasLogged("upstream calls many grants dead at once"));
        const auto inOutage = count("received");
        clearFaults();
        int seconds = 0;
        while (static_cast<int>(alive()) < static_cast<int>(accountCount)) {
            CPPUNIT_ASSERT_MESSAGE("an hour later", seconds < 3600);
            pass(5);
            seconds += 5;
            readSome(seconds / 5);
        }
        CPPUNIT_ASSERT_EQUAL(0, dead());
        expectAll(200, "without a person");
        const auto after = count("received") - inOutage;
        std::cout << "\noutage: " << inOutage << " calls upstream in ten minutes of dead answers over "
                  << accountCount << " accounts in use, " << after << " in the " << seconds
                  << " s until all were alive again" << std::endl;
        CPPUNIT_ASSERT_MESSAGE("each once or twice", after < 2 * static_cast<int>(accountCount));
    }

private:
    static constexpr std::size_t accountCount = 1000;
    static constexpr std::size_t readers = 16;

    static void writeSecret(const std::filesystem::path& file, const std::string& secret) {
        std::ofstream(file.string() + ".new") << secret << '\n';
        std::filesystem::permissions(file.string() + ".new", std::filesystem::perms(0600));
        std::filesystem::rename(file.string() + ".new", file);
    }

    // Reads every step-th account, beginning with that one. Returns how often each status was the answer.
    std::map<int, int> readEach(std::size_t step, std::size_t first) const {
        std::map<int, int> statuses;
        std::mutex mutex;
        inParallel(readers, readers, [&](std::size_t reader) {
            KeptConnection connection(portOf(_service->url()));
            std::map<int, int> mine;
            for (auto at = first + reader * step; at < accountCount; at += readers * step)
                ++mine[connection
                           .exchange(
                               {"GET", "/v1/tokens/" + _accounts[at], {{"Authorization", "Bearer " + _key}}})
                           .status];
            const std::lock_guard lock(mutex);
            for (const auto& [status, times] : mine)
                statuses[status] += times;
        });
        return statuses;
    }
    void readAll() const { static_cast<void>(readEach(1, 0)); }
    void readSome(int round) const {
        constexpr std::size_t step = 10;
        static_cast<void>(readEach(step, static_cast<std::size_t>(round) % step));
    }
    void expectAll(int status, const std::string& what) const {
        const auto statuses = readEach(1, 0);
        std::string all;
        for (const auto& [found, times] : statuses)
            all += std::to_string(times) + " x " + std::to_string(found) + ' ';
        CPPUNIT_ASSERT_EQUAL_MESSAGE(
            what, std::to_string(accountCount) + " x " + std::to_string(status) + ' ', all);
    }

    [[nodiscard]] int dead() const {
        return std::stoi(ask("SELECT COUNT(*) FROM accounts WHERE status <> 'active'"));
    }
    [[nodiscard]] int alive() const {
        return std::stoi(ask("SELECT COUNT(*) FROM accounts WHERE token_version > 1 AND problem = ''"));
    }
    [[nodiscard]] bool hasLogged(const std::string& text) const {
        return _service->completeLog().find(text) != std::string::npos;
    }

    std::string _key;
    std::vector<std::string> _accounts;
};

CPPUNIT_TEST_SUITE_REGISTRATION(OutageTest);
