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
        const auto session = sessionWith(table + "; CREATE INDEX i ON t (b); INSERT INTO t (b) VALUES ('x')");
        auto analysed = session;
        const auto before = digestOf(readShape(analysed));
        Query(analysed, "ANALYZE").run();
        CPPUNIT_ASSERT_EQUAL(before, digestOf(readShape(analysed)));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, readShape(analysed).size());
    }

private:
    static Poco::Data::Session sessionWith(const std::string& sql) {
        auto session = openSession(":memory:");
        Query(session, sql).run();
        return session;
    }

    static std::string digestOfSql(const std::string& sql) {
        auto session = sessionWith(sql);
        return digestOf(readShape(session));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SchemaShapeTest);
