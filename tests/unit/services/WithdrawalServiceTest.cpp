// SPDX-License-Identifier: Apache-2.0
// What a person takes back is gone, for fifteen minutes, in the browser that granted it.
#include "central_oauth/services/WithdrawalService.h"

#include "CallbackFixture.h"
#include "central_oauth/domain/AuditEntry.h"
#include "central_oauth/domain/Link.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using domain::LinkStatus;

class WithdrawalServiceTest : public CallbackFixture {
    CPPUNIT_TEST_SUITE(WithdrawalServiceTest);
    CPPUNIT_TEST(testUndoDropsTheStage);
    CPPUNIT_TEST(testUndoDeletesTheNewAccount);
    CPPUNIT_TEST(testUndoEndsARenewedConnectionAltogether);
    CPPUNIT_TEST(testUndoOfAnOlderLinkLeavesWhatANewerOneBrought);
    CPPUNIT_TEST(testUndoOfAnAccountThatIsGone);
    CPPUNIT_TEST(testUndoLeavesTheRevocationOfAnAccountThatIsGone);
    CPPUNIT_TEST(testUndoWaitsForAProviderThatIsNotConfigured);
    CPPUNIT_TEST(testUndoEndsAfterFifteenMinutes);
    CPPUNIT_TEST(testUndoOutlivesTheLink);
    CPPUNIT_TEST(testAnotherBrowserTakesNothingBack);
    CPPUNIT_TEST(testNothingIsTakenBackTwice);
    CPPUNIT_TEST(testWhatIsNotGrantedIsNotUndone);
    CPPUNIT_TEST(testDeclinedChoiceDropsTheStage);
    CPPUNIT_TEST(testUpstreamIsAskedAsTheOperatorWants);
    CPPUNIT_TEST(testFullHouseLeavesItToTheBackground);
    CPPUNIT_TEST(testOthersKeepTheGrantUpstream);
    CPPUNIT_TEST(testAuditThatFailsIsNoFailure);
    CPPUNIT_TEST(testUndecryptableStageGoesAllTheSame);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        CallbackFixture::setUp();
        make(_fixture->catalog);
    }

    void testUndoDropsTheStage() {
        (void)complete();
        const auto waiter = _fixture->changes.await(_link, _fixture->now() + 600s, 30s);
        CPPUNIT_ASSERT(undo());
        CPPUNIT_ASSERT(waiter->fired());
        expectEnded(domain::EndReason::undone);
        CPPUNIT_ASSERT(deliver().outcome == store::DeliveryOutcome::notReady);
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("link.undone"));
        CPPUNIT_ASSERT_EQUAL(0, _fixture->provider.revocations.load());
        CPPUNIT_ASSERT(_views->view(_link, browser("browser-1")).view == LinkView::over);
    }

    void testUndoDeletesTheNewAccount() {
        (void)complete();
        const auto account = deliver().account.id;
        CPPUNIT_ASSERT(undo());
        expectEnded(domain::EndReason::undone);
        CPPUNIT_ASSERT(!accounts().find(_fixture->client.id, account));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1),
                             _fixture->base.number("SELECT COUNT(*) FROM audit WHERE account_id = '" +
                                                   account.value() + "' AND action = 'account.removed'"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), _fixture->base.number("SELECT COUNT(*) FROM tokens"));
        CPPUNIT_ASSERT_MESSAGE("nothing can be read of the delivery",
                               deliver().outcome == store::DeliveryOutcome::notReady);
    }

    void testUndoEndsARenewedConnectionAltogether() {
        (void)complete();
        const auto account = deliver().account.id;
        const auto first = _link;
        begin("state-2", [&](domain::Link& link) { link.wantedAccount = account; });
        (void)complete("state-2");
        CPPUNIT_ASSERT(deliver().account.id == account);
        auto waiting = store::makeLink("again", _fixture->now());
        waiting.wantedAccount = account;
        CPPUNIT_ASSERT(links().create(waiting));
        CPPUNIT_ASSERT(undo());
        CPPUNIT_ASSERT(!accounts().find(_fixture->client.id, account));
        CPPUNIT_ASSERT_MESSAGE("who waits to link it again waits in vain",
                               links().find(waiting.id)->reason == domain::EndReason::cancelled);
        CPPUNIT_ASSERT_MESSAGE("the first link is what it was",
                               links().find(first)->status == LinkStatus::delivered);
    }

    void testUndoOfAnOlderLinkLeavesWhatANewerOneBrought() {
        for (const bool isRelink : {true, false}) {
            setUp();
            (void)complete();
            const auto account = deliver().account.id;
            const auto older = _link;
            begin("state-2", [&](domain::Link& link) {
                if (isRelink)
                    link.wantedAccount = account;
            });
            (void)complete("state-2");
            const auto newer = _link;
            _link = older;
            CPPUNIT_ASSERT_MESSAGE("the newer grant is not here yet",
                                   _views->view(_link, browser("browser-1")).undoWithin);
            CPPUNIT_ASSERT(
                links().deliver(newer, base::AccountId("acc_2"), {3, 60s}, _fixture->now()).account.id ==
                account);
            const auto page = _views->view(_link, browser("browser-1"));
            CPPUNIT_ASSERT(page.view == LinkView::linked && !page.undoWithin);
            CPPUNIT_ASSERT(!undo());
            CPPUNIT_ASSERT_MESSAGE("nor in the moment between page and form",
                                   !links().withdraw(_link, domain::EndReason::undone, _fixture->now()));
            CPPUNIT_ASSERT(accounts().find(_fixture->client.id, account)->grantedBy == newer);
            CPPUNIT_ASSERT(accounts().findTokens(account).has_value());
            _link = newer;
            CPPUNIT_ASSERT_MESSAGE("the newer one takes it back", undo());
            CPPUNIT_ASSERT(!accounts().find(_fixture->client.id, account));
        }
    }

    void testUndoOfAnAccountThatIsGone() {
        useRevokingProvider();
        (void)complete();
        (void)accounts().remove(_fixture->client.id, deliver().account.id, _fixture->now());
        CPPUNIT_ASSERT(undo());
        expectEnded(domain::EndReason::undone);
        CPPUNIT_ASSERT_EQUAL(0, _fixture->audited("link.upstream_revocation"));
        const auto log = _fixture->base.logged.str();
        CPPUNIT_ASSERT_MESSAGE(log, log.find("a dropped grant is not revoked upstream") == std::string::npos);
    }

    void testUndoLeavesTheRevocationOfAnAccountThatIsGone() {
        useRevokingProvider();
        (void)complete();
        (void)accounts().remove(_fixture->client.id, deliver().account.id, _fixture->now(),
                                domain::Revocation::always);
        CPPUNIT_ASSERT(undo());
        _dropped->run();
        CPPUNIT_ASSERT_EQUAL(1, _fixture->provider.revocations.load());
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("account.upstream_revocation"));
    }

    void testUndoWaitsForAProviderThatIsNotConfigured() {
        for (const bool isDelivered : {false, true}) {
            setUp();
            (void)complete();
            if (isDelivered)
                (void)deliver();
            _fixture->catalog = ProviderCatalog({});
            makeService();
            make(_fixture->catalog);
            CPPUNIT_ASSERT(undo());
            CPPUNIT_ASSERT_EQUAL(std::int64_t(1), _fixture->base.number(
                                                      "SELECT COUNT(*) FROM audit WHERE outcome = 'queued'"));
            useRevokingProvider();
            _dropped->run();
            CPPUNIT_ASSERT_EQUAL(1, _fixture->provider.revocations.load());
        }
    }

    void testUndoEndsAfterFifteenMinutes() {
        (void)complete();
        (void)deliver();
        CPPUNIT_ASSERT(*_views->view(_link, browser("browser-1")).undoWithin == 900s);
        _fixture->advance(899s);
        CPPUNIT_ASSERT(*_views->view(_link, browser("browser-1")).undoWithin == 1s);
        _fixture->advance(1s);
        CPPUNIT_ASSERT(!_views->view(_link, browser("browser-1")).undoWithin);
        CPPUNIT_ASSERT(!undo());
        CPPUNIT_ASSERT(link().status == LinkStatus::delivered);
    }

    void testUndoOutlivesTheLink() {
        _fixture->advance(599s);
        (void)complete();
        (void)deliver();
        const auto end = link().expiresAt;
        _fixture->advance(899s);
        CPPUNIT_ASSERT(_fixture->now() > end + 600s);
        CPPUNIT_ASSERT(undo());
    }

    void testAnotherBrowserTakesNothingBack() {
        (void)complete();
        for (const std::string id : {"browser-2", ""})
            CPPUNIT_ASSERT(!_withdrawals->undo(_link, browser(id), _fixture->source));
        CPPUNIT_ASSERT(!_withdrawals->undo(_link, holderOf("browser-1"), _fixture->source));
        CPPUNIT_ASSERT(link().status == LinkStatus::staged);
    }

    void testNothingIsTakenBackTwice() {
        (void)complete();
        CPPUNIT_ASSERT(undo());
        CPPUNIT_ASSERT(!undo());
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("link.undone"));
    }

    void testWhatIsNotGrantedIsNotUndone() {
        CPPUNIT_ASSERT(!undo());
        CPPUNIT_ASSERT(!_withdrawals->declineChoice(_link, browser("browser-1"), _fixture->source));
        CPPUNIT_ASSERT(link().status == LinkStatus::authorizing);
    }

    void testDeclinedChoiceDropsTheStage() {
        offerTwoSites();
        (void)complete();
        CPPUNIT_ASSERT(!undo());
        CPPUNIT_ASSERT(!_withdrawals->declineChoice(_link, browser("browser-2"), _fixture->source));
        CPPUNIT_ASSERT(_withdrawals->declineChoice(_link, browser("browser-1"), _fixture->source));
        expectEnded(domain::EndReason::declined);
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("link.declined"));
    }

    void testUpstreamIsAskedAsTheOperatorWants() {
        useRevokingProvider();
        (void)complete();
        std::string revoked;
        _fixture->provider.onRevoke = [&](const provider::Secret& token) {
            revoked = token.reveal();
            return provider::RevocationOutcome::revoked;
        };
        CPPUNIT_ASSERT(undo());
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-first"), revoked);
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("link.upstream_revocation"));
    }

    // Neither a full house nor a crash before the call loses the revocation.
    void testFullHouseLeavesItToTheBackground() {
        for (const bool isDelivered : {false, true}) {
            setUp();
            useRevokingProvider();
            (void)complete();
            if (isDelivered)
                (void)deliver();
            UpstreamLimiter full(0);
            const UpstreamRevocation revocation(
                {_fixture->store().accounts(), _fixture->catalog, _fixture->base.logger, full});
            StageRevocation busy(
                {_fixture->store().droppedStages(), revocation, *_news, _fixture->base.logger});
            WithdrawalService service({*_links, *_views, busy, _fixture->base.clock, *_news});
            CPPUNIT_ASSERT(service.undo(_link, browser("browser-1"), _fixture->source));
            CPPUNIT_ASSERT_EQUAL(0, _fixture->provider.revocations.load());
            CPPUNIT_ASSERT_EQUAL(std::int64_t(1), _fixture->base.number(
                                                      "SELECT COUNT(*) FROM audit WHERE outcome = 'queued'"));
            _dropped->run();
            CPPUNIT_ASSERT_EQUAL(1, _fixture->provider.revocations.load());
            CPPUNIT_ASSERT_EQUAL(std::int64_t(0),
                                 _fixture->base.number("SELECT COUNT(*) FROM dropped_stages"));
        }
    }

    void testOthersKeepTheGrantUpstream() {
        useRevokingProvider();
        begin("state-2", [](domain::Link& link) { link.subject = "other"; });
        (void)complete("state-2");
        (void)deliver();
        begin("state-3", [](domain::Link& link) { link.subject = "third"; });
        (void)complete("state-3");
        CPPUNIT_ASSERT(undo());
        CPPUNIT_ASSERT_EQUAL(0, _fixture->provider.revocations.load());
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), _fixture->base.number("SELECT COUNT(*) FROM accounts"));
    }

    void testAuditThatFailsIsNoFailure() {
        class FullDisk final : public store::AuditLog {
        public:
            void append(const domain::AuditEntry&) override {
                throw base::Error(base::ErrorCode::storeUnavailable, {}, "disk full");
            }
            int prune(store::Timestamp) override { return 0; }
        } audit;
        useRevokingProvider();
        (void)complete();
        const LinkNews unaudited(audit, _fixture->changes, _fixture->verifiers, _fixture->base.clock);
        WithdrawalService service({*_links, *_views, *_dropped, _fixture->base.clock, unaudited});
        CPPUNIT_ASSERT(service.undo(_link, browser("browser-1"), _fixture->source));
        expectEnded(domain::EndReason::undone);
        CPPUNIT_ASSERT_EQUAL(1, _fixture->provider.revocations.load());
    }

    void testUndecryptableStageGoesAllTheSame() {
        (void)complete();
        CPPUNIT_ASSERT_EQUAL(std::size_t(1),
                             _fixture->base.tamper("UPDATE links SET staged_grant = zeroblob(200)"));
        makeService();
        make(_fixture->catalog);
        CPPUNIT_ASSERT(undo());
        expectEnded(domain::EndReason::undone);
    }

private:
    void make(const ProviderCatalog& catalog) {
        auto& store = _fixture->store();
        _views = std::make_unique<BrowserLinks>(BrowserLinks::Parts{
            *_links, store.clients(), store.accounts(), catalog, _fixture->hasher, _fixture->base.clock});
        _withdrawals = std::make_unique<WithdrawalService>(
            WithdrawalService::Parts{*_links, *_views, *_dropped, _fixture->base.clock, *_news});
    }

    void useRevokingProvider() {
        auto jira = configured("jira", _fixture->provider);
        jira.properties.revokesUpstream = true;
        _fixture->catalog = ProviderCatalog({jira});
        makeService();
        make(_fixture->catalog);
    }

    void offerTwoSites() {
        _fixture->provider.onSites = [] {
            return std::vector<provider::Site>{{"site-1", "One", "https://one.example", {}},
                                               {"site-2", "Two", "https://two.example", {}}};
        };
    }

    bool undo() { return _withdrawals->undo(_link, browser("browser-1"), _fixture->source); }

    store::Delivery deliver() {
        return links().deliver(_link, base::AccountId("acc_1"), {3, 60s}, _fixture->now());
    }

    [[nodiscard]] store::AccountRepository& accounts() { return _fixture->store().accounts(); }

    std::unique_ptr<BrowserLinks> _views;
    std::unique_ptr<WithdrawalService> _withdrawals;
};

CPPUNIT_TEST_SUITE_REGISTRATION(WithdrawalServiceTest);
