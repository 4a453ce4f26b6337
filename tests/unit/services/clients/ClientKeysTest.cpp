// SPDX-License-Identifier: Apache-2.0
// Tests named keys: their scopes, their expiry and their number. The proof of a key never reads the store.
#include "../ServiceFixture.h"
#include "central_oauth/crypto/Credential.h"
#include "central_oauth/services/clients/ClientService.h"

#include <atomic>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <memory>
#include <mutex>
#include <thread>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using base::ErrorCode;
using crypto::CredentialKind;
using provider::Secret;

class ClientKeysTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ClientKeysTest);
    CPPUNIT_TEST(testNamedKeyHasItsOwnScopesAndEnd);
    CPPUNIT_TEST(testNamedKeyHasAllScopesUnlessSaid);
    CPPUNIT_TEST(testBadKeys);
    CPPUNIT_TEST(testKeyNamesAreTakenWhileTheyWork);
    CPPUNIT_TEST(testTenKeysAtMost);
    CPPUNIT_TEST(testEndedKeysMakeRoom);
    CPPUNIT_TEST(testRemovedKeyFailsAtItsNextRequest);
    CPPUNIT_TEST(testForeignKeyCantBeRemoved);
    CPPUNIT_TEST(testLastKeyMayGo);
    CPPUNIT_TEST(testFailedRemovalSaysSo);
    CPPUNIT_TEST(testChangeWithoutItsEntryIsNone);
    CPPUNIT_TEST(testKeysOutliveTheService);
    CPPUNIT_TEST(testProvingCostsNoDatabaseAccess);
    CPPUNIT_TEST(testKeysChangeWhileOthersProve);
    CPPUNIT_TEST(testChangesAtOnceAreAllSeen);
    CPPUNIT_TEST_SUITE_END();

public:
    void testNamedKeyHasItsOwnScopesAndEnd() {
        const auto client = add("ci").client;
        const auto added = _clients.addKey("ci", {"laptop 7", {{"token", "accounts"}}, 2h});
        CPPUNIT_ASSERT_EQUAL(std::string("cok_"), std::string(added.key.reveal().substr(0, 4)));
        const auto caller = _clients.authenticate(added.key);
        CPPUNIT_ASSERT(caller->client.id == client.id);
        CPPUNIT_ASSERT_EQUAL(added.record.keyId, caller->keyId);
        CPPUNIT_ASSERT(caller->scopes == (std::vector<std::string>{"token", "accounts"}));
        CPPUNIT_ASSERT_EQUAL(1, _fixture.audited("client.key_added"));
        const auto keys = _clients.listKeys("ci");
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), keys.size());
        const auto& listed = keys[0].key.name == "laptop 7" ? keys[0].key : keys[1].key;
        CPPUNIT_ASSERT_EQUAL(added.record.keyId, listed.keyId);
        CPPUNIT_ASSERT(listed.scopes == caller->scopes);
        CPPUNIT_ASSERT(listed.expiresAt == _fixture.now() + 2h);
        _fixture.advance(2h);
        ASSERT_REFUSED(ErrorCode::invalidCredential, _clients.authenticate(added.key));
    }

    void testNamedKeyHasAllScopesUnlessSaid() {
        (void)_clients.add(domain::NewClient{"ci", {"accounts", "token"}});
        const auto added = _clients.addKey("ci", {"second"});
        CPPUNIT_ASSERT(added.record.scopes == (std::vector<std::string>{"accounts", "token"}));
        CPPUNIT_ASSERT(!added.record.expiresAt);
    }

    void testBadKeys() {
        (void)_clients.add(domain::NewClient{"ci", {"accounts", "token"}});
        ASSERT_REFUSED(ErrorCode::notFound, _clients.addKey("nobody", {"second"}));
        ASSERT_REFUSED(ErrorCode::notFound, _clients.listKeys("nobody"));
        for (const std::string name : {"", " a", "a/b", "-a"})
            ASSERT_REFUSED(ErrorCode::invalidRequest, _clients.addKey("ci", {name}));
        for (const std::vector<std::string>& scopes :
             {std::vector<std::string>{}, std::vector<std::string>{"link"},
              std::vector<std::string>{"token", "revoke"}, std::vector<std::string>{"token", "token"}})
            ASSERT_REFUSED(ErrorCode::invalidRequest, _clients.addKey("ci", {"second", scopes}));
        for (const auto life : {std::chrono::seconds(0), std::chrono::seconds(-3600),
                                std::chrono::seconds(3599), std::chrono::seconds(24h * 3650) + 1s})
            ASSERT_REFUSED(ErrorCode::invalidRequest, _clients.addKey("ci", {"second", {}, life}));
        CPPUNIT_ASSERT_EQUAL(0, _fixture.audited("client.key_added"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), _clients.listKeys("ci").size());
        (void)_clients.addKey("ci", {"shortest", {}, 1h});
        (void)_clients.addKey("ci", {"longest", {}, 24h * 3650});
    }

    void testKeyNamesAreTakenWhileTheyWork() {
        (void)add("ci");
        (void)_clients.addKey("ci", {"laptop", {}, 1h});
        ASSERT_REFUSED(ErrorCode::conflict, _clients.addKey("ci", {"laptop"}));
        ASSERT_REFUSED(ErrorCode::conflict, _clients.addKey("ci", {"default"}));
        (void)add("other");
        (void)_clients.addKey("other", {"laptop"});
        _fixture.advance(1h);
        (void)_clients.addKey("ci", {"laptop"});
    }

    void testTenKeysAtMost() {
        const auto first = add("ci");
        fillWithKeys("ci", std::nullopt);
        ASSERT_REFUSED(ErrorCode::conflict, _clients.addKey("ci", {"one too many"}));
        ASSERT_REFUSED(ErrorCode::conflict,
                       _clients.rotate(_clients.authenticate(first.key), 24h, _fixture.origin));
        CPPUNIT_ASSERT_EQUAL(0, _fixture.audited("client.key_rotated"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(10), _clients.listKeys("ci").size());
        CPPUNIT_ASSERT_EQUAL(std::size_t(10), restarted()->listKeys("ci").size());
        _clients.removeKey("ci", first.record.keyId);
        (void)_clients.addKey("ci", {"the tenth"});
    }

    void testEndedKeysMakeRoom() {
        const auto first = add("ci");
        fillWithKeys("ci", 1h);
        _fixture.advance(1h);
        CPPUNIT_ASSERT_EQUAL(std::size_t(10), _clients.listKeys("ci").size());
        const auto rotated = _clients.rotate(_clients.authenticate(first.key), 24h, _fixture.origin);
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), _clients.listKeys("ci").size());
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), restarted()->listKeys("ci").size());
        CPPUNIT_ASSERT_EQUAL(rotated.record.keyId, _clients.authenticate(rotated.key)->keyId);
        CPPUNIT_ASSERT_EQUAL(first.record.keyId, _clients.authenticate(first.key)->keyId);
    }

    void testRemovedKeyFailsAtItsNextRequest() {
        const auto first = add("ci");
        const auto second = _clients.addKey("ci", {"second"});
        CPPUNIT_ASSERT_EQUAL(second.record.keyId, _clients.authenticate(second.key)->keyId);
        _clients.removeKey("ci", second.record.keyId);
        ASSERT_REFUSED(ErrorCode::invalidCredential, _clients.authenticate(second.key));
        CPPUNIT_ASSERT_EQUAL(first.record.keyId, _clients.authenticate(first.key)->keyId);
        CPPUNIT_ASSERT_EQUAL(1, _fixture.audited("client.key_removed"));
        ASSERT_REFUSED(ErrorCode::notFound, _clients.removeKey("ci", second.record.keyId));
        CPPUNIT_ASSERT_EQUAL(1, _fixture.audited("client.key_removed"));
    }

    void testForeignKeyCantBeRemoved() {
        const auto mine = add("ci");
        (void)add("other");
        ASSERT_REFUSED(ErrorCode::notFound, _clients.removeKey("other", mine.record.keyId));
        ASSERT_REFUSED(ErrorCode::notFound, _clients.removeKey("nobody", mine.record.keyId));
        CPPUNIT_ASSERT_EQUAL(mine.record.keyId, _clients.authenticate(mine.key)->keyId);
    }

    void testLastKeyMayGo() {
        const auto first = add("ci");
        _clients.removeKey("ci", first.record.keyId);
        CPPUNIT_ASSERT(_clients.listKeys("ci").empty());
        const auto second = _clients.addKey("ci", {"default"});
        CPPUNIT_ASSERT(_clients.authenticate(second.key)->client.id == first.client.id);
    }

    void testFailedRemovalSaysSo() {
        const auto first = add("ci");
        _fixture.store.hook = memory::failing("transact");
        ASSERT_REFUSED(ErrorCode::storeUnavailable, _clients.removeKey("ci", first.record.keyId));
        CPPUNIT_ASSERT_EQUAL(first.record.keyId, _clients.authenticate(first.key)->keyId);
    }

    void testChangeWithoutItsEntryIsNone() {
        const auto first = add("ci");
        const auto caller = _clients.authenticate(first.key);
        _fixture.store.hook = memory::failing("record");
        ASSERT_REFUSED(ErrorCode::storeUnavailable, _clients.removeKey("ci", first.record.keyId));
        ASSERT_REFUSED(ErrorCode::storeUnavailable, _clients.addKey("ci", {"second"}));
        ASSERT_REFUSED(ErrorCode::storeUnavailable, _clients.rotate(caller, 0h, _fixture.origin));
        ASSERT_REFUSED(ErrorCode::storeUnavailable, _clients.remove("ci"));
        ASSERT_REFUSED(ErrorCode::storeUnavailable, add("other"));
        const auto later = restarted();
        for (const ClientService& clients : {std::cref(_clients), std::cref(*later)}) {
            CPPUNIT_ASSERT_EQUAL(std::size_t(1), clients.listKeys("ci").size());
            CPPUNIT_ASSERT_EQUAL(first.record.keyId, clients.authenticate(first.key)->keyId);
        }
    }

    void testKeysOutliveTheService() {
        const auto first = add("ci");
        const auto second = _clients.addKey("ci", {"laptop", {{"token"}}});
        const auto third = _clients.rotate(_clients.authenticate(second.key), 5h, _fixture.origin);
        const auto gone = _clients.addKey("ci", {"gone"});
        _clients.removeKey("ci", gone.record.keyId);
        const auto clients = restarted();
        CPPUNIT_ASSERT(clients->authenticate(first.key)->scopes == domain::clientScopes());
        CPPUNIT_ASSERT(clients->authenticate(third.key)->scopes == std::vector<std::string>{"token"});
        CPPUNIT_ASSERT_EQUAL(second.record.keyId, clients->authenticate(second.key)->keyId);
        ASSERT_REFUSED(ErrorCode::invalidCredential, clients->authenticate(gone.key));
        _fixture.advance(5h);
        ASSERT_REFUSED(ErrorCode::invalidCredential, clients->authenticate(second.key));
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), clients->listKeys("ci").size());
    }

    void testProvingCostsNoDatabaseAccess() {
        const auto added = add("ci");
        const auto rotated = _clients.rotate(_clients.authenticate(added.key), 0h, _fixture.origin);
        const auto removed = _clients.addKey("ci", {"removed"});
        _clients.removeKey("ci", removed.record.keyId);
        const ClientService clients(_fixture.store, _fixture.clock);
        const int asked = _fixture.store.counters.all();
        CPPUNIT_ASSERT(clients.authenticate(rotated.key)->client.id == added.client.id);
        ASSERT_REFUSED(ErrorCode::invalidCredential, clients.authenticate(added.key)); // has expired
        ASSERT_REFUSED(ErrorCode::invalidCredential, clients.authenticate(removed.key));
        ASSERT_REFUSED(ErrorCode::invalidCredential, clients.authenticate(Secret("cok_typing-error")));
        for (int i = 0; i < 20; ++i)
            ASSERT_REFUSED(
                ErrorCode::invalidCredential,
                clients.authenticate(crypto::issueCredential(CredentialKind::confidentialClientKey).text));
        CPPUNIT_ASSERT_EQUAL(asked, _fixture.store.counters.all());
    }

    // Runs for the thread sanitizer. A thread that proves a key sees the state before or after a change,
    // never half of a change.
    void testKeysChangeWhileOthersProve() {
        const auto steady = add("steady");
        const auto changing = add("changing");
        std::atomic<int> faults{0};
        {
            std::vector<std::jthread> readers;
            for (int i = 0; i < 3; ++i)
                readers.emplace_back([&](const std::stop_token& isOver) {
                    while (!isOver.stop_requested()) {
                        if (_clients.authenticate(steady.key)->client.name != "steady")
                            ++faults;
                        (void)refusalOf([&] { (void)_clients.authenticate(changing.key); });
                    }
                });
            for (int i = 0; i < 20; ++i)
                _clients.removeKey("changing", _clients.addKey("changing", {"brief"}).record.keyId);
            _clients.remove("changing");
        }
        ASSERT_REFUSED(ErrorCode::invalidCredential, _clients.authenticate(changing.key));
        CPPUNIT_ASSERT_EQUAL(0, faults.load());
    }

    // The last state counts, in whatever order the changes come back from the store.
    void testChangesAtOnceAreAllSeen() {
        (void)add("ci");
        std::vector<provider::Secret> kept;
        std::vector<provider::Secret> removed;
        std::mutex mutex;
        {
            std::vector<std::jthread> writers;
            for (int i = 0; i < 3; ++i)
                writers.emplace_back([&, i] {
                    for (int round = 0; round < 3; ++round) {
                        auto brief = _clients.addKey("ci", {"brief " + std::to_string(i)});
                        auto fresh = _clients.rotate(_clients.authenticate(brief.key), 1h, _fixture.origin);
                        (void)_clients.removeKey("ci", brief.record.keyId);
                        const std::lock_guard lock(mutex);
                        removed.push_back(std::move(brief.key));
                        removed.push_back(std::move(fresh.key));
                    }
                    auto last = _clients.addKey("ci", {"lasting " + std::to_string(i)});
                    const std::lock_guard lock(mutex);
                    kept.push_back(std::move(last.key));
                });
        }
        for (const auto& key : kept)
            (void)_clients.authenticate(key);
        for (const auto& key : removed)
            ASSERT_REFUSED(ErrorCode::invalidCredential, _clients.authenticate(key));
    }

private:
    /// Returns a service that reads the store as the daemon does at its next start.
    std::unique_ptr<ClientService> restarted() {
        return std::make_unique<ClientService>(_fixture.store, _fixture.clock);
    }

    /// Adds keys until the client has ten.
    void fillWithKeys(const std::string& client, std::optional<std::chrono::seconds> life) {
        for (auto count = _clients.listKeys(client).size(); count < 10; ++count)
            (void)_clients.addKey(client, {"key " + std::to_string(count), {}, life});
    }

    AddedClient add(const std::string& name) { return _clients.add(domain::NewClient{name}); }

    ServiceFixture _fixture;
    ClientService _clients{_fixture.store, _fixture.clock};
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClientKeysTest);
