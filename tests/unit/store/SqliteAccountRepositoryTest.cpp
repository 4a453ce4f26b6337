// SPDX-License-Identifier: Apache-2.0
#include "AccountRepositoryFixture.h"
#include "central_oauth/base/Error.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::store;

using namespace std::chrono_literals;

class SqliteAccountRepositoryTest : public AccountRepositoryFixture {
    CPPUNIT_TEST_SUITE(SqliteAccountRepositoryTest);
    CPPUNIT_TEST(testFindsForOwnerOnly);
    CPPUNIT_TEST(testFindsTheOneLinkedLast);
    CPPUNIT_TEST(testReplacesTokens);
    CPPUNIT_TEST(testLoserOfSwapChangesNothing);
    CPPUNIT_TEST(testKeepsRefreshTokenWhenNoneComes);
    CPPUNIT_TEST(testReplacedTokensSurviveRestart);
    CPPUNIT_TEST(testFreshPairRevivesDeadGrant);
    CPPUNIT_TEST(testMarksDeadOnlyPresentVersion);
    CPPUNIT_TEST(testMarksProblemOfPresentVersionOnly);
    CPPUNIT_TEST(testSameProblemKeepsItsTime);
    CPPUNIT_TEST(testFreshPairEndsTheProblem);
    CPPUNIT_TEST(testChangesForOwnerOnly);
    CPPUNIT_TEST(testRelinkKeepsTheLabel);
    CPPUNIT_TEST(testCountsPersonsAcrossClients);
    CPPUNIT_TEST(testMarksUseToTheMinute);
    CPPUNIT_TEST(testRemovesForOwnerOnly);
    CPPUNIT_TEST(testRemovalGivesWhatARevocationNeeds);
    CPPUNIT_TEST(testRemovalOfWhatCantBeOpened);
    CPPUNIT_TEST(testRemovalEndsLinksForTheAccount);
    CPPUNIT_TEST(testRemovalEndsItsDeliveries);
    CPPUNIT_TEST(testKeepsLongTokensWhole);
    CPPUNIT_TEST_SUITE_END();

public:
    void testFindsForOwnerOnly() {
        const AccountId id = linkAccount(*_fixture, "1");
        CPPUNIT_ASSERT(accounts().find(alpha, id).has_value());
        CPPUNIT_ASSERT(!accounts().find(ClientId("cli_beta"), id));
        CPPUNIT_ASSERT(!accounts().find(alpha, AccountId("acc_2")));
        CPPUNIT_ASSERT(!accounts().findTokens(AccountId("acc_2")));
    }

    void testFindsTheOneLinkedLast() {
        CPPUNIT_ASSERT(!accounts().findLatest(alpha, "jira", "ann"));
        linkAccount(*_fixture, "1");
        _fixture->clock.time += 1s;
        linkAccount(*_fixture, "2");
        linkAccount(*_fixture, "3", "bob");
        CPPUNIT_ASSERT_EQUAL(std::string("acc_2"), latest("jira", "ann"));
        CPPUNIT_ASSERT_EQUAL(std::string("acc_3"), latest("jira", "bob"));
        CPPUNIT_ASSERT(!accounts().findLatest(alpha, "other", "ann"));
        CPPUNIT_ASSERT(!accounts().findLatest(alpha, "jira", ""));
        CPPUNIT_ASSERT(!accounts().findLatest(ClientId("cli_beta"), "jira", "ann"));
        _fixture->clock.time += 1s;
        link("1-again", makeGrant("x", now(), "person-1"), "ann");
        CPPUNIT_ASSERT_EQUAL_MESSAGE("a re-link counts", std::string("acc_1"), latest("jira", "ann"));
    }

    void testReplacesTokens() {
        const AccountId id = linkAccount(*_fixture, "1");
        _fixture->clock.time += 1h;
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2},
                             accounts().replaceTokens(id, 1, makeTokens("2", now()), {"a"}, now()).value());
        const auto tokens = accounts().findTokens(id);
        CPPUNIT_ASSERT_EQUAL(std::string("access-2"), revealed(tokens->accessToken));
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-2"), revealed(tokens->refreshToken));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, tokens->version);
        CPPUNIT_ASSERT(tokens->accessExpiresAt == now() + 3600s);
        const auto account = accounts().find(alpha, id);
        CPPUNIT_ASSERT(account->scopes == std::vector<std::string>{"a"});
        CPPUNIT_ASSERT(account->lastRefreshAt == now());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, account->tokenVersion);
    }

    void testLoserOfSwapChangesNothing() {
        const AccountId id = linkAccount(*_fixture, "1");
        CPPUNIT_ASSERT(accounts().replaceTokens(id, 1, makeTokens("winner", now()), {}, now()).has_value());
        CPPUNIT_ASSERT(!accounts().replaceTokens(id, 1, makeTokens("loser", now()), {"x"}, now()));
        CPPUNIT_ASSERT(!accounts().replaceTokens(id, 3, makeTokens("loser", now()), {"x"}, now()));
        CPPUNIT_ASSERT(!accounts().replaceTokens(AccountId("acc_2"), 1, makeTokens("x", now()), {}, now()));
        CPPUNIT_ASSERT_EQUAL(std::string("access-winner"), revealed(accounts().findTokens(id)->accessToken));
        CPPUNIT_ASSERT(accounts().find(alpha, id)->scopes.empty());
    }

    void testKeepsRefreshTokenWhenNoneComes() {
        const AccountId id = linkAccount(*_fixture, "1");
        Tokens fresh = makeTokens("2", now());
        fresh.refreshToken = Secret();
        CPPUNIT_ASSERT(accounts().replaceTokens(id, 1, fresh, {}, now()).has_value());
        CPPUNIT_ASSERT_EQUAL(std::string("access-2"), revealed(accounts().findTokens(id)->accessToken));
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-1"), revealed(accounts().findTokens(id)->refreshToken));
    }

    void testReplacedTokensSurviveRestart() {
        const AccountId id = linkAccount(*_fixture, "1");
        CPPUNIT_ASSERT(accounts().replaceTokens(id, 1, makeTokens("2", now()), {}, now()).has_value());
        _fixture->reopen();
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-2"), revealed(accounts().findTokens(id)->refreshToken));
    }

    void testFreshPairRevivesDeadGrant() {
        const AccountId id = linkAccount(*_fixture, "1");
        CPPUNIT_ASSERT(accounts().markDead(id, 1, "suspended", now()));
        CPPUNIT_ASSERT(accounts().replaceTokens(id, 1, makeTokens("2", now()), {}, now()).has_value());
        const auto account = accounts().find(alpha, id);
        CPPUNIT_ASSERT(account->status == AccountStatus::active);
        CPPUNIT_ASSERT(account->reason.empty() && !account->since);
    }

    void testMarksDeadOnlyPresentVersion() {
        const AccountId id = linkAccount(*_fixture, "1");
        CPPUNIT_ASSERT(!accounts().markDead(id, 2, "revoked_or_expired", now()));
        CPPUNIT_ASSERT(!accounts().markDead(AccountId("acc_2"), 1, "revoked_or_expired", now()));
        CPPUNIT_ASSERT(accounts().find(alpha, id)->status == AccountStatus::active);
        CPPUNIT_ASSERT(accounts().markDead(id, 1, "revoked_or_expired", now()));
        CPPUNIT_ASSERT(accounts().markDead(id, 1, "revoked_or_expired", now() + 5s));
        const auto account = accounts().find(alpha, id);
        CPPUNIT_ASSERT(account->status == AccountStatus::needsReauth);
        CPPUNIT_ASSERT_EQUAL(std::string("revoked_or_expired"), account->reason);
        CPPUNIT_ASSERT(account->since == now());
        CPPUNIT_ASSERT(accounts().findTokens(id).has_value());
    }

    void testMarksProblemOfPresentVersionOnly() {
        const AccountId id = linkAccount(*_fixture, "1");
        accounts().markProblem(id, 2, "transient", now());
        CPPUNIT_ASSERT_EQUAL(std::string(), accounts().find(alpha, id)->problem);
        CPPUNIT_ASSERT_NO_THROW(accounts().markProblem(AccountId("acc_2"), 1, "transient", now()));
        accounts().markProblem(id, 1, "transient", now());
        const auto account = accounts().find(alpha, id);
        CPPUNIT_ASSERT_EQUAL(std::string("transient"), account->problem);
        CPPUNIT_ASSERT(account->problemSince == now());
        CPPUNIT_ASSERT(account->status == AccountStatus::active);
    }

    void testSameProblemKeepsItsTime() {
        const AccountId id = linkAccount(*_fixture, "1");
        accounts().markProblem(id, 1, "transient", now());
        accounts().markProblem(id, 1, "transient", now() + 5s);
        CPPUNIT_ASSERT(accounts().find(alpha, id)->problemSince == now());
        accounts().markProblem(id, 1, "protocol", now() + 9s);
        CPPUNIT_ASSERT(accounts().find(alpha, id)->problemSince == now() + 9s);
        accounts().markProblem(id, 1, "", now() + 9s);
        CPPUNIT_ASSERT_EQUAL(std::string(), accounts().find(alpha, id)->problem);
    }

    void testFreshPairEndsTheProblem() {
        const AccountId id = linkAccount(*_fixture, "1");
        accounts().markProblem(id, 1, "transient", now());
        CPPUNIT_ASSERT(accounts().replaceTokens(id, 1, makeTokens("2", now()), {}, now()).has_value());
        CPPUNIT_ASSERT_EQUAL(std::string(), accounts().find(alpha, id)->problem);
        CPPUNIT_ASSERT(!accounts().find(alpha, id)->problemSince);
    }

    void testChangesForOwnerOnly() {
        const AccountId id = linkAccount(*_fixture, "1");
        CPPUNIT_ASSERT(!accounts().change(ClientId("cli_beta"), id, {"site-2", "stolen"}));
        CPPUNIT_ASSERT(!accounts().change(alpha, AccountId("acc_2"), {"site-2", "x"}));
        CPPUNIT_ASSERT_EQUAL(std::string("laptop"), accounts().find(alpha, id)->label);
        const auto changed = accounts().change(alpha, id, {{}, "phone"});
        CPPUNIT_ASSERT_EQUAL(std::string("phone"), changed->label);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("what is not named stays", std::string("site-1"), changed->chosenSite);
        CPPUNIT_ASSERT_EQUAL(std::string(), accounts().change(alpha, id, {"", {}})->chosenSite);
        const auto stored = accounts().find(alpha, id);
        CPPUNIT_ASSERT(stored->label == "phone" && stored->chosenSite.empty());
    }

    void testRelinkKeepsTheLabel() {
        const AccountId id = linkAccount(*_fixture, "1");
        (void)accounts().change(alpha, id, {{}, "phone"});
        link("1-again", makeGrant("x", now(), "person-1"), "ann");
        CPPUNIT_ASSERT_EQUAL(std::string("phone"), accounts().find(alpha, id)->label);
    }

    void testCountsPersonsAcrossClients() {
        const AccountId id = linkAccount(*_fixture, "1");
        linkAccount(*_fixture, "2");
        addClient(*_fixture, "beta");
        Link created = makeLink("b", now());
        created.client = ClientId("cli_beta");
        created.provider = "confluence";
        const LinkId staged = stageLink(*_fixture, created, makeGrant("b", now(), "person-1"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("approved, not delivered yet", 1,
                                     accounts().countOfPerson({"confluence"}, "person-1"));
        CPPUNIT_ASSERT_EQUAL(0, accounts().countOfPerson({"confluence"}, "person-2"));
        (void)_fixture->store->links().deliver(staged, AccountId("acc_b"), {}, now());
        CPPUNIT_ASSERT_EQUAL(1, accounts().countOfPerson({"jira"}, "person-1"));
        CPPUNIT_ASSERT_EQUAL(2, accounts().countOfPerson({"jira", "confluence"}, "person-1"));
        CPPUNIT_ASSERT_EQUAL(0, accounts().countOfPerson({"gitlab"}, "person-1"));
        CPPUNIT_ASSERT_EQUAL(0, accounts().countOfPerson({}, "person-1"));
        CPPUNIT_ASSERT(accounts().remove(alpha, id, now()).has_value());
        CPPUNIT_ASSERT_EQUAL(1, accounts().countOfPerson({"jira", "confluence"}, "person-1"));
        const LinkId ended = stageLink(*_fixture, "c", makeGrant("c", now(), "person-1"));
        CPPUNIT_ASSERT_EQUAL(1, accounts().countOfPerson({"jira"}, "person-1"));
        CPPUNIT_ASSERT(_fixture->store->links().end(ended, EndReason::cancelled, now()));
        CPPUNIT_ASSERT_EQUAL(0, accounts().countOfPerson({"jira"}, "person-1"));
    }

    void testMarksUseToTheMinute() {
        const AccountId id = linkAccount(*_fixture, "1");
        CPPUNIT_ASSERT(!accounts().find(alpha, id)->lastUsedAt);
        const Timestamp first = now();
        accounts().markUsed(id, first);
        accounts().markUsed(id, first + 59s);
        CPPUNIT_ASSERT(accounts().find(alpha, id)->lastUsedAt == first);
        accounts().markUsed(id, first + 60s);
        CPPUNIT_ASSERT(accounts().find(alpha, id)->lastUsedAt == first + 60s);
        CPPUNIT_ASSERT_NO_THROW(accounts().markUsed(AccountId("acc_2"), first));
    }

    void testRemovesForOwnerOnly() {
        const AccountId id = linkAccount(*_fixture, "1");
        CPPUNIT_ASSERT(!accounts().remove(ClientId("cli_beta"), id, now()));
        const auto removed = accounts().remove(alpha, id, now());
        CPPUNIT_ASSERT(removed.has_value());
        CPPUNIT_ASSERT_EQUAL(std::string("Ann Example"), removed->account.identity.displayName);
        CPPUNIT_ASSERT(!accounts().find(alpha, id));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, _fixture->number("SELECT COUNT(*) FROM tokens"));
        CPPUNIT_ASSERT(!accounts().remove(alpha, id, now()));
    }

    void testRemovalGivesWhatARevocationNeeds() {
        const AccountId id = linkAccount(*_fixture, "1");
        CPPUNIT_ASSERT(accounts().replaceTokens(id, 1, makeTokens("2", now()), {}, now()).has_value());
        const auto removed = accounts().remove(alpha, id, now());
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-2"), revealed(removed->refreshToken));
    }

    void testRemovalOfWhatCantBeOpened() {
        const AccountId id = linkAccount(*_fixture, "1");
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), _fixture->tamper("UPDATE tokens SET refresh_token = x'00'"));
        const auto removed = accounts().remove(alpha, id, now());
        CPPUNIT_ASSERT(removed.has_value() && removed->refreshToken.empty());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, _fixture->number("SELECT COUNT(*) FROM tokens"));
    }

    void testRemovalEndsLinksForTheAccount() {
        const AccountId id = linkAccount(*_fixture, "1");
        Link again = makeLink("again", now());
        again.wantedAccount = id;
        Link other = makeLink("other", now());
        CPPUNIT_ASSERT(_fixture->store->links().create(again) && _fixture->store->links().create(other));
        CPPUNIT_ASSERT(accounts().remove(alpha, id, now()).has_value());
        const auto ended = _fixture->store->links().find(again.id);
        CPPUNIT_ASSERT(ended->status == LinkStatus::ended && ended->reason == EndReason::cancelled);
        CPPUNIT_ASSERT(_fixture->store->links().find(other.id)->status == LinkStatus::pending);
    }

    void testRemovalEndsItsDeliveries() {
        const LinkId linked = stageLink(*_fixture, "1", makeGrant("1", now()));
        const auto first = _fixture->store->links().deliver(linked, AccountId("acc_1"), {}, now());
        CPPUNIT_ASSERT(first.outcome == DeliveryOutcome::delivered);
        CPPUNIT_ASSERT(accounts().remove(alpha, AccountId("acc_1"), now()).has_value());
        CPPUNIT_ASSERT(_fixture->store->links().deliver(linked, AccountId("acc_x"), {}, now()).outcome ==
                       DeliveryOutcome::alreadyDelivered);
    }

    void testKeepsLongTokensWhole() {
        const AccountId id = linkAccount(*_fixture, "1");
        Tokens fresh = makeTokens(std::string(16 * 1024, 'x'), now());
        CPPUNIT_ASSERT(accounts().replaceTokens(id, 1, fresh, {}, now()).has_value());
        CPPUNIT_ASSERT(accounts().findTokens(id)->accessToken.reveal() == fresh.accessToken.reveal());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SqliteAccountRepositoryTest);
