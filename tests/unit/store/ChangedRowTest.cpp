// SPDX-License-Identifier: Apache-2.0
// Another program changes each column of each table in turn: that row is refused, and all other rows are
// read, purged and removed as before.
#include "StoreFixture.h"
#include "central_oauth/domain/Removal.h"

#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>
#include <functional>
#include <optional>
#include <set>

using namespace central_oauth;
using namespace central_oauth::store;
using domain::AccountId;
using domain::ClientId;
using domain::DamagedRowError;
using domain::LinkId;
using domain::ReadView;
using domain::Transaction;

namespace {

// The row that is changed, while the others of its table stay as they are.
struct Victim {
    std::string table;
    std::string keyColumn;
    std::string key;
    std::function<bool(const ReadView&, const std::string&)>
        isFound; ///< returns true if the row is found by its key
    std::function<bool(const ReadView&, const std::string&)>
        isListed; ///< returns true if the row is listed among the others
};

template <class Item, class KeyOf>
bool holds(const std::vector<Item>& items, const std::string& key, const KeyOf& keyOf) {
    return std::any_of(items.begin(), items.end(), [&](const Item& item) { return keyOf(item) == key; });
}

const ClientId owner("cli_alpha");
const AccountId whole("acc_whole");
// "+" stands for the column's value followed by a NUL, which a reader of C strings does not see.
const std::vector<std::string> values{
    "+", "x''", "NULL", "'odd'", "''", "x'ff'", "-1", "7", "9223372036854775807", "'[\"x\"]'"};

const std::vector<Victim>& victims() {
    static const std::vector<Victim> all{
        {"clients", "id", "cli_victim",
         [](const ReadView& view, const std::string& key) { return view.find(ClientId(key)).has_value(); },
         [](const ReadView& view, const std::string& key) {
             return holds(view.clients(), key, [](const auto& client) { return client.id.value(); });
         }},
        {"client_keys", "key_id", "key-victim",
         [](const ReadView& view, const std::string& key) { return view.findKey(key).has_value(); },
         [](const ReadView& view, const std::string& key) {
             return holds(view.select(domain::KeyFilter{}), key, [](const auto& each) { return each.keyId; });
         }},
        {"grant_tokens", "key_id", "cog-victim",
         [](const ReadView& view, const std::string& key) { return view.findGrantToken(key).has_value(); },
         [](const ReadView& view, const std::string& key) {
             return holds(view.select(domain::GrantTokenFilter{}), key,
                          [](const auto& token) { return token.keyId; });
         }},
        {"accounts", "id", "acc_victim",
         [](const ReadView& view, const std::string& key) { return view.find(AccountId(key)).has_value(); },
         [](const ReadView& view, const std::string& key) {
             return holds(view.select(domain::AccountFilter{}), key,
                          [](const auto& account) { return account.id.value(); });
         }},
        {"grants", "account_id", "acc_victim",
         [](const ReadView& view, const std::string& key) {
             return view.grantOf(AccountId(key)).has_value();
         },
         [](const ReadView& view, const std::string& key) {
             return view.grantOf(AccountId(key)).has_value();
         }},
        {"pending_refreshes", "account_id", "acc_victim",
         [](const ReadView& view, const std::string& key) {
             return view.pendingRefreshOf(AccountId(key)).has_value();
         },
         [](const ReadView& view, const std::string& key) {
             return holds(view.pendingRefreshes(), key,
                          [](const auto& refresh) { return refresh.account.value(); });
         }},
        {"links", "id", "lnk_staged-victim",
         [](const ReadView& view, const std::string& key) {
             return view.find(domain::LinkKey(LinkId(key))).has_value();
         },
         [](const ReadView& view, const std::string& key) {
             return holds(view.select(domain::LinkFilter{}), key,
                          [](const auto& link) { return link.id.value(); });
         }},
        {"stages", "link_id", "lnk_staged-victim",
         [](const ReadView& view, const std::string& key) { return view.stageOf(LinkId(key)).has_value(); },
         [](const ReadView& view, const std::string& key) {
             return holds(view.select(domain::StageFilter{}), key,
                          [](const auto& stage) { return stage.link.value(); });
         }},
    };
    return all;
}

} // namespace

class ChangedRowTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ChangedRowTest);
    CPPUNIT_TEST(testEachChangeIsRefusedOfItsOwnRowOnly);
    CPPUNIT_TEST(testRowsOfOtherKeysAreRefused);
    CPPUNIT_TEST(testAnOlderRowOfTheSameKeyIsNoticedByItsGrant);
    CPPUNIT_TEST(testPagesContinueAfterChangedRows);
    CPPUNIT_TEST(testANewLinkRepairsAnAccount);
    CPPUNIT_TEST(testAChangedAccountCanBeRemoved);
    CPPUNIT_TEST(testChangedKeyIdStopsNoStart);
    CPPUNIT_TEST(testCountOfAccountsIsCountedAnew);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _fixture = std::make_unique<StoreFixture>();
        const auto place = _fixture->place();
        memory::addClient(place, "alpha");
        memory::addClient(place, "victim");
        for (const std::string name : {"whole", "victim"}) {
            memory::linkAccount(place, name, name == "victim" ? "bob" : "ann");
            memory::stageLink(place, "staged-" + name, memory::makeGrant("staged-" + name, place.now), "sam");
            const auto dropped = memory::stageLink(place, "dropped-" + name,
                                                   memory::makeGrant(name, place.now), "someone else");
            _fixture->store->transact([&](Transaction& transaction) {
                transaction.put(memory::makeGrantToken("cog-" + name, whole, place.now));
                transaction.put(domain::PendingRefresh{.account = AccountId("acc_" + name), .version = 1});
                return domain::endLink(transaction, dropped, domain::EndReason::cancelled, place.now);
            });
        }
        openEditor();
    }
    void tearDown() override {
        _editor.reset();
        _fixture.reset();
    }

    void testEachChangeIsRefusedOfItsOwnRowOnly() {
        allowAnything();
        std::size_t taken = 0;
        for (const auto& victim : victims())
            for (const auto& column : columnsOf(victim.table))
                for (const auto& value : values)
                    taken += tryOne(victim, column, value) ? 1U : 0U;
        CPPUNIT_ASSERT_MESSAGE(std::to_string(taken), taken > 700);
    }

    void testRowsOfOtherKeysAreRefused() {
        // The code belongs to its row: a complete row can't replace another one.
        sql("UPDATE client_keys SET hash = (SELECT k.hash FROM client_keys k WHERE k.key_id = 'key-alpha'),"
            " mac = (SELECT k.mac FROM client_keys k WHERE k.key_id = 'key-alpha')"
            " WHERE key_id = 'key-victim'");
        CPPUNIT_ASSERT_THROW(read([](const ReadView& view) { return view.findKey("key-victim"); }),
                             DamagedRowError);
        CPPUNIT_ASSERT(read([](const ReadView& view) { return view.findKey("key-alpha"); }));
    }

    // An older version of a row has a valid code; but its older grant does not open under the present
    // account.
    void testAnOlderRowOfTheSameKeyIsNoticedByItsGrant() {
        sql("CREATE TABLE aside.older AS SELECT * FROM main.grants WHERE account_id = 'acc_whole'");
        const auto place = _fixture->place();
        memory::stageLink(place, "again", memory::makeGrant("again", place.now, "person-whole"));
        _fixture->store->transact([&](Transaction& transaction) {
            return domain::deliver(transaction, place.sealer, LinkId("lnk_again"), AccountId("acc_other"), {},
                                   place.now);
        });
        sql("DELETE FROM main.grants WHERE account_id = 'acc_whole'");
        sql("INSERT INTO main.grants SELECT * FROM aside.older");
        CPPUNIT_ASSERT_THROW(static_cast<void>(memory::tokensOf(place, whole)), domain::UndecryptableError);
    }

    void testPagesContinueAfterChangedRows() {
        for (const std::string number : {"a", "b", "c", "d", "e"}) {
            _fixture->clock.time += std::chrono::seconds(1);
            memory::linkAccount(_fixture->place(), number, number);
        }
        sql("UPDATE accounts SET label = 'odd' WHERE id IN ('acc_whole', 'acc_victim', 'acc_b', 'acc_e')");
        for (const std::size_t limit : {1U, 2U, 3U, 50U}) {
            std::string seen;
            domain::AccountFilter filter{.client = owner, .limit = limit};
            for (;;) {
                const auto page = read([&](const ReadView& view) { return view.select(filter); });
                for (const auto& account : page)
                    seen += account.id.value() + ' ';
                if (page.size() < limit)
                    break;
                filter.after = domain::AccountPosition{page.back().createdAt, page.back().id};
            }
            CPPUNIT_ASSERT_EQUAL(std::string("acc_a acc_c acc_d "), seen);
        }
    }

    void testANewLinkRepairsAnAccount() {
        for (const std::string change :
             {"UPDATE accounts SET label = 'odd'", "UPDATE accounts SET scopes = '['",
              "UPDATE accounts SET linked_at = -7, last_used_at = 9223372036854775807",
              "UPDATE accounts SET token_version = 77", "UPDATE grants SET version = 77"}) {
            sql(change + (change.find("grants") == std::string::npos ? " WHERE id" : " WHERE account_id") +
                " = 'acc_victim'");
            const auto place = _fixture->place();
            memory::stageLink(place, "again", memory::makeGrant("again", place.now, "person-victim"), "bob");
            const auto delivery = _fixture->store->transact([&](Transaction& transaction) {
                return domain::deliver(transaction, place.sealer, LinkId("lnk_again"), AccountId("acc_other"),
                                       {}, place.now);
            });
            CPPUNIT_ASSERT_MESSAGE(change, delivery.outcome == domain::DeliveryOutcome::delivered);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(change, std::string("acc_victim"), delivery.account.id.value());
            CPPUNIT_ASSERT_EQUAL_MESSAGE(
                change, std::string("access-again"),
                revealed(memory::tokensOf(place, AccountId("acc_victim")).accessToken));
            sql("DELETE FROM links WHERE id = 'lnk_again'");
            sql("DELETE FROM stages WHERE link_id = 'lnk_again'");
        }
    }

    void testAChangedAccountCanBeRemoved() {
        sql("UPDATE accounts SET scopes = 'odd' WHERE id = 'acc_victim'");
        const auto place = _fixture->place();
        const AccountId victim("acc_victim");
        CPPUNIT_ASSERT_THROW(read([&](const ReadView& view) { return view.find(victim); }), DamagedRowError);
        const auto dropped = _fixture->store->transact([&](Transaction& transaction) {
            const auto account = transaction.identityOf(victim).value();
            return domain::removeAccount(transaction, place.sealer, account, place.now,
                                         domain::Revocation::asConfigured);
        });
        CPPUNIT_ASSERT(!read([&](const ReadView& view) { return view.identityOf(victim); }));
        const auto stage = memory::stageOf(*_fixture->store, dropped).value();
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-victim"),
                             revealed(domain::openStage(place.sealer, stage).refreshToken));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, _fixture->number("SELECT COUNT(*) FROM grants"));
    }

    void testChangedKeyIdStopsNoStart() {
        sql("UPDATE grants SET key_id = 'ffffffff' WHERE account_id = 'acc_victim'");
        sql("UPDATE stages SET key_id = 'odd' WHERE link_id = 'lnk_dropped-victim'");
        _fixture->reopen();
        CPPUNIT_ASSERT_EQUAL(
            1,
            _fixture->logCount("\"table\":\"stages\",\"row\":\"lnk_dropped-victim\",\"column\":\"key_id\""));
        CPPUNIT_ASSERT_EQUAL(
            1, _fixture->logCount("\"table\":\"grants\",\"row\":\"acc_victim\",\"column\":\"key_id\""));
        CPPUNIT_ASSERT_EQUAL(std::string("access-whole"),
                             revealed(memory::tokensOf(_fixture->place(), whole).accessToken));
    }

    void testCountOfAccountsIsCountedAnew() {
        allowAnything();
        const auto count = [&] {
            return read(
                [](const ReadView& view) { return view.count(domain::AccountFilter{.client = owner}); });
        };
        for (const std::string& value : values) {
            if (value == "7" || value == "+")
                continue; // is a count, or has no value
            sql("UPDATE clients SET account_count = " + value + " WHERE id = 'cli_alpha'");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(value, std::size_t{2}, count());
            memory::linkAccount(_fixture->place(), "more");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(value, std::size_t{3}, count());
            _fixture->store->transact(
                [](Transaction& transaction) { transaction.erase(AccountId("acc_more")); });
            sql("DELETE FROM links WHERE id = 'lnk_more'");
        }
    }

private:
    template <class Fn>
    std::invoke_result_t<Fn, const ReadView&> read(const Fn& fn) const {
        return _fixture->store->read(fn);
    }

    void sql(const std::string& statement) { Query(*_editor, statement).run(); }

    void openEditor() {
        _editor = std::make_unique<Connection>(_fixture->openBeside());
        Query(*_editor, "PRAGMA ignore_check_constraints = 1").run();
        Query(*_editor, "PRAGMA synchronous = 0").run();
    }

    // An editor of the file can bypass STRICT, NOT NULL and CHECK.
    void allowAnything() {
        sql("PRAGMA writable_schema = 1");
        sql("UPDATE sqlite_schema SET sql = replace(replace(sql, ') STRICT', ')'), 'NOT NULL', '')"
            " WHERE type = 'table'");
        sql("PRAGMA writable_schema = 0");
        sql("PRAGMA main.schema_version = 77");
        openEditor();
    }

    // All columns but account_count, which is no part of the record.
    std::vector<std::string> columnsOf(const std::string& table) {
        std::vector<std::string> names;
        std::string name;
        Query query(*_editor, "SELECT name FROM pragma_table_info('" + table + "')");
        query.into(name);
        while (query.next())
            if (name != "account_count")
                names.push_back(name);
        CPPUNIT_ASSERT(names.size() > 5);
        return names;
    }

    // Returns whether the table accepted a different value; NULL bytes and no bytes are the same.
    bool tryOne(const Victim& victim, const std::string& column, const std::string& change) {
        const std::string value = change == "+" ? column + " || char(0)" : change;
        const auto rowid = std::to_string(_fixture->number("SELECT rowid FROM " + victim.table + " WHERE " +
                                                           victim.keyColumn + " = '" + victim.key + "'"));
        const std::string what = victim.table + '.' + column + " = " + value;
        sql("CREATE TEMP TABLE saved AS SELECT " + column + " AS kept FROM " + victim.table +
            " WHERE rowid = " + rowid);
        const auto changed = Query(*_editor, "UPDATE " + victim.table + " SET " + column + " = " + value +
                                                 " WHERE rowid = " + rowid + " AND COALESCE(" + column +
                                                 ", '') IS NOT COALESCE(" + value + ", '')")
                                 .run();
        if (changed > 0)
            expectRefused(victim, column, what);
        // Uses all other records for one value of each kind only: each time takes dozens of statements.
        if (changed > 0 && (value == "NULL" || value == "'odd'" || value == "-1"))
            expectOthersWork(what);
        sql("UPDATE " + victim.table + " SET " + column +
            " = (SELECT kept FROM saved) WHERE rowid = " + rowid);
        sql("DROP TABLE saved");
        CPPUNIT_ASSERT_MESSAGE(what + " was not put back", read([&](const ReadView& view) {
                                   return victim.isFound(view, victim.key) &&
                                          victim.isListed(view, victim.key);
                               }));
        return changed > 0;
    }

    void expectRefused(const Victim& victim, const std::string& column, const std::string& what) {
        try {
            const bool isFound = read([&](const ReadView& view) { return victim.isFound(view, victim.key); });
            CPPUNIT_ASSERT_MESSAGE(what + " was taken", !isFound);
            CPPUNIT_ASSERT_MESSAGE(what + ": the row is gone in silence", column == victim.keyColumn);
        } catch (const DamagedRowError& error) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(what, victim.table, error.table());
            CPPUNIT_ASSERT_EQUAL_MESSAGE(what, victim.key, error.row());
        }
        try {
            if (victim.table != "grants")
                CPPUNIT_ASSERT_MESSAGE(what + " is listed", read([&](const ReadView& view) {
                                           return !victim.isListed(view, victim.key);
                                       }));
        } catch (const base::Error& failure) {
            CPPUNIT_FAIL(what + ": " + failure.what());
        }
    }

    void expectOthersWork(const std::string& what) {
        try {
            useTheOthers();
        } catch (const base::Error& failure) {
            CPPUNIT_FAIL(what + ": " + failure.what());
        }
    }

    // Runs each list, look-up and removal, and all housekeeping, that concern other rows; undoes them at the
    // end.
    void useTheOthers() {
        struct Undo {};
        const auto place = _fixture->place();
        const auto late = place.now + std::chrono::hours(48);
        try {
            _fixture->store->transact([&](Transaction& transaction) {
                const std::vector<std::string> keys{"cli_alpha",        "key-alpha",       "cog-whole",
                                                    "acc_whole",        "acc_whole",       "acc_whole",
                                                    "lnk_staged-whole", "lnk_staged-whole"};
                for (std::size_t i = 0; i < keys.size(); ++i) {
                    CPPUNIT_ASSERT_MESSAGE(keys[i], victims()[i].isFound(transaction, keys[i]));
                    CPPUNIT_ASSERT_MESSAGE(keys[i], victims()[i].isListed(transaction, keys[i]));
                }
                static_cast<void>(domain::countOfPerson(transaction, place.sealer, {"jira"}, "person-whole"));
                static_cast<void>(domain::holdingsOf(transaction, owner, place.now));
                const auto delivery = domain::deliver(transaction, place.sealer, LinkId("lnk_staged-whole"),
                                                      AccountId("acc_new"), {}, place.now);
                CPPUNIT_ASSERT(delivery.outcome == domain::DeliveryOutcome::delivered);
                static_cast<void>(domain::noteExpired(transaction, late, 100));
                while (memory::purgeLinks(transaction, late, 2) > 0) {
                }
                CPPUNIT_ASSERT(!transaction.find(domain::LinkKey(LinkId("lnk_staged-whole"))));
                static_cast<void>(domain::purgeGrantTokens(transaction, std::chrono::hours(1), late, 100));
                CPPUNIT_ASSERT(!transaction.findGrantToken("cog-whole"));
                domain::removeAccount(transaction, place.sealer, transaction.identityOf(whole).value(), late,
                                      domain::Revocation::always);
                domain::removeClient(transaction, transaction.find(owner).value());
                throw Undo{};
            });
        } catch (const Undo&) {
            return;
        }
    }

    std::unique_ptr<StoreFixture> _fixture;
    std::unique_ptr<Connection> _editor; ///< changes the file beside the store
};

CPPUNIT_TEST_SUITE_REGISTRATION(ChangedRowTest);
