// SPDX-License-Identifier: Apache-2.0
#include "Migrations.h"

#include "SchemaShape.h"
#include "StoreFixture.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/platform/Files.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::store;

class MigrationsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(MigrationsTest);
    CPPUNIT_TEST(testRunsAllThenNone);
    CPPUNIT_TEST(testRunsEveryStatementOfScript);
    CPPUNIT_TEST(testRefusesNewerDatabase);
    CPPUNIT_TEST(testRefusesDatabaseOfAnotherProgramUntouched);
    CPPUNIT_TEST(testRefusesAnotherEncodingUntouched);
    CPPUNIT_TEST(testCopiesBeforeMigration);
    CPPUNIT_TEST(testReplacesCopyOfEarlierAttempt);
    CPPUNIT_TEST(testFailedStepLeavesDatabaseAsItWas);
    CPPUNIT_TEST(testEmbeddedStepsAreInSequence);
    CPPUNIT_TEST(testDigestsAreThoseOfTheMigrations);
    CPPUNIT_TEST(testRefusesKnownNumberWithAnotherShape);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        CPPUNIT_ASSERT(platform::makePrivateFile(_file));
        _database = std::make_unique<Database>(_file);
    }
    void tearDown() override { _database.reset(); }

    void testRunsAllThenNone() {
        const auto first = migrate(*_database, _file, embeddedMigrations());
        CPPUNIT_ASSERT_EQUAL(0, first.before);
        CPPUNIT_ASSERT_EQUAL(static_cast<int>(embeddedMigrations().size()), first.reached);
        CPPUNIT_ASSERT(!first.copy);
        const auto second = migrate(*_database, _file, embeddedMigrations());
        CPPUNIT_ASSERT_EQUAL(first.reached, second.before);
        CPPUNIT_ASSERT_EQUAL(first.reached, second.reached);
        CPPUNIT_ASSERT(!second.copy);
    }

    void testRunsEveryStatementOfScript() {
        migrate(*_database, _file, {one});
        CPPUNIT_ASSERT_EQUAL(std::string("one;two"), word());
    }

    void testRefusesNewerDatabase() {
        migrate(*_database, _file, {one, two});
        try {
            migrate(*_database, _file, {one});
            CPPUNIT_FAIL("a newer database was accepted");
        } catch (const StoreError& error) {
            CPPUNIT_ASSERT(error.fault() == StoreFault::failed);
            const std::string text = error.what();
            CPPUNIT_ASSERT(text.find("has schema 2") != std::string::npos);
            CPPUNIT_ASSERT(text.find("up to 1") != std::string::npos);
        }
    }

    void testRefusesDatabaseOfAnotherProgramUntouched() {
        _database->write(
            [](Connection& connection) { return Query(connection, "CREATE TABLE books (title)").run(); });
        const std::string before = readAll(_file);
        CPPUNIT_ASSERT_THROW(migrate(*_database, _file, embeddedMigrations()), StoreError);
        _database.reset();
        CPPUNIT_ASSERT(before == readAll(_file));
    }

    // A text of a UTF-16 file may read as another one than it compares.
    void testRefusesAnotherEncodingUntouched() {
        _database->withWriter([](Connection& connection) {
            Query(connection, "PRAGMA encoding = 'UTF-16le'").run();
            connection.runScript(std::string(embeddedMigrations().front().script));
            return Query(connection, "PRAGMA user_version = 1").run();
        });
        const std::string before = readAll(_file);
        try {
            migrate(*_database, _file, embeddedMigrations());
            CPPUNIT_FAIL("a UTF-16 database was accepted");
        } catch (const StoreError& error) {
            CPPUNIT_ASSERT_MESSAGE(error.what(),
                                   std::string(error.what()).find("UTF-16le") != std::string::npos);
        }
        _database.reset();
        CPPUNIT_ASSERT(before == readAll(_file));
    }

    void testCopiesBeforeMigration() {
        migrate(*_database, _file, {one});
        const auto result = migrate(*_database, _file, {one, two});
        CPPUNIT_ASSERT_EQUAL(1, result.before);
        CPPUNIT_ASSERT_EQUAL(2, result.reached);
        CPPUNIT_ASSERT(result.copy.has_value());
        CPPUNIT_ASSERT_EQUAL(_file.string() + ".before-0002", result.copy->string());
        CPPUNIT_ASSERT(!platform::restrictToOwner(*result.copy));
        CPPUNIT_ASSERT_EQUAL(std::string("three"), word());
        Database copy(*result.copy);
        CPPUNIT_ASSERT_EQUAL(std::string("one;two"), word(copy));
        CPPUNIT_ASSERT_EQUAL(2, migrate(copy, *result.copy, {one, two}).reached);
    }

    void testReplacesCopyOfEarlierAttempt() {
        migrate(*_database, _file, {one});
        for (const char* suffix : {".before-0002", ".before-0002.new"})
            std::ofstream(_file.string() + suffix) << "left over";
        const auto result = migrate(*_database, _file, {one, two});
        Database copy(*result.copy);
        CPPUNIT_ASSERT_EQUAL(std::string("one;two"), word(copy));
        CPPUNIT_ASSERT(!std::filesystem::exists(_file.string() + ".before-0002.new"));
    }

    void testFailedStepLeavesDatabaseAsItWas() {
        const Migration broken{2, "0002_break.sql",
                               "UPDATE words SET word = 'gone'; INSERT INTO none VALUES (1);"};
        migrate(*_database, _file, {one});
        CPPUNIT_ASSERT_THROW(migrate(*_database, _file, {one, broken}), base::Error);
        CPPUNIT_ASSERT_EQUAL(std::string("one;two"), word());
        CPPUNIT_ASSERT_EQUAL(1, migrate(*_database, _file, {one}).before);
    }

    // No migration ever changes, 0001 included: a change of the schema is a new migration with a digest of
    // its own.
    void testDigestsAreThoseOfTheMigrations() {
        const auto steps = embeddedMigrations();
        for (const Migration& step : steps) {
            _database->withWriter([&](Connection& connection) {
                connection.runScript(std::string(step.script));
                const auto digest = digestOf(readShape(connection));
                CPPUNIT_ASSERT_EQUAL_MESSAGE("SchemaShape.cpp has another digest for " +
                                                 std::string(step.name) + " than " + digest,
                                             digest, std::string(knownDigest(step.number)));
                return true;
            });
        }
        CPPUNIT_ASSERT(knownDigest(0).empty());
        CPPUNIT_ASSERT(knownDigest(static_cast<int>(steps.size()) + 1).empty());
    }

    void testRefusesKnownNumberWithAnotherShape() {
        migrate(*_database, _file, embeddedMigrations());
        struct Case {
            std::string change;
            std::string difference;
        };
        for (const auto& [change, difference] :
             {Case{"ALTER TABLE links ADD COLUMN extra TEXT", "table links differs"},
              Case{"CREATE INDEX mine ON links (label)", "index mine is unknown"},
              Case{"CREATE TRIGGER t AFTER INSERT ON audit BEGIN DELETE FROM audit; END",
                   "trigger t is unknown"},
              Case{"CREATE VIEW v AS SELECT 1", "view v is unknown"},
              Case{"DROP INDEX audit_by_time", "index audit_by_time is missing"},
              Case{"DROP TABLE grant_tokens", "table grant_tokens is missing"}}) {
            _database->withWriter([&](Connection& connection) {
                Query(connection, "SAVEPOINT before").run();
                return Query(connection, change).run();
            });
            try {
                migrate(*_database, _file, embeddedMigrations());
                CPPUNIT_FAIL("taken for the newest schema: " + change);
            } catch (const StoreError& error) {
                const std::string text = error.what();
                CPPUNIT_ASSERT(error.fault() == StoreFault::failed);
                CPPUNIT_ASSERT_MESSAGE(text, text.find(difference) != std::string::npos);
                CPPUNIT_ASSERT_MESSAGE(text, text.find("restore a backup") != std::string::npos);
            }
            _database->withWriter([](Connection& connection) {
                Query(connection, "ROLLBACK TO before").run();
                return Query(connection, "RELEASE before").run();
            });
        }
        CPPUNIT_ASSERT_EQUAL(static_cast<int>(embeddedMigrations().size()),
                             migrate(*_database, _file, embeddedMigrations()).before);
    }

    void testEmbeddedStepsAreInSequence() {
        const auto steps = embeddedMigrations();
        CPPUNIT_ASSERT(!steps.empty());
        CPPUNIT_ASSERT_EQUAL(std::string("0001_create_schema.sql"), std::string(steps.front().name));
    }

private:
    [[nodiscard]] std::string word() { return word(*_database); }
    static std::string word(Database& database) {
        return database.withWriter([](Connection& connection) {
            std::string text;
            Query query(connection, "SELECT word FROM words");
            query.into(text);
            CPPUNIT_ASSERT(query.next());
            return text;
        });
    }

    const Migration one{1, "0001_create_words.sql",
                        "-- a comment; with a semicolon\nCREATE TABLE words (word TEXT);\n"
                        "INSERT INTO words VALUES ('one;two');\n-- the end\n"};
    const Migration two{2, "0002_change_words.sql", "UPDATE words SET word = 'three';"};

    TemporaryDirectory _directory;
    std::filesystem::path _file = _directory.path() / "db.sqlite3";
    std::unique_ptr<Database> _database;
};

CPPUNIT_TEST_SUITE_REGISTRATION(MigrationsTest);
