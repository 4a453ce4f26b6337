// SPDX-License-Identifier: Apache-2.0
// Tests the registration of clients and the proof of keys.
#include "central_oauth/services/clients/ClientService.h"

#include "../ServiceFixture.h"
#include "central_oauth/crypto/Credential.h"
#include "central_oauth/crypto/Digest.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <memory>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using base::ErrorCode;
using crypto::CredentialKind;
using provider::Secret;

class ClientServiceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ClientServiceTest);
    CPPUNIT_TEST(testAddedClientAuthenticates);
    CPPUNIT_TEST(testKeyIsKeptAsAHashOnly);
    CPPUNIT_TEST(testNamesThatAreTaken);
    CPPUNIT_TEST(testGoodNames);
    CPPUNIT_TEST(testBadNames);
    CPPUNIT_TEST(testScopes);
    CPPUNIT_TEST(testLimits);
    CPPUNIT_TEST(testRefusedClientLeavesNothing);
    CPPUNIT_TEST(testRemovedClientIsRefused);
    CPPUNIT_TEST(testUnknownClientCantBeRemoved);
    CPPUNIT_TEST(testRemovalIsAuditedByName);
    CPPUNIT_TEST(testWithdrawnClientLeavesNothing);
    CPPUNIT_TEST(testHoldingsInWords);
    CPPUNIT_TEST(testContactAndSubjectRule);
    CPPUNIT_TEST(testNoMoreClientsThanFit);
    CPPUNIT_TEST(testTypingErrorsAreRefused);
    CPPUNIT_TEST(testOtherKindsOfCredentialsAreRefused);
    CPPUNIT_TEST(testWellFormedKeyOfNobodyIsRefused);
    CPPUNIT_TEST(testKeyIdAloneProvesNothing);
    CPPUNIT_TEST(testKeyEndsWithItsLastSecond);
    CPPUNIT_TEST(testScopesAreThoseOfTheKey);
    CPPUNIT_TEST(testRequireNamesTheScope);
    CPPUNIT_TEST_SUITE_END();

public:
    void testAddedClientAuthenticates() {
        const auto added = add("Jira MCP");
        CPPUNIT_ASSERT_EQUAL(std::string("cok_"), std::string(added.key.reveal().substr(0, 4)));
        const auto caller = _clients.authenticate(added.key);
        CPPUNIT_ASSERT(caller->client.id == added.client.id);
        CPPUNIT_ASSERT_EQUAL(std::string("Jira MCP"), caller->client.name);
        CPPUNIT_ASSERT(caller->scopes == domain::clientScopes());
        CPPUNIT_ASSERT_EQUAL(1, _fixture.audited("client.added"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), _clients.list().size());
    }

    void testKeyIsKeptAsAHashOnly() {
        const auto added = add("Jira MCP");
        const auto key = added.key.reveal();
        const auto stored = _clients.listKeys("Jira MCP").front().key;
        CPPUNIT_ASSERT_EQUAL(std::string(crypto::sha256(key)), stored.hash);
        for (const auto& text : {stored.keyId, stored.name, stored.issuer, _fixture.logged.str(),
                                 _fixture.store.audit().back().outcome})
            CPPUNIT_ASSERT(text.find(key) == std::string::npos);
    }

    void testNamesThatAreTaken() {
        (void)add("ci");
        ASSERT_REFUSED(ErrorCode::conflict, add("ci"));
        (void)add("CI");
    }

    void testGoodNames() {
        for (const std::string& name : {std::string("a"), std::string("7"), std::string("Jira MCP 2.0_b-c"),
                                        std::string("trailing-"), std::string(64, 'x')})
            CPPUNIT_ASSERT_EQUAL(name, add(name).client.name);
    }

    void testBadNames() {
        for (const std::string& name :
             {std::string(), std::string(" a"), std::string("a "), std::string("-a"), std::string(".a"),
              std::string(65, 'x'), std::string("a\nb"), std::string("a\tb"), std::string("a/b"),
              std::string("<b>"), std::string("M\xc3\xbcller"), std::string("a\0b", 3)})
            ASSERT_REFUSED(ErrorCode::invalidRequest, add(name));
    }

    void testScopes() {
        domain::NewClient wanted{"reader", {"accounts"}};
        CPPUNIT_ASSERT(_clients.authenticate(_clients.add(wanted).key)->scopes ==
                       std::vector<std::string>{"accounts"});
        for (const std::vector<std::string>& scopes :
             {std::vector<std::string>{}, std::vector<std::string>{""}, std::vector<std::string>{"admin"},
              std::vector<std::string>{"Link"}, std::vector<std::string>{"link", "token", "link"},
              std::vector<std::string>{"link", ""}}) {
            wanted = {"writer", scopes};
            ASSERT_REFUSED(ErrorCode::invalidRequest, _clients.add(wanted));
        }
    }

    void testLimits() {
        domain::NewClient wanted{"limited"};
        for (const int wrong : {0, -1, 1'000'001}) {
            wanted.linksPerMinute = wrong;
            ASSERT_REFUSED(ErrorCode::invalidRequest, _clients.add(wanted));
        }
        wanted.linksPerMinute = 1'000'000;
        for (const int wrong : {0, -1, 10'001}) {
            wanted.liveLinks = wrong;
            ASSERT_REFUSED(ErrorCode::invalidRequest, _clients.add(wanted));
        }
        wanted.liveLinks = 10'000;
        const auto caller = _clients.authenticate(_clients.add(wanted).key);
        CPPUNIT_ASSERT_EQUAL(1'000'000, caller->client.linksPerMinute);
        CPPUNIT_ASSERT_EQUAL(10'000, caller->client.liveLinks);
    }

    void testRefusedClientLeavesNothing() {
        domain::NewClient wanted{"limited"};
        wanted.liveLinks = 0;
        ASSERT_REFUSED(ErrorCode::invalidRequest, _clients.add(wanted));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), _clients.list().size());
        CPPUNIT_ASSERT_EQUAL(0, _fixture.audited("client.added"));
    }

    void testRemovedClientIsRefused() {
        const auto added = add("ci");
        _clients.remove("ci");
        ASSERT_REFUSED(ErrorCode::invalidCredential, _clients.authenticate(added.key));
        CPPUNIT_ASSERT_EQUAL(1, _fixture.audited("client.removed"));
        ASSERT_REFUSED(ErrorCode::invalidCredential, _clients.authenticate(added.key));
    }

    void testUnknownClientCantBeRemoved() {
        ASSERT_REFUSED(ErrorCode::notFound, _clients.remove("nobody"));
        CPPUNIT_ASSERT_EQUAL(0, _fixture.audited("client.removed"));
    }

    void testRemovalIsAuditedByName() {
        (void)_fixture.linkAccount("1");
        _clients.remove("alpha");
        const auto entry = _fixture.store.audit().back();
        CPPUNIT_ASSERT_EQUAL(std::string("client.removed"), entry.action);
        CPPUNIT_ASSERT_EQUAL(std::string("alpha"), entry.clientName);
        CPPUNIT_ASSERT_EQUAL(std::string("operator"), domain::actorText(entry.actor));
        CPPUNIT_ASSERT_EQUAL(
            std::string("with 1 account of 1 person, 1 key, 0 grant tokens and 0 open links"), entry.outcome);
    }

    void testWithdrawnClientLeavesNothing() {
        const auto added = add("ci");
        const auto second = _clients.addKey("ci", {"laptop"});
        _clients.withdraw(second);
        ASSERT_REFUSED(ErrorCode::invalidCredential, _clients.authenticate(second.key));
        (void)_clients.authenticate(added.key);
        _clients.withdraw(added);
        ASSERT_REFUSED(ErrorCode::invalidCredential, _clients.authenticate(added.key));
        CPPUNIT_ASSERT_EQUAL(1, _fixture.audited("client.key_withdrawn"));
        CPPUNIT_ASSERT_EQUAL(1, _fixture.audited("client.withdrawn"));
        (void)add("ci");
    }

    void testHoldingsInWords() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("2 accounts of 1 person, 3 keys, 1 grant token and 0 open links"),
            describe({.accounts = 2, .people = 1, .keys = 3, .grantTokens = 1, .openLinks = 0}));
    }

    void testContactAndSubjectRule() {
        domain::NewClient wanted{"app"};
        CPPUNIT_ASSERT(!_clients.authenticate(_clients.add(wanted).key)->client.requireSubject);
        wanted.name = "server";
        wanted.contact = "IT, M\xc3\xbcnchen <it@example.com>";
        wanted.requireSubject = true;
        const auto caller = _clients.authenticate(_clients.add(wanted).key);
        CPPUNIT_ASSERT_EQUAL(wanted.contact, caller->client.contact);
        CPPUNIT_ASSERT(caller->client.requireSubject);
        wanted.name = "third";
        for (const std::string& wrong : {std::string(65, 'x'), std::string("a\nb"), std::string("\x1b[2J"),
                                         std::string("\xff"), std::string("a\0b", 3)}) {
            wanted.contact = wrong;
            ASSERT_REFUSED(ErrorCode::invalidRequest, _clients.add(wanted));
        }
        wanted.contact = std::string(64, 'x');
        (void)_clients.add(wanted);
    }

    void testNoMoreClientsThanFit() {
        ClientService clients(_fixture.store, _fixture.clock, 2);
        (void)clients.add(domain::NewClient{"the last"});
        ASSERT_REFUSED(ErrorCode::conflict, clients.add(domain::NewClient{"one too many"}));
        clients.remove("alpha");
        (void)clients.add(domain::NewClient{"one too many"});
    }

    void testTypingErrorsAreRefused() {
        const auto added = add("ci");
        const std::string key(added.key.reveal());
        auto swapped = key;
        std::swap(swapped[30], swapped[31]);
        if (swapped == key)
            swapped[30] = swapped[30] == 'A' ? 'B' : 'A';
        for (const auto& wrong : {swapped, key.substr(0, key.size() - 1), key + "A", std::string(),
                                  "cok_" + std::string(61, 'q')})
            ASSERT_REFUSED(ErrorCode::invalidCredential, _clients.authenticate(Secret(wrong)));
    }

    void testOtherKindsOfCredentialsAreRefused() {
        for (const auto kind :
             {CredentialKind::publicClientKey, CredentialKind::linkSecret, CredentialKind::grantToken})
            ASSERT_REFUSED(ErrorCode::invalidCredential,
                           _clients.authenticate(crypto::issueCredential(kind).text));
    }

    void testWellFormedKeyOfNobodyIsRefused() {
        const auto foreign = crypto::issueCredential(CredentialKind::confidentialClientKey);
        ASSERT_REFUSED(ErrorCode::invalidCredential, _clients.authenticate(foreign.text));
    }

    void testKeyIdAloneProvesNothing() {
        // The store knows the id, but with another secret.
        const auto presented = crypto::issueCredential(CredentialKind::confidentialClientKey);
        keepKey(presented.keyId, std::string(32, 'h'), std::nullopt);
        const auto clients = restarted();
        ASSERT_REFUSED(ErrorCode::invalidCredential, clients->authenticate(presented.text));
    }

    void testKeyEndsWithItsLastSecond() {
        const auto issued = crypto::issueCredential(CredentialKind::confidentialClientKey);
        keepKey(issued.keyId, issued.hash, _fixture.now() + 10s);
        const auto clients = restarted();
        _fixture.advance(9s);
        CPPUNIT_ASSERT_EQUAL(issued.keyId, clients->authenticate(issued.text)->keyId);
        _fixture.advance(1s);
        ASSERT_REFUSED(ErrorCode::invalidCredential, clients->authenticate(issued.text));
    }

    void testScopesAreThoseOfTheKey() {
        const auto issued = crypto::issueCredential(CredentialKind::confidentialClientKey);
        keepKey(issued.keyId, issued.hash, std::nullopt);
        CPPUNIT_ASSERT(restarted()->authenticate(issued.text)->scopes == std::vector<std::string>{"token"});
    }

    void testRequireNamesTheScope() {
        const auto reader = _fixture.callerWith({"accounts", "link"});
        reader.require("link");
        try {
            reader.require("token");
            CPPUNIT_FAIL("the scope was not required");
        } catch (const base::Error& error) {
            CPPUNIT_ASSERT(error.code() == ErrorCode::insufficientScope);
            CPPUNIT_ASSERT(error.hint().find("token") != std::string::npos);
        }
    }

private:
    /// Returns a service that reads the store as the daemon does at its next start.
    std::unique_ptr<ClientService> restarted() {
        return std::make_unique<ClientService>(_fixture.store, _fixture.clock);
    }

    AddedClient add(const std::string& name) { return _clients.add(domain::NewClient{name}); }

    void keepKey(const std::string& keyId, const std::string& hash,
                 std::optional<base::Timestamp> expiresAt) {
        const auto client = memory::makeClient("beta", _fixture.now());
        auto key = memory::makeKey(client, keyId);
        key.hash = hash;
        key.scopes = {"token"};
        key.expiresAt = expiresAt;
        _fixture.put(client);
        _fixture.put(key);
    }

    ServiceFixture _fixture;
    ClientService _clients{_fixture.store, _fixture.clock};
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClientServiceTest);
