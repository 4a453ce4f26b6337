// SPDX-License-Identifier: Apache-2.0
// What goes at once, and when upstream is asked.
#include "central_oauth/services/RemovalService.h"

#include "HookedRepositories.h"
#include "ServiceFixture.h"
#include "central_oauth/domain/AuditEntry.h"
#include "central_oauth/domain/Link.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using base::ErrorCode;
using provider::ProviderError;
using provider::ProviderErrorKind;
using store::revealed;

class RemovalServiceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RemovalServiceTest);
    CPPUNIT_TEST(testRemovesAtOnceAndForGood);
    CPPUNIT_TEST(testOperatorDecidesUnlessToldOtherwise);
    CPPUNIT_TEST(testRevokesWithTheStoredRefreshToken);
    CPPUNIT_TEST(testLocalSecretsAreGoneBeforeUpstreamIsAsked);
    CPPUNIT_TEST(testUpstreamFailureIsNoFailure);
    CPPUNIT_TEST(testCrowdIsNoFailure);
    CPPUNIT_TEST(testQueuedRevocationIsAuditedWhateverComesOfIt);
    CPPUNIT_TEST(testGrantThatIsRenewedBeforeItsRemovalIsRevokedOnce);
    CPPUNIT_TEST(testNothingIsWrittenWhereNothingIsRevoked);
    CPPUNIT_TEST(testProviderThatCantRevoke);
    CPPUNIT_TEST(testPersonOfAnotherClientKeepsTheGrant);
    CPPUNIT_TEST(testPersonAtAProviderOfTheSameAppKeepsTheGrant);
    CPPUNIT_TEST(testOtherPersonsAndAppsDoNotKeepIt);
    CPPUNIT_TEST(testTokensThatCantBeOpenedAreNotRevoked);
    CPPUNIT_TEST(testEndsItsRelinkAndWakesWhoWaits);
    CPPUNIT_TEST(testNeedsTheScope);
    CPPUNIT_TEST(testForeignAccountsAreUnknown);
    CPPUNIT_TEST(testLoserOfTwoRemovalsIsTold);
    CPPUNIT_TEST(testStoreThatFailsAfterwardsIsNoFailure);
    CPPUNIT_TEST(testAuditThatFailsIsNoFailure);
    CPPUNIT_TEST(testNamesOnTheWire);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _fixture = std::make_unique<ServiceFixture>();
        _account = store::linkAccount(_fixture->base, "1");
        make();
    }

    void testRemovesAtOnceAndForGood() {
        CPPUNIT_ASSERT(remove(UpstreamChoice::automatic) == UpstreamOutcome::skipped);
        CPPUNIT_ASSERT_EQUAL(0, revocations());
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("account.removed"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), _fixture->base.number("SELECT COUNT(*) FROM tokens"));
        ASSERT_REFUSED(ErrorCode::notFound, remove(UpstreamChoice::automatic));
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("account.removed"));
    }

    void testOperatorDecidesUnlessToldOtherwise() {
        struct Row {
            bool operatorWants;
            UpstreamChoice choice;
            UpstreamOutcome outcome;
        };
        for (const auto& row : {Row{false, UpstreamChoice::automatic, UpstreamOutcome::skipped},
                                Row{false, UpstreamChoice::always, UpstreamOutcome::revoked},
                                Row{false, UpstreamChoice::never, UpstreamOutcome::skipped},
                                Row{true, UpstreamChoice::automatic, UpstreamOutcome::revoked},
                                Row{true, UpstreamChoice::always, UpstreamOutcome::revoked},
                                Row{true, UpstreamChoice::never, UpstreamOutcome::skipped}}) {
            setUp();
            configure([&](auto& jira) { jira.properties.revokesUpstream = row.operatorWants; });
            CPPUNIT_ASSERT(remove(row.choice) == row.outcome);
            const int expected = row.outcome == UpstreamOutcome::revoked ? 1 : 0;
            CPPUNIT_ASSERT_EQUAL(expected, revocations());
            CPPUNIT_ASSERT_EQUAL(expected, _fixture->audited("account.upstream_revocation"));
        }
    }

    void testRevokesWithTheStoredRefreshToken() {
        std::string sent;
        _fixture->provider.onRevoke = [&](const auto& token) {
            sent = revealed(token);
            return provider::RevocationOutcome::attempted;
        };
        CPPUNIT_ASSERT(remove(UpstreamChoice::always) == UpstreamOutcome::attempted);
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-1"), sent);
    }

    void testLocalSecretsAreGoneBeforeUpstreamIsAsked() {
        bool wasGone = false;
        _fixture->provider.onRevoke = [&](const auto&) {
            wasGone = !_fixture->store().accounts().findTokens(_account);
            return provider::RevocationOutcome::revoked;
        };
        (void)remove(UpstreamChoice::always);
        CPPUNIT_ASSERT(wasGone);
    }

    void testUpstreamFailureIsNoFailure() {
        for (const auto kind : {ProviderErrorKind::transient, ProviderErrorKind::ambiguous,
                                ProviderErrorKind::rateLimited, ProviderErrorKind::misconfigured,
                                ProviderErrorKind::protocol, ProviderErrorKind::invalidGrant}) {
            setUp();
            _fixture->provider.onRevoke = [kind](const auto&) -> provider::RevocationOutcome {
                throw ProviderError(kind, "scripted");
            };
            CPPUNIT_ASSERT(remove(UpstreamChoice::always) == UpstreamOutcome::attempted);
            CPPUNIT_ASSERT(_fixture->base.logged.str().find("revocation failed") != std::string::npos);
        }
        setUp();
        _fixture->provider.onRevoke = [](const auto&) -> provider::RevocationOutcome {
            throw base::Error(ErrorCode::internal, {}, "plugin jira threw int in revoke");
        };
        CPPUNIT_ASSERT(remove(UpstreamChoice::always) == UpstreamOutcome::attempted);
        ASSERT_REFUSED(ErrorCode::notFound, remove(UpstreamChoice::always));
    }

    void testEndsItsRelinkAndWakesWhoWaits() {
        auto again = store::makeLink("again", _fixture->now());
        again.wantedAccount = _account;
        CPPUNIT_ASSERT(_fixture->store().links().create(again));
        const auto change = _fixture->changes.await(again.id, again.expiresAt, std::chrono::seconds(30));
        CPPUNIT_ASSERT(change != nullptr);
        bool isWoken = false;
        change->onFire([&isWoken] { isWoken = true; });
        (void)remove(UpstreamChoice::never);
        CPPUNIT_ASSERT(isWoken);
        CPPUNIT_ASSERT(_fixture->store().links().find(again.id)->reason == domain::EndReason::cancelled);
    }

    void testCrowdIsNoFailure() {
        CPPUNIT_ASSERT(removeInACrowd(UpstreamChoice::always) == UpstreamOutcome::queued);
        CPPUNIT_ASSERT_EQUAL(0, revocations());
        CPPUNIT_ASSERT(!find());
        // Whatever the operator has set: the caller wanted it.
        _dropped->run();
        CPPUNIT_ASSERT_EQUAL(1, revocations());
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), _fixture->base.number("SELECT COUNT(*) FROM dropped_stages"));
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t(2),
            _fixture->base.number("SELECT COUNT(*) FROM audit WHERE action = 'account.upstream_revocation'"
                                  " AND outcome IN ('queued', 'revoked') AND account_id = '" +
                                  _account.value() + "'"));
    }

    void testQueuedRevocationIsAuditedWhateverComesOfIt() {
        configure([&](auto& jira) { jira.properties.revokesUpstream = true; });
        CPPUNIT_ASSERT(removeInACrowd(UpstreamChoice::automatic) == UpstreamOutcome::queued);
        configure([&](auto& jira) { jira.properties.revokesUpstream = false; });
        _dropped->run();
        CPPUNIT_ASSERT_EQUAL(0, revocations());
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), _fixture->base.number("SELECT COUNT(*) FROM dropped_stages"));
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t(1),
            _fixture->base.number("SELECT COUNT(*) FROM audit WHERE action = 'account.upstream_revocation'"
                                  " AND outcome = 'skipped' AND account_id = '" +
                                  _account.value() + "'"));
    }

    // The account has another link then than the one that was claimed.
    void testGrantThatIsRenewedBeforeItsRemovalIsRevokedOnce() {
        _accounts->hook = [this](const std::string& called) {
            if (called == "remove")
                CPPUNIT_ASSERT(linkOther("alpha", "jira", "person-1") == _account);
        };
        std::string sent;
        _fixture->provider.onRevoke = [&](const auto& token) {
            sent = revealed(token);
            return provider::RevocationOutcome::revoked;
        };
        CPPUNIT_ASSERT(remove(UpstreamChoice::always) == UpstreamOutcome::queued);
        _dropped->run();
        _dropped->run();
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-of-alpha"), sent);
        CPPUNIT_ASSERT_EQUAL(1, revocations());
    }

    void testNothingIsWrittenWhereNothingIsRevoked() {
        int removals = 0;
        _stages->hook = [&](const std::string& called) { removals += called == "remove" ? 1 : 0; };
        CPPUNIT_ASSERT(remove(UpstreamChoice::automatic) == UpstreamOutcome::skipped);
        CPPUNIT_ASSERT_EQUAL(0, removals);
    }

    void testProviderThatCantRevoke() {
        _fixture->provider.revokes = false;
        CPPUNIT_ASSERT(remove(UpstreamChoice::always) == UpstreamOutcome::unsupported);
        setUp();
        _fixture->catalog = ProviderCatalog({});
        make();
        CPPUNIT_ASSERT(remove(UpstreamChoice::always) == UpstreamOutcome::unsupported);
        setUp();
        _fixture->provider.revokes = false;
        CPPUNIT_ASSERT(remove(UpstreamChoice::never) == UpstreamOutcome::skipped);
    }

    void testPersonOfAnotherClientKeepsTheGrant() {
        (void)linkOther("beta", "jira", "person-1");
        CPPUNIT_ASSERT(remove(UpstreamChoice::always) == UpstreamOutcome::keptForOthers);
        CPPUNIT_ASSERT_EQUAL(0, revocations());
        CPPUNIT_ASSERT(!find());
    }

    void testPersonAtAProviderOfTheSameAppKeepsTheGrant() {
        useTwoProducts("app-1", "app-1");
        (void)linkOther("alpha", "confluence", "person-1");
        CPPUNIT_ASSERT(remove(UpstreamChoice::always) == UpstreamOutcome::keptForOthers);
    }

    void testOtherPersonsAndAppsDoNotKeepIt() {
        useTwoProducts("app-1", "app-2");
        (void)linkOther("alpha", "confluence", "person-1");
        (void)linkOther("beta", "jira", "person-2");
        CPPUNIT_ASSERT(remove(UpstreamChoice::always) == UpstreamOutcome::revoked);
    }

    void testTokensThatCantBeOpenedAreNotRevoked() {
        CPPUNIT_ASSERT(_fixture->base.tamper("UPDATE tokens SET generation = generation + 1") == 1);
        make();
        CPPUNIT_ASSERT(remove(UpstreamChoice::always) == UpstreamOutcome::skipped);
        CPPUNIT_ASSERT(!find());
        CPPUNIT_ASSERT_EQUAL(0, revocations());
    }

    void testNeedsTheScope() {
        const auto reader = _fixture->callerWith({"link", "token", "accounts"});
        ASSERT_REFUSED(ErrorCode::insufficientScope,
                       _removals->remove(reader, _account, UpstreamChoice::automatic, _fixture->source));
        CPPUNIT_ASSERT(find());
    }

    void testForeignAccountsAreUnknown() {
        store::addClient(_fixture->base, "beta");
        auto stranger = _fixture->caller();
        stranger.client.id = base::ClientId("cli_beta");
        auto holder = _fixture->caller();
        holder.only = base::AccountId("acc_2");
        auto other = _fixture->caller();
        other.subject = "bob";
        for (const auto& caller : {stranger, holder, other})
            ASSERT_REFUSED(ErrorCode::notFound,
                           _removals->remove(caller, _account, UpstreamChoice::always, _fixture->source));
        CPPUNIT_ASSERT(find());
        CPPUNIT_ASSERT_EQUAL(0, revocations());
    }

    void testLoserOfTwoRemovalsIsTold() {
        _accounts->hook = [this](const std::string& called) {
            if (called == "remove")
                (void)_fixture->store().accounts().remove(_fixture->client.id, _account, _fixture->now());
        };
        ASSERT_REFUSED(ErrorCode::notFound, remove(UpstreamChoice::always));
        CPPUNIT_ASSERT_EQUAL(0, revocations());
    }

    void testStoreThatFailsAfterwardsIsNoFailure() {
        _accounts->hook = failing("countOfPerson");
        CPPUNIT_ASSERT(remove(UpstreamChoice::always) == UpstreamOutcome::queued);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("who shares the grant is not known", 0, revocations());
        CPPUNIT_ASSERT(!find());
    }

    void testAuditThatFailsIsNoFailure() {
        class FullDisk final : public store::AuditLog {
        public:
            void append(const domain::AuditEntry&) override {
                throw base::Error(ErrorCode::storeUnavailable, {}, "disk full");
            }
            int prune(store::Timestamp) override { return 0; }
        } audit;
        RemovalService unaudited({*_accounts, audit, _fixture->base.clock, _fixture->base.logger,
                                  *_revocation, *_dropped, *_news, _fixture->limits});
        CPPUNIT_ASSERT(unaudited.remove(_fixture->caller(), _account, UpstreamChoice::always,
                                        _fixture->source) == UpstreamOutcome::revoked);
        CPPUNIT_ASSERT_EQUAL(1, revocations());
        CPPUNIT_ASSERT(!find());
        CPPUNIT_ASSERT(_fixture->base.logged.str().find("audit entry not stored") != std::string::npos);
    }

    void testNamesOnTheWire() {
        CPPUNIT_ASSERT(upstreamChoiceOf("auto") == UpstreamChoice::automatic);
        CPPUNIT_ASSERT(upstreamChoiceOf("always") == UpstreamChoice::always);
        CPPUNIT_ASSERT(upstreamChoiceOf("never") == UpstreamChoice::never);
        for (const std::string none : {"", "AUTO", "automatic", "yes"})
            CPPUNIT_ASSERT_MESSAGE(none, !upstreamChoiceOf(none));
        CPPUNIT_ASSERT(nameOf(UpstreamOutcome::keptForOthers) == "kept_for_others");
        CPPUNIT_ASSERT(nameOf(UpstreamOutcome::unsupported) == "unsupported");
    }

private:
    void make() {
        _removals.reset();
        _news = std::make_unique<LinkNews>(_fixture->news());
        _accounts = std::make_unique<HookedAccounts>(_fixture->store().accounts());
        _revocation = std::make_unique<UpstreamRevocation>(UpstreamRevocation::Parts{
            *_accounts, _fixture->catalog, _fixture->base.logger, _fixture->upstream});
        _stages = std::make_unique<HookedStages>(_fixture->store().droppedStages());
        _dropped = std::make_unique<StageRevocation>(
            StageRevocation::Parts{*_stages, *_revocation, *_news, _fixture->base.logger});
        _removals = std::make_unique<RemovalService>(
            RemovalService::Parts{*_accounts, _fixture->store().audit(), _fixture->base.clock,
                                  _fixture->base.logger, *_revocation, *_dropped, *_news, _fixture->limits});
    }

    template <class Change>
    void configure(const Change& change) {
        auto jira = configured("jira", _fixture->provider);
        change(jira);
        _fixture->catalog = ProviderCatalog({jira});
    }

    void useTwoProducts(const std::string& jiraApp, const std::string& confluenceApp) {
        auto jira = configured("jira", _fixture->provider);
        auto confluence = configured("confluence", _fixture->provider);
        jira.app = jiraApp;
        confluence.app = confluenceApp;
        _fixture->catalog = ProviderCatalog({jira, confluence});
    }

    base::AccountId linkOther(const std::string& client, const std::string& provider,
                              const std::string& person) {
        if (client != "alpha")
            store::addClient(_fixture->base, client);
        auto link = store::makeLink("of-" + client, _fixture->now());
        link.client = base::ClientId("cli_" + client);
        link.provider = provider;
        const auto grant = store::makeGrant("of-" + client, _fixture->now(), person);
        const auto delivery =
            _fixture->store().links().deliver(store::stageLink(_fixture->base, link, grant),
                                              base::AccountId("acc_of_" + client), {}, _fixture->now());
        CPPUNIT_ASSERT(delivery.outcome == store::DeliveryOutcome::delivered);
        return delivery.account.id;
    }

    // While enough others wait for upstream.
    UpstreamOutcome removeInACrowd(UpstreamChoice choice) {
        UpstreamLimiter full(0);
        const UpstreamRevocation revocation({*_accounts, _fixture->catalog, _fixture->base.logger, full});
        StageRevocation dropped({*_stages, revocation, *_news, _fixture->base.logger});
        RemovalService crowded({*_accounts, _fixture->store().audit(), _fixture->base.clock,
                                _fixture->base.logger, revocation, dropped, *_news, _fixture->limits});
        return crowded.remove(_fixture->caller(), _account, choice, _fixture->source);
    }

    UpstreamOutcome remove(UpstreamChoice choice) {
        return _removals->remove(_fixture->caller(), _account, choice, _fixture->source);
    }
    [[nodiscard]] int revocations() const { return _fixture->provider.revocations; }
    [[nodiscard]] bool find() const {
        return _fixture->store().accounts().find(_fixture->client.id, _account).has_value();
    }

    std::unique_ptr<ServiceFixture> _fixture;
    base::AccountId _account;
    std::unique_ptr<LinkNews> _news;
    std::unique_ptr<HookedAccounts> _accounts;
    std::unique_ptr<UpstreamRevocation> _revocation;
    std::unique_ptr<HookedStages> _stages;
    std::unique_ptr<StageRevocation> _dropped;
    std::unique_ptr<RemovalService> _removals;
};

CPPUNIT_TEST_SUITE_REGISTRATION(RemovalServiceTest);
