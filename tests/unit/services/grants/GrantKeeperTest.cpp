// SPDX-License-Identifier: Apache-2.0
// Tests which grants are refreshed without a reader: those in use, idle ones now and then, others not.
#include "KeeperFixture.h"

#include <atomic>
#include <cppunit/extensions/HelperMacros.h>
#include <future>
#include <thread>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using provider::ProviderErrorKind;

class GrantKeeperTest : public KeeperFixture {
    CPPUNIT_TEST_SUITE(GrantKeeperTest);
    CPPUNIT_TEST(testAGrantInUseIsRefreshedBeforeAReaderNeedsIt);
    CPPUNIT_TEST(testAGrantThatNobodyUsesIsNotRefreshed);
    CPPUNIT_TEST(testAnIdleGrantIsKeptAliveUntilNobodyHasReadItForLong);
    CPPUNIT_TEST(testAReadStartsANewLife);
    CPPUNIT_TEST(testAFailedRefreshIsTriedAgainSoon);
    CPPUNIT_TEST(testALongerUseKeepsAGrantAliveThatWasGivenUp);
    CPPUNIT_TEST(testTokensOfSecondsCauseNoLoop);
    CPPUNIT_TEST(testAShortIdleLifetimeIsKept);
    CPPUNIT_TEST(testAProviderThatHangsHoldsUpNoOther);
    CPPUNIT_TEST(testNothingHappensWithoutTheProvider);
    CPPUNIT_TEST(testADamagedAccountHoldsUpNoOther);
    CPPUNIT_TEST(testAnAccountCostsNothingUntilItIsDue);
    CPPUNIT_TEST(testManyAreDueAtOnce);
    CPPUNIT_TEST(testAStopEndsTheRound);
    CPPUNIT_TEST(testAStopWhileAllAreLookedAtAnewForgetsNone);
    CPPUNIT_TEST_SUITE_END();

public:
    void testAGrantInUseIsRefreshedBeforeAReaderNeedsIt() {
        keep();
        use();
        pass(53min);
        keep();
        CPPUNIT_ASSERT_EQUAL_MESSAGE("not before it is needed", 0, refreshes());
        pass(2min);
        keep();
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
        CPPUNIT_ASSERT_EQUAL(std::int64_t(2), stored().version);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("no reader waits", std::string("access-new"), token());
        keep();
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
        pass(55min);
        keep();
        CPPUNIT_ASSERT_EQUAL_MESSAGE("read 55 minutes ago", 2, refreshes());
        pass(55min);
        keep();
        CPPUNIT_ASSERT_EQUAL_MESSAGE("read 110 minutes ago", 2, refreshes());
    }

    void testAGrantThatNobodyUsesIsNotRefreshed() {
        for (int hour = 0; hour < 48; ++hour) {
            keep();
            pass(1h);
        }
        CPPUNIT_ASSERT_EQUAL(0, refreshes());
    }

    void testAnIdleGrantIsKeptAliveUntilNobodyHasReadItForLong() {
        use();
        passInDays(52);
        CPPUNIT_ASSERT_EQUAL(0, refreshes());
        passInDays(8);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("at two thirds of its idle lifetime", 1, refreshes());
        passInDays(100);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("nobody has read it for 90 days", 1, refreshes());
    }

    void testAReadStartsANewLife() {
        passInDays(62);
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
        CPPUNIT_ASSERT_EQUAL(std::string("access-new"), token());
        CPPUNIT_ASSERT_EQUAL(2, refreshes());
        passInDays(62);
        CPPUNIT_ASSERT_EQUAL(3, refreshes());
    }

    void testAFailedRefreshIsTriedAgainSoon() {
        keep();
        use();
        failRefreshes(ProviderErrorKind::transient);
        pass(55min);
        keep();
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
        pass(59s);
        keep();
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
        pass(1s);
        keep();
        CPPUNIT_ASSERT_EQUAL(2, refreshes());
        _fixture->provider.onRefresh = [](const auto&) { return ScriptedProvider::tokens("late", 3600s); };
        pass(1min);
        keep();
        CPPUNIT_ASSERT_EQUAL(3, refreshes());
        CPPUNIT_ASSERT_EQUAL(std::string("access-late"), token());
    }

    void testALongerUseKeepsAGrantAliveThatWasGivenUp() {
        begin({.maxUnused = 30 * day});
        use();
        passInDays(65);
        CPPUNIT_ASSERT_EQUAL(0, refreshes());
        begin({});
        keep();
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
    }

    void testTokensOfSecondsCauseNoLoop() {
        _fixture->provider.onRefresh = [](const auto&) { return ScriptedProvider::tokens("brief", 1s); };
        keep();
        pass(2h);
        static_cast<void>(get());
        const auto before = refreshes();
        for (int second = 0; second < 180; ++second) {
            pass(1s);
            keep();
        }
        CPPUNIT_ASSERT_MESSAGE("one a minute", refreshes() - before <= 3);
    }

    void testAShortIdleLifetimeIsKept() {
        auto entry = configured("jira", _fixture->provider);
        entry.properties.idleLifetime = 30min;
        _keeper.reset();
        _services.reset();
        *_catalog = ProviderCatalog({entry});
        begin({});
        for (int minute = 0; minute < 300; ++minute) {
            keep();
            pass(1min);
        }
        CPPUNIT_ASSERT_MESSAGE("every 17.5 to 20 minutes", refreshes() >= 14 && refreshes() <= 18);
    }

    void testAProviderThatHangsHoldsUpNoOther() {
        std::promise<void> release;
        const auto released = release.get_future().share();
        std::atomic<int> hanging{0};
        _fixture->provider.onRefresh = [&hanging, released](const auto&) {
            ++hanging;
            released.wait_for(20s);
            return ScriptedProvider::tokens("new", 3600s);
        };
        ScriptedProvider other;
        *_catalog = ProviderCatalog({configured("jira", _fixture->provider), configured("other", other)});
        for (int i = 2; i < 20; ++i) {
            const auto number = std::to_string(i);
            _fixture->uses.put(_fixture->linkAccount(number, number).value(), _fixture->now());
        }
        auto moved = account();
        moved.provider = "other";
        const auto tokens = stored();
        _fixture->put(moved);
        _fixture->put(domain::sealGrant(_fixture->sealer, moved, tokens));
        use();
        _services->start();
        pass(55min);
        _keeper->run();
        const int others = other.refreshes;
        release.set_value();
        CPPUNIT_ASSERT(_services->queue.stop(20s));
        CPPUNIT_ASSERT_EQUAL(1, others);
    }

    void testNothingHappensWithoutTheProvider() {
        _keeper.reset();
        *_catalog = ProviderCatalog({});
        begin({});
        use();
        passInDays(400);
        CPPUNIT_ASSERT_EQUAL(0, refreshes());
        CPPUNIT_ASSERT(account().status == domain::AccountStatus::active);
    }

    void testADamagedAccountHoldsUpNoOther() {
        const auto other = _fixture->linkAccount("2", "bob");
        _fixture->store.damage("accounts", _account.value());
        _fixture->uses.put(other.value(), _fixture->now());
        pass(55min);
        keep();
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
    }

    void testAnAccountCostsNothingUntilItIsDue() {
        keep();
        const int commits = _fixture->store.counters.commits;
        for (int i = 0; i < 100; ++i)
            keep();
        CPPUNIT_ASSERT_EQUAL(commits, _fixture->store.counters.commits.load());
    }

    void testManyAreDueAtOnce() {
        constexpr int others = 200;
        _services->start();
        for (int i = 0; i < others; ++i) {
            const auto number = std::to_string(i + 2);
            _fixture->uses.put(_fixture->linkAccount(number, number).value(), _fixture->now());
        }
        pass(55min);
        _keeper->run();
        CPPUNIT_ASSERT_EQUAL(others, refreshes());
    }

    void testAStopEndsTheRound() {
        use();
        pass(55min);
        _keeper->stop();
        _keeper->run(); // its refresh would wait for a thread of the queue
        CPPUNIT_ASSERT_EQUAL(0, refreshes());
    }

    // The rules count as applied once all checks are due.
    void testAStopWhileAllAreLookedAtAnewForgetsNone() {
        constexpr int others = 600; // more than one commit
        for (int i = 0; i < others; ++i) {
            const auto number = std::to_string(i + 2);
            static_cast<void>(_fixture->linkAccount(number, number));
        }
        keep();
        const auto rules = [this] {
            return _fixture->store.read([](const domain::ReadView& view) { return view.keepingState(); })
                ->rules;
        };
        const auto before = rules();
        begin({.maxAge = 300 * day});
        _fixture->store.hook = [this](const std::string& step) {
            if (step == "pull checks")
                _keeper->stop();
        };
        keep();
        _fixture->store.hook = {};
        CPPUNIT_ASSERT_EQUAL(before, rules());
        begin({.maxAge = 300 * day});
        keep();
        CPPUNIT_ASSERT(before != rules());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(GrantKeeperTest);
