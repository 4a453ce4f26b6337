// SPDX-License-Identifier: Apache-2.0
// A wrong grant token costs no look-up, whether its id is known or not: time and load reveal nothing.
#include "central_oauth/services/clients/GrantTokenKeys.h"

#include "../ServiceFixture.h"
#include "central_oauth/crypto/Credential.h"
#include "central_oauth/crypto/Digest.h"
#include "central_oauth/crypto/Encoding.h"
#include "central_oauth/services/clients/GrantTokenService.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using base::ErrorCode;

class GrantTokenKeysTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(GrantTokenKeysTest);
    CPPUNIT_TEST(testProvesWhatWasPut);
    CPPUNIT_TEST(testWrongTokensNeverReachTheStore);
    CPPUNIT_TEST(testTokenOfARemovedAccountReachesItOnce);
    CPPUNIT_TEST(testPurgedTokensAreForgotten);
    CPPUNIT_TEST(testIsKnownAfterARestart);
    CPPUNIT_TEST(testUntilItIsLoadedTheStoreDecides);
    CPPUNIT_TEST(testTokensThatGoDuringTheLoadStayGone);
    CPPUNIT_TEST(testPaceIsAskedBeforeAnythingIsLookedUp);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _fixture = std::make_unique<ServiceFixture>();
        _account = _fixture->linkAccount("1");
        make();
    }

    void testProvesWhatWasPut() {
        const auto one = crypto::issueCredential(crypto::CredentialKind::grantToken);
        const auto other = crypto::issueCredential(crypto::CredentialKind::grantToken);
        GrantTokenKeys keys;
        keys.load({});
        keys.put(one.keyId, one.hash);
        CPPUNIT_ASSERT(keys.prove({crypto::CredentialKind::grantToken, one.keyId, one.hash}));
        CPPUNIT_ASSERT(!keys.prove({crypto::CredentialKind::grantToken, one.keyId, other.hash}));
        CPPUNIT_ASSERT(!keys.prove({crypto::CredentialKind::grantToken, other.keyId, one.hash}));
        CPPUNIT_ASSERT_MESSAGE("what stands for nobody proves nobody",
                               !keys.prove({crypto::CredentialKind::grantToken, other.keyId,
                                            std::string(one.hash.size(), '\0')}));
        keys.put(other.keyId, other.hash);
        CPPUNIT_ASSERT(keys.prove({crypto::CredentialKind::grantToken, other.keyId, other.hash}));
        keys.remove(one.keyId);
        CPPUNIT_ASSERT(keys.keyIds() == std::vector<std::string>{other.keyId});
        CPPUNIT_ASSERT(!keys.prove({crypto::CredentialKind::grantToken, one.keyId, one.hash}));
    }

    void testWrongTokensNeverReachTheStore() {
        const auto issued = issue();
        const auto removed = issue();
        _service->remove(_fixture->caller(), _account, removed.token.keyId, _fixture->origin);
        const auto stranger = crypto::issueCredential(crypto::CredentialKind::grantToken);
        // The forged token has the same id, another secret and the right checksum.
        const auto forged = sameIdAs(issued);
        const int before = asked();
        for (int i = 0; i < 3; ++i) {
            ASSERT_REFUSED(ErrorCode::invalidCredential, _service->authenticate(stranger.text));
            ASSERT_REFUSED(ErrorCode::invalidCredential, _service->authenticate(forged));
            ASSERT_REFUSED(ErrorCode::invalidCredential, _service->authenticate(removed.text));
        }
        CPPUNIT_ASSERT_EQUAL(before, asked());
        (void)_service->authenticate(issued.text);
        CPPUNIT_ASSERT_EQUAL(before + 1, asked());
    }

    void testTokenOfARemovedAccountReachesItOnce() {
        const auto issued = issue();
        _fixture->store.transact([this](domain::Transaction& transaction) { transaction.erase(_account); });
        const int before = asked();
        for (int i = 0; i < 3; ++i)
            ASSERT_REFUSED(ErrorCode::invalidCredential, _service->authenticate(issued.text));
        CPPUNIT_ASSERT_EQUAL(before + 1, asked());
    }

    void testPurgedTokensAreForgotten() {
        const auto old = issue();
        _fixture->advance(29 * 24h);
        const auto young = issue();
        _fixture->advance(24h);
        _service->purge();
        const int before = asked();
        ASSERT_REFUSED(ErrorCode::invalidCredential, _service->authenticate(old.text));
        CPPUNIT_ASSERT_EQUAL(before, asked());
        (void)_service->authenticate(young.text);
    }

    void testIsKnownAfterARestart() {
        const auto issued = issue();
        make();
        CPPUNIT_ASSERT(_service->authenticate(issued.text)->only == _account);
    }

    void testUntilItIsLoadedTheStoreDecides() {
        const auto issued = issue();
        const auto removed = issue();
        const auto forged = sameIdAs(issued);
        makeWithoutKeys();
        const auto later = issue();
        _service->remove(_fixture->caller(), _account, removed.token.keyId, _fixture->origin);
        for (int i = 0; i < 2; ++i) {
            CPPUNIT_ASSERT(_service->authenticate(issued.text)->only == _account);
            CPPUNIT_ASSERT(_service->authenticate(later.text)->only == _account);
            ASSERT_REFUSED(ErrorCode::invalidCredential, _service->authenticate(forged));
            ASSERT_REFUSED(ErrorCode::invalidCredential, _service->authenticate(removed.text));
            _service->loadKeys();
        }
        const int before = asked();
        _service->loadKeys();
        ASSERT_REFUSED(ErrorCode::invalidCredential, _service->authenticate(forged));
        ASSERT_REFUSED(ErrorCode::invalidCredential, _service->authenticate(removed.text));
        CPPUNIT_ASSERT_EQUAL(before, asked());
    }

    void testTokensThatGoDuringTheLoadStayGone() {
        GrantTokenKeys keys;
        const auto credential = [](const std::string& keyId) {
            return crypto::ParsedCredential{crypto::CredentialKind::grantToken, keyId, "hash-of-" + keyId};
        };
        keys.put("put", "hash-of-put");
        keys.remove("gone");
        const auto now = _fixture->now();
        keys.load(
            {memory::makeGrantToken("stored", _account, now), memory::makeGrantToken("gone", _account, now)});
        CPPUNIT_ASSERT(keys.prove(credential("put")));
        CPPUNIT_ASSERT(keys.prove(credential("stored")));
        CPPUNIT_ASSERT(!keys.prove(credential("gone")));
    }

    void testPaceIsAskedBeforeAnythingIsLookedUp() {
        for (int i = 0; i < 30; ++i)
            ASSERT_REFUSED(ErrorCode::notFound, _service->issue(_fixture->caller(), base::AccountId("acc_x"),
                                                                "", _fixture->origin));
        const int before = asked();
        ASSERT_REFUSED(ErrorCode::tooManyRequests,
                       _service->issue(_fixture->caller(), base::AccountId("acc_x"), "", _fixture->origin));
        CPPUNIT_ASSERT_EQUAL(before, asked());
        auto other = _fixture->caller();
        other.client.id = base::ClientId("cli_other");
        ASSERT_REFUSED(ErrorCode::notFound,
                       _service->issue(other, base::AccountId("acc_x"), "", _fixture->origin));
    }

private:
    void make() {
        makeWithoutKeys();
        _service->loadKeys();
    }
    void makeWithoutKeys() {
        _service = std::make_unique<GrantTokenService>(
            GrantTokenService::Parts{_fixture->store, _fixture->clock, _fixture->logger});
    }

    [[nodiscard]] int asked() const { return _fixture->store.counters.all(); }

    IssuedGrantToken issue() { return _service->issue(_fixture->caller(), _account, "", _fixture->origin); }

    static provider::Secret sameIdAs(const IssuedGrantToken& issued) {
        constexpr std::size_t prefix = 4;
        constexpr std::size_t keyId = 12;
        constexpr std::size_t secret = 43;
        const std::string own(issued.text.reveal());
        const std::string other(crypto::issueCredential(crypto::CredentialKind::grantToken).text.reveal());
        auto text = own.substr(0, prefix + keyId) + other.substr(prefix + keyId, secret);
        text += crypto::encodeBase64Url(crypto::sha256(text)).substr(0, 6);
        CPPUNIT_ASSERT(crypto::parseCredential(text));
        return provider::Secret(text);
    }

    std::unique_ptr<ServiceFixture> _fixture;
    base::AccountId _account;
    std::unique_ptr<GrantTokenService> _service;
};

CPPUNIT_TEST_SUITE_REGISTRATION(GrantTokenKeysTest);
