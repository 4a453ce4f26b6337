// SPDX-License-Identifier: Apache-2.0
// Readers, clients and operators around a refresh: who waits, who keeps what was handed out, who is alarmed.
#include "ScenarioFixture.h"

#include <cppunit/extensions/HelperMacros.h>
#include <set>
#include <vector>

using namespace central_oauth::test;

class RefreshScenarioTest : public ScenarioFixture {
    CPPUNIT_TEST_SUITE(RefreshScenarioTest);
    CPPUNIT_TEST(testTwoHundredReadersShareARefreshWhoseAnswerIsLost);
    CPPUNIT_TEST(testARotatedAppSecretAlarmsTheOperatorAndHarmsNoGrant);
    CPPUNIT_TEST(testAHandedOutTokenLivesToItsAdvertisedExpiry);
    CPPUNIT_TEST(testAnotherClientsRefreshEndsNoToken);
    CPPUNIT_TEST(testARateLimitIsWaitedForWhileTheTokenIsServed);
    CPPUNIT_TEST(testAnAccessTokenThatUpstreamKeepsRefusingCausesNoLoop);
    CPPUNIT_TEST_SUITE_END();

public:
    void testTwoHundredReadersShareARefreshWhoseAnswerIsLost() {
        constexpr int readers = 200;
        const auto account = link("ann");
        pass(tokenLife + 1);
        fault(R"("kind":"process_then_drop")");
        const auto hold = fault(R"("kind":"hold","when":"after")");
        std::vector<std::future<HttpAnswer>> reads;
        for (int i = 0; i < readers; ++i)
            reads.push_back(std::async(std::launch::async, [&] { return read(account); }));
        _simulator->control("GET", "faults/wait?id=" + hold + "&held=1&timeout_ms=20000");
        _simulator->control("POST", "faults/release", "{}");
        std::set<std::string> tokens;
        for (auto& each : reads) {
            const auto answer = each.get();
            if (answer.status == 200)
                tokens.insert(answer.text("access_token"));
            else
                CPPUNIT_ASSERT_MESSAGE(answer.body,
                                       answer.status == 503 && !answer.header("Retry-After").empty());
        }
        awaitSettled();
        for (int i = 0; i < readers; ++i)
            tokens.insert(read(account).text("access_token"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), tokens.size());
        expectTaken(account, *tokens.begin());
        CPPUNIT_ASSERT_EQUAL_MESSAGE("the lost one and its repetition", 2, count("received"));
        CPPUNIT_ASSERT_EQUAL(1, count("max_in_flight"));
    }

    void testARotatedAppSecretAlarmsTheOperatorAndHarmsNoGrant() {
        std::vector<PersonsAccount> accounts;
        for (const auto* person : {"ann", "bob", "cid"})
            accounts.push_back(link(person));
        rotateSecretUpstream();
        makeDue();
        for (const auto& account : accounts)
            CPPUNIT_ASSERT_EQUAL_MESSAGE("the stored token", account.token, expectAlive(account));
        pass(leftWhenDue + 31);
        for (const auto& account : accounts) {
            const auto failed = read(account);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(failed.body, 502, failed.status);
            CPPUNIT_ASSERT_EQUAL(std::string("provider_misconfigured"), failed.text("error"));
            CPPUNIT_ASSERT_EQUAL(std::string("operator"), failed.text("cause"));
            CPPUNIT_ASSERT_EQUAL(std::string("active"), statusOf(account));
        }
        expectAlarm();
        CPPUNIT_ASSERT_EQUAL(0, count("processed"));
        static_cast<void>(_service->stop());
        _service->environment["CENTRAL_OAUTH_JIRA_CLIENT_SECRET"] = "rotated-secret";
        _service->start();
        for (const auto& account : accounts)
            CPPUNIT_ASSERT(account.token != expectAlive(account));
    }

    // A client holds a token while another reader has it replaced, at any time at which that can happen.
    void testAHandedOutTokenLivesToItsAdvertisedExpiry() {
        struct Case {
            int left;          ///< life of the first reader's token
            std::string query; ///< of the second reader
        };
        for (const auto& [left, query] :
             {Case{530, "?min_ttl=540"}, Case{301, "?min_ttl=400"}, Case{301, ""}}) {
            setUp();
            const auto account = link("ann");
            pass(tokenLife - left);
            const auto handedOut = read(account);
            const auto life = handedOut.json()->getValue<int>("expires_in");
            CPPUNIT_ASSERT_EQUAL(account.token, handedOut.text("access_token"));
            pass(2);
            CPPUNIT_ASSERT(account.token != read(account, query).text("access_token"));
            pass(life - 5);
            expectTaken(account, account.token, "with " + std::to_string(left) + " seconds left" + query);
        }
    }

    void testAnotherClientsRefreshEndsNoToken() {
        static_cast<void>(_service->stop());
        const auto otherKey = _service->addClient("other");
        _service->start();
        const auto mine = link("ann");
        pass(tokenLife / 2);
        const auto others = accountIn("ann", linkAs(*_service, *_simulator, otherKey, "ann"));
        CPPUNIT_ASSERT(mine.id != others.id);
        pass(tokenLife / 2 - leftWhenDue);
        const auto handedOut = _service->get("/v1/tokens/" + others.id, otherKey);
        CPPUNIT_ASSERT_EQUAL(others.token, handedOut.text("access_token"));
        const auto renewed = expectAlive(mine);
        CPPUNIT_ASSERT(mine.token != renewed);
        pass(handedOut.json()->getValue<int>("expires_in") - 5);
        expectTaken(others, others.token, "the other client's token at its end");
        CPPUNIT_ASSERT(others.token !=
                       _service->get("/v1/tokens/" + others.id, otherKey).text("access_token"));
        expectTaken(mine, renewed, "and the first client's");
    }

    void testARateLimitIsWaitedForWhileTheTokenIsServed() {
        for (const std::string format : {"seconds", "http_date"}) {
            setUp();
            const auto account = link("ann");
            fault(R"("kind":"rate_limit","retry_after_s":30,"retry_after_format":")" + format + "\"");
            makeDue();
            for (const int seconds : {0, 20, 7}) {
                pass(seconds);
                CPPUNIT_ASSERT_EQUAL_MESSAGE(format, account.token, expectAlive(account, format));
                CPPUNIT_ASSERT_EQUAL_MESSAGE(format, 1, count("received"));
            }
            pass(4);
            CPPUNIT_ASSERT_MESSAGE(format, account.token != expectAlive(account, format));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(format, 2, count("received"));
        }
    }

    // The service asks upstream about a token that a client reports; upstream refuses every token.
    void testAnAccessTokenThatUpstreamKeepsRefusingCausesNoLoop() {
        const auto account = link("ann");
        _simulator->control("POST", "faults", R"({"target":"me","kind":"status","status":401,"times":0})");
        _simulator->control("POST", "faults",
                            R"({"target":"accessible-resources","kind":"status","status":401,"times":0})");
        const auto first = report(account, 1);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(first.body, std::string("refreshed"), first.text("outcome"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("one report, one refresh", 1, count("received"));
        for (int i = 0; i < 30; ++i)
            static_cast<void>(report(account, std::stoi(ask("SELECT token_version FROM accounts"))));
        CPPUNIT_ASSERT_MESSAGE("thirty reports", count("received") <= 3);
        CPPUNIT_ASSERT_EQUAL(std::string("active"), statusOf(account));
        CPPUNIT_ASSERT_EQUAL(200, read(account).status);
    }

private:
    void rotateSecretUpstream() const {
        _simulator->control("POST", "apps",
                            R"({"client_id":"demo-client-id","client_secret":"rotated-secret"})");
    }

    void expectAlarm() const {
        std::istringstream lines(_service->completeLog());
        for (std::string line; std::getline(lines, line);)
            if (line.find("\"level\":\"ERROR\"") != std::string::npos &&
                line.find("\"cause\":\"operator\"") != std::string::npos)
                return;
        CPPUNIT_FAIL("no error in the log names the operator");
    }

    [[nodiscard]] HttpAnswer report(const PersonsAccount& account, int version) const {
        return _service->post("/v1/tokens/" + account.id + "/report", _service->key(),
                              R"({"token_version":)" + std::to_string(version) + R"(,"status":401})");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RefreshScenarioTest);
