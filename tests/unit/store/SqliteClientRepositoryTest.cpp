// SPDX-License-Identifier: Apache-2.0
#include "StoreFixture.h"
#include "central_oauth/base/Error.h"

#include <cppunit/extensions/HelperMacros.h>
#include <set>

using namespace central_oauth;
using namespace central_oauth::store;

class SqliteClientRepositoryTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SqliteClientRepositoryTest);
    CPPUNIT_TEST(testGivesKeysWithTheirClients);
    CPPUNIT_TEST(testAddsKeysUpToTheMost);
    CPPUNIT_TEST(testNobodysKeyIsNotAdded);
    CPPUNIT_TEST(testRotationAddsOneAndEndsTheOther);
    CPPUNIT_TEST(testRotationNeverPutsOffAnEnd);
    CPPUNIT_TEST(testRefusedRotationChangesNothing);
    CPPUNIT_TEST(testRemovesKeysOfTheirClientOnly);
    CPPUNIT_TEST(testRemovalEndsWhatDescends);
    CPPUNIT_TEST(testRemovalKeepsWhatDescends);
    CPPUNIT_TEST(testOpenLinksOfAKeyExpireWithIt);
    CPPUNIT_TEST(testCircleOfIssuersEnds);
    CPPUNIT_TEST(testRotationHandsGrantTokensOver);
    CPPUNIT_TEST(testCountsWhatAClientHolds);
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

    void testGivesKeysWithTheirClients() {
        Client client = makeClient("alpha", now());
        client.requireSubject = true;
        ClientKey key = makeKey(client, "k1");
        key.hash = std::string("\0\x01hash", 6);
        key.expiresAt = now() - std::chrono::hours(1);
        clients().create(client, key);
        _fixture->clock.time += std::chrono::seconds(1);
        addClient(*_fixture, "beta");
        const auto known = clients().keys();
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, known.size());
        CPPUNIT_ASSERT(known[0].client.id == client.id);
        CPPUNIT_ASSERT(known[0].client.requireSubject);
        CPPUNIT_ASSERT_EQUAL(std::string("k1"), known[0].key.keyId);
        CPPUNIT_ASSERT(known[0].key.clientId == client.id);
        CPPUNIT_ASSERT(known[0].key.hash == key.hash);
        CPPUNIT_ASSERT_EQUAL(std::string("first"), known[0].key.name);
        CPPUNIT_ASSERT(known[0].key.scopes == key.scopes);
        CPPUNIT_ASSERT(known[0].key.expiresAt == key.expiresAt);
        CPPUNIT_ASSERT(known[0].key.createdAt == client.createdAt);
        CPPUNIT_ASSERT_EQUAL(std::string("beta"), known[1].client.name);
        CPPUNIT_ASSERT_EQUAL(std::string("key-beta"), known[1].key.keyId);
        CPPUNIT_ASSERT(!known[1].client.requireSubject);
        CPPUNIT_ASSERT(!known[1].key.expiresAt);
    }

    void testAddsKeysUpToTheMost() {
        addClient(*_fixture, "alpha");
        addClient(*_fixture, "beta");
        const Client alpha = makeClient("alpha", now());
        clients().addKey(makeKey(alpha, "k2"), 3);
        clients().addKey(makeKey(alpha, "k3"), 3);
        CPPUNIT_ASSERT_EQUAL(std::string("conflict"),
                             refusalOf([&] { clients().addKey(makeKey(alpha, "k4"), 3); }));
        CPPUNIT_ASSERT_EQUAL(std::string("k2 k3 key-alpha key-beta"), keyIds());
    }

    void testNobodysKeyIsNotAdded() {
        const auto key = makeKey(makeClient("nobody", now()), "k1");
        CPPUNIT_ASSERT_EQUAL(std::string("not_found"), refusalOf([&] { clients().addKey(key, 10); }));
        CPPUNIT_ASSERT_EQUAL(std::string(), keyIds());
    }

    void testRotationAddsOneAndEndsTheOther() {
        addClient(*_fixture, "alpha");
        const auto ends = now() + std::chrono::hours(24);
        clients().rotateKey(makeKey(makeClient("alpha", now()), "fresh"), "key-alpha", ends, 10);
        CPPUNIT_ASSERT(!keyOf("fresh").expiresAt);
        CPPUNIT_ASSERT(keyOf("key-alpha").expiresAt == ends);
    }

    void testRotationNeverPutsOffAnEnd() {
        const Client alpha = makeClient("alpha", now());
        ClientKey key = makeKey(alpha, "old");
        key.expiresAt = now() + std::chrono::hours(1);
        clients().create(alpha, key);
        clients().rotateKey(makeKey(alpha, "fresh"), "old", now() + std::chrono::hours(24), 10);
        CPPUNIT_ASSERT(keyOf("old").expiresAt == key.expiresAt);
    }

    void testRefusedRotationChangesNothing() {
        addClient(*_fixture, "alpha");
        addClient(*_fixture, "beta");
        const auto fresh = makeKey(makeClient("alpha", now()), "fresh");
        for (const char* old : {"key-beta", "key-nobody"})
            CPPUNIT_ASSERT_EQUAL(std::string("not_found"),
                                 refusalOf([&] { clients().rotateKey(fresh, old, now(), 10); }));
        CPPUNIT_ASSERT_EQUAL(std::string("conflict"), refusalOf([&] {
                                 clients().rotateKey(fresh, "key-alpha", now() + std::chrono::hours(1), 1);
                             }));
        CPPUNIT_ASSERT_EQUAL(std::string("key-alpha key-beta"), keyIds());
        CPPUNIT_ASSERT(!keyOf("key-alpha").expiresAt);
        CPPUNIT_ASSERT(!keyOf("key-beta").expiresAt);
    }

    void testRemovesKeysOfTheirClientOnly() {
        addClient(*_fixture, "alpha");
        addClient(*_fixture, "beta");
        CPPUNIT_ASSERT(remove("key-beta").keys.empty());
        CPPUNIT_ASSERT(remove("none").keys.empty());
        CPPUNIT_ASSERT_EQUAL(std::string("key-alpha key-beta"), keyIds());
        CPPUNIT_ASSERT(remove("key-alpha").keys == std::vector<std::string>{"key-alpha"});
        CPPUNIT_ASSERT_EQUAL(std::string("key-beta"), keyIds());
        CPPUNIT_ASSERT(clients().find(ClientId("cli_alpha")).has_value());
    }

    void testRemovalEndsWhatDescends() {
        plantDescent();
        const auto removed = remove("b");
        CPPUNIT_ASSERT((removed.keys == std::vector<std::string>{"b", "c"}));
        CPPUNIT_ASSERT_EQUAL(2, removed.grantTokens);
        CPPUNIT_ASSERT_EQUAL(std::string("key-alpha other"), keyIds());
        CPPUNIT_ASSERT_EQUAL(std::string("g-key-alpha g-other"), grantTokens());
        CPPUNIT_ASSERT((remove("key-alpha").keys == std::vector<std::string>{"key-alpha"}));
    }

    void testRemovalKeepsWhatDescends() {
        plantDescent();
        const auto removed = clients().removeKey(ClientId("cli_alpha"), "b", Issued::keep, now());
        CPPUNIT_ASSERT((removed.keys == std::vector<std::string>{"b"}));
        CPPUNIT_ASSERT_EQUAL(0, removed.grantTokens);
        CPPUNIT_ASSERT_EQUAL(std::string("c key-alpha other"), keyIds());
        CPPUNIT_ASSERT_EQUAL(std::string("key-alpha"), keyOf("c").issuer);
        CPPUNIT_ASSERT_EQUAL(2, clients().grantTokensByIssuer(ClientId("cli_alpha")).at("key-alpha"));
        // What was kept still ends with what stands above it.
        CPPUNIT_ASSERT((remove("key-alpha").keys == std::vector<std::string>{"key-alpha", "c"}));
        CPPUNIT_ASSERT_EQUAL(std::string("g-other"), grantTokens());
    }

    void testOpenLinksOfAKeyExpireWithIt() {
        plantDescent();
        for (const auto& [number, issuer] :
             std::vector<std::pair<std::string, std::string>>{{"5", "b"}, {"6", "c"}, {"7", "other"}}) {
            auto created = makeLink(number, now());
            created.issuer = issuer;
            CPPUNIT_ASSERT(_fixture->store->links().create(created));
        }
        CPPUNIT_ASSERT_EQUAL(0, clients().removeKey(ClientId("cli_alpha"), "c", Issued::keep, now()).links);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("its own, and the one of c", 2, remove("b").links);
        for (const char* ended : {"lnk_5", "lnk_6"})
            CPPUNIT_ASSERT(_fixture->store->links().find(LinkId(ended))->expiresAt == now());
        CPPUNIT_ASSERT(_fixture->store->links().find(LinkId("lnk_7"))->expiresAt > now());
    }

    void testCircleOfIssuersEnds() {
        plantDescent();
        (void)_fixture->tamper("UPDATE client_keys SET issuer = 'c' WHERE key_id = 'key-alpha'");
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), remove("b").keys.size());
        CPPUNIT_ASSERT_EQUAL(std::string("other"), keyIds());
    }

    void testRotationHandsGrantTokensOver() {
        plantDescent();
        clients().rotateKey(makeKey(makeClient("alpha", now()), "fresh"), "b", now(), 10);
        const auto counts = clients().grantTokensByIssuer(ClientId("cli_alpha"));
        CPPUNIT_ASSERT_EQUAL(1, counts.at("fresh"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), counts.count("b"));
        CPPUNIT_ASSERT_EQUAL(1, counts.at("c"));
        CPPUNIT_ASSERT(clients().grantTokensByIssuer(ClientId("cli_beta")).empty());
    }

    void testCountsWhatAClientHolds() {
        addClient(*_fixture, "beta");
        plantDescent();
        const auto second = linkAccount(*_fixture, "2");
        (void)_fixture->tamper("UPDATE accounts SET upstream_id = 'person-1', subject = 'bob'"
                               " WHERE id = 'acc_2'");
        const auto third = linkAccount(*_fixture, "3");
        (void)stageLink(*_fixture, "4", makeGrant("4", now()));
        CPPUNIT_ASSERT(clients().find(ClientId("cli_alpha")).has_value());
        const auto held = clients().holdings(ClientId("cli_alpha"), now());
        CPPUNIT_ASSERT_EQUAL(3, held.accounts);
        CPPUNIT_ASSERT_EQUAL(2, held.people);
        CPPUNIT_ASSERT_EQUAL(4, held.keys);
        CPPUNIT_ASSERT_EQUAL(4, held.grantTokens);
        CPPUNIT_ASSERT_EQUAL(1, held.openLinks);
        CPPUNIT_ASSERT_EQUAL(
            0, clients().holdings(ClientId("cli_alpha"), now() + std::chrono::hours(1)).openLinks);
        CPPUNIT_ASSERT_EQUAL(0, clients().holdings(ClientId("cli_beta"), now()).accounts);
        CPPUNIT_ASSERT_EQUAL(1, clients().holdings(ClientId("cli_beta"), now()).keys);
    }

    void testKeepsEveryFieldOfClient() {
        Client client = makeClient("alpha", now());
        client.kind = ClientKind::publicClient;
        client.contact = "it@example.com";
        client.requireSubject = true;
        client.requireOnBehalfOf = true;
        client.linksPerMinute = 7;
        client.liveLinks = 9;
        clients().create(client, makeKey(client, "k1"));
        const auto found = clients().find(client.id);
        CPPUNIT_ASSERT(found.has_value());
        CPPUNIT_ASSERT_EQUAL(client.name, found->name);
        CPPUNIT_ASSERT(found->kind == ClientKind::publicClient);
        CPPUNIT_ASSERT_EQUAL(client.contact, found->contact);
        CPPUNIT_ASSERT(found->requireSubject && found->requireOnBehalfOf);
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
        CPPUNIT_ASSERT_EQUAL(std::string("key-beta"), keyIds());
        CPPUNIT_ASSERT(!_fixture->store->accounts().find(ClientId("cli_alpha"), account));
        CPPUNIT_ASSERT(!_fixture->store->accounts().findTokens(account));
        CPPUNIT_ASSERT(!_fixture->store->links().find(LinkId("lnk_1")));
        for (const char* table : {"client_keys", "clients"})
            CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                                 _fixture->number(std::string("SELECT COUNT(*) FROM ") + table));
        for (const char* table : {"accounts", "tokens", "links"})
            CPPUNIT_ASSERT_EQUAL(std::int64_t{0},
                                 _fixture->number(std::string("SELECT COUNT(*) FROM ") + table));
    }

    void testRemoveOfUnknownNameIsFalse() { CPPUNIT_ASSERT(!clients().remove("none")); }

private:
    ClientRepository& clients() { return _fixture->store->clients(); }
    [[nodiscard]] Timestamp now() const { return _fixture->clock.time; }

    RemovedKeys remove(const std::string& keyId) {
        return clients().removeKey(ClientId("cli_alpha"), keyId, Issued::end, now());
    }

    // key-alpha, which b replaced, which c replaced; and other. Each has a grant token of one account.
    void plantDescent() {
        addClient(*_fixture, "alpha");
        const Client alpha = makeClient("alpha", now());
        const auto account = linkAccount(*_fixture, "1");
        for (const auto& [keyId, issuer] : std::vector<std::pair<std::string, std::string>>{
                 {"b", "key-alpha"}, {"c", "b"}, {"other", ""}}) {
            auto key = makeKey(alpha, keyId);
            key.issuer = issuer;
            clients().addKey(key, 10);
        }
        for (const std::string issuer : {"key-alpha", "b", "c", "other"}) {
            GrantToken token{"g-" + issuer,
                             account,
                             "hash-" + issuer,
                             {},
                             {"token"},
                             now(),
                             now(),
                             now() + std::chrono::hours(1)};
            token.issuer = issuer;
            _fixture->store->grantTokens().create(token, 20);
        }
    }

    std::string grantTokens() {
        std::string text;
        for (const auto& token : _fixture->store->grantTokens().list(AccountId("acc_1")))
            text += (text.empty() ? "" : " ") + token.keyId;
        return text;
    }

    ClientKey keyOf(const std::string& keyId) {
        for (const auto& known : clients().keys())
            if (known.key.keyId == keyId)
                return known.key;
        throw std::runtime_error("no key " + keyId);
    }

    std::string keyIds() {
        std::set<std::string> ids;
        for (const auto& known : clients().keys())
            ids.insert(known.key.keyId);
        std::string text;
        for (const auto& keyId : ids)
            text += (text.empty() ? "" : " ") + keyId;
        return text;
    }

    template <class Action>
    static std::string refusalOf(const Action& action) {
        try {
            action();
        } catch (const base::Error& error) {
            return std::string(base::nameOf(error.code()));
        }
        return "not refused";
    }

    std::unique_ptr<StoreFixture> _fixture; ///< of one test: CppUnit makes all test objects at once
};

CPPUNIT_TEST_SUITE_REGISTRATION(SqliteClientRepositoryTest);
