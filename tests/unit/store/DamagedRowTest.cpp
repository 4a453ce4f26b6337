// SPDX-License-Identifier: Apache-2.0
// Each column of each table in turn holds what does not belong there: only that row is missing from its
// lists.
#include "DamagedRowError.h"
#include "StoreFixture.h"

#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>
#include <functional>
#include <optional>

using namespace central_oauth;
using namespace central_oauth::store;

namespace {

// A row that may be damaged while the others of its table stay whole.
struct Victim {
    std::string table;
    std::string idColumn;
    std::string id;
    std::function<bool(SqliteStore&)> isListed;
};

template <class Item, class IdOf>
bool holds(const std::vector<Item>& items, const std::string& id, const IdOf& idOf) {
    return std::any_of(items.begin(), items.end(), [&](const Item& item) { return idOf(item) == id; });
}

const ClientId owner("cli_alpha");
const AccountId whole("acc_whole");
const std::vector<std::string> values{"NULL",  "'odd'",   "''", "x'00ff'", "-1", "9223372036854775807",
                                      "'[{]'", "'[1,{}]'"};

bool isListedAccount(SqliteStore& store, const std::string& id) {
    std::string cursor;
    bool found = false;
    do {
        const auto page = store.accounts().list(owner, {}, 1, cursor);
        for (const auto& account : page.items)
            found = found || account.id.value() == id;
        cursor = page.nextCursor.value_or("");
    } while (!cursor.empty());
    return found;
}

bool isListedGrantToken(SqliteStore& store, const std::string& id) {
    return holds(store.grantTokens().list(whole), id, [](const GrantToken& token) { return token.keyId; });
}

bool isProvenGrantToken(SqliteStore& store, const std::string& id) {
    return holds(store.grantTokens().proofs(), id, [](const GrantTokenProof& proof) { return proof.keyId; });
}

bool isDroppedStage(SqliteStore& store, const std::string& id) {
    return holds(store.droppedStages().list({"jira"}, 100), id,
                 [](const DroppedStage& stage) { return stage.link.value(); });
}

bool isListedClient(SqliteStore& store, const std::string& id) {
    return holds(store.clients().list(), id, [](const Client& client) { return client.id.value(); });
}

bool isListedKey(SqliteStore& store, const std::string& id) {
    return holds(store.clients().keys(), id, [](const KnownKey& known) { return known.key.keyId; });
}

bool isListedProof(SqliteStore& store, const std::string& id) {
    return holds(store.links().proofs(Timestamp()), id,
                 [](const LinkProof& proof) { return proof.id.value(); });
}

} // namespace

class DamagedRowTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DamagedRowTest);
    CPPUNIT_TEST(testEachColumnSpoilsItsOwnRowOnly);
    CPPUNIT_TEST(testPagesGoOnBehindDamagedRows);
    CPPUNIT_TEST(testListBySiteSurvivesOddSites);
    CPPUNIT_TEST(testNewLinkMakesAnAccountWhole);
    CPPUNIT_TEST(testDamagedAccountCanBeRemoved);
    CPPUNIT_TEST(testDamagedKeyIdStopsNoStart);
    CPPUNIT_TEST(testDamagedStagesTakeNoPlaces);
    CPPUNIT_TEST(testDamagedCountOfAccountsIsCountedAnew);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _fixture = std::make_unique<StoreFixture>();
        addClient(*_fixture, "alpha");
        addClient(*_fixture, "victim");
        linkAccount(*_fixture, "whole");
        linkAccount(*_fixture, "victim", "bob");
        for (const std::string id : {"cog-whole", "cog-victim"}) {
            GrantToken token;
            token.keyId = id;
            token.account = whole;
            token.hash = "hash-of-" + id;
            token.scopes = {"token"};
            token.createdAt = token.lastUsedAt = _fixture->clock.time;
            token.expiresAt = _fixture->clock.time + std::chrono::hours(1);
            _fixture->store->grantTokens().create(token, 20);
        }
        stageLink(*_fixture, "staged-whole", makeGrant("staged-whole", _fixture->clock.time), "sam");
        stageLink(*_fixture, "staged-victim", makeGrant("staged-victim", _fixture->clock.time), "sam");
        for (const std::string number : {"dropped-victim", "dropped-whole"}) {
            const auto link =
                stageLink(*_fixture, number, makeGrant(number, _fixture->clock.time), "someone else");
            CPPUNIT_ASSERT(_fixture->store->links().end(link, EndReason::cancelled, _fixture->clock.time));
        }
        _session = std::make_unique<Poco::Data::Session>(openSession(uriOf(_fixture->file(), "rw")));
    }
    void tearDown() override {
        _session.reset();
        _fixture.reset();
    }

    void testEachColumnSpoilsItsOwnRowOnly() {
        allowAnything();
        const std::vector<Victim> victims{
            {"clients", "id", "cli_victim", [](auto& store) { return isListedClient(store, "cli_victim"); }},
            {"client_keys", "key_id", "key-victim",
             [](auto& store) { return isListedKey(store, "key-victim"); }},
            {"accounts", "id", "acc_victim",
             [](auto& store) { return isListedAccount(store, "acc_victim"); }},
            {"tokens", "account_id", "acc_victim",
             [](auto& store) { return isListedAccount(store, "acc_victim"); }},
            {"grant_tokens", "key_id", "cog-victim",
             [](auto& store) { return isListedGrantToken(store, "cog-victim"); }},
            {"grant_tokens", "key_id", "cog-victim",
             [](auto& store) { return isProvenGrantToken(store, "cog-victim"); }},
            {"dropped_stages", "link_id", "lnk_dropped-victim",
             [](auto& store) { return isDroppedStage(store, "lnk_dropped-victim"); }},
            {"links", "id", "lnk_staged-victim",
             [](auto& store) { return isListedProof(store, "lnk_staged-victim"); }},
        };
        std::size_t left = 0;
        for (const auto& victim : victims)
            for (const auto& column : columnsOf(victim.table))
                for (const auto& value : values)
                    left += tryOne(victim, column, value) ? 0U : 1U;
        CPPUNIT_ASSERT_MESSAGE("hardly any damage was noticed: " + std::to_string(left), left > 100);
    }

    void testPagesGoOnBehindDamagedRows() {
        for (const std::string number : {"a", "b", "c", "d", "e"}) {
            _fixture->clock.time += std::chrono::seconds(1);
            linkAccount(*_fixture, number, number);
        }
        sql("UPDATE accounts SET scopes = 'odd' WHERE id IN ('acc_whole', 'acc_victim', 'acc_b', 'acc_e')");
        for (const int limit : {1, 2, 3, 50}) {
            std::string seen;
            std::string cursor;
            do {
                const auto page = _fixture->store->accounts().list(owner, {}, limit, cursor);
                for (const auto& account : page.items)
                    seen += account.id.value() + ' ';
                cursor = page.nextCursor.value_or("");
            } while (!cursor.empty());
            CPPUNIT_ASSERT_EQUAL(std::string("acc_a acc_c acc_d "), seen);
        }
    }

    void testListBySiteSurvivesOddSites() {
        for (const std::string odd : {"[\"x\"]", "[1, null]", "{\"id\": 1}", "7", "[[\"id\"]]", "nothing"}) {
            sql("UPDATE accounts SET sites = '" + odd + "' WHERE id = 'acc_victim'");
            AccountFilter filter;
            filter.site = "site-1";
            const auto page = _fixture->store->accounts().list(owner, filter, 50, {});
            CPPUNIT_ASSERT_EQUAL_MESSAGE(odd, std::size_t{1}, page.items.size());
            CPPUNIT_ASSERT_EQUAL(whole.value(), page.items.front().id.value());
        }
    }

    void testNewLinkMakesAnAccountWhole() {
        sql("PRAGMA ignore_check_constraints = 1");
        for (const std::string change :
             {"UPDATE accounts SET status = 'odd'", "UPDATE accounts SET scopes = '['",
              "UPDATE accounts SET linked_at = -7", "UPDATE accounts SET last_used_at = 9223372036854775807",
              "UPDATE accounts SET required_scopes = '7', sites = '7'", "DELETE FROM tokens"}) {
            sql(change + (change.starts_with("DELETE") ? " WHERE account_id" : " WHERE id") +
                " = 'acc_victim'");
            CPPUNIT_ASSERT_MESSAGE(change, !isListedAccount(*_fixture->store, "acc_victim"));
            CPPUNIT_ASSERT_MESSAGE(change, !_fixture->store->accounts().findLatest(owner, "jira", "bob"));
            const auto link = stageLink(*_fixture, "again",
                                        makeGrant("again", _fixture->clock.time, "person-victim"), "bob");
            const auto delivery =
                _fixture->store->links().deliver(link, AccountId("acc_other"), {}, _fixture->clock.time);
            CPPUNIT_ASSERT_MESSAGE(change, delivery.outcome == DeliveryOutcome::delivered);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(change, std::string("acc_victim"), delivery.account.id.value());
            CPPUNIT_ASSERT_MESSAGE(change, isListedAccount(*_fixture->store, "acc_victim"));
            sql("DELETE FROM links WHERE id = 'lnk_again'");
        }
    }

    void testDamagedAccountCanBeRemoved() {
        sql("UPDATE accounts SET scopes = 'odd' WHERE id = 'acc_victim'");
        CPPUNIT_ASSERT_THROW((void)_fixture->store->accounts().find(owner, AccountId("acc_victim")),
                             DamagedRowError);
        CPPUNIT_ASSERT(_fixture->store->accounts().findIdentity(owner, AccountId("acc_victim")).has_value());
        CPPUNIT_ASSERT(
            !_fixture->store->accounts().findIdentity(ClientId("cli_victim"), AccountId("acc_victim")));
        const auto removed =
            _fixture->store->accounts().remove(owner, AccountId("acc_victim"), _fixture->clock.time);
        CPPUNIT_ASSERT_EQUAL(std::string("person-victim"), removed.value().account.identity.upstreamId);
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-victim"), revealed(removed->refreshToken));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, _fixture->number("SELECT COUNT(*) FROM tokens"));
    }

    void testDamagedKeyIdStopsNoStart() {
        sql("UPDATE tokens SET key_id = 'ffffffff' WHERE account_id = 'acc_victim'");
        sql("UPDATE links SET key_id = 'odd' WHERE id = 'lnk_staged-victim'");
        sql("UPDATE dropped_stages SET key_id = 'odd' WHERE link_id = 'lnk_dropped-victim'");
        _fixture->reopen();
        CPPUNIT_ASSERT_EQUAL(
            1, logged("\"table\":\"dropped_stages\",\"row\":\"lnk_dropped-victim\",\"column\":\"key_id\""));
        CPPUNIT_ASSERT_EQUAL(1, logged("\"table\":\"tokens\",\"row\":\"acc_victim\",\"column\":\"key_id\""));
        CPPUNIT_ASSERT_EQUAL(
            1, logged("\"table\":\"links\",\"row\":\"lnk_staged-victim\",\"column\":\"key_id\""));
        CPPUNIT_ASSERT(_fixture->store->accounts().findTokens(whole).has_value());
    }

    void testDamagedStagesTakeNoPlaces() {
        allowAnything();
        sql("UPDATE dropped_stages SET provider = NULL WHERE link_id = 'lnk_dropped-victim'");
        const auto stages = _fixture->store->droppedStages().list({"jira"}, 1);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), stages.size());
        CPPUNIT_ASSERT_EQUAL(std::string("lnk_dropped-whole"), stages.front().link.value());
    }

    void testDamagedCountOfAccountsIsCountedAnew() {
        allowAnything();
        for (const std::string& value : values) {
            sql("UPDATE clients SET account_count = " + value + " WHERE id = 'cli_alpha'");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(
                value, 2, _fixture->store->links().countLive(owner, "sam", _fixture->clock.time).accounts);
        }
    }

private:
    void sql(const std::string& statement) { Query(*_session, statement).run(); }

    // What STRICT, NOT NULL and CHECK refuse, an editor of the file can do.
    void allowAnything() {
        sql("PRAGMA ignore_check_constraints = 1");
        sql("PRAGMA writable_schema = 1");
        sql("UPDATE sqlite_schema SET sql = replace(replace(sql, ') STRICT', ')'), 'NOT NULL', '')"
            " WHERE type = 'table'");
        sql("PRAGMA writable_schema = 0");
        sql("PRAGMA schema_version = 77");
        _session = std::make_unique<Poco::Data::Session>(openSession(uriOf(_fixture->file(), "rw")));
        sql("PRAGMA ignore_check_constraints = 1");
        sql("PRAGMA synchronous = 0");
    }

    std::vector<std::string> columnsOf(const std::string& table) {
        std::vector<std::string> names;
        std::string name;
        Query query(*_session, "SELECT name FROM pragma_table_info('" + table + "')");
        query.into(name);
        while (query.next())
            names.push_back(name);
        CPPUNIT_ASSERT(names.size() > 5);
        return names;
    }

    // Whether the row was listed all the same.
    bool tryOne(const Victim& victim, const std::string& column, const std::string& value) {
        const std::string where = " WHERE rowid = " + std::to_string(rowOf(victim));
        sql("CREATE TEMP TABLE saved AS SELECT " + column + " AS kept FROM " + victim.table + where);
        sql("UPDATE " + victim.table + " SET " + column + " = " + value + where);
        const std::string what = victim.table + '.' + column + " = " + value;
        bool listed = false;
        try {
            useTheOthers();
            listed = victim.isListed(*_fixture->store);
        } catch (const std::exception& failure) {
            CPPUNIT_FAIL(what + ": " + failure.what());
        }
        const bool isId = column == victim.idColumn;
        const std::string line = "\"table\":\"" + victim.table + "\",\"row\":\"" +
                                 (isId ? std::string("unreadable") : victim.id) + "\",\"column\":\"" +
                                 column + '"';
        const int lines = logged(line);
        // A row that lost its id or its owner is simply another's, or nobody's.
        const bool isMoved =
            isId || column == "client_id" || column == "account_id" || column == "expires_at";
        CPPUNIT_ASSERT_MESSAGE(what + ": " + std::to_string(lines), lines <= 1);
        CPPUNIT_ASSERT_MESSAGE(what + " is missing in silence", listed || isMoved || lines == 1);
        sql("UPDATE " + victim.table + " SET " + column + " = (SELECT kept FROM saved)" + where);
        sql("DROP TABLE saved");
        CPPUNIT_ASSERT_MESSAGE(what + " was not put back", victim.isListed(*_fixture->store));
        return listed;
    }

    std::int64_t rowOf(const Victim& victim) const {
        return _fixture->number("SELECT rowid FROM " + victim.table + " WHERE " + victim.idColumn + " = '" +
                                victim.id + "'");
    }

    // Every list and every look-up that has to do with other rows.
    void useTheOthers() {
        SqliteStore& store = *_fixture->store;
        const Timestamp now = _fixture->clock.time;
        CPPUNIT_ASSERT(isListedClient(store, owner.value()));
        CPPUNIT_ASSERT(store.clients().find(owner).has_value());
        CPPUNIT_ASSERT(isListedKey(store, "key-alpha"));
        CPPUNIT_ASSERT(isListedAccount(store, whole.value()));
        AccountFilter filter;
        filter.site = "https://one.example/";
        CPPUNIT_ASSERT(!store.accounts().list(owner, filter, 50, {}).items.empty());
        CPPUNIT_ASSERT(store.accounts().find(owner, whole).has_value());
        CPPUNIT_ASSERT(store.accounts().findTokens(whole).has_value());
        CPPUNIT_ASSERT(store.accounts().findLatest(owner, "jira", "ann").has_value());
        (void)store.accounts().findLatest(owner, "jira", "bob");
        CPPUNIT_ASSERT(store.accounts().countOfPerson({"jira"}, "person-whole") >= 1);
        CPPUNIT_ASSERT(isListedGrantToken(store, "cog-whole"));
        CPPUNIT_ASSERT(store.grantTokens().find("cog-whole").has_value());
        CPPUNIT_ASSERT(isProvenGrantToken(store, "cog-whole"));
        CPPUNIT_ASSERT(isDroppedStage(store, "lnk_dropped-whole"));
        CPPUNIT_ASSERT(isListedProof(store, "lnk_staged-whole"));
        CPPUNIT_ASSERT(!store.links().findStaged(owner, "jira", "sam", now).empty());
        CPPUNIT_ASSERT(store.links().find(LinkId("lnk_staged-whole")).has_value());
        CPPUNIT_ASSERT(store.links().countLive(owner, "sam", now).ofSubject >= 1);
        (void)store.links().countLive(ClientId("cli_victim"), "", now);
        (void)store.links().noteExpired(now, 100);
        store.audit().prune(now - std::chrono::hours(1));
    }

    [[nodiscard]] int logged(const std::string& text) const {
        const std::string log = _fixture->logged.str();
        int count = 0;
        for (auto at = log.find(text); at != std::string::npos; at = log.find(text, at + 1))
            ++count;
        return count;
    }

    std::unique_ptr<StoreFixture> _fixture;
    std::unique_ptr<Poco::Data::Session> _session; ///< an editor of the file beside the store
};

CPPUNIT_TEST_SUITE_REGISTRATION(DamagedRowTest);
