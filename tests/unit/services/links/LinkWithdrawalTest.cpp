// SPDX-License-Identifier: Apache-2.0
// A person can withdraw a grant for fifteen minutes, in the browser that granted it.
#include "CallbackFixture.h"
#include "central_oauth/domain/Removal.h"
#include "central_oauth/services/links/LinkApproval.h"

#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using domain::LinkStatus;

class LinkWithdrawalTest : public CallbackFixture {
    CPPUNIT_TEST_SUITE(LinkWithdrawalTest);
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
    CPPUNIT_TEST(testWithdrawalAndItsEntryAreBothOrNeither);
    CPPUNIT_TEST(testStoreThatFailsAfterTheWithdrawalIsNoFailure);
    CPPUNIT_TEST(testUndecryptableStageGoesAllTheSame);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        CallbackFixture::setUp();
        make(_fixture->catalog);
    }

    void testUndoDropsTheStage() {
        (void)complete();
        const auto held = hold();
        CPPUNIT_ASSERT(undo());
        CPPUNIT_ASSERT(held->fired());
        expectEnded(domain::EndReason::undone);
        CPPUNIT_ASSERT(deliver().outcome == domain::DeliveryOutcome::notReady);
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("link.undone"));
        CPPUNIT_ASSERT_EQUAL(0, _fixture->provider.revocations.load());
        CPPUNIT_ASSERT(_views->view(_link, browser("browser-1")).view == LinkView::over);
    }

    void testUndoDeletesTheNewAccount() {
        (void)complete();
        const auto account = deliver().account.id;
        CPPUNIT_ASSERT(undo());
        expectEnded(domain::EndReason::undone);
        CPPUNIT_ASSERT(!find(account));
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("account.removed"));
        for (const auto& entry : _fixture->store.audit())
            CPPUNIT_ASSERT(entry.action != "account.removed" || entry.account == account);
        CPPUNIT_ASSERT_MESSAGE("nothing can be read of the delivery",
                               deliver().outcome == domain::DeliveryOutcome::notReady);
    }

    void testUndoEndsARenewedConnectionAltogether() {
        (void)complete();
        const auto account = deliver().account.id;
        const auto first = _link;
        begin("state-2", [&](domain::Link& link) { link.relinkAccount = account; });
        (void)complete("state-2");
        CPPUNIT_ASSERT(deliver().account.id == account);
        auto again = memory::makeLink("again", _fixture->now());
        again.relinkAccount = account;
        _fixture->put(again);
        CPPUNIT_ASSERT(undo());
        CPPUNIT_ASSERT(!find(account));
        CPPUNIT_ASSERT_MESSAGE("a link to link it again has nothing to do any more",
                               memory::linkOf(_fixture->store, again.id).reason ==
                                   domain::EndReason::cancelled);
        CPPUNIT_ASSERT_MESSAGE("the first link is what it was",
                               memory::linkOf(_fixture->store, first).status == LinkStatus::delivered);
    }

    void testUndoOfAnOlderLinkLeavesWhatANewerOneBrought() {
        for (const bool isRelink : {true, false}) {
            setUp();
            (void)complete();
            const auto account = deliver().account.id;
            const auto older = _link;
            begin("state-2", [&](domain::Link& link) {
                if (isRelink)
                    link.relinkAccount = account;
            });
            (void)complete("state-2");
            const auto newer = _link;
            _link = older;
            CPPUNIT_ASSERT_MESSAGE("the newer grant is not here yet",
                                   _views->view(_link, browser("browser-1")).undoWithin);
            CPPUNIT_ASSERT(_fixture->deliver(newer, "acc_2").account.id == account);
            const auto page = _views->view(_link, browser("browser-1"));
            CPPUNIT_ASSERT(page.view == LinkView::linked && !page.undoWithin);
            CPPUNIT_ASSERT(!undo());
            CPPUNIT_ASSERT_MESSAGE("nor in the moment between page and form", !withdrawsNow());
            CPPUNIT_ASSERT(find(account)->grantedBy == newer);
            CPPUNIT_ASSERT(!memory::tokensOf(_fixture->place(), account).accessToken.empty());
            _link = newer;
            CPPUNIT_ASSERT_MESSAGE("the newer one takes it back", undo());
            CPPUNIT_ASSERT(!find(account));
        }
    }

    void testUndoOfAnAccountThatIsGone() {
        useRevokingProvider();
        (void)complete();
        remove(deliver().account, domain::Revocation::none);
        CPPUNIT_ASSERT(undo());
        expectEnded(domain::EndReason::undone);
        CPPUNIT_ASSERT_EQUAL(0, _fixture->audited("link.upstream_revocation"));
        const auto log = _fixture->logged.str();
        CPPUNIT_ASSERT_MESSAGE(log, log.find("a dropped grant is not revoked upstream") == std::string::npos);
    }

    void testUndoLeavesTheRevocationOfAnAccountThatIsGone() {
        useRevokingProvider();
        (void)complete();
        remove(deliver().account, domain::Revocation::always);
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
            CPPUNIT_ASSERT_EQUAL(1, queued());
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
            CPPUNIT_ASSERT(!_approval->undo(_link, browser(id), _fixture->origin));
        CPPUNIT_ASSERT(!_approval->undo(_link, holderOf("browser-1"), _fixture->origin));
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
        CPPUNIT_ASSERT(!_approval->declineChoice(_link, browser("browser-1"), _fixture->origin));
        CPPUNIT_ASSERT(link().status == LinkStatus::authorizing);
    }

    void testDeclinedChoiceDropsTheStage() {
        offerTwoSites();
        (void)complete();
        CPPUNIT_ASSERT(!undo());
        CPPUNIT_ASSERT(!_approval->declineChoice(_link, browser("browser-2"), _fixture->origin));
        CPPUNIT_ASSERT(_approval->declineChoice(_link, browser("browser-1"), _fixture->origin));
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

    // Neither a full limit of upstream callers nor a crash before the call loses the revocation.
    void testFullHouseLeavesItToTheBackground() {
        for (const bool isDelivered : {false, true}) {
            setUp();
            useRevokingProvider();
            (void)complete();
            if (isDelivered)
                (void)deliver();
            UpstreamLimiter full(0);
            StageRevocation busy({_fixture->store, _fixture->sealer, _fixture->catalog, _fixture->clock,
                                  _fixture->logger, full});
            LinkApproval service(
                {_fixture->store, _fixture->sealer, *_views, _fixture->hasher, _fixture->clock, busy});
            CPPUNIT_ASSERT(service.undo(_link, browser("browser-1"), _fixture->origin));
            CPPUNIT_ASSERT_EQUAL(0, _fixture->provider.revocations.load());
            CPPUNIT_ASSERT_EQUAL(1, queued());
            _dropped->run();
            CPPUNIT_ASSERT_EQUAL(1, _fixture->provider.revocations.load());
            CPPUNIT_ASSERT(stages().empty());
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
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), _fixture->store.read([](const domain::ReadView& view) {
            return view.count(domain::AccountFilter{});
        }));
    }

    void testWithdrawalAndItsEntryAreBothOrNeither() {
        (void)complete();
        _fixture->store.hook = memory::failing("record");
        ASSERT_REFUSED(base::ErrorCode::storeUnavailable, undo());
        _fixture->store.hook = nullptr;
        CPPUNIT_ASSERT(link().status == LinkStatus::staged);
        CPPUNIT_ASSERT(undo());
    }

    void testStoreThatFailsAfterTheWithdrawalIsNoFailure() {
        useRevokingProvider();
        (void)complete();
        _fixture->provider.onRevoke = [this](const auto&) {
            _fixture->store.hook = memory::failing("commit");
            return provider::RevocationOutcome::revoked;
        };
        CPPUNIT_ASSERT(undo());
        _fixture->store.hook = nullptr;
        expectEnded(domain::EndReason::undone);
        _dropped->run();
        CPPUNIT_ASSERT_EQUAL_MESSAGE("what was asked is not asked again", 1,
                                     _fixture->provider.revocations.load());
        CPPUNIT_ASSERT(stages().empty());
    }

    void testUndecryptableStageGoesAllTheSame() {
        (void)complete();
        _fixture->spoilStage(_link);
        CPPUNIT_ASSERT(undo());
        expectEnded(domain::EndReason::undone);
    }

private:
    void make(const ProviderCatalog& catalog) {
        _views = std::make_unique<BrowserLinks>(BrowserLinks::Parts{
            _fixture->store, _fixture->sealer, catalog, _fixture->hasher, _fixture->clock});
        _approval = std::make_unique<LinkApproval>(LinkApproval::Parts{
            _fixture->store, _fixture->sealer, *_views, _fixture->hasher, _fixture->clock, *_dropped});
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

    bool undo() { return _approval->undo(_link, browser("browser-1"), _fixture->origin); }

    domain::Delivery deliver() { return _fixture->deliver(_link, "acc_1"); }

    [[nodiscard]] std::optional<domain::Account> find(const base::AccountId& id) const {
        return _fixture->store.read([&](const domain::ReadView& view) { return view.find(id); });
    }

    void remove(const domain::Account& account, domain::Revocation revocation) {
        const auto now = _fixture->now();
        _fixture->store.transact([&](domain::Transaction& transaction) {
            (void)removeAccount(transaction, _fixture->sealer, account, now, revocation);
        });
    }

    [[nodiscard]] bool withdrawsNow() {
        const auto now = _fixture->now();
        return _fixture->store.transact([&](domain::Transaction& transaction) {
            return withdrawGrant(transaction, _fixture->sealer, _link, domain::EndReason::undone, now)
                .has_value();
        });
    }

    [[nodiscard]] std::vector<domain::Stage> stages() const {
        return _fixture->store.read([](const domain::ReadView& view) {
            return view.select(domain::StageFilter{.state = domain::StageState::dropped});
        });
    }

    [[nodiscard]] int queued() const {
        const auto entries = _fixture->store.audit();
        return static_cast<int>(std::count_if(entries.begin(), entries.end(),
                                              [](const auto& entry) { return entry.outcome == "queued"; }));
    }

    std::unique_ptr<BrowserLinks> _views;
    std::unique_ptr<LinkApproval> _approval;
};

CPPUNIT_TEST_SUITE_REGISTRATION(LinkWithdrawalTest);
