// SPDX-License-Identifier: Apache-2.0
// A staged grant becomes an account, or is withdrawn.
#include "StoreContract.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::domain;
using namespace central_oauth::memory;
using namespace std::chrono_literals;

class DeliveryTest : public contract::StoreContract {
    CPPUNIT_TEST_SUITE(DeliveryTest);
    CPPUNIT_TEST(testFirstDeliveryMakesAccount);
    CPPUNIT_TEST(testPayloadIsReadThreeTimes);
    CPPUNIT_TEST(testPayloadIsGoneAfterWindow);
    CPPUNIT_TEST(testLaterReadSurvivesRestart);
    CPPUNIT_TEST(testLaterReadGivesFirstPayloadAfterRefresh);
    CPPUNIT_TEST(testSingleReadRuleErasesAtOnce);
    CPPUNIT_TEST(testDeliveredStageHoldsNoRefreshToken);
    CPPUNIT_TEST(testNothingToDeliverBeforeStagingAndAfterExpiry);
    CPPUNIT_TEST(testReportsWhetherDeliveryIsPossible);
    CPPUNIT_TEST(testDeletedAccountIsNotDeliveredAgain);
    CPPUNIT_TEST(testRelinkReplacesGrantAndKeepsId);
    CPPUNIT_TEST(testRelinkKeepsLabelAndTakesRequiredScopes);
    CPPUNIT_TEST(testLinkForAccountThatIsGoneIsCancelled);
    CPPUNIT_TEST(testOtherSubjectOrPersonIsAnotherAccount);
    CPPUNIT_TEST(testUndecryptableStageEndsLink);
    CPPUNIT_TEST(testUndecryptableLaterReadKeepsAccount);
    CPPUNIT_TEST(testTakenAccountIdLeavesLinkStaged);
    CPPUNIT_TEST(testNewLinkRepairsDamagedAccount);
    CPPUNIT_TEST(testWithdrawsStagedGrant);
    CPPUNIT_TEST(testWithdrawsDeliveredAccount);
    CPPUNIT_TEST(testNothingToWithdraw);
    CPPUNIT_TEST(testRenewedAccountIsNotWithdrawn);
    CPPUNIT_TEST(testWithdrawsAfterAccountWasRemoved);
    CPPUNIT_TEST(testWithdrawalEndsPendingRelinksOnly);
    CPPUNIT_TEST_SUITE_END();

public:
    void testFirstDeliveryMakesAccount() {
        const auto id = stage("1");
        const Delivery delivery = deliver(id, "acc_1");
        CPPUNIT_ASSERT(delivery.outcome == DeliveryOutcome::delivered);
        CPPUNIT_ASSERT(delivery.isFirst);
        CPPUNIT_ASSERT_EQUAL(std::string("access-1"), revealed(delivery.tokens.accessToken));
        CPPUNIT_ASSERT(delivery.tokens.refreshToken.empty());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, delivery.tokens.version);
        CPPUNIT_ASSERT(delivery.tokens.accessExpiresAt == now() + 3600s);
        const auto made = account("acc_1").value();
        CPPUNIT_ASSERT_EQUAL(std::string("ann"), made.subject);
        CPPUNIT_ASSERT_EQUAL(std::string("person-1"), made.identity.upstreamId);
        CPPUNIT_ASSERT_EQUAL(std::string("site-1"), made.chosenSite);
        CPPUNIT_ASSERT_EQUAL(std::string("jira"), made.sites.at(0).products.at(0));
        CPPUNIT_ASSERT_EQUAL(std::string("laptop"), made.label);
        CPPUNIT_ASSERT(made.status == AccountStatus::active);
        CPPUNIT_ASSERT(made.createdAt == now() && made.linkedAt == now());
        CPPUNIT_ASSERT(made.grantedBy == id);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, made.tokenVersion);
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-1"), refreshTokenOf("acc_1"));
        CPPUNIT_ASSERT(link(id)->status == LinkStatus::delivered);
        CPPUNIT_ASSERT(link(id)->account == AccountId("acc_1"));
    }

    void testPayloadIsReadThreeTimes() {
        const auto id = stage("1");
        CPPUNIT_ASSERT(deliver(id, "acc_1").isFirst);
        for (int reads = 2; reads <= 3; ++reads) {
            const Delivery delivery = deliver(id, "acc_other");
            CPPUNIT_ASSERT(delivery.outcome == DeliveryOutcome::delivered);
            CPPUNIT_ASSERT(!delivery.isFirst);
            CPPUNIT_ASSERT(delivery.account.id == AccountId("acc_1"));
            CPPUNIT_ASSERT_EQUAL(std::string("access-1"), revealed(delivery.tokens.accessToken));
        }
        CPPUNIT_ASSERT(!stageOf(id));
        CPPUNIT_ASSERT(deliver(id, "acc_1").outcome == DeliveryOutcome::alreadyDelivered);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), counted(AccountFilter{}));
    }

    void testPayloadIsGoneAfterWindow() {
        const auto id = stage("1");
        CPPUNIT_ASSERT(deliver(id, "acc_1").isFirst);
        advance(60s);
        CPPUNIT_ASSERT(deliver(id, "acc_1").outcome == DeliveryOutcome::delivered);
        advance(1s);
        CPPUNIT_ASSERT(deliver(id, "acc_1").outcome == DeliveryOutcome::alreadyDelivered);
        CPPUNIT_ASSERT(!stageOf(id));
    }

    void testLaterReadSurvivesRestart() {
        const auto id = stage("1");
        _backend->reopen();
        CPPUNIT_ASSERT(deliver(id, "acc_1").isFirst);
        _backend->reopen();
        const Delivery delivery = deliver(id, "acc_1");
        CPPUNIT_ASSERT(delivery.outcome == DeliveryOutcome::delivered);
        CPPUNIT_ASSERT_EQUAL(std::string("access-1"), revealed(delivery.tokens.accessToken));
    }

    void testLaterReadGivesFirstPayloadAfterRefresh() {
        const auto id = stage("1");
        CPPUNIT_ASSERT(deliver(id, "acc_1").isFirst);
        transact([&](Transaction& transaction) {
            auto refreshed = transaction.find(AccountId("acc_1")).value();
            noteRefreshed(refreshed, {"fewer"}, now());
            auto tokens = makeTokens("2", now());
            tokens.version = refreshed.tokenVersion;
            transaction.put(refreshed);
            transaction.put(sealGrant(sealer(), refreshed, tokens));
        });
        const Delivery delivery = deliver(id, "acc_1");
        CPPUNIT_ASSERT_EQUAL(std::string("access-1"), revealed(delivery.tokens.accessToken));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, delivery.tokens.version);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, delivery.account.tokenVersion);
        CPPUNIT_ASSERT(delivery.account.scopes == makeGrant("1", now()).scopes);
        CPPUNIT_ASSERT_EQUAL(std::string("site-1"), delivery.account.chosenSite);
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-2"), refreshTokenOf("acc_1"));
    }

    void testSingleReadRuleErasesAtOnce() {
        const auto id = stage("1");
        CPPUNIT_ASSERT(deliver(id, "acc_1", {1, 60s}).isFirst);
        CPPUNIT_ASSERT(!stageOf(id));
    }

    void testDeliveredStageHoldsNoRefreshToken() {
        const auto id = stage("1");
        const auto waiting = stageOf(id).value();
        CPPUNIT_ASSERT(deliver(id, "acc_1").isFirst);
        auto delivered = stageOf(id).value();
        CPPUNIT_ASSERT(delivered.state == StageState::delivered);
        CPPUNIT_ASSERT(openStage(sealer(), delivered).refreshToken.empty());
        delivered.state = StageState::dropped;
        CPPUNIT_ASSERT_THROW_MESSAGE("a payload must not pass for a grant",
                                     (void)openStage(sealer(), delivered), UndecryptableError);
        delivered.grant = waiting.grant;
        delivered.state = StageState::delivered;
        CPPUNIT_ASSERT_THROW((void)openStage(sealer(), delivered), UndecryptableError);
    }

    void testNothingToDeliverBeforeStagingAndAfterExpiry() {
        put(makeLink("1", now()));
        CPPUNIT_ASSERT(deliver(LinkId("lnk_1"), "acc_1").outcome == DeliveryOutcome::notReady);
        CPPUNIT_ASSERT(deliver(LinkId("lnk_none"), "acc_1").outcome == DeliveryOutcome::notReady);
        const auto id = stage("2");
        advance(120s);
        CPPUNIT_ASSERT(deliver(id, "acc_1").outcome == DeliveryOutcome::notReady);
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), counted(AccountFilter{}));
    }

    void testReportsWhetherDeliveryIsPossible() {
        put(makeLink("0", now()));
        CPPUNIT_ASSERT(!wouldDeliver(LinkId("lnk_0")));
        CPPUNIT_ASSERT(!wouldDeliver(LinkId("lnk_none")));
        const auto id = stage("1");
        for (int reads = 1; reads <= 3; ++reads) {
            CPPUNIT_ASSERT(wouldDeliver(id));
            (void)deliver(id, "acc_1");
        }
        CPPUNIT_ASSERT(!wouldDeliver(id));
        const auto other = stage("2");
        (void)deliver(other, "acc_2");
        erase(AccountId("acc_2"));
        CPPUNIT_ASSERT_MESSAGE("its account is gone", !wouldDeliver(other));
        const auto late = stage("3");
        advance(120s);
        CPPUNIT_ASSERT_MESSAGE("it has expired", !wouldDeliver(late));
    }

    void testDeletedAccountIsNotDeliveredAgain() {
        const auto id = stage("1");
        CPPUNIT_ASSERT(deliver(id, "acc_1").isFirst);
        erase(AccountId("acc_1"));
        CPPUNIT_ASSERT(deliver(id, "acc_1").outcome == DeliveryOutcome::alreadyDelivered);
        CPPUNIT_ASSERT(!stageOf(id));
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), counted(AccountFilter{}));
    }

    void testRelinkReplacesGrantAndKeepsId() {
        CPPUNIT_ASSERT(deliver(stage("1"), "acc_1").isFirst);
        auto dead = account("acc_1").value();
        (void)noteDead(dead, "revoked_or_expired", now());
        put(dead);
        advance(1h);
        const Delivery delivery = deliver(again("2"), "acc_2");
        CPPUNIT_ASSERT(delivery.isFirst);
        CPPUNIT_ASSERT(delivery.account.id == AccountId("acc_1"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, delivery.tokens.version);
        const auto renewed = account("acc_1").value();
        CPPUNIT_ASSERT(renewed.status == AccountStatus::active);
        CPPUNIT_ASSERT(renewed.reason.empty() && !renewed.since);
        CPPUNIT_ASSERT(renewed.linkedAt == now() && renewed.createdAt == dead.createdAt);
        CPPUNIT_ASSERT(renewed.grantedBy == LinkId("lnk_2"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, renewed.tokenVersion);
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-2"), refreshTokenOf("acc_1"));
        CPPUNIT_ASSERT(!account("acc_2"));
    }

    void testRelinkKeepsLabelAndTakesRequiredScopes() {
        CPPUNIT_ASSERT(deliver(stage("1"), "acc_1").isFirst);
        Link relink = makeLink("2", now());
        relink.label = "server";
        relink.relinkAccount = AccountId("acc_1");
        relink.requiredScopes = {"read:jira-work"};
        const auto delivery = deliver(stage(relink, makeGrant("2", now())), "acc_2");
        CPPUNIT_ASSERT(delivery.account.id == AccountId("acc_1"));
        CPPUNIT_ASSERT_EQUAL(std::string("laptop"), account("acc_1")->label);
        CPPUNIT_ASSERT(account("acc_1")->requiredScopes == relink.requiredScopes);
    }

    void testLinkForAccountThatIsGoneIsCancelled() {
        Link relink = makeLink("1", now());
        relink.relinkAccount = AccountId("acc_9");
        const auto id = stage(relink, makeGrant("1", now()));
        CPPUNIT_ASSERT(deliver(id, "acc_1").outcome == DeliveryOutcome::notReady);
        CPPUNIT_ASSERT(link(id)->reason == EndReason::cancelled);
        CPPUNIT_ASSERT(!account("acc_1"));
        CPPUNIT_ASSERT(stageState(id) == StageState::dropped);
    }

    void testOtherSubjectOrPersonIsAnotherAccount() {
        CPPUNIT_ASSERT(deliver(stage("1"), "acc_1").isFirst);
        const auto bobs = stage(makeLink("2", now(), "bob"), makeGrant("2", now()));
        CPPUNIT_ASSERT(deliver(bobs, "acc_2").account.id == AccountId("acc_2"));
        CPPUNIT_ASSERT(deliver(stage("3"), "acc_3").account.id == AccountId("acc_3"));
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-1"), refreshTokenOf("acc_1"));
    }

    void testUndecryptableStageEndsLink() {
        const auto id = stage("1");
        spoil(id);
        CPPUNIT_ASSERT(deliver(id, "acc_1").outcome == DeliveryOutcome::undecryptable);
        CPPUNIT_ASSERT(link(id)->status == LinkStatus::ended);
        CPPUNIT_ASSERT(link(id)->reason == EndReason::upstreamError);
        CPPUNIT_ASSERT(deliver(id, "acc_1").outcome == DeliveryOutcome::notReady);
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), counted(AccountFilter{}));
    }

    void testUndecryptableLaterReadKeepsAccount() {
        const auto id = stage("1");
        CPPUNIT_ASSERT(deliver(id, "acc_1").isFirst);
        spoil(id);
        CPPUNIT_ASSERT(deliver(id, "acc_1").outcome == DeliveryOutcome::undecryptable);
        CPPUNIT_ASSERT(link(id)->status == LinkStatus::delivered);
        CPPUNIT_ASSERT(deliver(id, "acc_1").outcome == DeliveryOutcome::alreadyDelivered);
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-1"), refreshTokenOf("acc_1"));
    }

    void testTakenAccountIdLeavesLinkStaged() {
        CPPUNIT_ASSERT(deliver(stage("1"), "acc_1").isFirst);
        const auto id = stage("2");
        CPPUNIT_ASSERT(refusalOf([&] { (void)deliver(id, "acc_1"); }).has_value());
        CPPUNIT_ASSERT(link(id)->status == LinkStatus::staged);
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-1"), refreshTokenOf("acc_1"));
        CPPUNIT_ASSERT(deliver(id, "acc_2").isFirst);
    }

    void testNewLinkRepairsDamagedAccount() {
        for (const char* table : {"accounts", "grants"}) {
            const std::string number = std::string("of-") + table;
            CPPUNIT_ASSERT(deliver(stage(number), "acc_" + number).isFirst);
            _backend->damage(table, "acc_" + number);
            Link renewing = makeLink(number + "-again", now());
            const auto delivery =
                deliver(stage(renewing, makeGrant("again", now(), "person-" + number)), "acc_other");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(table, "acc_" + number, delivery.account.id.value());
            CPPUNIT_ASSERT_EQUAL_MESSAGE(table, std::int64_t{2}, delivery.tokens.version);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(table, std::string("refresh-again"),
                                         refreshTokenOf("acc_" + number));
        }
    }

    void testWithdrawsStagedGrant() {
        const auto id = stage("1");
        const auto withdrawn = withdraw(id);
        CPPUNIT_ASSERT(withdrawn.has_value());
        CPPUNIT_ASSERT(!withdrawn->isGone && withdrawn->account.empty());
        CPPUNIT_ASSERT(withdrawn->stage == id);
        CPPUNIT_ASSERT(stageState(id) == StageState::dropped);
        CPPUNIT_ASSERT(link(id)->status == LinkStatus::ended);
        CPPUNIT_ASSERT(link(id)->reason == EndReason::undone);
        CPPUNIT_ASSERT_MESSAGE("once", !withdraw(id));
    }

    void testWithdrawsDeliveredAccount() {
        const auto id = stage("1");
        (void)deliver(id, "acc_1");
        const auto withdrawn = withdraw(id);
        CPPUNIT_ASSERT(withdrawn.has_value() && !withdrawn->isGone);
        CPPUNIT_ASSERT(withdrawn->account == AccountId("acc_1"));
        CPPUNIT_ASSERT(withdrawn->stage == id);
        CPPUNIT_ASSERT(!account("acc_1") && !grant("acc_1"));
        const auto dropped = stageOf(id).value();
        CPPUNIT_ASSERT(dropped.state == StageState::dropped);
        CPPUNIT_ASSERT(dropped.account == AccountId("acc_1"));
        const auto opened = openStage(sealer(), dropped);
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-1"), revealed(opened.refreshToken));
        CPPUNIT_ASSERT_EQUAL(std::string("person-1"), opened.identity.upstreamId);
        CPPUNIT_ASSERT(link(id)->reason == EndReason::undone);
    }

    void testNothingToWithdraw() {
        put(makeLink("1", now()));
        CPPUNIT_ASSERT(!withdraw(LinkId("lnk_1")));
        CPPUNIT_ASSERT(!withdraw(LinkId("lnk_none")));
        CPPUNIT_ASSERT(end(LinkId("lnk_1")));
        CPPUNIT_ASSERT(!withdraw(LinkId("lnk_1")));
        CPPUNIT_ASSERT(link(LinkId("lnk_1"))->reason == EndReason::cancelled);
    }

    void testRenewedAccountIsNotWithdrawn() {
        const auto id = stage("1");
        (void)deliver(id, "acc_1");
        (void)deliver(again("2"), "acc_2");
        CPPUNIT_ASSERT(!withdraw(id));
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-2"), refreshTokenOf("acc_1"));
        CPPUNIT_ASSERT(link(id)->status == LinkStatus::delivered);
        CPPUNIT_ASSERT_MESSAGE("the newer link can", withdraw(LinkId("lnk_2")).has_value());
        CPPUNIT_ASSERT(!account("acc_1"));
    }

    void testWithdrawsAfterAccountWasRemoved() {
        const auto id = stage("1");
        (void)deliver(id, "acc_1");
        erase(AccountId("acc_1"));
        const auto withdrawn = withdraw(id);
        CPPUNIT_ASSERT(withdrawn.has_value() && withdrawn->isGone);
        CPPUNIT_ASSERT(withdrawn->account.empty() && withdrawn->stage.empty());
        CPPUNIT_ASSERT(link(id)->status == LinkStatus::ended);
    }

    void testWithdrawalEndsPendingRelinksOnly() {
        const auto id = stage("1");
        (void)deliver(id, "acc_1");
        Link pending = makeLink("2", now());
        Link approved = makeLink("3", now());
        pending.relinkAccount = approved.relinkAccount = AccountId("acc_1");
        put(pending);
        (void)approveLink(place(), approved);
        CPPUNIT_ASSERT(withdraw(id).has_value());
        CPPUNIT_ASSERT(link(pending.id)->reason == EndReason::cancelled);
        CPPUNIT_ASSERT(link(approved.id)->status == LinkStatus::authorizing);
        CPPUNIT_ASSERT(link(approved.id)->relinkAccount.empty());
    }

private:
    // Stages one more link for the person of link 1.
    LinkId again(const std::string& number) {
        return stage(makeLink(number, now()), makeGrant(number, now(), "person-1"));
    }
    std::string refreshTokenOf(const std::string& id) {
        return revealed(tokensOf(place(), AccountId(id)).refreshToken);
    }
    bool wouldDeliver(const LinkId& id) {
        return read([&](const ReadView& view) { return mayBeDelivered(view, id, {}, now()); });
    }
    std::optional<WithdrawnGrant> withdraw(const LinkId& id) {
        return transact([&](Transaction& transaction) {
            return withdrawGrant(transaction, sealer(), id, EndReason::undone, now());
        });
    }
    void spoil(const LinkId& id) {
        auto odd = stageOf(id).value();
        odd.grant.blob.resize(60);
        put(odd);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DeliveryTest);
