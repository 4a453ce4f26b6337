// SPDX-License-Identifier: Apache-2.0
#include "StoreFixture.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/platform/Files.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::store;

class DatabaseTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DatabaseTest);
    CPPUNIT_TEST(testWriterHasItsPragmas);
    CPPUNIT_TEST(testReaderCannotWrite);
    CPPUNIT_TEST(testReaderFileModeAloneRefusesWrites);
    CPPUNIT_TEST(testReaderSeesWhatWasCommitted);
    CPPUNIT_TEST(testExceptionRollsBack);
    CPPUNIT_TEST(testPragmaThatDoesNotHoldIsRefused);
    CPPUNIT_TEST(testErrorNamesNoValue);
    CPPUNIT_TEST(testOpensPathWithUnusualCharacters);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        CPPUNIT_ASSERT(platform::makePrivateFile(_file));
        _database = std::make_unique<Database>(_file);
        _database->write([](Connection& connection) {
            return Query(connection, "CREATE TABLE words (word TEXT NOT NULL UNIQUE) STRICT").run();
        });
        _database->openReaders(2);
    }
    void tearDown() override { _database.reset(); }

    void testWriterHasItsPragmas() {
        _database->withWriter([](Connection& connection) {
            CPPUNIT_ASSERT_EQUAL(std::string("wal"), pragma(connection, "journal_mode"));
            CPPUNIT_ASSERT_EQUAL(std::string("2"), pragma(connection, "synchronous"));
            CPPUNIT_ASSERT_EQUAL(std::string("1"), pragma(connection, "foreign_keys"));
            CPPUNIT_ASSERT_EQUAL(std::string("1"), pragma(connection, "secure_delete"));
            CPPUNIT_ASSERT_EQUAL(std::string("5000"), pragma(connection, "busy_timeout"));
            CPPUNIT_ASSERT_EQUAL(std::string("1000"), pragma(connection, "wal_autocheckpoint"));
            return true;
        });
    }

    void testReaderCannotWrite() {
        CPPUNIT_ASSERT_THROW(
            _database->read([](Connection& connection) { return addWord(connection, "word"); }), base::Error);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, wordCount(*_database));
    }

    void testReaderFileModeAloneRefusesWrites() {
        Connection connection(uriOf(_file, "ro"));
        try {
            addWord(connection, "word");
            CPPUNIT_FAIL("a connection with mode=ro has written");
        } catch (const Poco::Exception& error) {
            CPPUNIT_ASSERT(error.message().find("readonly") != std::string::npos);
        }
    }

    void testReaderSeesWhatWasCommitted() {
        _database->write([](Connection& connection) { return addWord(connection, "word"); });
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, wordCount(*_database));
    }

    void testExceptionRollsBack() {
        CPPUNIT_ASSERT_THROW(_database->write([](Connection& connection) -> bool {
            addWord(connection, "word");
            throw std::runtime_error("half way");
        }),
                             std::runtime_error);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, wordCount(*_database));
        CPPUNIT_ASSERT_NO_THROW(
            _database->write([](Connection& connection) { return addWord(connection, "word"); }));
    }

    void testPragmaThatDoesNotHoldIsRefused() {
        _database->withWriter([](Connection& connection) {
            CPPUNIT_ASSERT_THROW(setPragma(connection, "page_size", "8192"), base::Error);
            return true;
        });
    }

    void testErrorNamesNoValue() {
        _database->write([](Connection& connection) { return addWord(connection, "hidden-word"); });
        try {
            _database->write([](Connection& connection) { return addWord(connection, "hidden-word"); });
            CPPUNIT_FAIL("the same word twice");
        } catch (const base::Error& error) {
            CPPUNIT_ASSERT(error.code() == base::ErrorCode::storeUnavailable);
            CPPUNIT_ASSERT(std::string(error.what()).find("words.word") != std::string::npos);
            CPPUNIT_ASSERT(std::string(error.what()).find("hidden-word") == std::string::npos);
            CPPUNIT_ASSERT(error.hint().empty());
        }
    }

    void testOpensPathWithUnusualCharacters() {
        const auto file = _directory.path() / "a b#c?d%20e&f=g'h.db";
        CPPUNIT_ASSERT(platform::makePrivateFile(file));
        Database database(file);
        database.write([](Connection& connection) { return Query(connection, "CREATE TABLE t (x)").run(); });
        CPPUNIT_ASSERT_NO_THROW(database.openReaders(1));
        CPPUNIT_ASSERT(std::filesystem::file_size(file) > 0);
    }

private:
    static std::string pragma(Connection& connection, const std::string& name) {
        std::string value;
        Query query(connection, "PRAGMA " + name);
        query.into(value);
        CPPUNIT_ASSERT(query.next());
        return value;
    }

    TemporaryDirectory _directory;
    std::filesystem::path _file = _directory.path() / "db.sqlite3";
    std::unique_ptr<Database> _database;
};

CPPUNIT_TEST_SUITE_REGISTRATION(DatabaseTest);
