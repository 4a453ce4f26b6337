// SPDX-License-Identifier: Apache-2.0
#include "StoreFixture.h"
#include "StoreProbe.h"
#include "StoreTroubleError.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::store;

namespace fs = std::filesystem;

class StoreReadinessTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StoreReadinessTest);
    CPPUNIT_TEST(testNewStoreIsReadyAndReportsThatItIsNew);
    CPPUNIT_TEST(testLostDatabaseIsReportedAsLost);
    CPPUNIT_TEST(testDeletedDatabaseTakesNoWrites);
    CPPUNIT_TEST(testReplacedDatabaseTakesNoWrites);
    CPPUNIT_TEST(testClosingLeavesTheFilesOfAnotherDatabase);
    CPPUNIT_TEST(testFailedWritesAreReportedAndRecover);
    CPPUNIT_TEST(testAlternatingFailuresDoNotFlap);
    CPPUNIT_TEST(testProbeTriesAnAuditEntry);
    CPPUNIT_TEST(testChangedCountMeansAnotherDatabase);
    CPPUNIT_TEST(testDamagedCountIsCountedAnew);
    CPPUNIT_TEST(testDamageStays);
    CPPUNIT_TEST(testChangedKeyCheckIsSeen);
    CPPUNIT_TEST(testEveryTroubleHasTexts);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { _fixture = std::make_unique<StoreFixture>(); }
    void tearDown() override { _fixture.reset(); }

    void testNewStoreIsReadyAndReportsThatItIsNew() {
        CPPUNIT_ASSERT(_fixture->store->readiness().works());
        CPPUNIT_ASSERT_EQUAL(1, logged("\"level\":\"WARNING\""));
        CPPUNIT_ASSERT_EQUAL(1, logged("a new, empty database was made, because there was none"));
        _fixture->reopen();
        CPPUNIT_ASSERT_EQUAL(1, logged("\"level\":\"WARNING\""));
        CPPUNIT_ASSERT_EQUAL(0, logged("\"level\":\"ERROR\""));
    }

    void testLostDatabaseIsReportedAsLost() {
        _fixture->close();
        fs::remove(_fixture->file());
        _fixture->open();
        CPPUNIT_ASSERT_EQUAL(1, logged("the database was gone, and a new, empty one was made"));
        CPPUNIT_ASSERT_EQUAL(1, logged("\"traces\":\"db.sqlite3.lock\""));
    }

    void testDeletedDatabaseTakesNoWrites() {
        memory::addClient(_fixture->place(), "alpha");
        const auto account = memory::linkAccount(_fixture->place(), "one");
        for (const char* suffix : {"-wal", ""}) {
            fs::remove(_fixture->file().string() + suffix);
            assertWriteRefused(StoreTrouble::fileMissing);
        }
        CPPUNIT_ASSERT(_fixture->store->readiness().store == StoreTrouble::fileMissing);
        CPPUNIT_ASSERT_THROW(_fixture->store->requireWritable(), base::Error);
        CPPUNIT_ASSERT_EQUAL(1, logged("\"level\":\"ERROR\""));
        CPPUNIT_ASSERT_EQUAL(1, logged("\"state\":\"file_missing\""));
        // Stored data can still be read.
        CPPUNIT_ASSERT(!memory::tokensOf(_fixture->place(), account).accessToken.empty());
    }

    void testReplacedDatabaseTakesNoWrites() {
        fs::copy_file(_fixture->file(), _fixture->file().string() + ".copy");
        fs::rename(_fixture->file().string() + ".copy", _fixture->file());
        assertWriteRefused(StoreTrouble::fileReplaced);
        CPPUNIT_ASSERT(_fixture->store->readiness().store == StoreTrouble::fileReplaced);
    }

    void testClosingLeavesTheFilesOfAnotherDatabase() {
        memory::addClient(_fixture->place(), "alpha");
        const auto folder = _fixture->directory.path();
        fs::create_directory(folder / "away");
        for (const char* suffix : {"", "-wal", "-shm"})
            fs::rename(_fixture->file().string() + suffix,
                       folder / "away" / (_fixture->file().filename().string() + suffix));
        std::ofstream(_fixture->file().string() + "-wal") << "of another database";
        _fixture->close();
        CPPUNIT_ASSERT_EQUAL(std::string("of another database"), readAll(_fixture->file().string() + "-wal"));
        Connection connection(uriOf(folder / "away" / _fixture->file().filename(), "rw"));
        std::string name;
        Query query(connection, "SELECT name FROM clients");
        query.into(name);
        CPPUNIT_ASSERT(query.next());
        CPPUNIT_ASSERT_EQUAL(std::string("alpha"), name);
    }

    // The pragmas make SQLite fail like a database at its size limit and like a read-only volume.
    void testFailedWritesAreReportedAndRecover() {
        auto database = std::make_unique<Database>(_fixture->file(), _fixture->logger.channel("test"));
        database->openReaders(1);
        database->watch().filesAreOpen();
        struct Case {
            std::string begin, end;
            StoreTrouble trouble;
        };
        for (const auto& [begin, end, trouble] :
             {Case{"PRAGMA max_page_count = 1", "PRAGMA max_page_count = 1073741823", StoreTrouble::failed},
              Case{"PRAGMA query_only = 1", "PRAGMA query_only = 0", StoreTrouble::readOnly}}) {
            const auto errors = logged("\"level\":\"ERROR\"");
            run(*database, begin);
            for (int i = 0; i < 3; ++i)
                CPPUNIT_ASSERT_THROW(addLargeRow(*database), StoreTroubleError);
            CPPUNIT_ASSERT(database->watch().readiness().store == trouble);
            CPPUNIT_ASSERT_EQUAL_MESSAGE("one line for each change", errors + 1,
                                         logged("\"level\":\"ERROR\""));
            run(*database, end);
            addLargeRow(*database);
            database->watch().noteCheck(true);
            CPPUNIT_ASSERT_MESSAGE("one check proves nothing", !database->watch().readiness().works());
            database->watch().noteCheck(true);
            CPPUNIT_ASSERT(database->watch().readiness().works());
        }
        CPPUNIT_ASSERT_EQUAL(2, logged("the database works again"));
        database.reset();
    }

    // A larger write fails between two checks that succeed.
    void testAlternatingFailuresDoNotFlap() {
        StoreWatch watch(_fixture->file(), _fixture->logger.channel("test"));
        for (int i = 0; i < 5; ++i) {
            watch.noteFailure(StoreTrouble::full, "full");
            watch.noteCheck(true);
            CPPUNIT_ASSERT(watch.readiness().store == StoreTrouble::full);
        }
        CPPUNIT_ASSERT_EQUAL(1, logged("\"level\":\"ERROR\""));
        watch.noteCheck(true);
        CPPUNIT_ASSERT(watch.readiness().works());
    }

    void testProbeTriesAnAuditEntry() {
        Database database(_fixture->file(), _fixture->logger.channel("test"));
        StoreProbe probe;
        probe.write(database);
        const auto entries = _fixture->number("SELECT COUNT(*) FROM audit");
        runSql("CREATE TRIGGER no_entries BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'none'); END");
        const auto count = _fixture->number("SELECT writes FROM probe");
        CPPUNIT_ASSERT_THROW(probe.write(database), base::Error);
        CPPUNIT_ASSERT_EQUAL(count, _fixture->number("SELECT writes FROM probe"));
        runSql("DROP TRIGGER no_entries");
        probe.write(database);
        CPPUNIT_ASSERT_EQUAL(entries, _fixture->number("SELECT COUNT(*) FROM audit"));
    }

    void testChangedCountMeansAnotherDatabase() {
        for (const std::string value : {"writes - 1", "writes + 1"}) {
            Database database(_fixture->file(), _fixture->logger.channel("test"));
            StoreProbe probe;
            probe.write(database);
            probe.write(database);
            runSql("UPDATE probe SET writes = " + value);
            const auto errors = logged("\"level\":\"ERROR\"");
            for (int i = 0; i < 3; ++i)
                CPPUNIT_ASSERT_THROW(probe.write(database), StoreTroubleError);
            for (int i = 0; i < 3; ++i)
                database.watch().noteCheck(true);
            CPPUNIT_ASSERT(database.watch().readiness().store == StoreTrouble::fileReplaced);
            CPPUNIT_ASSERT_EQUAL(errors + 1, logged("\"level\":\"ERROR\""));
            CPPUNIT_ASSERT_THROW(addLargeRow(database), StoreTroubleError);
        }
    }

    void testDamagedCountIsCountedAnew() {
        Database database(_fixture->file(), _fixture->logger.channel("test"));
        StoreProbe probe;
        for (const std::string change : {"UPDATE probe SET writes = 9223372036854775807",
                                         "UPDATE probe SET writes = -1", "DELETE FROM probe"}) {
            probe.write(database);
            runSql(change);
            probe.write(database);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(change, std::int64_t{1},
                                         _fixture->number("SELECT writes FROM probe"));
        }
        CPPUNIT_ASSERT_EQUAL(1, logged("\"table\":\"probe\""));
    }

    void testDamageStays() {
        StoreWatch watch(_fixture->file(), _fixture->logger.channel("test"));
        watch.noteFailure(StoreTrouble::damaged, "malformed");
        watch.noteFailure(StoreTrouble::full, "full");
        watch.noteCheck(true);
        CPPUNIT_ASSERT(watch.readiness().store == StoreTrouble::damaged);
        CPPUNIT_ASSERT_EQUAL(1, logged("\"level\":\"ERROR\""));
    }

    void testChangedKeyCheckIsSeen() {
        StoreWatch watch(_fixture->file(), _fixture->logger.channel("test"));
        for (const bool fits : {true, false, false, true})
            watch.noteCheck(fits);
        CPPUNIT_ASSERT_EQUAL(1, logged("\"level\":\"ERROR\""));
        CPPUNIT_ASSERT_EQUAL(1, logged("the key ring fits the database again"));
        watch.noteCheck(false);
        CPPUNIT_ASSERT(!watch.readiness().works());
    }

    void testEveryTroubleHasTexts() {
        for (int number = 1; number <= static_cast<int>(StoreTrouble::failed); ++number) {
            const auto trouble = static_cast<StoreTrouble>(number);
            CPPUNIT_ASSERT(!nameOf(trouble).empty());
            CPPUNIT_ASSERT(!troubleText(trouble).empty());
            CPPUNIT_ASSERT(!troubleFix(trouble).empty());
        }
        CPPUNIT_ASSERT(nameOf(StoreTrouble::none) == "ok");
    }

private:
    [[nodiscard]] int logged(const std::string& text) const {
        const std::string log = _fixture->logged.str();
        int count = 0;
        for (auto at = log.find(text); at != std::string::npos; at = log.find(text, at + 1))
            ++count;
        return count;
    }

    void assertWriteRefused(StoreTrouble trouble) {
        try {
            memory::addClient(_fixture->place(), "late");
            CPPUNIT_FAIL("a write was taken that nobody will find again");
        } catch (const StoreTroubleError& error) {
            CPPUNIT_ASSERT_MESSAGE(error.what(), error.trouble() == trouble);
        }
    }

    // Runs SQL beside the store.
    void runSql(const std::string& statement) const {
        Connection connection(uriOf(_fixture->file(), "rw"));
        Query(connection, statement).run();
    }

    static void run(Database& database, const std::string& sql) {
        database.withWriter([&](Connection& connection) {
            std::string answer;
            Query query(connection, sql);
            query.into(answer);
            return query.next();
        });
    }

    static void addLargeRow(Database& database) {
        database.write([](Connection& connection) {
            return Query(connection,
                         "INSERT INTO audit (at, actor, action, client_id, client_name, account_id, link_id,"
                         " provider, address, request_id, outcome) VALUES (1, '', '', '', '', '', '', '', "
                         "'', '',"
                         " hex(randomblob(20000)))")
                .run();
        });
    }

    std::unique_ptr<StoreFixture> _fixture;
};

CPPUNIT_TEST_SUITE_REGISTRATION(StoreReadinessTest);
