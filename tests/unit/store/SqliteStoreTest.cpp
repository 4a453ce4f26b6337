// SPDX-License-Identifier: Apache-2.0
#include "Migrations.h"
#include "Rows.h"
#include "StoreFixture.h"

#include <atomic>
#include <cppunit/extensions/HelperMacros.h>
#include <thread>

using namespace central_oauth;
using namespace central_oauth::store;

namespace fs = std::filesystem;

class SqliteStoreTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SqliteStoreTest);
    CPPUNIT_TEST(testMakesPrivateFiles);
    CPPUNIT_TEST(testRemovesPermissionsOfOthers);
    CPPUNIT_TEST(testRefusesSecondStore);
    CPPUNIT_TEST(testRefusesSecondStoreByAnotherName);
    CPPUNIT_TEST(testRefusesDamagedFile);
    CPPUNIT_TEST(testRefusesNewerDatabase);
    CPPUNIT_TEST(testRefusesImpossibleDirectory);
    CPPUNIT_TEST(testRefusesADirectoryThatOthersCanWrite);
    CPPUNIT_TEST(testOpensAgain);
    CPPUNIT_TEST(testOpensWhileAnotherProgramClosesTheDatabase);
    CPPUNIT_TEST(testLogsOpening);
    CPPUNIT_TEST(testLeavesNoPlaintextOnDisk);
    CPPUNIT_TEST(testLargestAuditNumberStopsNoEntry);
    CPPUNIT_TEST(testOwnListInAnotherSpellingSurvivesAnUpdate);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { _fixture = std::make_unique<StoreFixture>(); }
    void tearDown() override { _fixture.reset(); }

    void testMakesPrivateFiles() {
        StoreOptions options = _fixture->options();
        options.path = _fixture->directory.path() / "new" / "db.sqlite3";
        const SqliteStore store(options, _fixture->ring, _fixture->clock, _fixture->logger);
        CPPUNIT_ASSERT(permissionsOf(options.path.parent_path()) == fs::perms::owner_all);
        for (const char* suffix : {"", "-wal", "-shm", ".lock"}) {
            fs::path file = options.path;
            file += suffix;
            CPPUNIT_ASSERT_MESSAGE(suffix,
                                   permissionsOf(file) == (fs::perms::owner_read | fs::perms::owner_write));
        }
    }

    void testRemovesPermissionsOfOthers() {
        _fixture->close();
        fs::permissions(_fixture->file(), fs::perms::group_read, fs::perm_options::add);
        _fixture->open();
        CPPUNIT_ASSERT(permissionsOf(_fixture->file()) == (fs::perms::owner_read | fs::perms::owner_write));
        CPPUNIT_ASSERT(_fixture->logged.str().find("removed other users' access") != std::string::npos);
    }

    void testRefusesSecondStore() {
        assertRefused(_fixture->options(), StoreFault::locked, "another process");
    }

    void testRefusesSecondStoreByAnotherName() {
        StoreOptions options = _fixture->options();
        options.path = _fixture->directory.path() / "alias.sqlite3";
        fs::create_symlink(_fixture->file(), options.path);
        assertRefused(options, StoreFault::locked, "another process");
    }

    void testRefusesDamagedFile() {
        _fixture->close();
        std::ofstream(_fixture->file(), std::ios::trunc) << std::string(4096, 'x');
        assertRefused(_fixture->options(), StoreFault::failed, "not a database");
    }

    void testRefusesNewerDatabase() {
        _fixture->close();
        {
            Connection connection(uriOf(_fixture->file(), "rw"));
            Query(connection, "PRAGMA user_version = 9999").run();
        }
        assertRefused(_fixture->options(), StoreFault::failed, "has schema 9999");
    }

    void testRefusesImpossibleDirectory() {
        StoreOptions options = _fixture->options();
        options.path = _fixture->file() / "db.sqlite3";
        assertRefused(options, StoreFault::failed, "is not a directory");
        options.path = _fixture->file() / "below" / "db.sqlite3";
        assertRefused(options, StoreFault::failed, "can't open the database");
    }

    void testRefusesADirectoryThatOthersCanWrite() {
        namespace fs = std::filesystem;
        _fixture->close();
        const fs::path folder = _fixture->file().parent_path();
        fs::permissions(folder, fs::perms(0707));
        assertRefused(_fixture->options(), StoreFault::failed,
                      "can be written by others; remove that permission (chmod go-w)");
        // A container platform's volume belongs to a group of its own.
        fs::permissions(folder, fs::perms(0770));
        _fixture->reopen();
        CPPUNIT_ASSERT(_fixture->logged.str().find("other users have access") != std::string::npos);
        fs::permissions(folder, fs::perms(0700));
    }

    void testOpensAgain() {
        const int newest = static_cast<int>(embeddedMigrations().size());
        CPPUNIT_ASSERT_EQUAL(newest, _fixture->store->schemaVersion());
        memory::addClient(_fixture->place(), "alpha");
        _fixture->reopen();
        CPPUNIT_ASSERT_EQUAL(newest, _fixture->store->schemaVersion());
        CPPUNIT_ASSERT(_fixture->store->read([](const domain::ReadView& view) {
            return view.find(domain::ClientId("cli_alpha")).has_value();
        }));
    }

    // The last program that closes the database removes the files beside it, at any moment of an opening.
    void testOpensWhileAnotherProgramClosesTheDatabase() {
        std::atomic<bool> enough = false;
        std::thread other([this, &enough] {
            while (!enough) {
                Connection beside(uriOf(_fixture->file(), "rw"));
                Query(beside, "SELECT count(*) FROM clients").run();
            }
        });
        std::string failure;
        for (int round = 0; round < 400 && failure.empty(); ++round) {
            try {
                _fixture->reopen();
            } catch (const std::exception& error) {
                failure = error.what();
            }
        }
        enough = true;
        other.join();
        CPPUNIT_ASSERT_EQUAL(std::string(), failure);
    }

    void testLogsOpening() {
        const std::string log = _fixture->logged.str();
        CPPUNIT_ASSERT(log.find("database opened") != std::string::npos);
        CPPUNIT_ASSERT(log.find(_fixture->ring.currentKeyId()) != std::string::npos);
        CPPUNIT_ASSERT(log.find(std::string(64, '1')) == std::string::npos);
    }

    void testLeavesNoPlaintextOnDisk() {
        const auto place = _fixture->place();
        memory::addClient(place, "alpha");
        memory::linkAccount(place, "canary");
        memory::stageLink(place, "second-canary", memory::makeGrant("staged-canary", place.now));
        _fixture->store->transact([&](domain::Transaction& transaction) {
            CPPUNIT_ASSERT(domain::addLink(transaction, memory::makeLink("third", place.now)));
            CPPUNIT_ASSERT(domain::approveLink(transaction, place.sealer, domain::LinkId("lnk_third"),
                                               "browser", {"state-hash"},
                                               memory::makeAuthorization("state-canary"), place.now));
        });
        const std::string serverKey = revealed(_fixture->store->serverKey());
        assertNoPlaintext(serverKey);
        _fixture->close();
        assertNoPlaintext(serverKey);
    }

    void testLargestAuditNumberStopsNoEntry() {
        const auto record = [&](const std::string& action) {
            _fixture->store->transact([&](domain::Transaction& transaction) {
                transaction.record({.at = _fixture->clock.time, .action = action, .outcome = "ok"});
            });
        };
        record("first");
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, _fixture->tamper("UPDATE audit SET id = 9223372036854775807"));
        record("later");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             _fixture->number("SELECT COUNT(*) FROM audit WHERE action = 'later'"));
    }

    // As an earlier version may have written it, with the code that fits.
    void testOwnListInAnotherSpellingSurvivesAnUpdate() {
        memory::addClient(_fixture->place(), "alpha");
        const auto account = memory::linkAccount(_fixture->place(), "1");
        const RowAuthenticator authenticator(_fixture->store->serverKey());
        _fixture->close();
        {
            auto editor = _fixture->openBeside();
            Query(editor, "UPDATE accounts SET scopes = replace(scopes, ',', ', ')").run();
            RowMessage message("accounts");
            {
                Query row(editor, "SELECT " + columnsOf<domain::Account>() + " FROM accounts");
                CPPUNIT_ASSERT(row.next());
                for (int column = 0; column < columnCountOf<domain::Account>(); ++column)
                    row.addTo(message, column);
            }
            Query(editor, "UPDATE accounts SET mac = ?").withBytes(authenticator.codeOf(message)).run();
        }
        _fixture->open();
        CPPUNIT_ASSERT_EQUAL(std::string("laptop"), memory::accountOf(*_fixture->store, account).label);
        _fixture->store->transact([&](domain::Transaction& transaction) {
            auto present = transaction.find(account).value();
            present.label = "desk";
            transaction.put(present);
        });
        CPPUNIT_ASSERT_EQUAL(std::string("desk"), memory::accountOf(*_fixture->store, account).label);
    }

private:
    static fs::perms permissionsOf(const fs::path& path) { return fs::status(path).permissions(); }

    void assertRefused(const StoreOptions& options, StoreFault fault, const std::string& part) {
        try {
            const SqliteStore store(options, _fixture->ring, _fixture->clock, _fixture->logger);
            CPPUNIT_FAIL("the database was opened");
        } catch (const StoreError& error) {
            CPPUNIT_ASSERT_MESSAGE(error.what(), error.fault() == fault);
            CPPUNIT_ASSERT_MESSAGE(error.what(), std::string(error.what()).find(part) != std::string::npos);
        }
    }

    void assertNoPlaintext(const std::string& serverKey) {
        std::size_t files = 0;
        for (const auto& entry : fs::directory_iterator(_fixture->directory.path())) {
            const std::string content = readAll(entry.path());
            files += content.empty() ? std::size_t{0} : std::size_t{1};
            for (const std::string& secret :
                 {std::string("access-canary"), std::string("refresh-canary"),
                  std::string("access-staged-canary"), std::string("refresh-staged-canary"),
                  std::string("verifier-of-state-canary"), serverKey})
                CPPUNIT_ASSERT_MESSAGE(entry.path().string(), content.find(secret) == std::string::npos);
            // Data that is not secret is found, so the search works.
            if (entry.path() == _fixture->file() && !_fixture->store)
                CPPUNIT_ASSERT(content.find("lnk_canary") != std::string::npos);
        }
        CPPUNIT_ASSERT(files > 0);
    }

    std::unique_ptr<StoreFixture> _fixture; ///< made per test: CppUnit makes all test objects at once
};

CPPUNIT_TEST_SUITE_REGISTRATION(SqliteStoreTest);
