// SPDX-License-Identifier: Apache-2.0
// Each column of each table in turn holds a value that does not belong there: housekeeping and removals of
// all other rows go on.
#include "StoreFixture.h"

#include <cppunit/extensions/HelperMacros.h>
#include <cstdlib>
#include <map>
#include <set>
#include <sqlite3.h>

#include <Poco/Data/SQLite/Utility.h>

using namespace central_oauth;
using namespace central_oauth::store;

namespace {

const ClientId owner("cli_alpha");
const std::vector<std::string> values{"NULL",  "'odd'",   "''", "x'00ff'", "-1", "9223372036854775807",
                                      "'[{]'", "'[1,{}]'"};

// A row that is damaged while the others of its table stay whole.
struct Victim {
    std::string table;
    std::string where;
};
const std::vector<Victim> victims{
    {"clients", "id = 'cli_victim'"},
    {"client_keys", "key_id = 'key-victim'"},
    {"accounts", "id = 'acc_victim'"},
    {"tokens", "account_id = 'acc_victim'"},
    {"grant_tokens", "key_id = 'cog-victim'"},
    {"links", "id = 'lnk_staged-victim'"},
    {"dropped_stages", "link_id = 'lnk_dropped-victim'"},
    {"audit", "actor = 'victim'"},
};

} // namespace

class DamagedPurgeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DamagedPurgeTest);
    CPPUNIT_TEST(testDamageWithinTheSchemaStopsNoOther);
    CPPUNIT_TEST(testDamageAgainstTheSchemaStopsNoOther);
    CPPUNIT_TEST(testStageWithoutKeyIdIsDroppedAndOpens);
    CPPUNIT_TEST(testRowThatCannotBeDroppedIsNamedAndStopsNoOther);
    CPPUNIT_TEST(testDamagedRowsTakeNoPlacesOfExpiredLinks);
    CPPUNIT_TEST(testCountOfAccountsHeals);
    CPPUNIT_TEST(testLargestAuditNumberStopsNoEntry);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        openInMemory();
        addClient(*_fixture, "alpha");
        addClient(*_fixture, "victim");
        for (const std::string name : {"whole", "victim"}) {
            linkAccount(*_fixture, name);
            GrantToken token;
            token.keyId = "cog-" + name;
            token.account = AccountId("acc_" + name);
            token.hash = "hash-of-" + name;
            token.scopes = {"token"};
            token.createdAt = token.lastUsedAt = _fixture->clock.time;
            token.expiresAt = _fixture->clock.time + std::chrono::hours(1);
            _fixture->store->grantTokens().create(token, 20);
            stageLink(*_fixture, "staged-" + name, makeGrant("staged-" + name, _fixture->clock.time));
            const auto dropped =
                stageLink(*_fixture, "dropped-" + name, makeGrant(name, _fixture->clock.time));
            CPPUNIT_ASSERT(_fixture->store->links().end(dropped, EndReason::cancelled, _fixture->clock.time));
            _fixture->store->audit().append({.at = _fixture->clock.time,
                                             .actor = name,
                                             .action = "test",
                                             .client = owner,
                                             .clientName = {},
                                             .account = {},
                                             .link = {},
                                             .address = {},
                                             .requestId = {},
                                             .outcome = "ok"});
        }
        _editor = openEditor();
        sql("UPDATE accounts SET client_id = 'cli_victim' WHERE id = 'acc_victim'");
        sql("UPDATE links SET client_id = 'cli_victim' WHERE id LIKE '%-victim'");
        sql("UPDATE clients SET account_count = 1");
    }
    void tearDown() override {
        _editor.reset();
        _fixture.reset();
    }

    void testDamageWithinTheSchemaStopsNoOther() {
        keepRows();
        std::size_t taken = 0;
        for (const auto& victim : victims)
            for (const auto& column : columnsOf(victim.table))
                for (const auto& value : values)
                    taken += tryOne(victim, column, value) ? 1U : 0U;
        CPPUNIT_ASSERT_MESSAGE(std::to_string(taken), taken > 300);
    }

    // What STRICT, NOT NULL and CHECK refuse, an editor of the schema can do, and then put the schema back.
    void testDamageAgainstTheSchemaStopsNoOther() {
        sql("CREATE TABLE aside.strict AS SELECT name AS of, sql AS text FROM sqlite_schema WHERE type = "
            "'table'");
        changeSchema("sql = replace(replace(sql, ') STRICT', ')'), 'NOT NULL', '')", looseSchema);
        _editor = openEditor();
        keepRows();
        auto strict = openEditor();
        _editor.swap(strict);
        changeSchema("sql = (SELECT text FROM aside.strict WHERE of = name)", strictSchema);
        _editor.swap(
            strict); // has the loose schema in memory, and takes it for the present one by its number
        _schemaOf = strict.get();
        std::size_t taken = 0;
        for (const auto& victim : victims)
            for (const auto& column : columnsOf(victim.table))
                for (const auto& value : values)
                    taken += tryOne(victim, column, value) ? 1U : 0U;
        CPPUNIT_ASSERT_MESSAGE(std::to_string(taken), taken > 700);
    }

    void testStageWithoutKeyIdIsDroppedAndOpens() {
        sql("UPDATE links SET key_id = NULL WHERE id = 'lnk_staged-whole'");
        _fixture->store->links().purge({}, late());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, _fixture->number("SELECT COUNT(*) FROM links"));
        std::set<std::string> tokens;
        _fixture->reopen();
        for (const auto& stage : _fixture->store->droppedStages().list({"jira"}, 100))
            tokens.insert(revealed(stage.refreshToken));
        CPPUNIT_ASSERT(tokens.contains("refresh-staged-whole"));
    }

    void testRowThatCannotBeDroppedIsNamedAndStopsNoOther() {
        const std::vector<Victim> kept{{"links", "id = 'lnk_staged-victim'"},
                                       {"grant_tokens", "key_id = 'cog-victim'"},
                                       {"audit", "actor = 'victim'"}};
        for (const auto& [table, where] : kept)
            sql("CREATE TRIGGER keep_" + table + " BEFORE DELETE ON " + table + " WHEN OLD." + where +
                " BEGIN SELECT RAISE(ABORT, 'kept'); END");
        keepHouse();
        keepHouse(false);
        for (const auto& [table, where] : kept) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(table, std::int64_t{1}, count(table));
            const auto row = std::to_string(_fixture->number("SELECT rowid FROM " + table));
            CPPUNIT_ASSERT_EQUAL_MESSAGE("once", 1,
                                         logged("\"table\":\"" + table + "\",\"row\":\"rowid " + row + '"'));
        }
    }

    void testDamagedRowsTakeNoPlacesOfExpiredLinks() {
        for (const std::string name : {"a", "b", "c"})
            stageLink(*_fixture, name, makeGrant(name, _fixture->clock.time));
        sql("UPDATE links SET expires_at = expires_at - 60, required_scopes = '[{]' WHERE id = 'lnk_a'");
        sql("UPDATE links SET expires_at = expires_at - 60 WHERE id = 'lnk_b'");
        sql("CREATE TRIGGER keep_b BEFORE UPDATE OF ended_at ON links WHEN OLD.id = 'lnk_b'"
            " BEGIN SELECT RAISE(ABORT, 'kept'); END");
        std::size_t noted = 0;
        for (auto links = _fixture->store->links().noteExpired(late(), 1); !links.empty() && noted < 10;
             links = _fixture->store->links().noteExpired(late(), 1))
            noted += links.size();
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, noted);
        CPPUNIT_ASSERT_EQUAL(1, logged("\"table\":\"links\",\"row\":\"lnk_b\""));
    }

    void testCountOfAccountsHeals() {
        for (const std::string value : {"9223372036854775807", "-9223372036854775808", "-1"}) {
            sql("UPDATE clients SET account_count = " + value + " WHERE id = 'cli_alpha'");
            linkAccount(*_fixture, "more");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(value, std::int64_t{2}, countOfAlpha());
            sql("UPDATE clients SET account_count = " + value + " WHERE id = 'cli_alpha'");
            CPPUNIT_ASSERT(_fixture->store->accounts().remove(owner, AccountId("acc_more"), late()));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(value, std::int64_t{1}, countOfAlpha());
            sql("DELETE FROM links WHERE id = 'lnk_more'");
        }
    }

    void testLargestAuditNumberStopsNoEntry() {
        sql("INSERT INTO audit SELECT 9223372036854775807, at, actor, action, client_id, client_name,"
            " account_id, link_id, address, request_id, outcome FROM audit LIMIT 1");
        _fixture->store->audit().append({.at = late(),
                                         .actor = "later",
                                         .action = "test",
                                         .client = owner,
                                         .clientName = {},
                                         .account = {},
                                         .link = {},
                                         .address = {},
                                         .requestId = {},
                                         .outcome = "ok"});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             _fixture->number("SELECT COUNT(*) FROM audit WHERE actor = 'later'"));
    }

private:
    static constexpr auto looseSchema = "77";
    static constexpr auto strictSchema = "78";

    // A thousand databases are made and purged here: not on a disk, where there is another place.
    void openInMemory() {
        const char* const before = std::getenv("TMPDIR");
        const std::string kept = before == nullptr ? "" : before;
        if (std::filesystem::is_directory("/dev/shm"))
            ::setenv("TMPDIR", "/dev/shm", 1);
        _fixture = std::make_unique<StoreFixture>();
        if (before == nullptr)
            ::unsetenv("TMPDIR");
        else
            ::setenv("TMPDIR", kept.c_str(), 1);
    }

    [[nodiscard]] Timestamp late() const { return _fixture->clock.time + std::chrono::seconds(100'000); }

    [[nodiscard]] std::int64_t countOfAlpha() const {
        return _fixture->number("SELECT account_count FROM clients WHERE id = 'cli_alpha'");
    }

    // Fires no trigger, and waits for no disk.
    [[nodiscard]] std::unique_ptr<Poco::Data::Session> openEditor() const {
        auto session = std::make_unique<Poco::Data::Session>(_fixture->openBeside());
        sqlite3_db_config(Poco::Data::SQLite::Utility::dbHandle(*session), SQLITE_DBCONFIG_ENABLE_TRIGGER, 0,
                          nullptr);
        for (const std::string pragma : {"ignore_check_constraints = 1", "synchronous = 0"})
            Query(*session, "PRAGMA " + pragma).run();
        return session;
    }

    void sql(const std::string& statement) {
        try {
            Query(*_editor, statement).run();
        } catch (const Poco::Exception& failure) {
            throw std::runtime_error(statement + ": " + failure.displayText());
        }
    }

    void changeSchema(const std::string& change, const std::string& number) {
        sql("PRAGMA writable_schema = 1");
        sql("UPDATE sqlite_schema SET " + change + " WHERE type = 'table'");
        sql("PRAGMA writable_schema = 0");
        sql("PRAGMA schema_version = " + number);
    }

    void useSchema(const std::string& number) {
        if (_schemaOf != nullptr)
            Query(*_schemaOf, "PRAGMA main.schema_version = " + number).run();
    }

    void keepRows() {
        for (const auto& victim : victims) {
            (void)columnsOf(victim.table);
            sql("CREATE TABLE aside.kept_" + victim.table + " AS SELECT rowid AS kept_rowid, * FROM main." +
                victim.table);
        }
    }

    void restoreRows() {
        for (const auto& victim : victims) {
            std::string names;
            for (const auto& column : columnsOf(victim.table))
                names += ", " + column;
            // Of the audit, the id is the rowid.
            const bool isKey = victim.table == "audit";
            sql("DELETE FROM main." + victim.table);
            sql("INSERT INTO main." + victim.table + " (" + (isKey ? names.substr(2) : "rowid" + names) +
                ") SELECT " + (isKey ? names.substr(2) : "kept_rowid" + names) + " FROM aside.kept_" +
                victim.table);
        }
    }

    const std::vector<std::string>& columnsOf(const std::string& table) {
        auto& names = _columns[table];
        if (!names.empty())
            return names;
        std::string name;
        Query query(*_editor, "SELECT name FROM pragma_table_info('" + table + "')");
        query.into(name);
        while (query.next())
            names.push_back(name);
        CPPUNIT_ASSERT(names.size() > 5);
        return names;
    }

    // Whether the table took that value.
    bool tryOne(const Victim& victim, const std::string& column, const std::string& value) {
        useSchema(looseSchema);
        sql("BEGIN IMMEDIATE");
        restoreRows();
        bool isTaken = true;
        try {
            sql("UPDATE main." + victim.table + " SET " + column + " = " + value + " WHERE " + victim.where);
        } catch (const std::runtime_error&) {
            isTaken = false;
        }
        sql("COMMIT");
        useSchema(strictSchema);
        if (isTaken) {
            try {
                keepHouse();
                removeOthers();
            } catch (const CppUnit::Exception& failure) {
                CPPUNIT_FAIL(victim.table + '.' + column + " = " + value + ": " + failure.what());
            } catch (const std::exception& failure) {
                CPPUNIT_FAIL(victim.table + '.' + column + " = " + value + ": " + failure.what());
            }
        }
        return isTaken;
    }

    void keepHouse(bool isFirst = true) {
        SqliteStore& store = *_fixture->store;
        for (int round = 0; round < 10 && !store.links().noteExpired(late(), 1).empty(); ++round) {
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{isFirst ? 1 : 0},
                             count("links WHERE id = 'lnk_staged-whole' AND ended_at > 0"));
        store.links().purge({}, late());
        store.grantTokens().purge(std::chrono::hours(10'000), late());
        store.audit().prune(late() - std::chrono::hours(1));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, count("links WHERE id LIKE '%-whole'"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, count("grant_tokens WHERE key_id = 'cog-whole'"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, count("audit WHERE actor = 'whole'"));
        for (const auto& stage : store.droppedStages().list({"jira"}, 100))
            (void)store.droppedStages().remove(stage.link);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, count("dropped_stages WHERE link_id LIKE '%-whole'"));
    }

    void removeOthers() {
        SqliteStore& store = *_fixture->store;
        (void)store.clients().remove("victim");
        CPPUNIT_ASSERT(store.accounts().remove(owner, AccountId("acc_whole"), late()).has_value());
        CPPUNIT_ASSERT(store.clients().remove("alpha"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, count("tokens WHERE account_id = 'acc_whole'"));
    }

    [[nodiscard]] std::int64_t count(const std::string& rows) const {
        return _fixture->number("SELECT COUNT(*) FROM " + rows);
    }

    [[nodiscard]] int logged(const std::string& text) const {
        const std::string log = _fixture->logged.str();
        int found = 0;
        for (auto at = log.find(text); at != std::string::npos; at = log.find(text, at + 1))
            ++found;
        return found;
    }

    std::unique_ptr<StoreFixture> _fixture;
    std::unique_ptr<Poco::Data::Session> _editor; ///< changes the file beside the store
    Poco::Data::Session* _schemaOf = nullptr;     ///< says which schema the file has, if that changes
    std::map<std::string, std::vector<std::string>> _columns;
};

CPPUNIT_TEST_SUITE_REGISTRATION(DamagedPurgeTest);
