// SPDX-License-Identifier: Apache-2.0
// A database of every released schema, as an earlier version wrote it: it opens, is migrated, and keeps all
// its records. tests/fixtures/schema/README.md says how a fixture is made.
#include "Migrations.h"
#include "SchemaShape.h"
#include "StoreFixture.h"
#include "central_oauth/domain/Removal.h"
#include "central_oauth/platform/Files.h"

#include <algorithm>
#include <array>
#include <cppunit/extensions/HelperMacros.h>
#include <cstdio>

using namespace central_oauth;
using namespace central_oauth::store;
using namespace std::chrono_literals;

namespace {

// Random in each database, so two of the same records differ in them.
constexpr std::array randomColumns{"mac",           "sealed",     "authorization", "access_token",
                                   "refresh_token", "server_key", "check_value",   "instance_id"};

std::filesystem::path fixtureOf(int schema) {
    char name[16];
    std::snprintf(name, sizeof name, "%04d.sql", schema);
    return std::filesystem::path(CENTRAL_OAUTH_SCHEMA_FIXTURES) / name;
}

std::vector<std::string> texts(Connection& connection, const std::string& sql) {
    std::vector<std::string> all;
    std::string text;
    Query query(connection, sql);
    query.into(text);
    while (query.next())
        all.push_back(text);
    return all;
}

// Returns each row of the table as text, without what is random.
std::vector<std::string> rowsOf(Connection& connection, const std::string& table) {
    std::string columns = "'" + table + "'";
    for (const auto& column : texts(connection, "SELECT name FROM pragma_table_info('" + table + "')"))
        if (std::find(randomColumns.begin(), randomColumns.end(), column) == randomColumns.end())
            columns += " || ' " + column + "=' || quote(" + column + ")";
    return texts(connection, "SELECT " + columns + " FROM " + table + " ORDER BY 1");
}

// At least one row in each table, and one record in each state that a later version treats differently.
void fill(const memory::Place& place) {
    memory::addClient(place, "alpha");
    const auto account = memory::linkAccount(place, "delivered");
    const auto removed = memory::linkAccount(place, "removed", "bob");
    const auto refused = memory::linkAccount(place, "refused", "eve");
    memory::stageLink(place, "staged", memory::makeGrant("staged", place.now, "person-staged"), "joe");
    memory::approveLink(place, memory::makeLink("authorizing", place.now, "kim"));
    place.store.transact([&](domain::Transaction& transaction) {
        static_cast<void>(domain::addLink(transaction, memory::makeLink("pending", place.now, "lee")));
        transaction.put(memory::makeGrantToken("token-1", account, place.now));
        transaction.put(domain::PendingRefresh{
            .account = account, .version = 1, .firstSent = {place.now, 1000, "era-of-the-fixture"}});
        transaction.put(domain::KeepingState{"rules-of-the-fixture", place.now});
        static_cast<void>(domain::removeAccount(transaction, place.sealer, transaction.find(removed).value(),
                                                place.now, domain::Revocation::always));
        auto dead = transaction.find(refused).value();
        dead.status = domain::AccountStatus::needsReauth;
        dead.reason = "revoked_or_expired";
        dead.since = place.now;
        transaction.put(dead);
        transaction.record({.at = place.now,
                            .actor = {.address = "192.0.2.7", .requestId = "request-1"},
                            .action = "account.removed",
                            .client = base::ClientId("cli_alpha"),
                            .account = removed,
                            .provider = "jira",
                            .outcome = "ok"});
    });
}

} // namespace

class ReleasedSchemaTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ReleasedSchemaTest);
    CPPUNIT_TEST(testEverySchemaHasItsFixture);
    CPPUNIT_TEST(testFixturesHaveTheShapeOfTheirSchema);
    CPPUNIT_TEST(testUpgradeKeepsEveryRecord);
    CPPUNIT_TEST(testUpgradeKeepsEverySecret);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { _newest = static_cast<int>(embeddedMigrations().size()); }

    void testEverySchemaHasItsFixture() {
        for (int schema = 1; schema <= _newest; ++schema) {
            if (std::filesystem::exists(fixtureOf(schema)))
                continue;
            const auto made = std::filesystem::temp_directory_path() / "schema-fixture.sqlite3";
            std::filesystem::remove(made);
            StoreFixture fresh;
            fill(fresh.place());
            fresh.close();
            std::filesystem::copy_file(fresh.file(), made);
            CPPUNIT_FAIL("a released schema has no fixture; make it with: sqlite3 " + made.string() +
                         " .dump >" + fixtureOf(schema).string());
        }
    }

    void testFixturesHaveTheShapeOfTheirSchema() {
        for (int schema = 1; schema <= _newest; ++schema) {
            StoreFixture fixture;
            load(fixture, schema);
            Connection connection(uriOf(fixture.file(), "ro"));
            CPPUNIT_ASSERT_EQUAL(std::string(knownDigest(schema)), digestOf(readShape(connection)));
        }
    }

    void testUpgradeKeepsEveryRecord() {
        StoreFixture fresh;
        fill(fresh.place());
        Connection expected(uriOf(fresh.file(), "ro"));
        for (int schema = 1; schema <= _newest; ++schema) {
            StoreFixture fixture;
            load(fixture, schema);
            const auto tables = tablesOf(fixture);
            fixture.open();
            Connection found(uriOf(fixture.file(), "ro"));
            for (const auto& table : tables) {
                if (table == "instance" || table == "key_checks" || table == "probe")
                    continue;
                const auto rows = rowsOf(found, table);
                CPPUNIT_ASSERT_MESSAGE(table + " has no row in the fixture", !rows.empty());
                const auto wanted = rowsOf(expected, table);
                CPPUNIT_ASSERT_EQUAL(wanted.size(), rows.size());
                for (std::size_t i = 0; i < rows.size(); ++i)
                    CPPUNIT_ASSERT_EQUAL(wanted[i], rows[i]);
            }
        }
    }

    // Seals and codes of rows are bound to columns: a migration that renames one must seal anew.
    void testUpgradeKeepsEverySecret() {
        for (int schema = 1; schema <= _newest; ++schema) {
            StoreFixture fixture;
            open(fixture, schema);
            const auto place = fixture.place();
            for (const std::string number : {"delivered", "refused"}) {
                const auto tokens = memory::tokensOf(place, base::AccountId("acc_" + number));
                CPPUNIT_ASSERT_EQUAL("access-" + number, revealed(tokens.accessToken));
                CPPUNIT_ASSERT_EQUAL("refresh-" + number, revealed(tokens.refreshToken));
            }
            const auto delivery = place.store.transact([&](domain::Transaction& transaction) {
                return domain::deliver(transaction, place.sealer, base::LinkId("lnk_staged"),
                                       base::AccountId("acc_staged"), {}, place.now);
            });
            CPPUNIT_ASSERT(delivery.outcome == domain::DeliveryOutcome::delivered);
            const auto taken = place.store.transact([&](domain::Transaction& transaction) {
                return domain::takeState(transaction, place.sealer, {"state-of-lnk_authorizing"}, place.now);
            });
            CPPUNIT_ASSERT(taken.has_value());
            const auto [dropped, client, key, token, pending] =
                place.store.read([](const domain::ReadView& view) {
                    return std::tuple(view.select(domain::StageFilter{.state = domain::StageState::dropped}),
                                      view.find(base::ClientId("cli_alpha")), view.findKey("key-alpha"),
                                      view.findGrantToken("token-1"),
                                      view.find(domain::LinkKey(base::LinkId("lnk_pending"))));
                });
            CPPUNIT_ASSERT_EQUAL(std::size_t(1), dropped.size());
            CPPUNIT_ASSERT_EQUAL(std::string("refresh-removed"),
                                 revealed(domain::openStage(place.sealer, dropped.front()).refreshToken));
            CPPUNIT_ASSERT(client && key && token && pending);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(fixture.logged.str(), 0, fixture.logCount("damaged"));
        }
    }

private:
    // Replaces the fixture's own database by that of a released schema, not opened yet.
    static void load(StoreFixture& fixture, int schema) {
        fixture.close();
        for (const char* suffix : {"", "-wal", "-shm"})
            std::filesystem::remove(fixture.file().string() + suffix);
        CPPUNIT_ASSERT(platform::makePrivateFile(fixture.file()));
        Connection connection(uriOf(fixture.file(), "rw"));
        connection.runScript(readAll(fixtureOf(schema)));
        Query(connection, "PRAGMA user_version = " + std::to_string(schema)).run();
    }

    static std::vector<std::string> tablesOf(const StoreFixture& fixture) {
        Connection connection(uriOf(fixture.file(), "ro"));
        return texts(connection, "SELECT name FROM sqlite_schema WHERE type = 'table'");
    }

    void open(StoreFixture& fixture, int schema) const {
        load(fixture, schema);
        fixture.open();
        CPPUNIT_ASSERT_EQUAL(_newest, fixture.store->schemaVersion());
    }

    int _newest = 0;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ReleasedSchemaTest);
