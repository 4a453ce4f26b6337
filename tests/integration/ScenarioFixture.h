// SPDX-License-Identifier: Apache-2.0
// Accounts of simulated persons, refreshed as time passes on the daemon's and upstream's clocks alike.
#pragma once

#include "../support/DaemonFixture.h"
#include "../support/People.h"

#include <chrono>
#include <cppunit/TestAssert.h>
#include <exception>
#include <functional>
#include <future>
#include <string>
#include <thread>
#include <utility>

namespace central_oauth::test {

/// An account of a person who has no other.
struct PersonsAccount {
    std::string person; ///< handle upstream
    std::string id;
    std::string token; ///< the first access token
    std::string api;   ///< base URL of the Jira API
};

class ScenarioFixture : public DaemonFixture {
public:
    void setUp() override { begin({{"CENTRAL_OAUTH_LOG_LEVEL", "INFO"}}); }

protected:
    static constexpr int tokenLife = 3600;
    static constexpr int leftWhenDue = 120; ///< less than the margin of five minutes
    static constexpr int leeway = 600;
    static constexpr int day = 24 * 3600;

    /// Runs a scenario once for each way in which upstream words that a refresh token is dead, each time with
    /// a new daemon and simulator.
    void inEveryWording(const std::function<void(const std::string& wording)>& scenario) {
        for (const std::string wording : {"new", "documented", "expired"}) {
            setUp();
            options(R"({"dead_token_wording":")" + wording + "\"}");
            scenario(wording);
        }
    }

    void options(const std::string& members) const { _simulator->control("POST", "options", members); }

    [[nodiscard]] PersonsAccount link(const std::string& person) const {
        addPerson(*_simulator, person);
        return accountIn(person, linkAs(*_service, *_simulator, _service->key(), person,
                                        R"({"provider":"jira","subject":")" + person + "\"}"));
    }

    [[nodiscard]] static PersonsAccount accountIn(std::string person, const HttpAnswer& payload) {
        return {
            std::move(person), payload.text("account_id"), payload.text("access_token"),
            payload.json()->getObject("products")->getObject("jira")->getValue<std::string>("api_base_url")};
    }

    /// Adds a fault of the refreshes and returns its id.
    std::string fault(const std::string& members) const {
        return _simulator
            ->control("POST", "faults", R"({"target":"token","grant_type":"refresh_token",)" + members + "}")
            .text("id");
    }
    void clearFaults() const { _simulator->control("POST", "faults/clear", "{}"); }

    /// Passes time on both clocks.
    void pass(int seconds) const {
        _service->passTime(seconds);
        _simulator->control("POST", "clock", R"({"advance_s":)" + std::to_string(seconds) + "}");
    }
    void passInMinutes(int minutes) const {
        for (int minute = 0; minute < minutes; ++minute)
            pass(60);
    }
    /// Passes time until a new token is due, but still alive.
    void makeDue() const { pass(tokenLife - leftWhenDue); }

    [[nodiscard]] HttpAnswer read(const PersonsAccount& account, const std::string& query = {}) const {
        return _service->get("/v1/tokens/" + account.id + query, _service->key());
    }
    /// Reads where the daemon may be killed before it answers.
    void tryToRead(const PersonsAccount& account) const {
        try {
            static_cast<void>(read(account));
        } catch (const std::exception&) {
            // The connection ends with the daemon.
        }
    }

    /// Reads, and runs `meanwhile` when upstream has processed the refresh but has not answered yet.
    void readWhileUpstreamHolds(const PersonsAccount& account, const std::function<void()>& meanwhile) const {
        const auto hold = fault(R"("kind":"hold","when":"after")");
        auto reader = std::async(std::launch::async, [&] { tryToRead(account); });
        _simulator->control("GET", "faults/wait?id=" + hold + "&held=1&timeout_ms=20000");
        meanwhile();
        _simulator->control("POST", "faults/release", "{}");
        reader.get();
    }

    /// Asserts that the API takes the token, or that it does not.
    static void expectTaken(const PersonsAccount& account, const std::string& token,
                            const std::string& what = {}) {
        CPPUNIT_ASSERT_EQUAL_MESSAGE(what, 200, statusAt(account, token));
    }
    [[nodiscard]] static int statusAt(const PersonsAccount& account, const std::string& token) {
        return callApi("GET", account.api + "/rest/api/3/myself", token).status;
    }

    /// Asserts that reading yields a token, and that the API takes it. Returns it.
    std::string expectAlive(const PersonsAccount& account, const std::string& what = {}) const {
        const auto answer = read(account);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(what + ": " + answer.body.substr(0, 200), 200, answer.status);
        auto token = answer.text("access_token");
        expectTaken(account, token, what);
        return token;
    }

    void expectDead(const PersonsAccount& account, const std::string& what = {}) const {
        const auto answer = read(account);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(what + ": " + answer.body.substr(0, 200), 412, answer.status);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(what, std::string("needs_reauth"), answer.text("error"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(what, std::string("revoked_or_expired"), answer.text("reason"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(what, std::string("needs_reauth"), statusOf(account));
    }

    [[nodiscard]] std::string statusOf(const PersonsAccount& account) const {
        return _service->get("/v1/accounts/" + account.id, _service->key()).text("status");
    }

    /// Returns one of the simulator's counts of that person's refreshes, or of everyone's.
    [[nodiscard]] int count(const std::string& name, const std::string& person = {}) const {
        return refreshesOf(person)->getObject("total")->getValue<int>(name);
    }
    [[nodiscard]] Poco::JSON::Object::Ptr refreshesOf(const std::string& person) const {
        return _simulator->control("GET", "refreshes" + (person.empty() ? "" : "?user=" + person)).json();
    }
    /// Returns how often upstream has refused a request for that reason.
    [[nodiscard]] int refusals(const std::string& reason) const {
        return _simulator->control("GET", "counters").json()->getObject("refusals")->optValue<int>(reason, 0);
    }

    /// Blocks until no refresh has an unknown outcome.
    void awaitSettled() const {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (ask("SELECT COUNT(*) FROM pending_refreshes") != "0\n") {
            CPPUNIT_ASSERT_MESSAGE("not settled within a minute",
                                   std::chrono::steady_clock::now() < deadline);
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
    }

    [[nodiscard]] std::string ask(const std::string& sql) const {
        const auto answer =
            runToEnd("/usr/bin/sqlite3", {"-readonly", _service->database().string(), sql}, {});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.errors, 0, answer.exitCode);
        return answer.output;
    }
};

} // namespace central_oauth::test
