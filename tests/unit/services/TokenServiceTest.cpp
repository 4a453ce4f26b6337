// SPDX-License-Identifier: Apache-2.0
// Reading and refreshing tokens: who is asked, what is stored, who loses a race.
#include "central_oauth/services/TokenService.h"

#include "HookedRepositories.h"
#include "ServiceFixture.h"
#include "central_oauth/domain/Account.h"

#include <condition_variable>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <future>
#include <mutex>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using base::ErrorCode;
using provider::ProviderError;
using provider::ProviderErrorKind;
using store::revealed;

namespace {

/// Counts up and lets others wait for a number.
class Counter {
public:
    void up() {
        const std::lock_guard hold(_mutex);
        ++_count;
        _changed.notify_all();
    }
    /// False: it did not come so far within ten seconds.
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

class TokenServiceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TokenServiceTest);
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
    CPPUNIT_TEST(testNeedsTheScope);
    CPPUNIT_TEST(testForeignAccountsAreUnknown);
    CPPUNIT_TEST(testUndecryptableTokensNeedANewLink);
    CPPUNIT_TEST(testUndecryptableIsTheAccountsProblemUntilItIsMended);
    CPPUNIT_TEST(testRemovedProviderServesWhatItLeft);
    CPPUNIT_TEST(testCallerReachesNoOtherSubjectsAccount);
    CPPUNIT_TEST(testHolderReachesOneAccountOnly);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _fixture = std::make_unique<ServiceFixture>();
        _account = store::linkAccount(_fixture->base, "1");
        makeService();
    }

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
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-2"), stored());
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
        const auto other = store::linkAccount(_fixture->base, "2", "bob");
        leave(90s);
        Counter entered;
        _fixture->provider.onRefresh = [&](const auto& spent) {
            entered.up();
            CPPUNIT_ASSERT_MESSAGE("both refreshes must be under way together", entered.await(2));
            return ScriptedProvider::tokens("after-" + revealed(spent), 3600s);
        };
        auto first = std::async(std::launch::async, [&] { return token(); });
        const auto second = _tokens->get(_fixture->caller(), other, 0s, _fixture->source);
        CPPUNIT_ASSERT_EQUAL(std::string("access-after-refresh-2"), revealed(second.tokens.accessToken));
        CPPUNIT_ASSERT_EQUAL(std::string("access-after-refresh-1"), first.get());
    }

    void testCrowdGetsWhatIsStoredOrBusy() {
        UpstreamLimiter full(0);
        TokenService crowded({*_accounts, _fixture->store().audit(), _fixture->catalog, _fixture->base.clock,
                              _fixture->base.logger, full, _fixture->limits});
        const auto ask = [&](std::chrono::seconds minTtl) {
            return crowded.get(_fixture->caller(), _account, minTtl, _fixture->source);
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
            CPPUNIT_ASSERT(
                _fixture->store().accounts().remove(_fixture->client.id, _account, _fixture->now()));
            return ScriptedProvider::tokens("2", 3600s);
        };
        ASSERT_REFUSED(ErrorCode::notFound, get());
        ASSERT_REFUSED(ErrorCode::notFound, get());
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
        CPPUNIT_ASSERT(!_fixture->store().accounts().findTokens(_account));
    }

    void testLoserOfARelinkDropsItsPair() {
        leave(90s);
        _fixture->provider.onRefresh = [&](const auto&) {
            relink("relinked");
            return ScriptedProvider::tokens("loser", 3600s);
        };
        CPPUNIT_ASSERT_EQUAL(std::string("access-relinked"), token());
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-relinked"), stored());
        CPPUNIT_ASSERT(_fixture->base.logged.str().find("refreshed pair dropped") != std::string::npos);
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
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-1"), stored());
        CPPUNIT_ASSERT(held.account.scopes == (std::vector<std::string>{"read:jira-work", "offline_access"}));
    }

    void testPairThatCantBeStoredIsNotHandedOut() {
        leave(90s);
        _accounts->hook = failing("replaceTokens");
        ASSERT_REFUSED(ErrorCode::storeUnavailable, get());
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-1"), stored());
        _accounts->hook = [](const auto&) {};
        _fixture->provider.onRefresh = [](const auto& spent) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE("the same token again", std::string("refresh-1"), revealed(spent));
            return ScriptedProvider::tokens("3", 3600s);
        };
        CPPUNIT_ASSERT_EQUAL(std::string("access-3"), token());
    }

    void testTokenIsServedThoughItsUseCantBeNoted() {
        _accounts->hook = failing("markUsed");
        CPPUNIT_ASSERT_EQUAL(std::string("access-1"), token());
        CPPUNIT_ASSERT(_fixture->base.logged.str().find("disk full") != std::string::npos);
    }

    void testUseIsNotedOnceAMinute() {
        int notes = 0;
        _accounts->hook = [&](const std::string& called) { notes += called == "markUsed" ? 1 : 0; };
        CPPUNIT_ASSERT(get().account.lastUsedAt == std::optional(_fixture->now()));
        _fixture->advance(59s);
        (void)get();
        CPPUNIT_ASSERT_EQUAL(1, notes);
        _fixture->advance(1s);
        (void)get();
        CPPUNIT_ASSERT_EQUAL(2, notes);
        const auto kept = _fixture->store().accounts().find(_fixture->client.id, _account);
        CPPUNIT_ASSERT(kept->lastUsedAt == std::optional(_fixture->now()));
    }

    void testNeedsTheScope() {
        const auto caller = _fixture->callerWith({"link", "revoke", "accounts"});
        ASSERT_REFUSED(ErrorCode::insufficientScope, _tokens->get(caller, _account, 0s, _fixture->source));
    }

    void testForeignAccountsAreUnknown() {
        store::addClient(_fixture->base, "beta");
        auto stranger = _fixture->caller();
        stranger.client.id = base::ClientId("cli_beta");
        leave(90s);
        ASSERT_REFUSED(ErrorCode::notFound, _tokens->get(stranger, _account, 0s, _fixture->source));
        ASSERT_REFUSED(ErrorCode::notFound,
                       _tokens->get(_fixture->caller(), base::AccountId("acc_x"), 0s, _fixture->source));
        CPPUNIT_ASSERT_EQUAL(0, refreshes());
    }

    void testUndecryptableTokensNeedANewLink() {
        CPPUNIT_ASSERT_EQUAL(std::size_t(1),
                             _fixture->base.tamper("UPDATE tokens SET refresh_token = access_token"));
        makeService();
        const auto refused = refusalOf([&] { (void)get(); });
        CPPUNIT_ASSERT(refused && refused->code == ErrorCode::needsReauth);
        CPPUNIT_ASSERT_EQUAL(std::string("undecryptable"), refused->reason);
        (void)refusalOf([&] { (void)get(); });
        CPPUNIT_ASSERT_EQUAL_MESSAGE("once a minute", 1, _fixture->audited("tokens.undecryptable"));
        _fixture->advance(60s);
        (void)refusalOf([&] { (void)get(); });
        CPPUNIT_ASSERT_EQUAL(2, _fixture->audited("tokens.undecryptable"));
        const auto account = _fixture->store().accounts().find(_fixture->client.id, _account);
        CPPUNIT_ASSERT_MESSAGE("nothing is overwritten", account->status == domain::AccountStatus::active);
        relink("relinked");
        CPPUNIT_ASSERT_EQUAL(std::string("access-relinked"), token());
    }

    void testRemovedProviderServesWhatItLeft() {
        const ProviderCatalog nothing({});
        TokenService tokens({*_accounts, _fixture->store().audit(), nothing, _fixture->base.clock,
                             _fixture->base.logger, _fixture->upstream, _fixture->limits});
        leave(1s);
        CPPUNIT_ASSERT_EQUAL(
            std::string("access-1"),
            revealed(tokens.get(_fixture->caller(), _account, 540s, _fixture->source).tokens.accessToken));
        leave(0s);
        ASSERT_REFUSED(ErrorCode::providerMisconfigured,
                       tokens.get(_fixture->caller(), _account, 0s, _fixture->source));
    }

    void testUndecryptableIsTheAccountsProblemUntilItIsMended() {
        CPPUNIT_ASSERT(_fixture->base.tamper("UPDATE tokens SET generation = generation + 1") == 1);
        makeService();
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
        CPPUNIT_ASSERT(_fixture->base.tamper("UPDATE tokens SET generation = generation - 1") == 1);
        makeService();
        CPPUNIT_ASSERT_EQUAL(std::string("access-1"), token());
        CPPUNIT_ASSERT_EQUAL(std::string(), account().problem);
    }

    void testCallerReachesNoOtherSubjectsAccount() {
        leave(90s);
        auto caller = _fixture->caller();
        for (const std::string other : {"bob", "", "Ann", "ann "}) {
            caller.subject = other;
            ASSERT_REFUSED(ErrorCode::notFound, _tokens->get(caller, _account, 0s, _fixture->source));
            ASSERT_REFUSED(ErrorCode::notFound,
                           _tokens->replaceRefused(caller, _account, 1, _fixture->source));
        }
        CPPUNIT_ASSERT_EQUAL_MESSAGE("upstream is asked for the one who may", 0, refreshes());
        caller.subject = "ann";
        (void)_tokens->get(caller, _account, 0s, _fixture->source);
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
    }

    void testHolderReachesOneAccountOnly() {
        const auto other = store::linkAccount(_fixture->base, "2");
        auto holder = _fixture->callerWith({"token"});
        holder.only = _account;
        CPPUNIT_ASSERT(_tokens->get(holder, _account, 0s, _fixture->source).account.id == _account);
        ASSERT_REFUSED(ErrorCode::notFound, _tokens->get(holder, other, 0s, _fixture->source));
    }

private:
    // The services of a store that was closed must not be used any more.
    void makeService() {
        _tokens.reset();
        _accounts = std::make_unique<HookedAccounts>(_fixture->store().accounts());
        _tokens = std::make_unique<TokenService>(TokenService::Parts{
            *_accounts, _fixture->store().audit(), _fixture->catalog, _fixture->base.clock,
            _fixture->base.logger, _fixture->upstream, _fixture->limits});
    }

    // Moves the clock so that the first token lives just so long.
    void leave(std::chrono::seconds life) {
        const auto held = _fixture->store().accounts().findTokens(_account).value();
        _fixture->base.clock.time = held.accessExpiresAt - life;
    }

    [[nodiscard]] AccountToken get(std::chrono::seconds minTtl = 0s) {
        return _tokens->get(_fixture->caller(), _account, minTtl, _fixture->source);
    }
    [[nodiscard]] std::string token(std::chrono::seconds minTtl = 0s) {
        return revealed(get(minTtl).tokens.accessToken);
    }
    [[nodiscard]] std::string stored() const {
        return revealed(_fixture->store().accounts().findTokens(_account).value().refreshToken);
    }
    [[nodiscard]] int refreshes() const { return _fixture->provider.refreshes; }
    [[nodiscard]] domain::Account account() const {
        return _fixture->store().accounts().find(_fixture->client.id, _account).value();
    }

    void relink(const std::string& mark) {
        const auto grant = store::makeGrant(mark, _fixture->now(), "person-1");
        const auto link = store::stageLink(_fixture->base, mark, grant);
        const auto delivery =
            _fixture->store().links().deliver(link, base::AccountId("acc_unused"), {}, _fixture->now());
        CPPUNIT_ASSERT(delivery.account.id == _account);
    }

    // All have seen the old token before the first of them has a new one.
    void expectOneRefreshOf(int threads, std::chrono::seconds life) {
        Counter looks;
        _accounts->tokensRead = [&] { looks.up(); };
        _fixture->provider.onRefresh = [&](const auto& spent) {
            // One look of each, and a second one of the winner inside its lock.
            CPPUNIT_ASSERT(looks.await(threads + 1));
            return ScriptedProvider::tokens("after-" + revealed(spent), life);
        };
        std::vector<std::future<std::string>> reads;
        for (int i = 0; i < threads; ++i)
            reads.push_back(std::async(std::launch::async, [&] { return token(); }));
        for (auto& read : reads)
            CPPUNIT_ASSERT_EQUAL(std::string("access-after-refresh-1"), read.get());
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
    }

    std::unique_ptr<ServiceFixture> _fixture;
    base::AccountId _account;
    std::unique_ptr<HookedAccounts> _accounts;
    std::unique_ptr<TokenService> _tokens;
};

CPPUNIT_TEST_SUITE_REGISTRATION(TokenServiceTest);
