// SPDX-License-Identifier: Apache-2.0
#include "StoreFixture.h"
#include "central_oauth/base/Error.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::store;

using namespace std::chrono_literals;

class SqliteLinkDeliveryTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SqliteLinkDeliveryTest);
    CPPUNIT_TEST(testFirstDeliveryMakesAccount);
    CPPUNIT_TEST(testPayloadIsReadThreeTimes);
    CPPUNIT_TEST(testPayloadIsGoneAfterWindow);
    CPPUNIT_TEST(testLaterReadSurvivesRestart);
    CPPUNIT_TEST(testLaterReadGivesFirstPayloadAfterRefresh);
    CPPUNIT_TEST(testSingleReadRuleErasesAtOnce);
    CPPUNIT_TEST(testDeliveredStageHoldsNoRefreshToken);
    CPPUNIT_TEST(testNothingToDeliverBeforeStagingAndAfterExpiry);
    CPPUNIT_TEST(testDeletedAccountIsNotDeliveredAgain);
    CPPUNIT_TEST(testRelinkReplacesGrantAndKeepsId);
    CPPUNIT_TEST(testRelinkKeepsLabelAndTakesRequiredScopes);
    CPPUNIT_TEST(testLinkForAccountThatIsGoneIsCancelled);
    CPPUNIT_TEST(testRemovedAccountEndsItsRelink);
    CPPUNIT_TEST(testOtherSubjectOrPersonIsAnotherAccount);
    CPPUNIT_TEST(testUndecryptableStageEndsLink);
    CPPUNIT_TEST(testUndecryptableLaterReadKeepsAccount);
    CPPUNIT_TEST(testTakenAccountIdLeavesLinkStaged);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _fixture = std::make_unique<StoreFixture>();
        addClient(*_fixture, "alpha");
    }
    void tearDown() override { _fixture.reset(); }

    void testFirstDeliveryMakesAccount() {
        const LinkId id = stageLink(*_fixture, "1", makeGrant("1", now()));
        const Delivery delivery = deliver(id, "acc_1");
        CPPUNIT_ASSERT(delivery.outcome == DeliveryOutcome::delivered);
        CPPUNIT_ASSERT(delivery.first);
        CPPUNIT_ASSERT_EQUAL(std::string("access-1"), revealed(delivery.tokens.accessToken));
        CPPUNIT_ASSERT(delivery.tokens.refreshToken.empty());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, delivery.tokens.version);
        CPPUNIT_ASSERT(delivery.tokens.accessExpiresAt == now() + 3600s);
        const auto account = accounts().find(ClientId("cli_alpha"), AccountId("acc_1"));
        CPPUNIT_ASSERT(account.has_value());
        CPPUNIT_ASSERT_EQUAL(std::string("ann"), account->subject);
        CPPUNIT_ASSERT_EQUAL(std::string("person-1"), account->identity.upstreamId);
        CPPUNIT_ASSERT_EQUAL(std::string("site-1"), account->chosenSite);
        CPPUNIT_ASSERT_EQUAL(std::string("jira"), account->sites.at(0).products.at(0));
        CPPUNIT_ASSERT(account->status == AccountStatus::active);
        CPPUNIT_ASSERT(account->linkedAt == now());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, account->tokenVersion);
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-1"),
                             revealed(accounts().findTokens(account->id)->refreshToken));
        CPPUNIT_ASSERT(links().find(id)->status == LinkStatus::delivered);
        CPPUNIT_ASSERT(links().find(id)->account == AccountId("acc_1"));
    }

    void testPayloadIsReadThreeTimes() {
        const LinkId id = stageLink(*_fixture, "1", makeGrant("1", now()));
        CPPUNIT_ASSERT(deliver(id, "acc_1").first);
        for (int read = 2; read <= 3; ++read) {
            const Delivery delivery = deliver(id, "acc_other");
            CPPUNIT_ASSERT(delivery.outcome == DeliveryOutcome::delivered);
            CPPUNIT_ASSERT(!delivery.first);
            CPPUNIT_ASSERT(delivery.account.id == AccountId("acc_1"));
            CPPUNIT_ASSERT_EQUAL(std::string("access-1"), revealed(delivery.tokens.accessToken));
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, stages());
        CPPUNIT_ASSERT(deliver(id, "acc_1").outcome == DeliveryOutcome::alreadyDelivered);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, _fixture->number("SELECT COUNT(*) FROM accounts"));
    }

    void testPayloadIsGoneAfterWindow() {
        const LinkId id = stageLink(*_fixture, "1", makeGrant("1", now()));
        CPPUNIT_ASSERT(deliver(id, "acc_1").first);
        _fixture->clock.time += 60s;
        CPPUNIT_ASSERT(deliver(id, "acc_1").outcome == DeliveryOutcome::delivered);
        _fixture->clock.time += 1s;
        CPPUNIT_ASSERT(deliver(id, "acc_1").outcome == DeliveryOutcome::alreadyDelivered);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, stages());
    }

    void testLaterReadSurvivesRestart() {
        const LinkId id = stageLink(*_fixture, "1", makeGrant("1", now()));
        _fixture->reopen();
        CPPUNIT_ASSERT(deliver(id, "acc_1").first);
        _fixture->reopen();
        const Delivery delivery = deliver(id, "acc_1");
        CPPUNIT_ASSERT(delivery.outcome == DeliveryOutcome::delivered);
        CPPUNIT_ASSERT_EQUAL(std::string("access-1"), revealed(delivery.tokens.accessToken));
    }

    void testLaterReadGivesFirstPayloadAfterRefresh() {
        const LinkId id = stageLink(*_fixture, "1", makeGrant("1", now()));
        CPPUNIT_ASSERT(deliver(id, "acc_1").first);
        CPPUNIT_ASSERT(accounts()
                           .replaceTokens(AccountId("acc_1"), 1, makeTokens("2", now()), {"fewer"}, now())
                           .has_value());
        const Delivery delivery = deliver(id, "acc_1");
        CPPUNIT_ASSERT_EQUAL(std::string("access-1"), revealed(delivery.tokens.accessToken));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, delivery.tokens.version);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, delivery.account.tokenVersion);
        CPPUNIT_ASSERT(delivery.account.scopes == makeGrant("1", now()).scopes);
        CPPUNIT_ASSERT_EQUAL(std::string("site-1"), delivery.account.chosenSite);
    }

    void testSingleReadRuleErasesAtOnce() {
        const LinkId id = stageLink(*_fixture, "1", makeGrant("1", now()));
        CPPUNIT_ASSERT(links().deliver(id, AccountId("acc_1"), {1, 60s}, now()).first);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, stages());
    }

    void testDeliveredStageHoldsNoRefreshToken() {
        const LinkId id = stageLink(*_fixture, "1", makeGrant("1", now()));
        const auto length = [this] { return _fixture->number("SELECT LENGTH(staged_grant) FROM links"); };
        const std::int64_t staged = length();
        CPPUNIT_ASSERT(deliver(id, "acc_1").first);
        // "9:refresh-1" has become "0:".
        CPPUNIT_ASSERT_EQUAL(staged - 9, length());
    }

    void testNothingToDeliverBeforeStagingAndAfterExpiry() {
        CPPUNIT_ASSERT(links().create(makeLink("1", now())));
        CPPUNIT_ASSERT(deliver(LinkId("lnk_1"), "acc_1").outcome == DeliveryOutcome::notReady);
        CPPUNIT_ASSERT(deliver(LinkId("lnk_none"), "acc_1").outcome == DeliveryOutcome::notReady);
        const LinkId id = stageLink(*_fixture, "2", makeGrant("2", now()));
        _fixture->clock.time += 120s;
        CPPUNIT_ASSERT(deliver(id, "acc_1").outcome == DeliveryOutcome::notReady);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, _fixture->number("SELECT COUNT(*) FROM accounts"));
    }

    void testDeletedAccountIsNotDeliveredAgain() {
        const LinkId id = stageLink(*_fixture, "1", makeGrant("1", now()));
        CPPUNIT_ASSERT(deliver(id, "acc_1").first);
        CPPUNIT_ASSERT(accounts().remove(ClientId("cli_alpha"), AccountId("acc_1"), now()).has_value());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, stages());
        CPPUNIT_ASSERT(deliver(id, "acc_1").outcome == DeliveryOutcome::alreadyDelivered);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, _fixture->number("SELECT COUNT(*) FROM accounts"));
    }

    void testRelinkReplacesGrantAndKeepsId() {
        CPPUNIT_ASSERT(deliver(stageLink(*_fixture, "1", makeGrant("1", now())), "acc_1").first);
        CPPUNIT_ASSERT(accounts().markDead(AccountId("acc_1"), 1, "revoked_or_expired", now()));
        _fixture->clock.time += 1h;
        const Delivery delivery = deliver(stageLink(*_fixture, "2", makeGrant("2", now())), "acc_2");
        CPPUNIT_ASSERT(delivery.first);
        CPPUNIT_ASSERT(delivery.account.id == AccountId("acc_1"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, delivery.tokens.version);
        const auto account = accounts().find(ClientId("cli_alpha"), AccountId("acc_1"));
        CPPUNIT_ASSERT(account->status == AccountStatus::active);
        CPPUNIT_ASSERT(account->reason.empty() && !account->since);
        CPPUNIT_ASSERT(account->linkedAt == now());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, account->tokenVersion);
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-2"),
                             revealed(accounts().findTokens(account->id)->refreshToken));
        CPPUNIT_ASSERT(!accounts().find(ClientId("cli_alpha"), AccountId("acc_2")));
        CPPUNIT_ASSERT(
            !accounts().replaceTokens(AccountId("acc_1"), 1, makeTokens("late", now()), {}, now()));
    }

    void testRelinkKeepsLabelAndTakesRequiredScopes() {
        CPPUNIT_ASSERT(deliver(stageLink(*_fixture, "1", makeGrant("1", now())), "acc_1").first);
        CPPUNIT_ASSERT_EQUAL(std::string("laptop"),
                             accounts().find(ClientId("cli_alpha"), AccountId("acc_1"))->label);
        Link again = makeLink("2", now());
        again.label = "server";
        again.wantedAccount = AccountId("acc_1");
        again.requiredScopes = {"read:jira-work"};
        const auto delivery = deliver(stageLink(*_fixture, again, makeGrant("2", now())), "acc_2");
        CPPUNIT_ASSERT(delivery.account.id == AccountId("acc_1"));
        const auto account = accounts().find(ClientId("cli_alpha"), AccountId("acc_1")).value();
        CPPUNIT_ASSERT_EQUAL(std::string("laptop"), account.label);
        CPPUNIT_ASSERT(account.requiredScopes == again.requiredScopes);
    }

    void testLinkForAccountThatIsGoneIsCancelled() {
        Link wanted = makeLink("1", now());
        wanted.wantedAccount = AccountId("acc_9");
        const LinkId id = stageLink(*_fixture, wanted, makeGrant("1", now()));
        CPPUNIT_ASSERT(deliver(id, "acc_1").outcome == DeliveryOutcome::notReady);
        CPPUNIT_ASSERT(links().find(id)->reason == EndReason::cancelled);
        CPPUNIT_ASSERT(!accounts().find(ClientId("cli_alpha"), AccountId("acc_1")));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0},
                             _fixture->number("SELECT COUNT(*) FROM links WHERE staged_grant IS NOT NULL"));
    }

    void testRemovedAccountEndsItsRelink() {
        CPPUNIT_ASSERT(deliver(stageLink(*_fixture, "1", makeGrant("1", now())), "acc_1").first);
        Link again = makeLink("2", now());
        again.wantedAccount = AccountId("acc_1");
        CPPUNIT_ASSERT(links().create(again));
        const auto removed = accounts().remove(ClientId("cli_alpha"), AccountId("acc_1"), now());
        CPPUNIT_ASSERT(removed.has_value());
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-1"), revealed(removed->refreshToken));
        CPPUNIT_ASSERT(links().find(again.id)->reason == EndReason::cancelled);
    }

    void testOtherSubjectOrPersonIsAnotherAccount() {
        CPPUNIT_ASSERT(deliver(stageLink(*_fixture, "1", makeGrant("1", now())), "acc_1").first);
        CPPUNIT_ASSERT(deliver(stageLink(*_fixture, "2", makeGrant("2", now()), "bob"), "acc_2").account.id ==
                       AccountId("acc_2"));
        CPPUNIT_ASSERT(
            deliver(stageLink(*_fixture, "3", makeGrant("3", now(), "person-2")), "acc_3").account.id ==
            AccountId("acc_3"));
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-1"),
                             revealed(accounts().findTokens(AccountId("acc_1"))->refreshToken));
    }

    void testUndecryptableStageEndsLink() {
        const LinkId id = stageLink(*_fixture, "1", makeGrant("1", now()));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, _fixture->tamper("UPDATE links SET client_id = client_id,"
                                                              " staged_grant = substr(staged_grant, 1, 60)"));
        CPPUNIT_ASSERT(!links().findStagedDescription(id));
        CPPUNIT_ASSERT(deliver(id, "acc_1").outcome == DeliveryOutcome::undecryptable);
        CPPUNIT_ASSERT(links().find(id)->status == LinkStatus::ended);
        CPPUNIT_ASSERT(links().find(id)->reason == EndReason::upstreamError);
        CPPUNIT_ASSERT(deliver(id, "acc_1").outcome == DeliveryOutcome::notReady);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, _fixture->number("SELECT COUNT(*) FROM accounts"));
    }

    void testUndecryptableLaterReadKeepsAccount() {
        const LinkId id = stageLink(*_fixture, "1", makeGrant("1", now()));
        CPPUNIT_ASSERT(deliver(id, "acc_1").first);
        _fixture->tamper("UPDATE links SET staged_grant = x'01'");
        CPPUNIT_ASSERT(deliver(id, "acc_1").outcome == DeliveryOutcome::undecryptable);
        CPPUNIT_ASSERT(links().find(id)->status == LinkStatus::delivered);
        CPPUNIT_ASSERT(deliver(id, "acc_1").outcome == DeliveryOutcome::alreadyDelivered);
        CPPUNIT_ASSERT(accounts().findTokens(AccountId("acc_1")).has_value());
    }

    void testTakenAccountIdLeavesLinkStaged() {
        CPPUNIT_ASSERT(deliver(stageLink(*_fixture, "1", makeGrant("1", now())), "acc_1").first);
        const LinkId id = stageLink(*_fixture, "2", makeGrant("2", now(), "person-2"));
        CPPUNIT_ASSERT_THROW(deliver(id, "acc_1"), base::Error);
        CPPUNIT_ASSERT(links().find(id)->status == LinkStatus::staged);
        CPPUNIT_ASSERT(deliver(id, "acc_2").first);
    }

private:
    LinkRepository& links() { return _fixture->store->links(); }
    AccountRepository& accounts() { return _fixture->store->accounts(); }
    [[nodiscard]] Timestamp now() const { return _fixture->clock.time; }
    Delivery deliver(const LinkId& id, const std::string& newId) {
        return links().deliver(id, AccountId(newId), {3, 60s}, now());
    }
    [[nodiscard]] std::int64_t stages() const {
        return _fixture->number(
            "SELECT COUNT(*) FROM links WHERE staged_grant IS NOT NULL OR key_id IS NOT NULL");
    }

    std::unique_ptr<StoreFixture> _fixture; ///< of one test: CppUnit makes all test objects at once
};

CPPUNIT_TEST_SUITE_REGISTRATION(SqliteLinkDeliveryTest);
