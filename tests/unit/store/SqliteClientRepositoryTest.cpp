// SPDX-License-Identifier: Apache-2.0
#include "StoreFixture.h"
#include "central_oauth/base/Error.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::store;

class SqliteClientRepositoryTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SqliteClientRepositoryTest);
    CPPUNIT_TEST(testFindsKeyWithItsClient);
    CPPUNIT_TEST(testKeepsEveryFieldOfClient);
    CPPUNIT_TEST(testRefusesTakenName);
    CPPUNIT_TEST(testRefusedClientLeavesNoKey);
    CPPUNIT_TEST(testListsByName);
    CPPUNIT_TEST(testRemoveTakesEverythingAlong);
    CPPUNIT_TEST(testRemoveOfUnknownNameIsFalse);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { _fixture = std::make_unique<StoreFixture>(); }
    void tearDown() override { _fixture.reset(); }

    void testFindsKeyWithItsClient() {
        const Client client = makeClient("alpha", now());
        ClientKey key = makeKey(client, "k1");
        key.hash = std::string("\0\x01hash", 6);
        key.expiresAt = now() + std::chrono::hours(1);
        clients().create(client, key);
        const auto known = clients().findKey("k1");
        CPPUNIT_ASSERT(known.has_value());
        CPPUNIT_ASSERT(known->client.id == client.id);
        CPPUNIT_ASSERT(known->key.clientId == client.id);
        CPPUNIT_ASSERT(known->key.hash == key.hash);
        CPPUNIT_ASSERT_EQUAL(std::string("first"), known->key.name);
        CPPUNIT_ASSERT(known->key.scopes == key.scopes);
        CPPUNIT_ASSERT(known->key.expiresAt == key.expiresAt);
        CPPUNIT_ASSERT(known->key.createdAt == now());
        CPPUNIT_ASSERT(!clients().findKey("k2"));
    }

    void testKeepsEveryFieldOfClient() {
        Client client = makeClient("alpha", now());
        client.kind = ClientKind::publicClient;
        client.linksPerMinute = 7;
        client.liveLinks = 9;
        clients().create(client, makeKey(client, "k1"));
        const auto found = clients().find(client.id);
        CPPUNIT_ASSERT(found.has_value());
        CPPUNIT_ASSERT_EQUAL(client.name, found->name);
        CPPUNIT_ASSERT(found->kind == ClientKind::publicClient);
        CPPUNIT_ASSERT(found->scopes == client.scopes);
        CPPUNIT_ASSERT_EQUAL(7, found->linksPerMinute);
        CPPUNIT_ASSERT_EQUAL(9, found->liveLinks);
        CPPUNIT_ASSERT(found->createdAt == now());
        CPPUNIT_ASSERT(!clients().find(ClientId("cli_none")));
    }

    void testRefusesTakenName() {
        addClient(*_fixture, "alpha");
        try {
            addClient(*_fixture, "alpha");
            CPPUNIT_FAIL("a name was given twice");
        } catch (const base::Error& error) {
            CPPUNIT_ASSERT(error.code() == base::ErrorCode::conflict);
        }
    }

    void testRefusedClientLeavesNoKey() {
        addClient(*_fixture, "alpha");
        Client client = makeClient("beta", now());
        CPPUNIT_ASSERT_THROW(clients().create(client, makeKey(client, "key-alpha")), base::Error);
        CPPUNIT_ASSERT(!clients().find(client.id));
    }

    void testListsByName() {
        for (const char* name : {"gamma", "alpha", "beta"})
            addClient(*_fixture, name);
        const auto all = clients().list();
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, all.size());
        CPPUNIT_ASSERT_EQUAL(std::string("alpha"), all[0].name);
        CPPUNIT_ASSERT_EQUAL(std::string("gamma"), all[2].name);
    }

    void testRemoveTakesEverythingAlong() {
        addClient(*_fixture, "alpha");
        addClient(*_fixture, "beta");
        const AccountId account = linkAccount(*_fixture, "1");
        CPPUNIT_ASSERT(clients().remove("alpha"));
        CPPUNIT_ASSERT(!clients().findKey("key-alpha"));
        CPPUNIT_ASSERT(!_fixture->store->accounts().find(ClientId("cli_alpha"), account));
        CPPUNIT_ASSERT(!_fixture->store->accounts().findTokens(account));
        CPPUNIT_ASSERT(!_fixture->store->links().find(LinkId("lnk_1")));
        for (const char* table : {"client_keys", "clients"})
            CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                                 _fixture->number(std::string("SELECT COUNT(*) FROM ") + table));
        for (const char* table : {"accounts", "tokens", "links"})
            CPPUNIT_ASSERT_EQUAL(std::int64_t{0},
                                 _fixture->number(std::string("SELECT COUNT(*) FROM ") + table));
        CPPUNIT_ASSERT(clients().findKey("key-beta").has_value());
    }

    void testRemoveOfUnknownNameIsFalse() { CPPUNIT_ASSERT(!clients().remove("none")); }

private:
    ClientRepository& clients() { return _fixture->store->clients(); }
    [[nodiscard]] Timestamp now() const { return _fixture->clock.time; }

    std::unique_ptr<StoreFixture> _fixture; ///< of one test: CppUnit makes all test objects at once
};

CPPUNIT_TEST_SUITE_REGISTRATION(SqliteClientRepositoryTest);
