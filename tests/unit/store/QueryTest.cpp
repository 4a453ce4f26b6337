// SPDX-License-Identifier: Apache-2.0
#include "Query.h"

#include "RowValues.h"
#include "StoreFixture.h"
#include "central_oauth/base/Error.h"

#include <cppunit/extensions/HelperMacros.h>
#include <sqlite3.h>
#include <stdexcept>

#include <Poco/Data/SQLite/SQLiteException.h>

using namespace central_oauth;
using namespace central_oauth::store;

class QueryTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(QueryTest);
    CPPUNIT_TEST(testKeepsEveryType);
    CPPUNIT_TEST(testKeepsAbsence);
    CPPUNIT_TEST(testFetchesRowByRow);
    CPPUNIT_TEST(testCountsChangedRows);
    CPPUNIT_TEST(testRefusesTextWithNul);
    CPPUNIT_TEST(testRefusesValuesThatDoNotFit);
    CPPUNIT_TEST(testContinuesAfterADamagedRow);
    CPPUNIT_TEST(testPreparesAStatementOnce);
    CPPUNIT_TEST(testSameStatementRunsWithinItself);
    CPPUNIT_TEST(testKeepsNoValueForTheNextQuery);
    CPPUNIT_TEST(testFailedStatementRunsAgain);
    CPPUNIT_TEST(testUnfinishedReadHoldsNoSnapshot);
    CPPUNIT_TEST(testStatementSurvivesANewSchema);
    CPPUNIT_TEST(testKeepsABoundedNumberOfStatements);
    CPPUNIT_TEST(testRefusesSeveralStatements);
    CPPUNIT_TEST(testRefusesAParameterWithoutValue);
    CPPUNIT_TEST(testFailedReadDoesNotBeginAgain);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        Query(_connection, "CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT, number INTEGER, bytes BLOB,"
                           " at INTEGER) STRICT")
            .run();
        _row.emplace(_connection, "SELECT text, number, bytes, at FROM rows ORDER BY id");
        _row->into(_text).into(_number).intoBytes(_bytes).into(_time);
    }

    void testKeepsEveryType() {
        const std::string bytes("\0\xFFpart\0", 7);
        const Timestamp time(std::chrono::seconds(4'102'444'800));
        insert("it's \xC3\xA4; --", std::int64_t{1} << 62, bytes, time);
        CPPUNIT_ASSERT(_row->next());
        CPPUNIT_ASSERT_EQUAL(std::string("it's \xC3\xA4; --"), _text);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1} << 62, _number);
        CPPUNIT_ASSERT(bytes == _bytes);
        CPPUNIT_ASSERT(_time == time);
        CPPUNIT_ASSERT(!_row->next());
        CPPUNIT_ASSERT(!_row->next());
    }

    void testKeepsAbsence() {
        insert("", 0, "", std::nullopt);
        _text = _bytes = "before";
        _time = Timestamp();
        CPPUNIT_ASSERT(_row->next());
        CPPUNIT_ASSERT(_text.empty());
        CPPUNIT_ASSERT(_bytes.empty());
        CPPUNIT_ASSERT(!_time);
    }

    void testFetchesRowByRow() {
        for (std::int64_t i = 1; i <= 3; ++i)
            insert(std::to_string(i), i, std::string(static_cast<std::size_t>(i), 'x'), std::nullopt);
        for (std::int64_t i = 1; i <= 3; ++i) {
            CPPUNIT_ASSERT(_row->next());
            CPPUNIT_ASSERT_EQUAL(i, _number);
            CPPUNIT_ASSERT_EQUAL(static_cast<std::size_t>(i), _bytes.size());
        }
        CPPUNIT_ASSERT(!_row->next());
    }

    void testCountsChangedRows() {
        for (int i = 0; i < 3; ++i)
            insert("a", i, "", std::nullopt);
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, Query(_connection, "UPDATE rows SET text = 'b'").run());
        CPPUNIT_ASSERT_EQUAL(std::size_t{0},
                             Query(_connection, "UPDATE rows SET text = 'c' WHERE id > 9").run());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1},
                             Query(_connection, "DELETE FROM rows WHERE number = ?").with(1).run());
    }

    void testRefusesTextWithNul() {
        CPPUNIT_ASSERT_THROW(insert(std::string("a\0b", 3), 0, "", std::nullopt), base::Error);
    }

    void testRefusesValuesThatDoNotFit() {
        const std::vector<std::string> odd{"NULL", "'odd'", "''", "1.5", "x'31ff'"};
        for (const auto& value : odd) {
            std::int64_t number = 0;
            assertDamaged(value, [&](Query& query) { query.into(number); });
            Timestamp time;
            assertDamaged(value, [&](Query& query) { query.into(time); });
            bool flag = false;
            assertDamaged(value, [&](Query& query) { query.into(flag); });
        }
        int small = 0;
        assertDamaged("2147483648", [&](Query& query) { query.into(small); });
        Timestamp time;
        assertDamaged("-1", [&](Query& query) { query.into(time); });
        assertDamaged("253402300800", [&](Query& query) { query.into(time); });
        bool flag = false;
        assertDamaged("2", [&](Query& query) { query.into(flag); });
        std::string text;
        assertDamaged("NULL", [&](Query& query) { query.into(text); });
        base::AccountId id("before");
        Query query(_connection, "SELECT NULL");
        CPPUNIT_ASSERT(query.next());
        readColumn(query, 0, Optional{id});
        CPPUNIT_ASSERT(id.empty());
    }

    void testContinuesAfterADamagedRow() {
        std::string id;
        std::int64_t number = 0;
        Query query(_connection,
                    "SELECT 'a' AS id, 1 AS n UNION ALL SELECT 'b', 'odd' UNION ALL SELECT 'c', 3");
        query.ofTable("rows").into(id).into(number);
        CPPUNIT_ASSERT(query.next());
        try {
            static_cast<void>(query.next());
            CPPUNIT_FAIL("the row was taken");
        } catch (const domain::DamagedRowError& error) {
            CPPUNIT_ASSERT_EQUAL(std::string("rows"), error.table());
            CPPUNIT_ASSERT_EQUAL(std::string("b"), error.row());
            CPPUNIT_ASSERT_EQUAL(std::string("n"), error.column());
        }
        CPPUNIT_ASSERT(query.next());
        CPPUNIT_ASSERT_EQUAL(std::string("c"), id);
        CPPUNIT_ASSERT(!query.next());
    }

    void testPreparesAStatementOnce() {
        const std::string sql = "SELECT 1";
        auto lease = _connection.prepare(sql);
        const auto* const first = lease.statement.get();
        _connection.keep(std::move(lease));
        for (int i = 0; i < 3; ++i)
            CPPUNIT_ASSERT(Query(_connection, sql).next());
        CPPUNIT_ASSERT(_connection.prepare(sql).statement.get() == first);
    }

    void testSameStatementRunsWithinItself() {
        for (int i = 0; i < 3; ++i)
            insert(std::to_string(i), i, "", std::nullopt);
        const std::string sql = "SELECT number FROM rows ORDER BY id";
        std::int64_t outer = 0;
        std::int64_t inner = 0;
        std::int64_t pairs = 0;
        Query rows(_connection, sql);
        rows.into(outer);
        while (rows.next()) {
            Query others(_connection, sql);
            others.into(inner);
            while (others.next())
                ++pairs;
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t(9), pairs);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(2), outer);
    }

    void testKeepsNoValueForTheNextQuery() {
        const std::string sql = "SELECT length(?)";
        CPPUNIT_ASSERT(Query(_connection, sql).with("a secret").next());
        auto lease = _connection.prepare(sql);
        char* const text = sqlite3_expanded_sql(lease.statement.get());
        const std::string expanded(text);
        sqlite3_free(text);
        _connection.keep(std::move(lease));
        CPPUNIT_ASSERT_EQUAL(std::string("SELECT length(NULL)"), expanded);
    }

    void testFailedStatementRunsAgain() {
        const std::string sql = "INSERT INTO rows (id) VALUES (?)";
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), Query(_connection, sql).with(7).run());
        CPPUNIT_ASSERT_THROW(Query(_connection, sql).with(7).run(),
                             Poco::Data::SQLite::ConstraintViolationException);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), Query(_connection, sql).with(8).run());
    }

    // A reader that stops in the middle must neither hold back a checkpoint nor keep a table from being
    // dropped.
    void testUnfinishedReadHoldsNoSnapshot() {
        insert("a", 1, "", std::nullopt);
        insert("b", 2, "", std::nullopt);
        CPPUNIT_ASSERT(Query(_connection, "SELECT text FROM rows").next());
        CPPUNIT_ASSERT(sqlite3_txn_state(_connection.handle(), nullptr) == SQLITE_TXN_NONE);
        _row.reset();
        Query(_connection, "DROP TABLE rows").run();
    }

    void testStatementSurvivesANewSchema() {
        const std::string sql = "SELECT * FROM rows";
        insert("a", 1, "", std::nullopt);
        CPPUNIT_ASSERT(Query(_connection, sql).next());
        Query(_connection, "ALTER TABLE rows ADD COLUMN more TEXT").run();
        CPPUNIT_ASSERT(Query(_connection, sql).next());
    }

    void testKeepsABoundedNumberOfStatements() {
        for (std::size_t i = 0; i < 2 * Connection::mostKept; ++i)
            CPPUNIT_ASSERT(Query(_connection, "SELECT " + std::to_string(i)).next());
        std::size_t prepared = 0;
        for (auto* each = sqlite3_next_stmt(_connection.handle(), nullptr); each != nullptr;
             each = sqlite3_next_stmt(_connection.handle(), each))
            ++prepared;
        CPPUNIT_ASSERT(prepared <= Connection::mostKept + 1); // one is that of _row
    }

    void testRefusesAParameterWithoutValue() {
        CPPUNIT_ASSERT_THROW(Query(_connection, "DELETE FROM rows WHERE id = ?").run(), std::logic_error);
        CPPUNIT_ASSERT_THROW((void)Query(_connection, "SELECT ?, ?").with(1).next(), std::logic_error);
        CPPUNIT_ASSERT_THROW(Query(_connection, "SELECT ?").with(1).with(2),
                             Poco::Data::SQLite::SQLiteException);
    }

    void testFailedReadDoesNotBeginAgain() {
        std::int64_t number = 0;
        Query query(_connection, "SELECT 1 UNION ALL SELECT abs(-9223372036854775807 - 1)"); // overflows
        query.into(number);
        CPPUNIT_ASSERT(query.next());
        CPPUNIT_ASSERT_THROW((void)query.next(), Poco::Exception);
        CPPUNIT_ASSERT(!query.next());
    }

    void testRefusesSeveralStatements() {
        for (const std::string sql : {"", "SELECT 1; DROP TABLE rows", "-- nothing"})
            CPPUNIT_ASSERT_THROW(Query(_connection, sql), std::logic_error);
        CPPUNIT_ASSERT(!_row->next());
    }

private:
    template <class Into>
    void assertDamaged(const std::string& value, const Into& into) {
        Query query(_connection, "SELECT " + value + " AS value");
        into(query);
        try {
            (void)query.next();
            CPPUNIT_FAIL(value + " was taken");
        } catch (const domain::DamagedRowError& error) {
            CPPUNIT_ASSERT_EQUAL(std::string("value"), error.column());
        }
    }

    void insert(const std::string& text, std::int64_t number, const std::string& bytes,
                const std::optional<Timestamp>& time) {
        Query(_connection, "INSERT INTO rows (text, number, bytes, at) VALUES (?, ?, ?, ?)")
            .with(text)
            .with(number)
            .withBytes(bytes)
            .with(time)
            .run();
    }

    Connection _connection{":memory:"};
    std::string _text;
    std::int64_t _number = -1;
    std::string _bytes;
    std::optional<Timestamp> _time;
    std::optional<Query> _row;
};

CPPUNIT_TEST_SUITE_REGISTRATION(QueryTest);
