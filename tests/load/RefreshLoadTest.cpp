// SPDX-License-Identifier: Apache-2.0
// A thousand accounts are refreshed twenty times each while upstream loses answers and fails: no account is
// lost, and no refresh token is sent twice at once.
//
// The daemon runs on the real clock, so that the test also runs without test hooks: a read that asks for more
// life than upstream gives has the token refreshed each time. Upstream's clock is moved past the leeway
// between the phases, when nobody reads.
#include "../support/ApiWatch.h"
#include "../support/KeptConnection.h"
#include "../support/People.h"
#include "../support/Population.h"
#include "../support/ServiceUnderTest.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cppunit/extensions/HelperMacros.h>
#include <future>
#include <iomanip>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace central_oauth::test;

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t accountCount = 1000;
constexpr int phases = 4;
constexpr int refreshesInAPhase = 5;
constexpr std::size_t readers = 48;
constexpr int pastTheLeeway = 601;
constexpr int tokenLife = 530; ///< seconds; less than the `min_ttl` of the reads
constexpr std::chrono::seconds longestPhase{120};

struct Account {
    std::string id;
    int version = 1; ///< the newest that a read has shown
};

/// Returns the text between `begin` and `end`. Searching costs less than parsing a page or a token payload.
std::string between(const std::string& text, const std::string& begin, const std::string& end) {
    const auto at = text.find(begin);
    if (at == std::string::npos)
        throw std::runtime_error(begin + " is missing in " + text.substr(0, 300));
    const auto from = at + begin.size();
    return text.substr(from, text.find_first_of(end, from) - from);
}

} // namespace

class RefreshLoadTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RefreshLoadTest);
    CPPUNIT_TEST(testNoAccountIsLost);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _simulator = std::make_unique<Simulator>();
        // The size of a token is not what this test is about.
        _simulator->control("POST", "options",
                            R"({"access_token_size":400,"access_token_lifetime_s":)" +
                                std::to_string(tokenLife) +
                                R"(,)"
                                R"("refresh_token_size":400})");
        _service = std::make_unique<ServiceUnderTest>(
            *_simulator, ChildProcess::Environment{{"CENTRAL_OAUTH_LOG_LEVEL", "INFO"}});
        static_cast<void>(_service->stop());
        const std::string many = "1000000";
        const auto added = _service->run(
            {"client", "add", "load", "--writes-per-minute", many, "--checks-per-minute", many});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(added.errors, 0, added.exitCode);
        _key = added.output.substr(0, added.output.find('\n'));
        for (const auto& id : seedAccounts(*_simulator, *_service, "load", accountCount, tokenLife))
            _accounts.push_back({id});
        _service->start();
        unwatchApi(_service->url()); // the contract's tests check the answers
    }

    void tearDown() override {
        _service.reset();
        _simulator.reset();
    }

    void testNoAccountIsLost() {
        const auto begin = Clock::now();
        addFaults();
        for (int phase = 1; phase <= phases; ++phase) {
            _simulator->control("POST", "clock", R"({"advance_s":)" + std::to_string(pastTheLeeway) + "}");
            refreshAll(phase);
        }
        const std::chrono::duration<double> took = Clock::now() - begin;
        report(took);
        _simulator->control("POST", "faults/clear", "{}");
        expectAllAlive();
    }

private:
    // One refresh in ten loses its answer, and one in twenty meets a 5xx, half of them after the processing.
    void addFaults() const {
        for (const std::string fault :
             {R"("kind":"process_then_drop","probability":0.1)", R"("kind":"status","probability":0.025)",
              R"("kind":"status","status":500,"when":"after","probability":0.025)"})
            _simulator->control("POST", "faults",
                                R"({"target":"token","grant_type":"refresh_token","per":"family","seed":7,)" +
                                    fault + "}");
    }

    // Refreshes each account until it has the versions of this phase but for the last. The last refresh is
    // asked for once, so that a lost answer is the daemon's to settle.
    void refreshAll(int phase) {
        const int target = 1 + phase * refreshesInAPhase;
        inParallel(readers, readers, [&](std::size_t reader) {
            KeptConnection connection(portOf(_service->url()));
            const auto deadline = Clock::now() + longestPhase;
            for (bool isDone = false; !isDone;) {
                CPPUNIT_ASSERT_MESSAGE("the reads refresh too little", Clock::now() < deadline);
                isDone = true;
                for (auto at = reader; at < accountCount; at += readers)
                    isDone = refreshTo(target - 1, connection, _accounts[at]) && isDone;
            }
            for (auto at = reader; at < accountCount; at += readers)
                static_cast<void>(refreshTo(target, connection, _accounts[at]));
        });
        awaitSettled();
    }

    // Asks for one refresh, unless the account is known to have that version. Returns whether it has.
    bool refreshTo(int version, KeptConnection& connection, Account& account) const {
        if (account.version < version)
            account.version = versionIn(read(connection, account, "?min_ttl=540"));
        return account.version >= version;
    }

    [[nodiscard]] HttpAnswer read(KeptConnection& connection, const Account& account,
                                  const std::string& query) const {
        auto answer = connection.exchange(
            {"GET", "/v1/tokens/" + account.id + query, {{"Authorization", "Bearer " + _key}}});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 200, answer.status);
        return answer;
    }

    static int versionIn(const HttpAnswer& answer) {
        return std::stoi(between(answer.body, R"("token_version":)", ",}"));
    }

    void awaitSettled() const {
        const auto deadline = Clock::now() + std::chrono::seconds(60);
        while (ask("SELECT COUNT(*) FROM pending_refreshes") != "0\n") {
            CPPUNIT_ASSERT_MESSAGE("not settled within a minute", Clock::now() < deadline);
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
    }

    [[nodiscard]] std::string ask(const std::string& sql) const {
        const auto answer =
            runToEnd("/usr/bin/sqlite3", {"-readonly", _service->database().string(), sql}, {});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.errors, 0, answer.exitCode);
        return answer.output;
    }

    void report(std::chrono::duration<double> took) const {
        const auto refreshed = std::stoi(ask("SELECT SUM(version - 1) FROM grants"));
        std::cout << std::fixed << std::setprecision(1) << "\nload: " << refreshed << " refreshes of "
                  << accountCount << " accounts in " << took.count() << " s, " << refreshed / took.count()
                  << " per second, " << total("received") - refreshed << " resends" << std::endl;
    }

    void expectAllAlive() const {
        CPPUNIT_ASSERT_EQUAL(std::to_string(accountCount) + "\n",
                             ask("SELECT COUNT(*) FROM accounts WHERE status = 'active'"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("families", 0, total("families_revoked"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("refused", 0, total("refused"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("calls at once for one family", 1, total("max_in_flight"));
        constexpr int least = phases * refreshesInAPhase;
        inParallel(readers, accountCount, [&](std::size_t at) {
            KeptConnection connection(portOf(_service->url()));
            const auto held = read(connection, _accounts[at], "");
            CPPUNIT_ASSERT(versionIn(held) > least);
            const auto me =
                callApi("GET", _simulator->url() + "/me", between(held.body, R"("access_token":")", "\""));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(me.body, 200, me.status);
        });
    }

    [[nodiscard]] int total(const std::string& name) const {
        return _simulator->control("GET", "refreshes?calls=0")
            .json()
            ->getObject("total")
            ->getValue<int>(name);
    }

    std::unique_ptr<Simulator> _simulator;
    std::unique_ptr<ServiceUnderTest> _service;
    std::string _key;
    std::vector<Account> _accounts;
};

CPPUNIT_TEST_SUITE_REGISTRATION(RefreshLoadTest);
