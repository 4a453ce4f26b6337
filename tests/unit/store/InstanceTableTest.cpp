// SPDX-License-Identifier: Apache-2.0
#include "InstanceTable.h"

#include "RowSealer.h"
#include "StoreFixture.h"
#include "central_oauth/base/Clock.h"

#include <cppunit/extensions/HelperMacros.h>
#include <sqlite3.h>
#include <string>

using namespace central_oauth;
using namespace central_oauth::store;

class InstanceTableTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(InstanceTableTest);
    CPPUNIT_TEST(testServerKeyIsMadeOnce);
    CPPUNIT_TEST(testRefusesMissingKeyAndCountsItsRows);
    CPPUNIT_TEST(testOldKeyInSecondPlaceOpensAll);
    CPPUNIT_TEST(testOldKeyCanGoWhenNoRowNeedsIt);
    CPPUNIT_TEST(testRefusesKeyThatDoesNotOpenItsCheck);
    CPPUNIT_TEST(testRefusesServerKeyThatCannotBeOpened);
    CPPUNIT_TEST(testDamageIsNoMissingKey);
    CPPUNIT_TEST(testRefusesAFullDatabaseWithoutItsKey);
    CPPUNIT_TEST(testRefusalChangesNothing);
    CPPUNIT_TEST(testCheckCostsTheSameForManyRows);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { _fixture = std::make_unique<StoreFixture>(); }
    void tearDown() override { _fixture.reset(); }

    void testServerKeyIsMadeOnce() {
        const std::string key = revealed(_fixture->store->serverKey());
        CPPUNIT_ASSERT_EQUAL(std::size_t{32}, key.size());
        _fixture->reopen();
        CPPUNIT_ASSERT(key == _fixture->store->serverKey().reveal());
        const StoreFixture other;
        CPPUNIT_ASSERT(key != other.store->serverKey().reveal());
    }

    void testRefusesMissingKeyAndCountsItsRows() {
        memory::addClient(_fixture->place(), "alpha");
        memory::linkAccount(_fixture->place(), "1");
        memory::linkAccount(_fixture->place(), "2");
        const std::string message = refusal("2");
        // Two grants, two deliveries that may still be read, the server key.
        CPPUNIT_ASSERT(contains(message, "key " + ringOf("1").currentKeyId() + " is not in the key ring"));
        CPPUNIT_ASSERT(contains(message, "5 rows need it (grants 2, instance 1, stages 2)"));
    }

    void testOldKeyInSecondPlaceOpensAll() {
        memory::addClient(_fixture->place(), "alpha");
        const auto account = memory::linkAccount(_fixture->place(), "1");
        const std::string serverKey = revealed(_fixture->store->serverKey());
        _fixture->reopen("21");
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-1"),
                             revealed(memory::tokensOf(_fixture->place(), account).refreshToken));
        CPPUNIT_ASSERT(serverKey == _fixture->store->serverKey().reveal());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, _fixture->number("SELECT COUNT(*) FROM key_checks"));
    }

    void testOldKeyCanGoWhenNoRowNeedsIt() {
        memory::addClient(_fixture->place(), "alpha");
        const auto account = memory::linkAccount(_fixture->place(), "1");
        const std::string serverKey = revealed(_fixture->store->serverKey());
        _fixture->reopen("21");
        const auto place = _fixture->place();
        _fixture->store->transact([&](domain::Transaction& transaction) {
            auto refreshed = transaction.find(account).value();
            domain::noteRefreshed(refreshed, {}, place.now);
            auto tokens = memory::makeTokens("new", place.now);
            tokens.version = refreshed.tokenVersion;
            transaction.put(refreshed);
            transaction.put(domain::sealGrant(place.sealer, refreshed, tokens));
            static_cast<void>(memory::purgeLinks(transaction, place.now + std::chrono::hours(1), 100));
        });
        _fixture->reopen("2");
        CPPUNIT_ASSERT_EQUAL(std::string("access-new"),
                             revealed(memory::tokensOf(_fixture->place(), account).accessToken));
        CPPUNIT_ASSERT(serverKey == _fixture->store->serverKey().reveal());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, _fixture->number("SELECT COUNT(*) FROM key_checks"));
    }

    void testRefusesKeyThatDoesNotOpenItsCheck() {
        _fixture->reopen("12");
        _fixture->close();
        {
            auto connection = _fixture->openBeside();
            Query(connection, "CREATE TABLE aside.older AS SELECT * FROM key_checks").run();
            Query(connection, "UPDATE key_checks SET check_value = (SELECT o.check_value FROM aside.older o"
                              " WHERE o.key_id <> key_checks.key_id)")
                .run();
        }
        const std::string message = refusal("12");
        CPPUNIT_ASSERT(contains(message, "key " + ringOf("1").currentKeyId() + " does not open"));
        CPPUNIT_ASSERT(contains(message, "key " + ringOf("2").currentKeyId() + " does not open"));
    }

    void testRefusesServerKeyThatCannotBeOpened() {
        _fixture->close();
        {
            Connection connection(uriOf(_fixture->file(), "rw"));
            Query(connection, "UPDATE instance SET generation = generation + 1").run();
        }
        CPPUNIT_ASSERT(contains(refusal("1", StoreFault::failed), "server key can't be opened"));
    }

    void testDamageIsNoMissingKey() {
        const std::string key = revealed(_fixture->store->serverKey());
        _fixture->tamper("UPDATE instance SET key_id = 'zz'");
        CPPUNIT_ASSERT(key == _fixture->store->serverKey().reveal());
        CPPUNIT_ASSERT(
            contains(_fixture->logged.str(), "\"table\":\"instance\",\"row\":\"1\",\"column\":\"key_id\""));
        for (const std::string value : {"x'00'", "x'01ffffffff'", "randomblob(80)"}) {
            _fixture->close();
            {
                Connection connection(uriOf(_fixture->file(), "rw"));
                Query(connection, "UPDATE instance SET server_key = " + value).run();
            }
            const std::string message = refusal("1", StoreFault::failed);
            CPPUNIT_ASSERT_MESSAGE(message, contains(message, "Restore a backup.") && message.ends_with('.'));
        }
    }

    void testRefusesAFullDatabaseWithoutItsKey() {
        _fixture->tamper("DELETE FROM instance"); // no row depends on the key yet
        memory::addClient(_fixture->place(), "alpha");
        _fixture->close();
        {
            Connection connection(uriOf(_fixture->file(), "rw"));
            Query(connection, "DELETE FROM instance").run();
        }
        const auto message = refusal("1", StoreFault::failed);
        CPPUNIT_ASSERT_MESSAGE(message, contains(message, "the row of the table instance is gone"));
        CPPUNIT_ASSERT_MESSAGE(message, contains(message, "Restore a backup."));
    }

    void testRefusalChangesNothing() {
        refusal("2");
        CPPUNIT_ASSERT_NO_THROW(_fixture->reopen("1"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, _fixture->number("SELECT COUNT(*) FROM key_checks"));
    }

    // A start must not read all accounts and links.
    void testCheckCostsTheSameForManyRows() {
        const auto few = stepsOfOpening();
        _fixture->open();
        insertMany("grants (account_id, access_token, refresh_token, access_expires_at, granted_at,"
                   " granted_steady, granted_era, version, key_id, mac)",
                   "x'00', x'00', 0, 0, 0, '', 1, (SELECT key_id FROM key_checks), x'00'");
        insertMany(
            "stages (link_id, client_id, provider, subject, state, sealed, key_id, client_name, account_id,"
            " revocation, mac)",
            "'', '', '', 'dropped', x'00', (SELECT key_id FROM key_checks), '', '', 'always', x'00'");
        CPPUNIT_ASSERT(_fixture->number("SELECT COUNT(*) FROM grants") > 1000);
        CPPUNIT_ASSERT(_fixture->number("SELECT COUNT(*) FROM stages") > 1000);
        const auto many = stepsOfOpening();
        CPPUNIT_ASSERT_MESSAGE(std::to_string(few) + " and " + std::to_string(many), many < few + 100);
    }

private:
    void insertMany(const std::string& columns, const std::string& values) {
        (void)_fixture->tamper("INSERT INTO " + columns +
                               " WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers"
                               " WHERE n < 2000) SELECT 'id_' || n, " +
                               values + " FROM numbers");
    }

    static int countStep(void* steps) {
        ++*static_cast<long*>(steps);
        return 0;
    }

    // Returns how many instructions of its virtual machine SQLite runs to check the keys. Leaves the store
    // closed.
    long stepsOfOpening() {
        _fixture->close();
        long steps = 0;
        Database database(_fixture->file());
        database.withWriter([&](Connection& connection) {
            sqlite3_progress_handler(connection.handle(), 1, &countStep, &steps);
            return true;
        });
        const RowSealer sealer(crypto::Sealer(ringOf("1")), _fixture->logger.channel("test"));
        (void)openInstance(database, sealer, _fixture->clock.time);
        return steps;
    }

    static bool contains(const std::string& text, const std::string& part) {
        return text.find(part) != std::string::npos;
    }

    // Opens with other keys and returns the message of the refusal.
    std::string refusal(const std::string& keyDigits, StoreFault fault = StoreFault::wrongKey) {
        try {
            _fixture->reopen(keyDigits);
        } catch (const StoreError& error) {
            CPPUNIT_ASSERT_MESSAGE(error.what(), error.fault() == fault);
            return error.what();
        }
        CPPUNIT_FAIL("the keys were accepted");
        return {};
    }

    std::unique_ptr<StoreFixture> _fixture; ///< made per test: CppUnit makes all test objects at once
};

CPPUNIT_TEST_SUITE_REGISTRATION(InstanceTableTest);
