// SPDX-License-Identifier: Apache-2.0
// No grant is lost when upstream's answer to a refresh is, when the daemon is killed, and when nobody reads
// afterwards. Both sides' clocks are moved past the leeway, in which upstream takes a spent refresh token
// again.
#include "../support/RawConnection.h"
#include "ScenarioFixture.h"

#include <cppunit/extensions/HelperMacros.h>
#include <future>
#include <random>
#include <set>
#include <thread>

using namespace central_oauth::test;
using namespace std::chrono_literals;

namespace {

using Clock = std::chrono::steady_clock;

constexpr int shortLeeway = 8;

} // namespace

class LostAnswerTest : public ScenarioFixture {
    CPPUNIT_TEST_SUITE(LostAnswerTest);
    CPPUNIT_TEST(testLostAnswerIsSettledWithoutAReader);
    CPPUNIT_TEST(testEveryCutOfTheAnswerIsSettled);
    CPPUNIT_TEST(testKilledBeforeTheAnswerIsStored);
    CPPUNIT_TEST(testKilledAgainAndAgain);
    CPPUNIT_TEST(testWithoutTheJournalGrantsAreLost);
    CPPUNIT_TEST(testOutageLongerThanTheLeeway);
    CPPUNIT_TEST(testAThousandReadersAskUpstreamOnce);
    CPPUNIT_TEST_SUITE_END();

public:
    void testLostAnswerIsSettledWithoutAReader() {
        const auto account = link("ann");
        fault(R"("kind":"process_then_drop")");
        makeDue();
        CPPUNIT_ASSERT_EQUAL(200, read(account).status);
        awaitSettled();
        pass(leeway + 1);
        makeDue();
        CPPUNIT_ASSERT_EQUAL(200, read(account).status);
        CPPUNIT_ASSERT_EQUAL(3, refreshes());
        CPPUNIT_ASSERT_EQUAL(0, dead());
    }

    void testEveryCutOfTheAnswerIsSettled() {
        const auto account = link("ann");
        for (const auto* cut :
             {R"("kind":"process_then_drop","after_bytes":0)",
              R"("kind":"process_then_drop","after_bytes":20)",
              R"("kind":"process_then_drop","after_body_bytes":0)",
              R"("kind":"process_then_drop","after_body_bytes":2700)",
              R"("kind":"process_then_drop","after_bytes":-1)", R"("kind":"truncated_json")",
              R"("kind":"html")", R"("kind":"empty_body")", R"("kind":"status","status":500,"when":"after")",
              R"("kind":"status","status":503,"when":"after")", R"("kind":"without_access_token")"}) {
            fault(cut);
            makeDue();
            static_cast<void>(read(account));
            awaitSettled();
            CPPUNIT_ASSERT_EQUAL_MESSAGE(cut, 200, read(account).status);
            pass(leeway + 1);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(cut, 0, dead());
        }
    }

    void testKilledBeforeTheAnswerIsStored() {
        const auto account = link("ann");
        const auto hold = fault(R"("kind":"hold","when":"after")");
        makeDue();
        auto reader = std::async(std::launch::async, [&] { tryToRead(account); });
        _simulator->control("GET", "faults/wait?id=" + hold + "&held=1&timeout_ms=20000");
        _service->kill();
        reader.get();
        _simulator->control("POST", "faults/release", "{}");
        _service->start();
        awaitSettled();
        pass(leeway + 1);
        makeDue();
        CPPUNIT_ASSERT_EQUAL(200, read(account).status);
        CPPUNIT_ASSERT_EQUAL(0, dead());
    }

    void testKilledAgainAndAgain() {
        const auto seed = std::random_device()();
        CPPUNIT_ASSERT_EQUAL_MESSAGE("seed " + std::to_string(seed), 0, lostIn(20, seed));
    }

    // Without this, the test above might kill and lose nothing.
    void testWithoutTheJournalGrantsAreLost() {
        begin({{"CENTRAL_OAUTH_TEST_NO_JOURNAL", "1"}});
        CPPUNIT_ASSERT(lostIn(4, 1) > 0);
    }

    // Upstream answers 503 and does nothing: after more than the leeway the grant is still alive.
    void testOutageLongerThanTheLeeway() {
        const auto account = link("ann");
        _simulator->control("POST", "faults", R"({"target":"auth","kind":"outage"})");
        makeDue();
        CPPUNIT_ASSERT_EQUAL_MESSAGE("the stored token", 200, read(account).status);
        passInMinutes(11);
        CPPUNIT_ASSERT_EQUAL(503, read(account).status);
        clearFaults();
        const auto deadline = Clock::now() + 30s;
        while (Clock::now() < deadline && read(account).status != 200)
            _service->passTime(60);
        CPPUNIT_ASSERT_EQUAL(200, read(account).status);
        CPPUNIT_ASSERT_EQUAL(0, dead());
    }

    void testAThousandReadersAskUpstreamOnce() {
        constexpr std::size_t readers = 1000;
        options(R"({"access_token_lifetime_s":600})");
        const auto account = link("ann");
        options(R"({"access_token_lifetime_s":3600})");
        pass(200);
        const auto hold = fault(R"("kind":"hold")");
        const auto port = std::stoi(_service->url().substr(_service->url().rfind(':') + 1));
        const auto place = RawPlace::plain(static_cast<std::uint16_t>(port));
        const auto request = "GET /v1/tokens/" + account.id +
                             "?min_ttl=500 HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
                             "\r\nAuthorization: Bearer " + _service->key() + "\r\n\r\n";
        std::vector<RawConnection> connections;
        std::vector<RawConnection*> all;
        connections.reserve(readers);
        for (std::size_t i = 0; i < readers; ++i) {
            all.push_back(&connections.emplace_back(place));
            CPPUNIT_ASSERT(connections.back().send(request));
        }
        _simulator->control("GET", "faults/wait?id=" + hold + "&held=1&timeout_ms=20000");
        _simulator->control("POST", "faults/release", "{}");
        std::vector<std::optional<HttpAnswer>> answers(readers);
        RawConnection::receiveAll(
            all,
            [&](std::size_t at) {
                return answers[at] || (answers[at] = takeAnswer(connections[at].received())).has_value();
            },
            Clock::now() + 60s);
        std::set<std::string> tokens;
        for (const auto& answer : answers) {
            CPPUNIT_ASSERT(answer);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(answer->body.substr(0, 200), 200, answer->status);
            tokens.insert(answer->text("access_token"));
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), tokens.size());
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
    }

private:
    // Half of the answers are lost, the daemon is killed at random, nobody reads for longer than the leeway.
    // Returns how many of ten grants died.
    int lostIn(int rounds, unsigned seed) {
        constexpr int grants = 10;
        std::mt19937 random(seed);
        std::vector<PersonsAccount> accounts;
        for (int i = 0; i < grants; ++i)
            accounts.push_back(link("user-" + std::to_string(i)));
        options(R"({"leeway_s":)" + std::to_string(shortLeeway) + "}");
        fault(R"("kind":"process_then_drop","probability":0.5)");
        makeDue();
        for (int round = 0; round < rounds; ++round) {
            std::vector<std::future<void>> readers;
            for (const auto& account : accounts)
                readers.push_back(std::async(std::launch::async, [&] { tryToRead(account); }));
            std::this_thread::sleep_for(std::chrono::milliseconds(random() % 200));
            _service->kill();
            for (auto& reader : readers)
                reader.get();
            _service->start();
            awaitSettled();
            pass(shortLeeway + 4);
            makeDue();
        }
        clearFaults();
        for (const auto& account : accounts)
            static_cast<void>(read(account));
        return dead();
    }

    [[nodiscard]] int dead() const {
        return std::stoi(ask("SELECT COUNT(*) FROM accounts WHERE status <> 'active'"));
    }
    [[nodiscard]] int refreshes() const { return _simulator->tokenCalls("refresh_token"); }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LostAnswerTest);
