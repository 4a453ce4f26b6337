// SPDX-License-Identifier: Apache-2.0
// Tests reads and refreshes of tokens: which side is asked, what is stored, which caller loses a race.
#include "central_oauth/services/grants/AccountTokens.h"

#include "TokenFixture.h"

#include <condition_variable>
#include <cppunit/extensions/HelperMacros.h>
#include <future>
#include <mutex>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using base::ErrorCode;
using memory::revealed;
using provider::ProviderError;
using provider::ProviderErrorKind;

namespace {

/// Counts up and lets others wait for a number.
class Counter {
public:
    void up() {
        const std::lock_guard hold(_mutex);
        ++_count;
        _changed.notify_all();
    }
    /// Returns false if the count does not reach the number within ten seconds.
    bool await(int number) {
        std::unique_lock hold(_mutex);
        return _changed.wait_for(hold, 10s, [&] { return _count >= number; });
    }

private:
    std::mutex _mutex; ///< guards _count
    std::condition_variable _changed;
    int _count = 0;
};

} // namespace

class AccountTokensTest : public TokenFixture {
    CPPUNIT_TEST_SUITE(AccountTokensTest);
    CPPUNIT_TEST(testFreshTokenIsServedWithoutUpstream);
    CPPUNIT_TEST(testRefreshesBelowTheMargin);
    CPPUNIT_TEST(testRefreshesBelowTheMinimumThatIsAskedFor);
    CPPUNIT_TEST(testThreadsRefreshOnce);
    CPPUNIT_TEST(testWaitersTakeTheWinnersTokenHoweverShort);
    CPPUNIT_TEST(testAnotherAccountDoesNotWait);
    CPPUNIT_TEST(testCrowdGetsWhatIsStoredOrBusy);
    CPPUNIT_TEST(testDeleteDuringARefreshWins);
    CPPUNIT_TEST(testLoserOfARelinkDropsItsPair);
    CPPUNIT_TEST(testKeepsWhatDidNotComeBack);
    CPPUNIT_TEST(testPairThatCantBeStoredIsNotHandedOut);
    CPPUNIT_TEST(testTokenIsServedThoughItsUseCantBeNoted);
    CPPUNIT_TEST(testUseIsNotedOnceAMinute);
    CPPUNIT_TEST(testAReadWritesNothing);
    CPPUNIT_TEST(testNeedsTheScope);
    CPPUNIT_TEST(testForeignAccountsAreUnknown);
    CPPUNIT_TEST(testUndecryptableTokensNeedANewLink);
    CPPUNIT_TEST(testUndecryptableRefreshTokenIsNoticedAtTheRefresh);
    CPPUNIT_TEST(testDamagedGrantNeedsANewLink);
    CPPUNIT_TEST(testDamagedAccountIsUnknownToOthers);
    CPPUNIT_TEST(testUndecryptableIsTheAccountsProblemUntilItIsFixed);
    CPPUNIT_TEST(testRemovedProviderServesWhatItLeft);
    CPPUNIT_TEST(testCallerReachesNoOtherSubjectsAccount);
    CPPUNIT_TEST(testHolderReachesOneAccountOnly);
    CPPUNIT_TEST_SUITE_END();

public:
    void testFreshTokenIsServedWithoutUpstream() {
        leave(300s);
        CPPUNIT_ASSERT_EQUAL(std::string("access-1"), token());
        CPPUNIT_ASSERT_EQUAL(0, refreshes());
    }

    void testRefreshesBelowTheMargin() {
        leave(299s);
        _fixture->provider.onRefresh = [](const auto& spent) {
            CPPUNIT_ASSERT_EQUAL(std::string("refresh-1"), revealed(spent));
            return ScriptedProvider::tokens("2", 3600s);
        };
        CPPUNIT_ASSERT_EQUAL(std::string("access-2"), token());
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-2"), storedRefreshToken());
        const auto held = get();
        CPPUNIT_ASSERT_EQUAL(std::int64_t(2), held.tokens.version);
        CPPUNIT_ASSERT(held.tokens.accessExpiresAt == _fixture->now() + 3600s);
        CPPUNIT_ASSERT(held.account.lastRefreshAt == std::optional(_fixture->now()));
        CPPUNIT_ASSERT(held.account.scopes == std::vector<std::string>{"read:jira-work"});
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
    }

    void testRefreshesBelowTheMinimumThatIsAskedFor() {
        leave(500s);
        CPPUNIT_ASSERT_EQUAL(std::string("access-1"), token(500s));
        CPPUNIT_ASSERT_EQUAL(std::string("access-1"), token(1s));
        CPPUNIT_ASSERT_EQUAL(std::string("access-new"), token(501s));
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
    }

    void testThreadsRefreshOnce() {
        leave(90s);
        expectOneRefreshOf(8, 3600s);
    }

    void testWaitersTakeTheWinnersTokenHoweverShort() {
        leave(90s);
        expectOneRefreshOf(8, 60s);
    }

    void testAnotherAccountDoesNotWait() {
        const auto other = _fixture->linkAccount("2", "bob");
        leave(90s);
        _services->start();
        Counter entered;
        _fixture->provider.onRefresh = [&](const auto& spent) {
            entered.up();
            CPPUNIT_ASSERT_MESSAGE("both refreshes must be under way together", entered.await(2));
            return ScriptedProvider::tokens("after-" + revealed(spent), 3600s);
        };
        auto first = std::async(std::launch::async, [&] { return token(); });
        const auto second = getAs(_fixture->caller(), other);
        CPPUNIT_ASSERT_EQUAL(std::string("access-after-refresh-2"), revealed(second.tokens.accessToken));
        CPPUNIT_ASSERT_EQUAL(std::string("access-after-refresh-1"), first.get());
    }

    void testCrowdGetsWhatIsStoredOrBusy() {
        TokenServices crowded(*_fixture, _fixture->catalog, 0);
        const auto ask = [&](std::chrono::seconds minTtl) {
            return crowded.get(_fixture->caller(), _account, minTtl, _fixture->origin);
        };
        leave(90s);
        CPPUNIT_ASSERT_EQUAL(std::string("access-1"), revealed(ask(90s).tokens.accessToken));
        const auto refused = refusalOf([&] { (void)ask(91s); });
        CPPUNIT_ASSERT(refused && refused->code == ErrorCode::busy &&
                       refused->retryAfter == std::optional(1s));
        leave(0s);
        ASSERT_REFUSED(ErrorCode::busy, ask(0s));
        CPPUNIT_ASSERT_EQUAL(0, refreshes());
    }

    void testDeleteDuringARefreshWins() {
        leave(90s);
        _fixture->provider.onRefresh = [&](const auto&) {
            removeAccount();
            return ScriptedProvider::tokens("2", 3600s);
        };
        ASSERT_REFUSED(ErrorCode::notFound, get());
        ASSERT_REFUSED(ErrorCode::notFound, get());
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
        CPPUNIT_ASSERT(
            !_fixture->store.read([&](const domain::ReadView& view) { return view.grantOf(_account); }));
    }

    void testLoserOfARelinkDropsItsPair() {
        leave(90s);
        _fixture->provider.onRefresh = [&](const auto&) {
            relink("relinked");
            return ScriptedProvider::tokens("loser", 3600s);
        };
        CPPUNIT_ASSERT_EQUAL(std::string("access-relinked"), token());
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-relinked"), storedRefreshToken());
        CPPUNIT_ASSERT(_fixture->logged.str().find("refreshed pair dropped") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
    }

    void testKeepsWhatDidNotComeBack() {
        leave(90s);
        _fixture->provider.onRefresh = [](const auto&) {
            auto tokens = ScriptedProvider::tokens("2", 3600s);
            tokens.refreshToken = {};
            tokens.scopes.clear();
            return tokens;
        };
        const auto held = get();
        CPPUNIT_ASSERT_EQUAL(std::string("access-2"), revealed(held.tokens.accessToken));
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-1"), storedRefreshToken());
        CPPUNIT_ASSERT(held.account.scopes == (std::vector<std::string>{"read:jira-work", "offline_access"}));
    }

    void testPairThatCantBeStoredIsNotHandedOut() {
        leave(0s);
        _fixture->store.hook = memory::failing("put grant");
        ASSERT_REFUSED(ErrorCode::storeUnavailable, get());
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-1"), storedRefreshToken());
        _fixture->advance(1s);
        _fixture->store.hook = {};
        CPPUNIT_ASSERT_EQUAL(std::string("access-new"), token());
        CPPUNIT_ASSERT_EQUAL_MESSAGE("upstream is not asked again", 1, refreshes());
    }

    void testTokenIsServedThoughItsUseCantBeNoted() {
        _fixture->store.hook = memory::failing("transactIfFree");
        CPPUNIT_ASSERT_EQUAL(std::string("access-1"), token());
        _fixture->uses.flush();
        CPPUNIT_ASSERT(_fixture->logged.str().find("disk full") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::string("access-1"), token());
    }

    void testUseIsNotedOnceAMinute() {
        int notes = 0;
        const auto first = std::optional(_fixture->now());
        _fixture->store.hook = [&](const std::string& step) { notes += step == "put account" ? 1 : 0; };
        CPPUNIT_ASSERT(get().account.lastUsedAt == first);
        for (const auto& step : {1s, 58s}) {
            _fixture->advance(step);
            CPPUNIT_ASSERT_MESSAGE("before and after it is stored", get().account.lastUsedAt == first);
            _fixture->uses.flush();
        }
        CPPUNIT_ASSERT_EQUAL(1, notes);
        CPPUNIT_ASSERT(account().lastUsedAt == first);
        _fixture->advance(1s);
        (void)get();
        _fixture->uses.flush();
        CPPUNIT_ASSERT_EQUAL(2, notes);
        CPPUNIT_ASSERT(account().lastUsedAt == std::optional(_fixture->now()));
    }

    void testAReadWritesNothing() {
        _fixture->store.hook = [](const std::string& step) {
            CPPUNIT_ASSERT_MESSAGE(step, step.find("transact") == std::string::npos);
        };
        (void)get();
    }

    void testNeedsTheScope() {
        const auto caller = _fixture->callerWith({"link", "revoke", "accounts"});
        ASSERT_REFUSED(ErrorCode::insufficientScope, getAs(caller, _account));
    }

    void testForeignAccountsAreUnknown() {
        _fixture->addClient("beta");
        auto stranger = _fixture->caller();
        stranger.client.id = base::ClientId("cli_beta");
        leave(90s);
        ASSERT_REFUSED(ErrorCode::notFound, getAs(stranger, _account));
        ASSERT_REFUSED(ErrorCode::notFound, getAs(_fixture->caller(), base::AccountId("acc_x")));
        CPPUNIT_ASSERT_EQUAL(0, refreshes());
    }

    void testUndecryptableTokensNeedANewLink() {
        breakSeal(&domain::Grant::accessToken);
        const auto refused = refusalOf([&] { (void)get(); });
        CPPUNIT_ASSERT(refused && refused->code == ErrorCode::needsReauth);
        CPPUNIT_ASSERT_EQUAL(std::string("undecryptable"), refused->reason);
        (void)refusalOf([&] { (void)get(); });
        CPPUNIT_ASSERT_EQUAL_MESSAGE("once a minute", 1, _fixture->audited("tokens.undecryptable"));
        _fixture->advance(60s);
        (void)refusalOf([&] { (void)get(); });
        CPPUNIT_ASSERT_EQUAL(2, _fixture->audited("tokens.undecryptable"));
        CPPUNIT_ASSERT_MESSAGE("nothing is overwritten", account().status == domain::AccountStatus::active);
        relink("relinked");
        CPPUNIT_ASSERT_EQUAL(std::string("access-relinked"), token());
    }

    void testUndecryptableRefreshTokenIsNoticedAtTheRefresh() {
        const auto sound = breakSeal(&domain::Grant::refreshToken);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("it is not opened before", std::string("access-1"), token());
        _fixture->advance(3600s - 90s);
        for (int i = 0; i < 2; ++i) {
            const auto refused = refusalOf([&] { (void)get(); });
            CPPUNIT_ASSERT(refused && refused->reason == "undecryptable");
        }
        CPPUNIT_ASSERT_EQUAL(0, refreshes());
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("tokens.undecryptable"));
        CPPUNIT_ASSERT_EQUAL(std::string("undecryptable"), account().problem);
        _fixture->put(sound);
        CPPUNIT_ASSERT_EQUAL(std::string("access-new"), token());
        CPPUNIT_ASSERT_EQUAL(std::string(), account().problem);
    }

    void testRemovedProviderServesWhatItLeft() {
        const ProviderCatalog nothing({});
        TokenServices left(*_fixture, nothing);
        leave(1s);
        CPPUNIT_ASSERT_EQUAL(
            std::string("access-1"),
            revealed(left.get(_fixture->caller(), _account, 540s, _fixture->origin).tokens.accessToken));
        leave(0s);
        ASSERT_REFUSED(ErrorCode::providerMisconfigured,
                       left.get(_fixture->caller(), _account, 0s, _fixture->origin));
    }

    void testUndecryptableIsTheAccountsProblemUntilItIsFixed() {
        const auto sound = breakSeal(&domain::Grant::accessToken);
        const auto first = _fixture->now();
        for (int i = 0; i < 2; ++i) {
            try {
                (void)get();
                CPPUNIT_FAIL("a token came out of a sealed value");
            } catch (const NeedsReauth& refused) {
                CPPUNIT_ASSERT_MESSAGE("since it was noticed",
                                       refused.account().since == std::optional(first));
            }
            _fixture->advance(60s);
        }
        CPPUNIT_ASSERT_EQUAL(std::string("undecryptable"), account().problem);
        CPPUNIT_ASSERT(account().problemSince == std::optional(first));
        _fixture->put(sound);
        CPPUNIT_ASSERT_EQUAL(std::string("access-1"), token());
        CPPUNIT_ASSERT_EQUAL(std::string(), account().problem);
    }

    void testDamagedGrantNeedsANewLink() {
        _fixture->store.damage("grants", _account.value());
        const auto refused = refusalOf([&] { (void)get(); });
        CPPUNIT_ASSERT(refused && refused->code == ErrorCode::needsReauth);
        CPPUNIT_ASSERT_EQUAL(std::string("undecryptable"), refused->reason);
        CPPUNIT_ASSERT_EQUAL(std::string("undecryptable"), account().problem);
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("tokens.undecryptable"));
        relink("relinked");
        CPPUNIT_ASSERT_EQUAL(std::string("access-relinked"), token());
    }

    void testDamagedAccountIsUnknownToOthers() {
        _fixture->store.damage("accounts", _account.value());
        ASSERT_REFUSED(ErrorCode::storeUnavailable, get());
        auto caller = _fixture->caller();
        caller.subject = "bob";
        ASSERT_REFUSED(ErrorCode::notFound, getAs(caller, _account));
    }

    void testCallerReachesNoOtherSubjectsAccount() {
        leave(90s);
        auto caller = _fixture->caller();
        for (const std::string other : {"bob", "", "Ann", "ann "}) {
            caller.subject = other;
            ASSERT_REFUSED(ErrorCode::notFound, getAs(caller, _account));
            ASSERT_REFUSED(ErrorCode::notFound,
                           _services->replaceRefused(caller, _account, 1, _fixture->origin));
        }
        CPPUNIT_ASSERT_EQUAL_MESSAGE("upstream is asked for the one who may", 0, refreshes());
        caller.subject = "ann";
        (void)getAs(caller, _account);
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
    }

    void testHolderReachesOneAccountOnly() {
        const auto other = _fixture->linkAccount("2");
        auto holder = _fixture->callerWith({"token"});
        holder.only = _account;
        CPPUNIT_ASSERT(getAs(holder, _account).account.id == _account);
        ASSERT_REFUSED(ErrorCode::notFound, getAs(holder, other));
    }

private:
    // Damages a token's seal. Returns the grant without the damage.
    domain::Grant breakSeal(domain::Sealed domain::Grant::*token) {
        const auto sound = _fixture->store.read(
            [&](const domain::ReadView& view) { return view.grantOf(_account).value(); });
        auto broken = sound;
        std::swap(broken.accessToken, broken.refreshToken);
        auto stored = sound;
        stored.*token = broken.*token;
        _fixture->put(stored);
        return sound;
    }

    // Expects one refresh: all threads read the old token before the first thread has a new one.
    void expectOneRefreshOf(int threads, std::chrono::seconds life) {
        _services->start();
        Counter looks;
        _fixture->store.hook = [&](const std::string& step) {
            if (step == "find grant")
                looks.up();
        };
        _fixture->provider.onRefresh = [&](const auto& spent) {
            // Each thread reads once, and the refresh reads again.
            CPPUNIT_ASSERT(looks.await(threads + 2)); // and once more to store its intent
            return ScriptedProvider::tokens("after-" + revealed(spent), life);
        };
        std::vector<std::future<std::string>> reads;
        for (int i = 0; i < threads; ++i)
            reads.push_back(std::async(std::launch::async, [&] { return token(); }));
        for (auto& read : reads)
            CPPUNIT_ASSERT_EQUAL(std::string("access-after-refresh-1"), read.get());
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AccountTokensTest);
