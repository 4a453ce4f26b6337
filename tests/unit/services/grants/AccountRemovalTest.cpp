// SPDX-License-Identifier: Apache-2.0
// Tests what a removal deletes at once, and when upstream is asked.
#include "../ServiceFixture.h"
#include "central_oauth/services/grants/AccountService.h"
#include "central_oauth/services/links/HeldPolls.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using base::ErrorCode;
using memory::revealed;
using provider::ProviderError;
using provider::ProviderErrorKind;

class AccountRemovalTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AccountRemovalTest);
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
    CPPUNIT_TEST(testOutcomeThatCantBeRecordedIsNoFailure);
    CPPUNIT_TEST(testRemovalAndItsEntryAreOneStep);
    CPPUNIT_TEST(testDamagedAccountIsRemoved);
    CPPUNIT_TEST(testNamesOnTheWire);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _fixture = std::make_unique<ServiceFixture>();
        _account = _fixture->linkAccount("1");
        make();
    }

    void testRemovesAtOnceAndForGood() {
        CPPUNIT_ASSERT(remove(UpstreamChoice::automatic) == UpstreamOutcome::skipped);
        CPPUNIT_ASSERT_EQUAL(0, revocations());
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("account.removed"));
        CPPUNIT_ASSERT(!hasGrant());
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
            wasGone = !hasGrant();
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
            CPPUNIT_ASSERT(_fixture->logged.str().find("revocation failed") != std::string::npos);
        }
        setUp();
        _fixture->provider.onRevoke = [](const auto&) -> provider::RevocationOutcome {
            throw base::Error(ErrorCode::internal, {}, "plugin jira threw int in revoke");
        };
        CPPUNIT_ASSERT(remove(UpstreamChoice::always) == UpstreamOutcome::attempted);
        ASSERT_REFUSED(ErrorCode::notFound, remove(UpstreamChoice::always));
    }

    void testEndsItsRelinkAndWakesWhoWaits() {
        auto again = memory::makeLink("again", _fixture->now());
        again.relinkAccount = _account;
        _fixture->put(again);
        HeldPolls held;
        _fixture->store.observe(&held);
        const auto change = held.hold(again.id, again.expiresAt, std::chrono::seconds(30));
        CPPUNIT_ASSERT(change != nullptr);
        bool isWoken = false;
        change->onFire([&isWoken] { isWoken = true; });
        (void)remove(UpstreamChoice::never);
        CPPUNIT_ASSERT(isWoken);
        CPPUNIT_ASSERT(memory::linkOf(_fixture->store, again.id).reason == domain::EndReason::cancelled);
    }

    void testCrowdIsNoFailure() {
        CPPUNIT_ASSERT(removeInACrowd(UpstreamChoice::always) == UpstreamOutcome::queued);
        CPPUNIT_ASSERT_EQUAL(0, revocations());
        CPPUNIT_ASSERT(!find());
        // The caller's choice overrides the operator's setting.
        _dropped->run();
        CPPUNIT_ASSERT_EQUAL(1, revocations());
        CPPUNIT_ASSERT(dropped().empty());
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("account.upstream_revocation", "queued"));
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("account.upstream_revocation", "revoked"));
        CPPUNIT_ASSERT(_fixture->store.audit().back().account == _account);
    }

    void testQueuedRevocationIsAuditedWhateverComesOfIt() {
        configure([&](auto& jira) { jira.properties.revokesUpstream = true; });
        CPPUNIT_ASSERT(removeInACrowd(UpstreamChoice::automatic) == UpstreamOutcome::queued);
        configure([&](auto& jira) { jira.properties.revokesUpstream = false; });
        _dropped->run();
        CPPUNIT_ASSERT_EQUAL(0, revocations());
        CPPUNIT_ASSERT(dropped().empty());
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("account.upstream_revocation", "skipped"));
        CPPUNIT_ASSERT(_fixture->store.audit().back().account == _account);
    }

    // The account then has another link than the claimed one.
    void testGrantThatIsRenewedBeforeItsRemovalIsRevokedOnce() {
        _fixture->store.hook = memory::onceBefore(
            "transact", [this] { CPPUNIT_ASSERT(linkOther("alpha", "jira", "person-1") == _account); });
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
        const int before = _fixture->store.counters.transactions;
        CPPUNIT_ASSERT(remove(UpstreamChoice::automatic) == UpstreamOutcome::skipped);
        CPPUNIT_ASSERT_EQUAL(before + 1, _fixture->store.counters.transactions.load());
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
        auto grant = _fixture->store.read(
            [&](const domain::ReadView& view) { return view.grantOf(_account).value(); });
        ++grant.version;
        _fixture->put(grant);
        CPPUNIT_ASSERT(remove(UpstreamChoice::always) == UpstreamOutcome::skipped);
        CPPUNIT_ASSERT(!find());
        CPPUNIT_ASSERT_EQUAL(0, revocations());
    }

    void testNeedsTheScope() {
        const auto reader = _fixture->callerWith({"link", "token", "accounts"});
        ASSERT_REFUSED(ErrorCode::insufficientScope,
                       _accounts->remove(reader, _account, UpstreamChoice::automatic, _fixture->origin));
        CPPUNIT_ASSERT(find());
    }

    void testForeignAccountsAreUnknown() {
        _fixture->addClient("beta");
        auto stranger = _fixture->caller();
        stranger.client.id = base::ClientId("cli_beta");
        auto holder = _fixture->caller();
        holder.only = base::AccountId("acc_2");
        auto other = _fixture->caller();
        other.subject = "bob";
        for (const auto& caller : {stranger, holder, other})
            ASSERT_REFUSED(ErrorCode::notFound,
                           _accounts->remove(caller, _account, UpstreamChoice::always, _fixture->origin));
        CPPUNIT_ASSERT(find());
        CPPUNIT_ASSERT_EQUAL(0, revocations());
    }

    void testLoserOfTwoRemovalsIsTold() {
        _fixture->store.hook = memory::onceBefore("transact", [this] { _fixture->removeAccount(_account); });
        ASSERT_REFUSED(ErrorCode::notFound, remove(UpstreamChoice::always));
        CPPUNIT_ASSERT_EQUAL(0, revocations());
    }

    void testStoreThatFailsAfterwardsIsNoFailure() {
        _fixture->store.hook = memory::failing("count accounts");
        CPPUNIT_ASSERT(remove(UpstreamChoice::always) == UpstreamOutcome::queued);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("who shares the grant is not known", 0, revocations());
        CPPUNIT_ASSERT(!find());
    }

    void testOutcomeThatCantBeRecordedIsNoFailure() {
        int transactions = 0;
        _fixture->store.hook = [&](const std::string& step) {
            if (step == "transact" && ++transactions > 1)
                throw base::Error(ErrorCode::storeUnavailable, {}, "disk full");
        };
        CPPUNIT_ASSERT(remove(UpstreamChoice::always) == UpstreamOutcome::revoked);
        CPPUNIT_ASSERT_EQUAL(1, revocations());
        CPPUNIT_ASSERT(!find());
        CPPUNIT_ASSERT(_fixture->logged.str().find("revocation not recorded") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(0, _fixture->audited("account.upstream_revocation"));
        _fixture->store.hook = {};
        _dropped->run();
        CPPUNIT_ASSERT_EQUAL_MESSAGE("it was asked already", 1, revocations());
        CPPUNIT_ASSERT(dropped().empty());
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("account.upstream_revocation", "revoked"));
    }

    void testRemovalAndItsEntryAreOneStep() {
        _fixture->store.hook = memory::failing("record");
        ASSERT_REFUSED(ErrorCode::storeUnavailable, remove(UpstreamChoice::always));
        CPPUNIT_ASSERT(find() && hasGrant() && dropped().empty());
        CPPUNIT_ASSERT_EQUAL(0, revocations());
    }

    void testDamagedAccountIsRemoved() {
        _fixture->store.damage("accounts", _account.value());
        auto other = _fixture->caller();
        other.subject = "bob";
        ASSERT_REFUSED(ErrorCode::notFound,
                       _accounts->remove(other, _account, UpstreamChoice::always, _fixture->origin));
        CPPUNIT_ASSERT(remove(UpstreamChoice::always) == UpstreamOutcome::revoked);
        CPPUNIT_ASSERT(!find());
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
        _dropped = std::make_unique<StageRevocation>(
            StageRevocation::Parts{_fixture->store, _fixture->sealer, _fixture->catalog, _fixture->clock,
                                   _fixture->logger, _fixture->upstream});
        _accounts = std::make_unique<AccountService>(
            AccountService::Parts{_fixture->store, _fixture->sealer, _fixture->catalog, _fixture->clock,
                                  *_dropped, _fixture->limits, _fixture->uses});
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
            _fixture->addClient(client);
        auto link = memory::makeLink("of-" + client, _fixture->now());
        link.client = base::ClientId("cli_" + client);
        link.provider = provider;
        const auto grant = memory::makeGrant("of-" + client, _fixture->now(), person);
        const auto delivery = _fixture->deliver(_fixture->stageLink(link, grant), "acc_of_" + client);
        CPPUNIT_ASSERT(delivery.outcome == domain::DeliveryOutcome::delivered);
        return delivery.account.id;
    }

    // Removes the account while the limit of upstream callers is reached.
    UpstreamOutcome removeInACrowd(UpstreamChoice choice) {
        UpstreamLimiter full(0);
        StageRevocation dropped(
            {_fixture->store, _fixture->sealer, _fixture->catalog, _fixture->clock, _fixture->logger, full});
        AccountService crowded({_fixture->store, _fixture->sealer, _fixture->catalog, _fixture->clock,
                                dropped, _fixture->limits, _fixture->uses});
        return crowded.remove(_fixture->caller(), _account, choice, _fixture->origin);
    }

    UpstreamOutcome remove(UpstreamChoice choice) {
        return _accounts->remove(_fixture->caller(), _account, choice, _fixture->origin);
    }
    [[nodiscard]] int revocations() const { return _fixture->provider.revocations; }
    [[nodiscard]] bool find() const {
        return _fixture->store.read(
            [&](const domain::ReadView& view) { return view.identityOf(_account).has_value(); });
    }
    [[nodiscard]] bool hasGrant() const {
        return _fixture->store.read(
            [&](const domain::ReadView& view) { return view.grantOf(_account).has_value(); });
    }
    [[nodiscard]] std::vector<domain::Stage> dropped() const {
        return _fixture->store.read([](const domain::ReadView& view) {
            return view.select(domain::StageFilter{.state = domain::StageState::dropped});
        });
    }

    std::unique_ptr<ServiceFixture> _fixture;
    base::AccountId _account;
    std::unique_ptr<StageRevocation> _dropped;
    std::unique_ptr<AccountService> _accounts;
};

CPPUNIT_TEST_SUITE_REGISTRATION(AccountRemovalTest);
