// SPDX-License-Identifier: Apache-2.0
// The removal of accounts and clients with all that they hold.
#include "StoreContract.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::domain;
using namespace central_oauth::memory;
using namespace std::chrono_literals;

class RemovalTest : public contract::StoreContract {
    CPPUNIT_TEST_SUITE(RemovalTest);
    CPPUNIT_TEST(testRemovesWithoutRevocation);
    CPPUNIT_TEST(testKeepsTheGrantForItsRevocation);
    CPPUNIT_TEST(testKeepsRevocationAlways);
    CPPUNIT_TEST(testRemovesAccountWithUndecryptableGrant);
    CPPUNIT_TEST(testRemovesADamagedAccount);
    CPPUNIT_TEST(testEndsLinksForTheAccount);
    CPPUNIT_TEST(testEndsDeliveriesOfTheAccount);
    CPPUNIT_TEST(testStageOfAGrantWithoutLinkHasTheAccountId);
    CPPUNIT_TEST(testRemovedClientLeavesItsGrants);
    CPPUNIT_TEST(testCountsWhatAClientHolds);
    CPPUNIT_TEST(testCountsPersonsAcrossClients);
    CPPUNIT_TEST_SUITE_END();

public:
    void testRemovesWithoutRevocation() {
        (void)linkAccount("1");
        put(makeGrantToken("t1", AccountId("acc_1"), now()));
        CPPUNIT_ASSERT(remove("acc_1", Revocation::none).empty());
        CPPUNIT_ASSERT(!account("acc_1") && !grant("acc_1") && !grantToken("t1"));
        CPPUNIT_ASSERT(!stageOf(LinkId("lnk_1")));
    }

    void testKeepsTheGrantForItsRevocation() {
        (void)linkAccount("1");
        CPPUNIT_ASSERT(remove("acc_1", Revocation::asConfigured) == LinkId("lnk_1"));
        const auto dropped = stageOf(LinkId("lnk_1")).value();
        CPPUNIT_ASSERT(dropped.state == StageState::dropped);
        CPPUNIT_ASSERT(dropped.client == ClientId("cli_alpha") && dropped.account == AccountId("acc_1"));
        CPPUNIT_ASSERT(dropped.revocation == Revocation::asConfigured);
        CPPUNIT_ASSERT_EQUAL(std::string("alpha"), dropped.clientName);
        const auto opened = openStage(sealer(), dropped);
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-1"), revealed(opened.refreshToken));
        CPPUNIT_ASSERT_EQUAL(std::string("person-1"), opened.identity.upstreamId);
        CPPUNIT_ASSERT_MESSAGE("the access token is not needed", opened.accessToken.empty());
    }

    void testKeepsRevocationAlways() {
        (void)linkAccount("1");
        CPPUNIT_ASSERT(remove("acc_1", Revocation::always) == LinkId("lnk_1"));
        CPPUNIT_ASSERT(stageOf(LinkId("lnk_1"))->revocation == Revocation::always);
    }

    void testRemovesAccountWithUndecryptableGrant() {
        (void)linkAccount("1");
        auto odd = grant("acc_1").value();
        odd.refreshToken.blob = "odd";
        put(odd);
        CPPUNIT_ASSERT(remove("acc_1", Revocation::always).empty());
        CPPUNIT_ASSERT(!account("acc_1") && !grant("acc_1"));
    }

    void testRemovesADamagedAccount() {
        (void)linkAccount("1");
        (void)linkAccount("2");
        _backend->damage("accounts", "acc_1");
        CPPUNIT_ASSERT_MESSAGE("its grant is undamaged",
                               remove("acc_1", Revocation::always) == LinkId("lnk_1"));
        _backend->damage("grants", "acc_2");
        CPPUNIT_ASSERT(remove("acc_2", Revocation::always).empty());
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), counted(AccountFilter{}));
    }

    void testEndsLinksForTheAccount() {
        (void)linkAccount("1");
        Link relink = makeLink("again", now());
        relink.relinkAccount = AccountId("acc_1");
        const Link other = makeLink("other", now());
        put(other);
        (void)stage(relink, makeGrant("again", now()));
        (void)remove("acc_1", Revocation::none);
        CPPUNIT_ASSERT(link(relink.id)->reason == EndReason::cancelled);
        CPPUNIT_ASSERT(stageState(relink.id) == StageState::dropped);
        CPPUNIT_ASSERT(link(other.id)->status == LinkStatus::pending);
    }

    void testEndsDeliveriesOfTheAccount() {
        (void)linkAccount("1");
        CPPUNIT_ASSERT(stageState(LinkId("lnk_1")) == StageState::delivered);
        (void)remove("acc_1", Revocation::none);
        CPPUNIT_ASSERT(deliver(LinkId("lnk_1"), "acc_x").outcome == DeliveryOutcome::alreadyDelivered);
        CPPUNIT_ASSERT(!account("acc_x"));
    }

    void testStageOfAGrantWithoutLinkHasTheAccountId() {
        (void)linkAccount("1");
        auto orphan = account("acc_1").value();
        orphan.grantedBy = {};
        put(orphan);
        CPPUNIT_ASSERT(remove("acc_1", Revocation::always) == LinkId("acc_1"));
        CPPUNIT_ASSERT(stageState(LinkId("acc_1")) == StageState::dropped);
    }

    void testRemovedClientLeavesItsGrants() {
        addClient("beta");
        Link theirs = makeLink("b", now());
        theirs.client = ClientId("cli_beta");
        (void)stage(theirs, makeGrant("b", now()));
        (void)stage("1");
        (void)linkAccount("2");
        (void)stage("3");
        CPPUNIT_ASSERT(end(LinkId("lnk_3")));
        transact([&](Transaction& transaction) {
            removeClient(transaction, transaction.find(ClientId("cli_alpha")).value());
        });
        CPPUNIT_ASSERT(!client("cli_alpha") && !account("acc_2") && !link(LinkId("lnk_1")));
        CPPUNIT_ASSERT(stageState(LinkId("lnk_1")) == StageState::dropped);
        CPPUNIT_ASSERT_EQUAL(std::string("alpha"), stageOf(LinkId("lnk_1"))->clientName);
        CPPUNIT_ASSERT_MESSAGE("a payload is no grant", !stageOf(LinkId("lnk_2")));
        CPPUNIT_ASSERT(stageState(LinkId("lnk_3")) == StageState::dropped);
        CPPUNIT_ASSERT(stageState(theirs.id) == StageState::waiting);
    }

    void testCountsWhatAClientHolds() {
        addClient("beta");
        put(makeKey(makeClient("alpha", now()), "k2"));
        (void)linkAccount("1");
        Link bobs = makeLink("2", now(), "bob");
        (void)deliver(stage(bobs, makeGrant("2", now(), "person-1")), "acc_2");
        (void)linkAccount("3");
        put(makeGrantToken("t1", AccountId("acc_1"), now()), makeGrantToken("t2", AccountId("acc_3"), now()));
        (void)stage("4");
        const auto held = holdings("cli_alpha");
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), held.accounts);
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), held.people);
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), held.keys);
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), held.grantTokens);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), held.openLinks);
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), holdings("cli_beta").accounts);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), holdings("cli_beta").keys);
        advance(1h);
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), holdings("cli_alpha").openLinks);
    }

    void testCountsPersonsAcrossClients() {
        (void)linkAccount("1");
        (void)linkAccount("2");
        addClient("beta");
        Link theirs = makeLink("b", now());
        theirs.client = ClientId("cli_beta");
        theirs.provider = "confluence";
        const auto staged = stage(theirs, makeGrant("b", now(), "person-1"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("approved, not delivered yet", std::size_t(1),
                                     ofPerson({"confluence"}, "person-1"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), ofPerson({"confluence"}, "person-2"));
        (void)deliver(staged, "acc_b");
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), ofPerson({"jira"}, "person-1"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), ofPerson({"jira", "confluence"}, "person-1"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), ofPerson({"gitlab"}, "person-1"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), ofPerson({}, "person-1"));
        (void)remove("acc_1", Revocation::always);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), ofPerson({"jira", "confluence"}, "person-1"));
        const auto open = stage(makeLink("c", now()), makeGrant("c", now(), "person-1"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), ofPerson({"jira"}, "person-1"));
        CPPUNIT_ASSERT(end(open));
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), ofPerson({"jira"}, "person-1"));
    }

private:
    // Removes an account as a service does: by its identity, so that damaged accounts are found, too. Returns
    // the key of the dropped stage.
    LinkId remove(const std::string& id, Revocation revocation) {
        return transact([&](Transaction& transaction) {
            const auto identity = transaction.identityOf(AccountId(id)).value();
            return removeAccount(transaction, sealer(), identity, now(), revocation);
        });
    }
    ClientHoldings holdings(const std::string& id) {
        return read([&](const ReadView& view) { return holdingsOf(view, ClientId(id), now()); });
    }
    std::size_t ofPerson(const std::vector<std::string>& providers, const std::string& person) {
        return read([&](const ReadView& view) { return countOfPerson(view, sealer(), providers, person); });
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RemovalTest);
