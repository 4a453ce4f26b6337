// SPDX-License-Identifier: Apache-2.0
#include "SchemaShape.h"

#include "StoreFixture.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::store;

class SchemaShapeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SchemaShapeTest);
    CPPUNIT_TEST(testLayoutAndCommentsDoNotMatter);
    CPPUNIT_TEST(testQuotedTextMatters);
    CPPUNIT_TEST(testObjectsOfSqliteDoNotMatter);
    CPPUNIT_TEST_SUITE_END();

public:
    void testLayoutAndCommentsDoNotMatter() {
        CPPUNIT_ASSERT_EQUAL(digestOfSql("CREATE TABLE t (a TEXT, b TEXT)"),
                             digestOfSql("CREATE TABLE t (a TEXT, -- the first; of two\n    b   TEXT)"));
        CPPUNIT_ASSERT(digestOfSql("CREATE TABLE t (a TEXT, b TEXT)") !=
                       digestOfSql("CREATE TABLE t (a TEXT, b BLOB)"));
    }

    void testQuotedTextMatters() {
        CPPUNIT_ASSERT(digestOfSql("CREATE TABLE t (a TEXT CHECK (a <> '--  x'))") !=
                       digestOfSql("CREATE TABLE t (a TEXT CHECK (a <> '-- x'))"));
    }

    void testObjectsOfSqliteDoNotMatter() {
        const std::string table = "CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT UNIQUE)";
        auto analysed = sessionWith(table + "; CREATE INDEX i ON t (b); INSERT INTO t (b) VALUES ('x')");
        const auto before = digestOf(readShape(analysed));
        Query(analysed, "ANALYZE").run();
        CPPUNIT_ASSERT_EQUAL(before, digestOf(readShape(analysed)));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, readShape(analysed).size());
    }

private:
    static Connection sessionWith(const std::string& sql) {
        Connection connection(":memory:");
        connection.runScript(sql);
        return connection;
    }

    static std::string digestOfSql(const std::string& sql) {
        auto connection = sessionWith(sql);
        return digestOf(readShape(connection));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SchemaShapeTest);
