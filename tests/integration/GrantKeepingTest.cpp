// SPDX-License-Identifier: Apache-2.0
// What the daemon does with grants that nobody asks for, against the simulator.
#include "ScenarioFixture.h"

#include <cppunit/extensions/HelperMacros.h>
#include <functional>

using namespace central_oauth::test;

class GrantKeepingTest : public ScenarioFixture {
    CPPUNIT_TEST_SUITE(GrantKeepingTest);
    CPPUNIT_TEST(testTheNextTokenIsThereBeforeAReaderNeedsIt);
    CPPUNIT_TEST(testAnIdleGrantOutlivesUpstreamsIdleLifetime);
    CPPUNIT_TEST(testAGrantThatNobodyReadsIsLeftToDie);
    CPPUNIT_TEST(testAnOldGrantEnds);
    CPPUNIT_TEST(testTokensOfADeadGrantAreErased);
    CPPUNIT_TEST(testAJumpOfTheWallClockEndsNothing);
    CPPUNIT_TEST(testAStopDoesNotWaitForUpstream);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        ScenarioFixture::setUp();
        restartWith({});
    }

    void testTheNextTokenIsThereBeforeAReaderNeedsIt() {
        const auto account = link("ann");
        pass(300);
        static_cast<void>(read(account));
        pass(tokenLife - 300 -
             295); // a reader would get the old token, and a refresh that it does not wait for
        await("a refresh", [&] { return count("processed") == 1; });
        const auto renewed = expectAlive(account);
        CPPUNIT_ASSERT(account.token != renewed);
        CPPUNIT_ASSERT_EQUAL(1, count("received"));
        expectTaken(account, account.token, "what was handed out before");
    }

    void testAnIdleGrantOutlivesUpstreamsIdleLifetime() {
        const auto account = link("ann");
        static_cast<void>(read(account));
        passInDays(60);
        await("the keep-alive", [&] { return count("processed") == 1; });
        passInDays(40);
        CPPUNIT_ASSERT(account.token != expectAlive(account, "100 days after the last read"));
    }

    void testAGrantThatNobodyReadsIsLeftToDie() {
        restartWith({{"CENTRAL_OAUTH_GRANT_MAX_UNUSED", "30d"}});
        const auto account = link("ann");
        static_cast<void>(read(account));
        passInDays(91);
        CPPUNIT_ASSERT_EQUAL(0, count("received"));
        expectDead(account);
    }

    void testAnOldGrantEnds() {
        restartWith({{"CENTRAL_OAUTH_GRANT_MAX_AGE", "10d"}});
        const auto account = link("ann");
        const auto shown = _service->get("/v1/accounts/" + account.id, _service->key());
        CPPUNIT_ASSERT_MESSAGE(shown.body, shown.text("relink_by") > shown.text("linked_at"));
        passInDays(9);
        await("a warning", [&] { return _service->log().find("a grant ends soon") != std::string::npos; });
        CPPUNIT_ASSERT_EQUAL(std::string("active"), statusOf(account));
        passInDays(1);
        await("its end", [&] { return statusOf(account) == "needs_reauth"; });
        const auto refused = read(account);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(refused.body, 412, refused.status);
        CPPUNIT_ASSERT_EQUAL(std::string("too_old"), refused.text("reason"));
        restartWith({{"CENTRAL_OAUTH_GRANT_MAX_AGE", "400d"}});
        await("its return", [&] { return statusOf(account) == "active"; });
        static_cast<void>(expectAlive(account));
    }

    void testTokensOfADeadGrantAreErased() {
        const auto account = link("ann");
        _simulator->control("POST", "revoke_grant", R"({"user":"ann"})");
        pass(tokenLife + 1);
        expectDead(account);
        CPPUNIT_ASSERT_EQUAL(std::string("1\n"), ask("SELECT COUNT(*) FROM grants"));
        await("the check of the dead grant", [&] {
            return ask("SELECT COUNT(*) FROM grant_checks WHERE due_at > unixepoch() + 3600 * 24") == "1\n";
        });
        pass(25 * 3600);
        await("the end of its tokens", [&] { return ask("SELECT COUNT(*) FROM grants") == "0\n"; });
        CPPUNIT_ASSERT_EQUAL(412, read(account).status);
    }

    // The machine's clock is set wrong by years, then right again.
    void testAJumpOfTheWallClockEndsNothing() {
        const auto account = link("ann");
        await("the first check", [&] {
            return ask("SELECT COUNT(*) FROM grant_checks WHERE due_at > unixepoch() + 60") == "1\n";
        });
        _service->advanceClock(2 * 365 * 86400);
        await("the warning", [&] { return _service->log().find("has jumped ahead") != std::string::npos; });
        CPPUNIT_ASSERT_EQUAL(std::string("active"), statusOf(account));
        _service->advanceClock(-2 * 365 * 86400);
        await("the all-clear", [&] { return _service->log().find("trusted again") != std::string::npos; });
        static_cast<void>(expectAlive(account));
        CPPUNIT_ASSERT_EQUAL(0, count("received"));
    }

    void testAStopDoesNotWaitForUpstream() {
        const auto account = link("ann");
        static_cast<void>(read(account));
        const auto hold = fault(R"("kind":"hold","when":"before")");
        pass(tokenLife - 295);
        _simulator->control("GET", "faults/wait?id=" + hold + "&held=1&timeout_ms=20000");
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
        _simulator->control("POST", "faults/release", "{}");
        clearFaults();
        _service->start();
        awaitSettled();
        static_cast<void>(expectAlive(account));
    }

private:
    void restartWith(const ChildProcess::Environment& settings) {
        static_cast<void>(_service->stop());
        _service->environment["CENTRAL_OAUTH_TEST_KEEP_GRANTS"] = "50";
        for (const auto& [name, value] : settings)
            _service->environment[name] = value;
        _service->start();
    }
    void passInDays(int days) const {
        for (int i = 0; i < days; ++i)
            pass(day);
    }
    static void await(const std::string& what, const std::function<bool()>& isThere) {
        for (int i = 0; i < 1000; ++i) {
            if (isThere())
                return;
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        CPPUNIT_FAIL("never came: " + what);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(GrantKeepingTest);
