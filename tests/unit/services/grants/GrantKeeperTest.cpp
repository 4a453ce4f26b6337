// SPDX-License-Identifier: Apache-2.0
// Tests what happens to grants that nobody asks for: refreshed, kept alive, ended, erased, or left alone.
#include "central_oauth/services/grants/GrantKeeper.h"

#include "TokenFixture.h"
#include "central_oauth/services/grants/AccountProblem.h"

#include <atomic>
#include <cppunit/extensions/HelperMacros.h>
#include <future>
#include <thread>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using provider::ProviderErrorKind;

namespace {

constexpr std::chrono::seconds day = 24h;

ProviderCatalog forgetfulCatalog(const provider::Provider& provider) {
    auto entry = configured("jira", provider);
    entry.properties.idleLifetime = 90 * day;
    return ProviderCatalog({entry});
}

} // namespace

class GrantKeeperTest : public TokenFixture {
    CPPUNIT_TEST_SUITE(GrantKeeperTest);
    CPPUNIT_TEST(testAGrantInUseIsRefreshedBeforeAReaderNeedsIt);
    CPPUNIT_TEST(testAGrantThatNobodyUsesIsNotRefreshed);
    CPPUNIT_TEST(testAnIdleGrantIsKeptAliveUntilNobodyHasReadItForLong);
    CPPUNIT_TEST(testAReadStartsANewLife);
    CPPUNIT_TEST(testAFailedRefreshIsTriedAgainSoon);
    CPPUNIT_TEST(testAnOldGrantEndsAfterWarnings);
    CPPUNIT_TEST(testWarningsSurviveRefreshes);
    CPPUNIT_TEST(testALargerAgeBringsAGrantBack);
    CPPUNIT_TEST(testALowerAgeEndsGrantsAtTheNextStart);
    CPPUNIT_TEST(testALongerUseKeepsAGrantAliveThatWasGivenUp);
    CPPUNIT_TEST(testAClockThatWasAheadHarmsNothingForLong);
    CPPUNIT_TEST(testNothingIsEndedWhileTheClockIsWrong);
    CPPUNIT_TEST(testAGrantEndsOnlyWhenItsRefreshIsSettled);
    CPPUNIT_TEST(testTokensOfSecondsCauseNoLoop);
    CPPUNIT_TEST(testAShortIdleLifetimeIsKept);
    CPPUNIT_TEST(testAProviderThatHangsHoldsUpNoOther);
    CPPUNIT_TEST(testTokensOfADeadGrantAreErasedAfterADay);
    CPPUNIT_TEST(testANewLinkWithinThatDayKeepsItsTokens);
    CPPUNIT_TEST(testAGrantThatLacksAScopeKeepsItsTokens);
    CPPUNIT_TEST(testNothingHappensWithoutTheProvider);
    CPPUNIT_TEST(testADamagedAccountHoldsUpNoOther);
    CPPUNIT_TEST(testAnAccountCostsNothingUntilItIsDue);
    CPPUNIT_TEST(testManyAreDueAtOnce);
    CPPUNIT_TEST(testAStopEndsTheRound);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _keeper.reset();
        _services.reset();
        _fixture = std::make_unique<ServiceFixture>();
        _isClockTrusted = true;
        _catalog = std::make_unique<ProviderCatalog>(forgetfulCatalog(_fixture->provider));
        _account = _fixture->linkAccount("1");
        begin({});
    }
    void tearDown() override {
        _keeper.reset();
        _services.reset();
    }

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

    void testAnOldGrantEndsAfterWarnings() {
        for (const auto& [days, warnings] :
             {std::pair(334, 0), std::pair(1, 1), std::pair(22, 1), std::pair(1, 2), std::pair(6, 3)}) {
            passInDays(days);
            CPPUNIT_ASSERT_EQUAL(warnings, count("ends soon"));
        }
        CPPUNIT_ASSERT(account().status == domain::AccountStatus::active);
        pass(day);
        keep();
        CPPUNIT_ASSERT(account().status == domain::AccountStatus::needsReauth);
        CPPUNIT_ASSERT_EQUAL(std::string("too_old"), account().reason);
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("account.needs_reauth", "too_old"));
        ASSERT_REFUSED(base::ErrorCode::needsReauth, get());
        CPPUNIT_ASSERT_EQUAL(3, count("ends soon"));
        CPPUNIT_ASSERT_EQUAL(1, count("has ended, because it is old"));
        CPPUNIT_ASSERT(problemOf(account(), true)->who == "person");
    }

    void testWarningsSurviveRefreshes() {
        for (int quarter = 0; quarter < 366 * 4; ++quarter) {
            pass(6h);
            if (account().status == domain::AccountStatus::active)
                static_cast<void>(token());
            keep();
        }
        CPPUNIT_ASSERT(refreshes() > 365 * 4 - 2);
        CPPUNIT_ASSERT_EQUAL(3, count("ends soon"));
        CPPUNIT_ASSERT_EQUAL(1, count("has ended, because it is old"));
    }

    void testALargerAgeBringsAGrantBack() {
        passInDays(365);
        CPPUNIT_ASSERT_EQUAL(std::string("too_old"), account().reason);
        begin({.maxAge = 400 * day});
        keep();
        CPPUNIT_ASSERT(account().status == domain::AccountStatus::active);
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("account.restored"));
        CPPUNIT_ASSERT_EQUAL(std::string("access-new"), token());
    }

    void testALowerAgeEndsGrantsAtTheNextStart() {
        passInDays(20);
        begin({.maxAge = 10 * day});
        keep();
        CPPUNIT_ASSERT_EQUAL(std::string("too_old"), account().reason);
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

    // The clock is a year ahead at the start, and is then set right. What it has ended comes back.
    void testAClockThatWasAheadHarmsNothingForLong() {
        const auto idle = _fixture->linkAccount("2", "bob");
        keep();
        _fixture->advance(300 * day);
        const auto young = _fixture->linkAccount("3", "eve");
        _fixture->advance(-299 * day);
        begin({});
        for (const auto ahead : {day * 400, day * -400}) {
            _fixture->advance(ahead);
            keep();
        }
        for (const auto& id : {_account, idle, young})
            CPPUNIT_ASSERT(memory::accountOf(_fixture->store, id).status == domain::AccountStatus::active);
        const auto before = refreshes();
        passInDays(62);
        CPPUNIT_ASSERT_MESSAGE("all are kept alive", refreshes() >= before + 2);
    }

    void testNothingIsEndedWhileTheClockIsWrong() {
        keep();
        _isClockTrusted = false;
        _fixture->advance(400 * day);
        keep();
        CPPUNIT_ASSERT(account().status == domain::AccountStatus::active);
        _fixture->advance(-400 * day);
        _isClockTrusted = true;
        keep();
        CPPUNIT_ASSERT(account().status == domain::AccountStatus::active);
        CPPUNIT_ASSERT_EQUAL(0, refreshes());
    }

    void testAGrantEndsOnlyWhenItsRefreshIsSettled() {
        keep();
        passInDays(359);
        failRefreshes(ProviderErrorKind::ambiguous);
        ASSERT_REFUSED(base::ErrorCode::providerUnavailable, get());
        passInDays(7);
        CPPUNIT_ASSERT(account().status == domain::AccountStatus::active);
        _fixture->provider.onRefresh = [](const auto&) { return ScriptedProvider::tokens("late", 3600s); };
        pass(10min);
        _services->queue.runDue();
        pass(1min);
        keep();
        CPPUNIT_ASSERT_EQUAL(std::string("too_old"), account().reason);
        begin({.maxAge = 400 * day});
        keep();
        CPPUNIT_ASSERT_EQUAL(std::string("access-late"), token());
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

    void testTokensOfADeadGrantAreErasedAfterADay() {
        die();
        keep();
        pass(day - 1s);
        keep();
        CPPUNIT_ASSERT(hasTokens());
        pass(1s);
        keep();
        CPPUNIT_ASSERT(!hasTokens());
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("account.tokens_erased", "revoked_or_expired"));
        ASSERT_REFUSED(base::ErrorCode::needsReauth, get());
        relink("2");
        CPPUNIT_ASSERT_EQUAL(std::string("access-2"), token());
    }

    void testANewLinkWithinThatDayKeepsItsTokens() {
        die();
        pass(12h);
        keep();
        relink("2");
        passInDays(2);
        CPPUNIT_ASSERT(hasTokens());
    }

    void testAGrantThatLacksAScopeKeepsItsTokens() {
        auto poor = account();
        poor.requiredScopes = {"write:jira-work"};
        _fixture->put(poor);
        ASSERT_REFUSED(base::ErrorCode::needsReauth, get());
        passInDays(3);
        CPPUNIT_ASSERT(hasTokens());
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

private:
    void begin(const KeepingPolicy& policy) {
        _services = std::make_unique<TokenServices>(*_fixture, *_catalog);
        _keeper = std::make_unique<GrantKeeper>(
            GrantKeeper::Parts{.store = _fixture->store,
                               .providers = *_catalog,
                               .clock = _fixture->clock,
                               .logger = _fixture->logger,
                               .refreshes = _services->queue,
                               .uses = _fixture->uses,
                               .keeping = policy,
                               .isClockTrusted = [this] { return _isClockTrusted; }});
    }

    // The queue has no threads of its own here.
    void keep() {
        auto round = std::async(std::launch::async, [this] { _keeper->run(); });
        while (round.wait_for(0ms) != std::future_status::ready) {
            _services->queue.runDue();
            std::this_thread::yield();
        }
        round.get();
    }
    void pass(std::chrono::seconds time) {
        _fixture->advance(time);
        _fixture->clock.steady += time;
    }
    void passInDays(int days) {
        for (int i = 0; i < days; ++i) {
            pass(day);
            keep();
        }
    }
    void use() { _fixture->uses.put(_account.value(), _fixture->now()); }
    void die() {
        failRefreshes(ProviderErrorKind::invalidGrant);
        pass(2h);
        ASSERT_REFUSED(base::ErrorCode::needsReauth, get());
    }
    [[nodiscard]] bool hasTokens() const {
        return _fixture->store.read(
            [this](const domain::ReadView& view) { return view.grantOf(_account).has_value(); });
    }
    [[nodiscard]] int count(const std::string& text) const {
        const auto log = _fixture->logged.str();
        int found = 0;
        for (auto at = log.find(text); at != std::string::npos; at = log.find(text, at + 1))
            ++found;
        return found;
    }

    bool _isClockTrusted = true;
    std::unique_ptr<ProviderCatalog> _catalog;
    std::unique_ptr<GrantKeeper> _keeper;
};

CPPUNIT_TEST_SUITE_REGISTRATION(GrantKeeperTest);
