// SPDX-License-Identifier: Apache-2.0
// Tests what the journal of refreshes holds before, between and after the answers of upstream.
#include "TokenFixture.h"
#include "central_oauth/base/SdkNames.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using base::ErrorCode;
using memory::revealed;
using provider::ProviderErrorKind;

class RefreshJournalTest : public TokenFixture {
    CPPUNIT_TEST_SUITE(RefreshJournalTest);
    CPPUNIT_TEST(testIntentIsStoredBeforeTheTokenIsSent);
    CPPUNIT_TEST(testWithoutAStoredIntentNothingIsSent);
    CPPUNIT_TEST(testAnswersSettleTheRefresh);
    CPPUNIT_TEST(testUnknownOutcomesLeaveItPending);
    CPPUNIT_TEST(testTheSameTokenIsSentAgainUntilThereIsAPair);
    CPPUNIT_TEST(testLaterAnswersDoNotSettleALostOne);
    CPPUNIT_TEST(testDeadAnswerSettlesALostOne);
    CPPUNIT_TEST(testCallersGetTheStoredTokenMeanwhile);
    CPPUNIT_TEST(testPairThatCantBeStoredIsStoredLater);
    CPPUNIT_TEST(testPairThatCantBeStoredIsReportedOnce);
    CPPUNIT_TEST(testPairThatCantBeStoredIsStoredAtTheEnd);
    CPPUNIT_TEST(testLongRetryAfterDoesNotUseUpTheLeeway);
    CPPUNIT_TEST(testRelinkSettlesTheRefreshOfTheOldPair);
    CPPUNIT_TEST(testDeletedAccountHasNothingPending);
    CPPUNIT_TEST(testDamagedEntryIsTakenForALostAnswer);
    CPPUNIT_TEST(testWithoutJournalNothingIsKept);
    CPPUNIT_TEST_SUITE_END();

public:
    void testIntentIsStoredBeforeTheTokenIsSent() {
        std::optional<domain::PendingRefresh> seen;
        _fixture->provider.onRefresh = [&](const auto&) {
            seen = pending();
            return ScriptedProvider::tokens("2", 3600s);
        };
        CPPUNIT_ASSERT(!refresh().failure);
        CPPUNIT_ASSERT(seen && seen->state == domain::RefreshState::sent);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), seen->version);
        CPPUNIT_ASSERT(seen->firstSent.wall == _fixture->now());
        CPPUNIT_ASSERT(!pending());
    }

    void testWithoutAStoredIntentNothingIsSent() {
        leave(90s);
        _fixture->store.hook = memory::failing("put pending refresh");
        const auto outcome = refresh();
        CPPUNIT_ASSERT(outcome.failure && outcome.failure->code() == ErrorCode::storeUnavailable);
        CPPUNIT_ASSERT_EQUAL(std::string("access-1"), token());
        CPPUNIT_ASSERT_EQUAL(0, refreshes());
    }

    void testAnswersSettleTheRefresh() {
        for (const auto kind :
             {ProviderErrorKind::transient, ProviderErrorKind::rateLimited, ProviderErrorKind::misconfigured,
              ProviderErrorKind::accessDenied, ProviderErrorKind::invalidGrant}) {
            setUp();
            failRefreshes(kind);
            CPPUNIT_ASSERT_MESSAGE(std::string(base::nameOf(kind)), !refresh().again && !pending());
        }
    }

    void testUnknownOutcomesLeaveItPending() {
        for (const auto kind : {ProviderErrorKind::ambiguous, ProviderErrorKind::protocol}) {
            setUp();
            failRefreshes(kind);
            const auto outcome = refresh();
            CPPUNIT_ASSERT_MESSAGE(std::string(base::nameOf(kind)), outcome.again == std::optional(250ms));
            CPPUNIT_ASSERT(pending());
        }
        setUp();
        _fixture->provider.onRefresh = [](const auto&) -> provider::TokenSet {
            throw base::Error(ErrorCode::internal, {}, "plugin jira threw std::logic_error in refresh");
        };
        CPPUNIT_ASSERT(refresh().again && pending());
    }

    void testTheSameTokenIsSentAgainUntilThereIsAPair() {
        failRefreshes(ProviderErrorKind::ambiguous);
        (void)refresh();
        const auto first = pending()->firstSent.wall;
        _fixture->advance(100s);
        _fixture->clock.steady += 100s;
        const auto again = resume().again;
        CPPUNIT_ASSERT_MESSAGE("later and later", again && *again > 10s && *again < 30s);
        CPPUNIT_ASSERT(pending()->firstSent.wall == first);
        _fixture->provider.onRefresh = [](const auto& spent) {
            return ScriptedProvider::tokens("after-" + revealed(spent), 3600s);
        };
        CPPUNIT_ASSERT(!resume().failure);
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-after-refresh-1"), storedRefreshToken());
        CPPUNIT_ASSERT(!pending());
        CPPUNIT_ASSERT(!resume().again);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("a settled refresh is not resumed", 3, refreshes());
    }

    void testLaterAnswersDoNotSettleALostOne() {
        for (const auto kind : {ProviderErrorKind::transient, ProviderErrorKind::rateLimited,
                                ProviderErrorKind::misconfigured, ProviderErrorKind::accessDenied}) {
            setUp();
            failRefreshes(ProviderErrorKind::ambiguous);
            (void)refresh();
            failRefreshes(kind);
            CPPUNIT_ASSERT_MESSAGE(std::string(base::nameOf(kind)), resume().again && pending());
        }
    }

    void testDeadAnswerSettlesALostOne() {
        failRefreshes(ProviderErrorKind::ambiguous);
        (void)refresh();
        failRefreshes(ProviderErrorKind::invalidGrant);
        CPPUNIT_ASSERT(!resume().again && !pending());
        CPPUNIT_ASSERT(account().status == domain::AccountStatus::needsReauth);
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("account.needs_reauth"));
    }

    void testCallersGetTheStoredTokenMeanwhile() {
        leave(90s);
        failRefreshes(ProviderErrorKind::ambiguous);
        (void)refresh();
        for (int i = 0; i < 3; ++i)
            CPPUNIT_ASSERT_EQUAL(std::string("access-1"), token());
        CPPUNIT_ASSERT_EQUAL_MESSAGE("callers send nothing more", 1, refreshes());
        leave(0s);
        _fixture->provider.onRefresh = [](const auto&) { return ScriptedProvider::tokens("2", 3600s); };
        CPPUNIT_ASSERT(!resume().failure);
        CPPUNIT_ASSERT_EQUAL(std::string("access-2"), token());
    }

    void testPairThatCantBeStoredIsStoredLater() {
        _fixture->store.hook = memory::failing("put grant");
        const auto outcome = refresh();
        CPPUNIT_ASSERT(outcome.failure && outcome.failure->code() == ErrorCode::storeUnavailable);
        CPPUNIT_ASSERT(outcome.again == std::optional(1000ms) && pending());
        CPPUNIT_ASSERT(resume().again);
        _fixture->store.hook = {};
        CPPUNIT_ASSERT(!resume().failure);
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-new"), storedRefreshToken());
        CPPUNIT_ASSERT(!pending());
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
    }

    void testPairThatCantBeStoredIsReportedOnce() {
        _fixture->store.hook = memory::failing("put grant");
        (void)refresh();
        const auto line = _fixture->logged.str().find("is kept in memory");
        CPPUNIT_ASSERT(line != std::string::npos);
        (void)resume();
        CPPUNIT_ASSERT_EQUAL(std::string::npos, _fixture->logged.str().find("is kept in memory", line + 1));
    }

    void testLongRetryAfterDoesNotUseUpTheLeeway() {
        failRefreshes(ProviderErrorKind::ambiguous);
        (void)refresh();
        failRefreshes(ProviderErrorKind::rateLimited, 30s);
        CPPUNIT_ASSERT(resume().again == std::optional<std::chrono::milliseconds>(30s));
        failRefreshes(ProviderErrorKind::rateLimited, 24h);
        CPPUNIT_ASSERT(resume().again == std::optional<std::chrono::milliseconds>(5min));
    }

    void testPairThatCantBeStoredIsStoredAtTheEnd() {
        _fixture->store.hook = memory::failing("put grant");
        (void)refresh();
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), _services->refresher.storeUnstored());
        _fixture->store.hook = {};
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), _services->refresher.storeUnstored());
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-new"), storedRefreshToken());
        CPPUNIT_ASSERT(!pending());
    }

    void testRelinkSettlesTheRefreshOfTheOldPair() {
        failRefreshes(ProviderErrorKind::ambiguous);
        (void)refresh();
        relink("relinked");
        CPPUNIT_ASSERT(!resume().again && !pending());
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-relinked"), storedRefreshToken());
    }

    void testDeletedAccountHasNothingPending() {
        failRefreshes(ProviderErrorKind::ambiguous);
        (void)refresh();
        removeAccount();
        CPPUNIT_ASSERT(!resume().again && !pending());
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
    }

    void testDamagedEntryIsTakenForALostAnswer() {
        failRefreshes(ProviderErrorKind::ambiguous);
        (void)refresh();
        _fixture->store.damage("pending_refreshes", _account.value());
        failRefreshes(ProviderErrorKind::transient);
        CPPUNIT_ASSERT(resume().again && pending());
    }

    void testWithoutJournalNothingIsKept() {
        GrantRefresher forgetful({.store = _fixture->store,
                                  .sealer = _fixture->sealer,
                                  .providers = _fixture->catalog,
                                  .clock = _fixture->clock,
                                  .logger = _fixture->logger,
                                  .keepsJournal = false});
        std::optional<domain::PendingRefresh> seen;
        _fixture->provider.onRefresh = [&](const auto&) -> provider::TokenSet {
            seen = pending();
            throw provider::ProviderError(ProviderErrorKind::ambiguous, "scripted");
        };
        CPPUNIT_ASSERT(!forgetful.refresh(_account, 1, {}).again);
        CPPUNIT_ASSERT(!seen && !pending());
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
    }

private:
    RefreshOutcome refresh() { return _services->refresher.refresh(_account, 1, {}); }
    RefreshOutcome resume() { return _services->refresher.resume(_account, 1); }
    std::optional<domain::PendingRefresh> pending() const {
        return _fixture->store.read(
            [&](const domain::ReadView& view) { return view.pendingRefreshOf(_account); });
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RefreshJournalTest);
