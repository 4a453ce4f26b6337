// SPDX-License-Identifier: Apache-2.0
// Tests when a provider in trouble is asked: the circuit breaker, the guard against mass failure, and its
// end.
#include "central_oauth/services/grants/ProviderHealth.h"

#include "TokenFixture.h"

#include <cppunit/extensions/HelperMacros.h>
#include <set>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using base::ErrorCode;
using provider::ProviderErrorKind;
using Sending = ProviderHealth::Sending;

class ProviderHealthTest : public TokenFixture {
    CPPUNIT_TEST_SUITE(ProviderHealthTest);
    CPPUNIT_TEST(testBreakerOpensAfterFailuresInARow);
    CPPUNIT_TEST(testBreakerLetsOneProbeThrough);
    CPPUNIT_TEST(testBreakerHoldsBackNoLostAnswer);
    CPPUNIT_TEST(testBreakerIsOfOneProvider);
    CPPUNIT_TEST(testForgottenFailuresCloseTheBreaker);
    CPPUNIT_TEST(testFewDeathsAreDeaths);
    CPPUNIT_TEST(testASmallShareOfDeathsAreDeaths);
    CPPUNIT_TEST(testDeathsOfHoursAreDeaths);
    CPPUNIT_TEST(testManyDeathsAtOnceSuspend);
    CPPUNIT_TEST(testTroubleIsProbedEachMinuteUntilAGrantLives);
    CPPUNIT_TEST(testRestartDoesNotEndTheTrouble);
    CPPUNIT_TEST(testEveryGrantIsAliveAfterAnIncident);
    CPPUNIT_TEST(testDeadGrantsStayDeadAfterAnIncident);
    CPPUNIT_TEST(testWrongSecretKillsNobody);
    CPPUNIT_TEST_SUITE_END();

public:
    void testBreakerOpensAfterFailuresInARow() {
        fail(4);
        CPPUNIT_ASSERT(!admit(Sending::first));
        health().noteAlive("jira");
        fail(4);
        CPPUNIT_ASSERT_MESSAGE("a success starts anew", !admit(Sending::first));
        fail(1);
        const auto refused = admit(Sending::first);
        CPPUNIT_ASSERT(refused && refused->failure.code() == ErrorCode::providerUnavailable);
        CPPUNIT_ASSERT(refused->failure.retryAfter() == std::optional(2s));
    }

    void testBreakerLetsOneProbeThrough() {
        fail(5);
        for (const auto pause : {2s, 4s, 8s, 16s, 30s, 30s}) {
            pass(pause - 1s);
            CPPUNIT_ASSERT(admit(Sending::first));
            pass(1s);
            CPPUNIT_ASSERT(!admit(Sending::first));
            CPPUNIT_ASSERT_MESSAGE("the others wait for the probe", admit(Sending::first));
            fail(1);
        }
        pass(30s);
        CPPUNIT_ASSERT(!admit(Sending::first));
        health().noteAlive("jira");
        CPPUNIT_ASSERT(!admit(Sending::first));
    }

    void testBreakerHoldsBackNoLostAnswer() {
        fail(50);
        CPPUNIT_ASSERT(admit(Sending::first));
        CPPUNIT_ASSERT(!admit(Sending::again));
    }

    void testBreakerIsOfOneProvider() {
        fail(5);
        CPPUNIT_ASSERT(!health().admit("confluence", Sending::first));
    }

    void testForgottenFailuresCloseTheBreaker() {
        fail(9);
        health().forgetFailures("confluence");
        CPPUNIT_ASSERT(admit(Sending::first));
        health().forgetFailures("jira");
        CPPUNIT_ASSERT(!admit(Sending::first) && !admit(Sending::first));
        fail(4);
        CPPUNIT_ASSERT_MESSAGE("they count from one again", !admit(Sending::first));
    }

    void testFewDeathsAreDeaths() {
        CPPUNIT_ASSERT_EQUAL(0, suspendedOf(4));
        CPPUNIT_ASSERT(!admit(Sending::first));
    }

    void testASmallShareOfDeathsAreDeaths() {
        for (int i = 0; i < 100; ++i)
            health().noteAlive("jira");
        CPPUNIT_ASSERT_EQUAL(0, suspendedOf(20));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("more than a fifth", 1, suspendedOf(6));
    }

    void testDeathsOfHoursAreDeaths() {
        for (int i = 0; i < 40; ++i) {
            CPPUNIT_ASSERT_EQUAL(0, suspendedOf(1));
            pass(3min);
        }
    }

    void testManyDeathsAtOnceSuspend() {
        CPPUNIT_ASSERT_EQUAL(0, suspendedOf(4));
        const auto death = health().noteDeath("jira", base::AccountId("acc_x"), Sending::first);
        CPPUNIT_ASSERT(death.isSuspended);
        CPPUNIT_ASSERT_EQUAL(std::size_t(4), death.others.size());
        const auto next = health().noteDeath("jira", base::AccountId("acc_y"), Sending::first);
        CPPUNIT_ASSERT(next.isSuspended && next.others.empty());
    }

    void testTroubleIsProbedEachMinuteUntilAGrantLives() {
        (void)suspendedOf(5);
        for (int minute = 0; minute < 3; ++minute) {
            CPPUNIT_ASSERT(admit(Sending::first) && admit(Sending::suspended));
            pass(60s);
            CPPUNIT_ASSERT(!admit(Sending::first) && !admit(Sending::suspended));
        }
        health().noteAlive("jira");
        CPPUNIT_ASSERT(!admit(Sending::first) && !admit(Sending::suspended));
        CPPUNIT_ASSERT_MESSAGE("ten a second", admit(Sending::suspended));
        pass(1s);
        CPPUNIT_ASSERT(!admit(Sending::suspended));
    }

    void testRestartDoesNotEndTheTrouble() {
        CPPUNIT_ASSERT_MESSAGE("the first one probes", !admit(Sending::suspended));
        CPPUNIT_ASSERT(admit(Sending::suspended) && admit(Sending::first));
        CPPUNIT_ASSERT(health().noteDeath("jira", base::AccountId("acc_x"), Sending::suspended).isSuspended);
        health().noteAlive("jira");
        CPPUNIT_ASSERT(!admit(Sending::first));
    }

    void testEveryGrantIsAliveAfterAnIncident() {
        linkMore(20);
        failRefreshes(ProviderErrorKind::invalidGrant);
        for (int minute = 0; minute < 10; ++minute) {
            askForAll();
            pass(60s);
        }
        const int during = refreshes();
        CPPUNIT_ASSERT_MESSAGE("five, and two a minute", during <= 25);
        CPPUNIT_ASSERT_EQUAL(0, dead());
        _fixture->provider.onRefresh = [](const auto&) { return ScriptedProvider::tokens("new", 3600s); };
        for (int second = 0; second < 120; ++second) {
            pass(1s);
            _services->queue.runDue();
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), pending());
        askForAll();
        for (const auto& account : _accounts)
            CPPUNIT_ASSERT(memory::accountOf(_fixture->store, account).problem.empty());
        CPPUNIT_ASSERT_EQUAL_MESSAGE("each once", during + 20, refreshes());
    }

    void testDeadGrantsStayDeadAfterAnIncident() {
        linkMore(20);
        failRefreshes(ProviderErrorKind::invalidGrant);
        askForAll();
        // The grants of even numbers are really dead.
        _fixture->provider.onRefresh = [](const auto& token) -> provider::TokenSet {
            if ((memory::revealed(token).back() - '0') % 2 == 0)
                throw provider::ProviderError(ProviderErrorKind::invalidGrant, "scripted");
            return ScriptedProvider::tokens("new", 3600s);
        };
        for (int second = 0; second < 3000; ++second) {
            pass(1s);
            if (second % 300 == 0)
                askForAll();
            _services->queue.runDue();
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), pending());
        CPPUNIT_ASSERT_EQUAL(10, dead());
    }

    void testWrongSecretKillsNobody() {
        linkMore(20);
        failRefreshes(ProviderErrorKind::misconfigured);
        for (int minute = 0; minute < 60; ++minute) {
            askForAll();
            pass(60s);
        }
        CPPUNIT_ASSERT_EQUAL(0, dead());
        CPPUNIT_ASSERT_MESSAGE("an alarm", _fixture->logged.str().find("the provider is in trouble") !=
                                               std::string::npos);
        CPPUNIT_ASSERT_MESSAGE("hardly more than a probe a minute", refreshes() <= 5 + 60);
        _fixture->provider.onRefresh = [](const auto&) { return ScriptedProvider::tokens("new", 3600s); };
        pass(31s);
        askForAll();
        askForAll();
        for (const auto& account : _accounts)
            CPPUNIT_ASSERT_EQUAL(std::int64_t(2), memory::accountOf(_fixture->store, account).tokenVersion);
    }

    void setUp() override {
        TokenFixture::setUp();
        _accounts.clear();
        _health = std::make_unique<ProviderHealth>(_fixture->clock, _fixture->logger.channel("health"));
    }

private:
    ProviderHealth& health() { return *_health; }
    std::optional<ProviderHealth::Refusal> admit(Sending sending) { return health().admit("jira", sending); }
    void fail(int times) {
        for (int i = 0; i < times; ++i)
            health().noteFailure("jira", base::Error(ErrorCode::providerUnavailable));
    }
    int suspendedOf(int deaths) {
        int suspended = 0;
        for (int i = 0; i < deaths; ++i)
            suspended +=
                health().noteDeath("jira", base::AccountId("acc_" + std::to_string(++_died)), Sending::first)
                        .isSuspended
                    ? 1
                    : 0;
        return suspended;
    }
    void pass(std::chrono::seconds time) {
        _fixture->advance(time);
        _fixture->clock.steady += time;
    }

    void linkMore(int count) {
        for (int i = 0; i < count; ++i)
            _accounts.push_back(_fixture->linkAccount(std::to_string(10 + i), "user-" + std::to_string(i)));
    }
    // Asks for a refresh of each first pair, as readers of all accounts do.
    void askForAll() {
        for (const auto& account : _accounts)
            if (memory::accountOf(_fixture->store, account).tokenVersion == 1)
                (void)_services->queue.ask(account, "jira", 1, {});
        _services->queue.runDue();
    }
    [[nodiscard]] int dead() const {
        int dead = 0;
        for (const auto& account : _accounts)
            dead +=
                memory::accountOf(_fixture->store, account).status != domain::AccountStatus::active ? 1 : 0;
        return dead;
    }
    [[nodiscard]] std::size_t pending() const {
        return _fixture->store.read([](const domain::ReadView& view) { return view.pendingRefreshes(); })
            .size();
    }

    std::unique_ptr<ProviderHealth> _health;
    std::vector<base::AccountId> _accounts;
    int _died = 0;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProviderHealthTest);
