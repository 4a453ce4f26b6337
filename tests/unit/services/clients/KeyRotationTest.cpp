// SPDX-License-Identifier: Apache-2.0
// Tests a client's rotation of its key.
#include "../ServiceFixture.h"
#include "central_oauth/crypto/Credential.h"
#include "central_oauth/services/clients/ClientService.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using base::ErrorCode;

class KeyRotationTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(KeyRotationTest);
    CPPUNIT_TEST(testRotatedKeyTakesOver);
    CPPUNIT_TEST(testRotationAtOnce);
    CPPUNIT_TEST(testReplacedKeyCantLiveLonger);
    CPPUNIT_TEST(testRotationOfAKeyWithAnEnd);
    CPPUNIT_TEST(testKeepIsBounded);
    CPPUNIT_TEST(testRotationsOfOneClientAreLimited);
    CPPUNIT_TEST(testRotationByARemovedKeyIsRefused);
    CPPUNIT_TEST(testKeyThatWasNotKeptDoesNotWork);
    CPPUNIT_TEST(testUnusedReplacementIsReplacedInFull);
    CPPUNIT_TEST(testRotationsAtOnceAreBothInFull);
    CPPUNIT_TEST(testRotationFollowsWhatIsStored);
    CPPUNIT_TEST(testNoKeyOutlivesARotationThatCantBeLoaded);
    CPPUNIT_TEST_SUITE_END();

public:
    void testRotatedKeyTakesOver() {
        (void)add("ci");
        const auto old = _clients.addKey("ci", {"laptop", {{"token"}}});
        const auto rotated = _clients.rotate(_clients.authenticate(old.key), 24h, _fixture.origin);
        CPPUNIT_ASSERT_EQUAL(std::string("laptop"), rotated.record.name);
        CPPUNIT_ASSERT(rotated.oldEnds == _fixture.now() + 24h);
        const auto caller = _clients.authenticate(rotated.key);
        CPPUNIT_ASSERT_EQUAL(rotated.record.keyId, caller->keyId);
        CPPUNIT_ASSERT(caller->keyId != old.record.keyId);
        CPPUNIT_ASSERT(caller->scopes == std::vector<std::string>{"token"});
        CPPUNIT_ASSERT_EQUAL(1, _fixture.audited("client.key_rotated"));
        _fixture.advance(24h - 1s);
        CPPUNIT_ASSERT_EQUAL(old.record.keyId, _clients.authenticate(old.key)->keyId);
        _fixture.advance(1s);
        ASSERT_REFUSED(ErrorCode::invalidCredential, _clients.authenticate(old.key));
        CPPUNIT_ASSERT_EQUAL(rotated.record.keyId, _clients.authenticate(rotated.key)->keyId);
    }

    void testRotationAtOnce() {
        const auto old = add("ci");
        const auto rotated = _clients.rotate(_clients.authenticate(old.key), 0h, _fixture.origin);
        ASSERT_REFUSED(ErrorCode::invalidCredential, _clients.authenticate(old.key));
        CPPUNIT_ASSERT(_clients.authenticate(rotated.key)->scopes == domain::clientScopes());
    }

    // A holder of a leaked key that was replaced gains nothing by rotating it.
    void testReplacedKeyCantLiveLonger() {
        const auto old = add("ci");
        const auto first = _clients.rotate(_clients.authenticate(old.key), 2h, _fixture.origin);
        (void)_clients.authenticate(first.key);
        const auto again = _clients.rotate(_clients.authenticate(old.key), 168h, _fixture.origin);
        CPPUNIT_ASSERT(again.oldEnds == _fixture.now() + 2h);
        CPPUNIT_ASSERT(again.record.expiresAt == _fixture.now() + 2h);
        _fixture.advance(2h);
        ASSERT_REFUSED(ErrorCode::invalidCredential, _clients.authenticate(old.key));
        ASSERT_REFUSED(ErrorCode::invalidCredential, _clients.authenticate(again.key));
    }

    void testRotationOfAKeyWithAnEnd() {
        (void)add("ci");
        const auto old = _clients.addKey("ci", {"laptop", {}, 30h});
        const auto rotated = _clients.rotate(_clients.authenticate(old.key), 24h, _fixture.origin);
        CPPUNIT_ASSERT(rotated.record.expiresAt == _fixture.now() + 30h);
        CPPUNIT_ASSERT(rotated.oldEnds == _fixture.now() + 24h);
    }

    void testKeepIsBounded() {
        const auto caller = _clients.authenticate(add("ci").key);
        for (const auto keep : {-1h, 169h, 1'000'000h})
            ASSERT_REFUSED(ErrorCode::invalidRequest, _clients.rotate(caller, keep, _fixture.origin));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), _clients.listKeys("ci").size());
        (void)_clients.rotate(caller, 168h, _fixture.origin);
    }

    void testRotationsOfOneClientAreLimited() {
        auto added = add("ci");
        auto key = std::move(added.key);
        for (int i = 0; i < 10; ++i)
            key = _clients.rotate(_clients.authenticate(key), 0h, _fixture.origin).key;
        const auto caller = _clients.authenticate(key);
        const auto refused = refusalOf([&] { (void)_clients.rotate(caller, 0h, _fixture.origin); });
        CPPUNIT_ASSERT(refused && refused->code == ErrorCode::tooManyRequests);
        CPPUNIT_ASSERT(refused->retryAfter == 6s);
        const auto other = _clients.authenticate(add("other").key);
        (void)_clients.rotate(other, 0h, _fixture.origin);
        _fixture.advance(6s);
        (void)_clients.rotate(caller, 0h, _fixture.origin);
    }

    // The rotation is durable, and the client has the answer. A moment later the store does not answer.
    void testNoKeyOutlivesARotationThatCantBeLoaded() {
        const auto first = add("ci");
        const auto caller = _clients.authenticate(first.key);
        _fixture.store.hook = memory::failing("read");
        const auto rotated = _clients.rotate(caller, 0h, _fixture.origin);
        ASSERT_REFUSED(ErrorCode::invalidCredential, _clients.authenticate(first.key));
        ASSERT_REFUSED(ErrorCode::invalidCredential, _clients.authenticate(rotated.key));
        ASSERT_REFUSED(ErrorCode::storeUnavailable, _clients.reloadMissingKeys());
        _fixture.store.hook = nullptr;
        _clients.reloadMissingKeys();
        ASSERT_REFUSED(ErrorCode::invalidCredential, _clients.authenticate(first.key));
        CPPUNIT_ASSERT_EQUAL(rotated.record.keyId, _clients.authenticate(rotated.key)->keyId);
    }

    void testRotationByARemovedKeyIsRefused() {
        const auto first = add("ci");
        const auto caller = _clients.authenticate(first.key);
        _clients.removeKey("ci", first.record.keyId);
        ASSERT_REFUSED(ErrorCode::invalidCredential, _clients.rotate(caller, 24h, _fixture.origin));
        CPPUNIT_ASSERT(_clients.listKeys("ci").empty());
    }

    void testKeyThatWasNotKeptDoesNotWork() {
        const auto first = add("ci");
        const auto caller = _clients.authenticate(first.key);
        _fixture.store.hook = memory::failing("commit");
        ASSERT_REFUSED(ErrorCode::storeUnavailable, _clients.rotate(caller, 0h, _fixture.origin));
        _fixture.store.hook = {};
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), _clients.listKeys("ci").size());
        CPPUNIT_ASSERT_EQUAL(0, _fixture.audited("client.key_rotated"));
        CPPUNIT_ASSERT_EQUAL(first.record.keyId, _clients.authenticate(first.key)->keyId);
    }

    // The answer was lost: nobody knows the new key, and the old key is about to expire.
    void testUnusedReplacementIsReplacedInFull() {
        const auto old = add("ci");
        (void)_clients.rotate(_clients.authenticate(old.key), 2h, _fixture.origin);
        const auto again = _clients.rotate(_clients.authenticate(old.key), 2h, _fixture.origin);
        CPPUNIT_ASSERT(!again.record.expiresAt);
        ClientService restarted(_fixture.store, _fixture.clock);
        const auto later = restarted.rotate(restarted.authenticate(old.key), 2h, _fixture.origin);
        CPPUNIT_ASSERT_MESSAGE("nobody knows whether they were used", later.record.expiresAt);
    }

    // A client that does not wait for a slow answer sends the request again.
    void testRotationsAtOnceAreBothInFull() {
        const auto old = add("ci");
        const auto caller = _clients.authenticate(old.key);
        _fixture.store.hook =
            memory::onceBefore("commit", [&] { (void)_clients.rotate(caller, 2h, _fixture.origin); });
        const auto second = _clients.rotate(caller, 2h, _fixture.origin);
        CPPUNIT_ASSERT(!second.record.expiresAt);
        CPPUNIT_ASSERT_EQUAL(2, _fixture.audited("client.key_rotated"));
    }

    void testRotationFollowsWhatIsStored() {
        const auto old = add("ci");
        const auto caller = _clients.authenticate(old.key);
        _fixture.store.hook =
            memory::onceBefore("commit", [&] { _clients.removeKey("ci", old.record.keyId); });
        ASSERT_REFUSED(ErrorCode::invalidCredential, _clients.rotate(caller, 2h, _fixture.origin));
        CPPUNIT_ASSERT(_clients.listKeys("ci").empty());
    }

private:
    AddedClient add(const std::string& name) { return _clients.add(domain::NewClient{name}); }

    ServiceFixture _fixture;
    ClientService _clients{_fixture.store, _fixture.clock};
};

CPPUNIT_TEST_SUITE_REGISTRATION(KeyRotationTest);
