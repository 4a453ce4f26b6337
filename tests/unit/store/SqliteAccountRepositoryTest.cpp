// SPDX-License-Identifier: Apache-2.0
#include "StoreFixture.h"
#include "central_oauth/base/Error.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::store;

using namespace std::chrono_literals;

class SqliteAccountRepositoryTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SqliteAccountRepositoryTest);
    CPPUNIT_TEST(testFindsForOwnerOnly);
    CPPUNIT_TEST(testListsOldestFirst);
    CPPUNIT_TEST(testCursorIsStableUnderInserts);
    CPPUNIT_TEST(testFiltersByProviderAndSubject);
    CPPUNIT_TEST(testRefusesForeignCursor);
    CPPUNIT_TEST(testReplacesTokens);
    CPPUNIT_TEST(testLoserOfSwapChangesNothing);
    CPPUNIT_TEST(testKeepsRefreshTokenWhenNoneComes);
    CPPUNIT_TEST(testReplacedTokensSurviveRestart);
    CPPUNIT_TEST(testFreshPairRevivesDeadGrant);
    CPPUNIT_TEST(testMarksDeadOnlyPresentVersion);
    CPPUNIT_TEST(testMarksUseToTheMinute);
    CPPUNIT_TEST(testRemovesForOwnerOnly);
    CPPUNIT_TEST(testKeepsLongTokensWhole);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _fixture = std::make_unique<StoreFixture>();
        addClient(*_fixture, "alpha");
    }
    void tearDown() override { _fixture.reset(); }

    void testFindsForOwnerOnly() {
        const AccountId id = linkAccount(*_fixture, "1");
        CPPUNIT_ASSERT(accounts().find(alpha, id).has_value());
        CPPUNIT_ASSERT(!accounts().find(ClientId("cli_beta"), id));
        CPPUNIT_ASSERT(!accounts().find(alpha, AccountId("acc_2")));
        CPPUNIT_ASSERT(!accounts().findTokens(AccountId("acc_2")));
    }

    void testListsOldestFirst() {
        for (const char* number : {"3", "1", "2"}) {
            linkAccount(*_fixture, number);
            _fixture->clock.time += 1s;
        }
        CPPUNIT_ASSERT_EQUAL(std::string("3 1 2"), ids(accounts().list(alpha, {}, 10, "")));
        CPPUNIT_ASSERT(!accounts().list(alpha, {}, 3, "").nextCursor);
        CPPUNIT_ASSERT_EQUAL(std::string(), ids(accounts().list(ClientId("cli_beta"), {}, 10, "")));
    }

    void testCursorIsStableUnderInserts() {
        for (const char* number : {"b", "d", "f"})
            linkAccount(*_fixture, number);
        const AccountPage first = accounts().list(alpha, {}, 2, "");
        CPPUNIT_ASSERT_EQUAL(std::string("b d"), ids(first));
        CPPUNIT_ASSERT(first.nextCursor.has_value());
        linkAccount(*_fixture, "a"); // of the same second, before what was read
        _fixture->clock.time += 1s;
        linkAccount(*_fixture, "0");
        // A re-link moves nothing.
        CPPUNIT_ASSERT(_fixture->store->links()
                           .deliver(stageLink(*_fixture, "b-again", makeGrant("x", now(), "person-b")),
                                    AccountId("acc_unused"), {}, now())
                           .first);
        CPPUNIT_ASSERT(accounts().remove(alpha, AccountId("acc_d")).has_value());
        const AccountPage second = accounts().list(alpha, {}, 2, *first.nextCursor);
        CPPUNIT_ASSERT_EQUAL(std::string("f 0"), ids(second));
        CPPUNIT_ASSERT(!second.nextCursor);
    }

    void testFiltersByProviderAndSubject() {
        linkAccount(*_fixture, "1", "ann");
        linkAccount(*_fixture, "2", "bob");
        linkAccount(*_fixture, "3", "");
        CPPUNIT_ASSERT_EQUAL(std::string("1 2 3"), ids(accounts().list(alpha, {"jira", {}}, 10, "")));
        CPPUNIT_ASSERT_EQUAL(std::string(), ids(accounts().list(alpha, {"other", {}}, 10, "")));
        CPPUNIT_ASSERT_EQUAL(std::string("2"), ids(accounts().list(alpha, {"", "bob"}, 10, "")));
        CPPUNIT_ASSERT_EQUAL(std::string("3"), ids(accounts().list(alpha, {"jira", ""}, 10, "")));
    }

    void testRefusesForeignCursor() {
        for (const char* cursor : {"x", "!!", "MTIz", "OmFjYw", "MTIzOg"}) {
            try {
                static_cast<void>(accounts().list(alpha, {}, 10, cursor));
                CPPUNIT_FAIL(cursor);
            } catch (const base::Error& error) {
                CPPUNIT_ASSERT(error.code() == base::ErrorCode::invalidRequest);
            }
        }
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
        CPPUNIT_ASSERT(!accounts().remove(ClientId("cli_beta"), id));
        const auto removed = accounts().remove(alpha, id);
        CPPUNIT_ASSERT(removed.has_value());
        CPPUNIT_ASSERT_EQUAL(std::string("Ann Example"), removed->identity.displayName);
        CPPUNIT_ASSERT(!accounts().find(alpha, id));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, _fixture->number("SELECT COUNT(*) FROM tokens"));
        CPPUNIT_ASSERT(!accounts().remove(alpha, id));
    }

    void testKeepsLongTokensWhole() {
        const AccountId id = linkAccount(*_fixture, "1");
        Tokens fresh = makeTokens(std::string(16 * 1024, 'x'), now());
        CPPUNIT_ASSERT(accounts().replaceTokens(id, 1, fresh, {}, now()).has_value());
        CPPUNIT_ASSERT(accounts().findTokens(id)->accessToken.reveal() == fresh.accessToken.reveal());
    }

private:
    AccountRepository& accounts() { return _fixture->store->accounts(); }
    [[nodiscard]] Timestamp now() const { return _fixture->clock.time; }

    static std::string ids(const AccountPage& page) {
        std::string all;
        for (const Account& account : page.items)
            all += (all.empty() ? "" : " ") + account.id.value().substr(4);
        return all;
    }

    const ClientId alpha{"cli_alpha"};
    std::unique_ptr<StoreFixture> _fixture; ///< of one test: CppUnit makes all test objects at once
};

CPPUNIT_TEST_SUITE_REGISTRATION(SqliteAccountRepositoryTest);
