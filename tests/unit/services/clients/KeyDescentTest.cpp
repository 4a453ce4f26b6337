// SPDX-License-Identifier: Apache-2.0
// The removal of a client key removes the keys that replaced it, and the grant tokens of the whole line.
#include "../ServiceFixture.h"
#include "central_oauth/services/clients/ClientService.h"
#include "central_oauth/services/clients/GrantTokenService.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <memory>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using base::ErrorCode;
using provider::Secret;

class KeyDescentTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(KeyDescentTest);
    CPPUNIT_TEST(testRemovalEndsTheWholeLine);
    CPPUNIT_TEST(testKeptIssueStillEndsWithWhatIsAbove);
    CPPUNIT_TEST(testNothingOutlivesAnExpiry);
    CPPUNIT_TEST(testRenewalsStayUnderTheExpiry);
    CPPUNIT_TEST(testCapOutlivesTheKeyThatSetIt);
    CPPUNIT_TEST(testRotationCarriesGrantTokensOver);
    CPPUNIT_TEST(testTokensOfAReplacedKeyEndWithIt);
    CPPUNIT_TEST(testKeysOfTheLineAreNotDroppedForRoom);
    CPPUNIT_TEST(testLineIsBoundedAndKeepsItsRoot);
    CPPUNIT_TEST(testKeyThatIsRotatedMeanwhileIssuesNothing);
    CPPUNIT_TEST(testKeyThatIsRotatedMeanwhileIssuesNothingLonger);
    CPPUNIT_TEST(testKeyThatIsRemovedMeanwhileIssuesNothing);
    CPPUNIT_TEST(testRemovalIsAuditedKeyByKey);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _fixture = std::make_unique<ServiceFixture>();
        _account = _fixture->linkAccount("1");
        _clients = std::make_unique<ClientService>(_fixture->store, _fixture->clock);
        _tokens = std::make_unique<GrantTokenService>(
            GrantTokenService::Parts{_fixture->store, _fixture->clock, _fixture->logger});
        _tokens->loadKeys();
    }

    void testRemovalEndsTheWholeLine() {
        const auto first = addKey({});
        const auto second = rotate(first.key, 24h);
        const auto third = rotate(second.key, 24h);
        const auto other = addKey({}, "other");
        const auto ofSecond = issue(second.key);
        const auto successor = renew(ofSecond.text);
        const auto ofThird = issue(third.key);
        const auto ofOther = issue(other.key);
        const auto removed = _clients->removeKey(client, first.record.keyId);
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), removed.keys.size());
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), removed.grantTokens);
        for (const auto* key : {&first.key, &second.key, &third.key})
            ASSERT_REFUSED(ErrorCode::invalidCredential, _clients->authenticate(*key));
        for (const auto* token : {&ofSecond.text, &successor.text, &ofThird.text})
            ASSERT_REFUSED(ErrorCode::invalidCredential, _tokens->authenticate(*token));
        (void)_clients->authenticate(other.key);
        (void)_tokens->authenticate(ofOther.text);
    }

    void testKeptIssueStillEndsWithWhatIsAbove() {
        const auto first = addKey({});
        const auto second = rotate(first.key, 24h);
        const auto third = rotate(second.key, 24h);
        const auto token = issue(second.key);
        (void)_clients->removeKey(client, second.record.keyId, domain::Issued::keep);
        ASSERT_REFUSED(ErrorCode::invalidCredential, _clients->authenticate(second.key));
        (void)_clients->authenticate(third.key);
        (void)_tokens->authenticate(token.text);
        CPPUNIT_ASSERT_EQUAL(first.record.keyId, listed(third.record.keyId)->key.issuer);
        (void)_clients->removeKey(client, first.record.keyId);
        ASSERT_REFUSED(ErrorCode::invalidCredential, _clients->authenticate(third.key));
        ASSERT_REFUSED(ErrorCode::invalidCredential, _tokens->authenticate(token.text));
    }

    void testNothingOutlivesAnExpiry() {
        const auto brief = addKey(2h);
        const auto end = _fixture->now() + 2h;
        const auto rotated = rotate(brief.key, 1h);
        const auto token = issue(rotated.key);
        CPPUNIT_ASSERT(rotated.record.expiresAt == end);
        CPPUNIT_ASSERT(GrantTokenService::endOf(token.token) == end);
        _fixture->advance(2h - 1s);
        (void)_tokens->authenticate(token.text);
        _fixture->advance(1s);
        ASSERT_REFUSED(ErrorCode::invalidCredential, _clients->authenticate(rotated.key));
        ASSERT_REFUSED(ErrorCode::invalidCredential, _tokens->authenticate(token.text));
    }

    void testRenewalsStayUnderTheExpiry() {
        const auto brief = addKey(48h);
        const auto end = _fixture->now() + 48h;
        auto token = issue(brief.key);
        for (int i = 0; i < 3; ++i) {
            _fixture->advance(10h);
            token = renew(token.text);
            CPPUNIT_ASSERT(token.token.expiresAt == end);
            CPPUNIT_ASSERT_EQUAL(brief.record.keyId, token.token.issuer);
        }
        // Without an expiry a renewal begins anew.
        const auto lasting = issue(addKey({}, "lasting").key);
        _fixture->advance(20h);
        CPPUNIT_ASSERT(renew(lasting.text).token.expiresAt == _fixture->now() + grant_token::longestLife);
    }

    void testCapOutlivesTheKeyThatSetIt() {
        const auto brief = addKey(48h);
        const auto end = _fixture->now() + 48h;
        const auto token = issue(brief.key);
        (void)_clients->removeKey(client, brief.record.keyId, domain::Issued::keep);
        CPPUNIT_ASSERT(renew(token.text).token.expiresAt == end);
    }

    // The rotation itself ends the old key. That does not end the grant tokens in use.
    void testRotationCarriesGrantTokensOver() {
        const auto old = addKey({});
        const auto token = issue(old.key);
        const auto fresh = rotate(old.key, 0h);
        ASSERT_REFUSED(ErrorCode::invalidCredential, _clients->authenticate(old.key));
        _fixture->advance(25h);
        (void)_tokens->authenticate(token.text);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), listed(fresh.record.keyId)->grantTokens);
        (void)_clients->removeKey(client, fresh.record.keyId);
        ASSERT_REFUSED(ErrorCode::invalidCredential, _tokens->authenticate(token.text));
    }

    // A holder of a leaked key that was replaced gains nothing that lasts.
    void testTokensOfAReplacedKeyEndWithIt() {
        const auto old = addKey({});
        (void)_clients->authenticate(rotate(old.key, 3h).key);
        const auto token = issue(old.key);
        CPPUNIT_ASSERT(token.token.expiresAt == _fixture->now() + 3h);
        CPPUNIT_ASSERT(renew(token.text).token.expiresAt == _fixture->now() + 3h);
        CPPUNIT_ASSERT(rotate(old.key, 168h).record.expiresAt == _fixture->now() + 3h);
    }

    void testKeysOfTheLineAreNotDroppedForRoom() {
        const auto root = addKey({}, "root");
        auto key = rotate(root.key, 168h);
        std::string firstRotated = key.record.keyId;
        for (int i = 0; i < 12; ++i) {
            key = rotate(key.key, 0h);
            _fixture->advance(60s);
        }
        const auto token = issue(key.key);
        CPPUNIT_ASSERT(listed(firstRotated));
        (void)_clients->authenticate(key.key);
        const auto removed = _clients->removeKey(client, firstRotated);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), removed.grantTokens);
        CPPUNIT_ASSERT(listed(root.record.keyId));
        ASSERT_REFUSED(ErrorCode::invalidCredential, _clients->authenticate(key.key));
        ASSERT_REFUSED(ErrorCode::invalidCredential, _tokens->authenticate(token.text));
    }

    // The operator can remove the original key, however often a thief rotates it.
    void testLineIsBoundedAndKeepsItsRoot() {
        const auto root = addKey({}, "root");
        auto key = rotate(root.key, 0h);
        for (std::size_t i = 0; i < keysOfClient.ancestors + 20; ++i) {
            key = rotate(key.key, 0h);
            _fixture->advance(60s);
        }
        CPPUNIT_ASSERT(_clients->listKeys(client).size() <= keysOfClient.ancestors + keysOfClient.keys);
        (void)_clients->removeKey(client, root.record.keyId);
        ASSERT_REFUSED(ErrorCode::invalidCredential, _clients->authenticate(key.key));
    }

    // The key was rotated between its authentication and the insertion, and the rotation has expired it.
    void testKeyThatIsRotatedMeanwhileIssuesNothing() {
        const auto key = addKey({});
        const auto caller = _clients->authenticate(key.key);
        const auto holder = _tokens->authenticate(issue(key.key).text);
        const auto fresh = rotate(key.key, 0h);
        ASSERT_REFUSED(ErrorCode::invalidCredential, _tokens->issue(caller, _account, {}, _fixture->origin));
        ASSERT_REFUSED(ErrorCode::invalidCredential, _clients->rotate(caller, 0h, _fixture->origin));
        const auto successor = _tokens->issue(holder, _account, {}, _fixture->origin);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("went over to the new key", fresh.record.keyId, successor.token.issuer);
    }

    void testKeyThatIsRotatedMeanwhileIssuesNothingLonger() {
        const auto key = addKey({});
        const auto caller = _clients->authenticate(key.key);
        (void)rotate(key.key, 2h);
        const auto late = _tokens->issue(caller, _account, {}, _fixture->origin);
        CPPUNIT_ASSERT(late.token.expiresAt == _fixture->now() + 2h);
        CPPUNIT_ASSERT(late.token.issuerEnds == _fixture->now() + 2h);
    }

    void testKeyThatIsRemovedMeanwhileIssuesNothing() {
        const auto key = addKey({});
        const auto caller = _clients->authenticate(key.key);
        const auto holder = _tokens->authenticate(issue(key.key).text);
        (void)_clients->removeKey(client, key.record.keyId);
        for (const auto& late : {caller, holder})
            ASSERT_REFUSED(ErrorCode::invalidCredential,
                           _tokens->issue(late, _account, {}, _fixture->origin));
        ASSERT_REFUSED(ErrorCode::invalidCredential, _clients->rotate(caller, 0h, _fixture->origin));
    }

    void testRemovalIsAuditedKeyByKey() {
        const auto key = addKey({});
        const auto rotated = rotate(key.key, 24h);
        (void)issue(rotated.key);
        (void)_clients->removeKey(client, key.record.keyId);
        CPPUNIT_ASSERT_EQUAL(2, _fixture->audited("client.key_removed"));
        const auto entries = _fixture->store.audit();
        CPPUNIT_ASSERT_EQUAL(key.record.keyId + " with 1 grant token", entries[entries.size() - 2].outcome);
        CPPUNIT_ASSERT_EQUAL(rotated.record.keyId + ", issued by " + key.record.keyId,
                             entries.back().outcome);
    }

private:
    const std::string client = "alpha";

    AddedKey addKey(std::optional<std::chrono::seconds> life, const std::string& name = "laptop") {
        return _clients->addKey(client, {name, {{"token"}}, life});
    }

    RotatedKey rotate(const Secret& key, std::chrono::hours keep) {
        return _clients->rotate(_clients->authenticate(key), keep, _fixture->origin);
    }

    IssuedGrantToken issue(const Secret& key) {
        return _tokens->issue(_clients->authenticate(key), _account, {}, _fixture->origin);
    }

    IssuedGrantToken renew(const Secret& token) {
        return _tokens->issue(_tokens->authenticate(token), _account, {}, _fixture->origin);
    }

    std::optional<ListedKey> listed(const std::string& keyId) const {
        for (auto& each : _clients->listKeys(client))
            if (each.key.keyId == keyId)
                return std::move(each);
        return std::nullopt;
    }

    std::unique_ptr<ServiceFixture> _fixture;
    base::AccountId _account;
    std::unique_ptr<ClientService> _clients;
    std::unique_ptr<GrantTokenService> _tokens;
};

CPPUNIT_TEST_SUITE_REGISTRATION(KeyDescentTest);
