// SPDX-License-Identifier: Apache-2.0
// How grant tokens come, what they open, and how they end.
#include "central_oauth/services/GrantTokenService.h"

#include "CountedGrantTokens.h"
#include "ServiceFixture.h"
#include "central_oauth/crypto/Credential.h"
#include "central_oauth/domain/GrantToken.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using base::ErrorCode;

class GrantTokenServiceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(GrantTokenServiceTest);
    CPPUNIT_TEST(testOpensItsAccountOnly);
    CPPUNIT_TEST(testOpensNoMoreThanItsIssuerMay);
    CPPUNIT_TEST(testIsKeptAsAHash);
    CPPUNIT_TEST(testForgedTokensAreOneRefusal);
    CPPUNIT_TEST(testOtherCredentialsAreNone);
    CPPUNIT_TEST(testEndsThirtyDaysAfterItsLastUse);
    CPPUNIT_TEST(testEndsAfterAYearHoweverUsed);
    CPPUNIT_TEST(testUseIsNotedToTheMinute);
    CPPUNIT_TEST(testEndsWithItsAccount);
    CPPUNIT_TEST(testEndsWithItsClient);
    CPPUNIT_TEST(testRemovedTokenIsRefusedAtOnce);
    CPPUNIT_TEST(testHolderEndsItsOwn);
    CPPUNIT_TEST(testHolderReplacesItsOwn);
    CPPUNIT_TEST(testAnAccountHasTwentyAtMost);
    CPPUNIT_TEST(testFewAreIssuedInAMinute);
    CPPUNIT_TEST(testListsThoseThatWork);
    CPPUNIT_TEST(testPurgeDropsThoseThatEnded);
    CPPUNIT_TEST(testPurgeForgetsThoseThatWentWithTheirAccount);
    CPPUNIT_TEST(testEachNeedsItsScope);
    CPPUNIT_TEST(testAccountsOutOfReachAreUnknown);
    CPPUNIT_TEST(testLabelsArePrintable);
    CPPUNIT_TEST(testIsAudited);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _fixture = std::make_unique<ServiceFixture>();
        _account = store::linkAccount(_fixture->base, "1");
        setUpService();
    }

    void testOpensItsAccountOnly() {
        const auto issued = issue("laptop");
        const auto holder = _service->authenticate(issued.text);
        CPPUNIT_ASSERT(holder.isHolder() && holder.only == _account);
        CPPUNIT_ASSERT(holder.client.id == _fixture->client.id);
        CPPUNIT_ASSERT_EQUAL(issued.token.keyId, holder.keyId);
        CPPUNIT_ASSERT(holder.scopes == (std::vector<std::string>{"token", "revoke", "accounts"}));
        ASSERT_REFUSED(ErrorCode::insufficientScope, holder.require("link"));
    }

    // Also through a successor, and its holder can still end it.
    void testOpensNoMoreThanItsIssuerMay() {
        const auto key = _fixture->callerWith({"link", "token"});
        const auto issued = _service->issue(key, _account, "", _fixture->source);
        const auto holder = _service->authenticate(issued.text);
        const auto successor = _service->issue(holder, _account, "", _fixture->source);
        for (const auto* text : {&issued.text, &successor.text})
            CPPUNIT_ASSERT(_service->authenticate(*text).scopes == std::vector<std::string>{"token"});
        _service->removeOwn(holder, _account, _fixture->source);
        ASSERT_REFUSED(ErrorCode::invalidCredential, _service->authenticate(issued.text));
    }

    void testIsKeptAsAHash() {
        const auto issued = issue("laptop");
        const std::string text(issued.text.reveal());
        CPPUNIT_ASSERT(text.starts_with("cog_"));
        const auto secret = text.substr(4 + 12, 43);
        for (const auto& entry : std::filesystem::directory_iterator(_fixture->base.directory.path()))
            CPPUNIT_ASSERT_MESSAGE(entry.path().filename().string(),
                                   store::readAll(entry.path()).find(secret) == std::string::npos);
        CPPUNIT_ASSERT(_fixture->base.logged.str().find(secret) == std::string::npos);
    }

    void testForgedTokensAreOneRefusal() {
        const auto issued = issue("laptop");
        // Well-formed, of the same id, with another secret: only the hash tells.
        CPPUNIT_ASSERT(_fixture->base.tamper("UPDATE grant_tokens SET hash = randomblob(32)") == 1);
        setUpService();
        ASSERT_REFUSED(ErrorCode::invalidCredential, _service->authenticate(issued.text));
        const auto stranger = crypto::issueCredential(crypto::CredentialKind::grantToken);
        ASSERT_REFUSED(ErrorCode::invalidCredential, _service->authenticate(stranger.text));
    }

    void testOtherCredentialsAreNone() {
        for (const auto kind : {crypto::CredentialKind::confidentialClientKey,
                                crypto::CredentialKind::publicClientKey, crypto::CredentialKind::linkSecret})
            ASSERT_REFUSED(ErrorCode::invalidCredential,
                           _service->authenticate(crypto::issueCredential(kind).text));
        for (const std::string text : {"", "cog_", "cog_nonsense", "Bearer"})
            ASSERT_REFUSED(ErrorCode::invalidCredential, _service->authenticate(provider::Secret(text)));
    }

    void testEndsThirtyDaysAfterItsLastUse() {
        const auto issued = issue("laptop");
        CPPUNIT_ASSERT(GrantTokenService::endOf(issued.token) == _fixture->now() + 30 * 24h);
        _fixture->advance(30 * 24h - 1s);
        (void)_service->authenticate(issued.text);
        _fixture->advance(30 * 24h - 1s);
        (void)_service->authenticate(issued.text);
        _fixture->advance(30 * 24h);
        ASSERT_REFUSED(ErrorCode::invalidCredential, _service->authenticate(issued.text));
    }

    void testEndsAfterAYearHoweverUsed() {
        const auto issued = issue("laptop");
        const auto end = _fixture->now() + 365 * 24h;
        for (int day = 0; day < 364; day += 14) {
            (void)_service->authenticate(issued.text);
            _fixture->advance(14 * 24h);
        }
        _fixture->base.clock.time = end - 1s;
        (void)_service->authenticate(issued.text);
        _fixture->base.clock.time = end;
        ASSERT_REFUSED(ErrorCode::invalidCredential, _service->authenticate(issued.text));
    }

    void testUseIsNotedToTheMinute() {
        const auto issued = issue("laptop");
        const auto first = _fixture->now();
        _fixture->advance(59s);
        (void)_service->authenticate(issued.text);
        CPPUNIT_ASSERT(listed().front().lastUsedAt == first);
        _fixture->advance(1s);
        (void)_service->authenticate(issued.text);
        CPPUNIT_ASSERT(listed().front().lastUsedAt == first + 60s);
    }

    void testEndsWithItsAccount() {
        const auto issued = issue("laptop");
        (void)_fixture->store().accounts().remove(_fixture->client.id, _account, _fixture->now());
        ASSERT_REFUSED(ErrorCode::invalidCredential, _service->authenticate(issued.text));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), rows());
    }

    void testEndsWithItsClient() {
        const auto issued = issue("laptop");
        CPPUNIT_ASSERT(_fixture->store().clients().remove("alpha"));
        ASSERT_REFUSED(ErrorCode::invalidCredential, _service->authenticate(issued.text));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), rows());
    }

    void testRemovedTokenIsRefusedAtOnce() {
        const auto first = issue("laptop");
        const auto second = issue("phone");
        remove(first.token.keyId);
        ASSERT_REFUSED(ErrorCode::invalidCredential, _service->authenticate(first.text));
        (void)_service->authenticate(second.text);
        ASSERT_REFUSED(ErrorCode::notFound, remove(first.token.keyId));
        ASSERT_REFUSED(ErrorCode::notFound, remove("unknown"));
    }

    void testHolderEndsItsOwn() {
        const auto mine = issue("laptop");
        const auto other = issue("phone");
        _service->removeOwn(_service->authenticate(mine.text), _account, _fixture->source);
        ASSERT_REFUSED(ErrorCode::invalidCredential, _service->authenticate(mine.text));
        (void)_service->authenticate(other.text);
        CPPUNIT_ASSERT(_fixture->store().accounts().find(_fixture->client.id, _account).has_value());
        ASSERT_REFUSED(ErrorCode::invalidRequest,
                       _service->removeOwn(_fixture->caller(), _account, _fixture->source));
    }

    void testHolderReplacesItsOwn() {
        const auto old = issue("laptop");
        const auto holder = _service->authenticate(old.text);
        const auto fresh = _service->issue(holder, _account, "laptop again", _fixture->source);
        _service->remove(holder, _account, old.token.keyId, _fixture->source);
        ASSERT_REFUSED(ErrorCode::invalidCredential, _service->authenticate(old.text));
        CPPUNIT_ASSERT(_service->authenticate(fresh.text).only == _account);
        const auto other = store::linkAccount(_fixture->base, "2");
        ASSERT_REFUSED(ErrorCode::notFound, _service->issue(holder, other, "", _fixture->source));
        ASSERT_REFUSED(ErrorCode::notFound, _service->list(holder, other));
    }

    void testAnAccountHasTwentyAtMost() {
        for (int i = 0; i < 20; ++i)
            (void)issue("machine");
        ASSERT_REFUSED(ErrorCode::conflict, issue("one more"));
        remove(listed().front().keyId);
        (void)issue("one more");
    }

    // Each one leaves two rows in the audit trail, and a holder needs no more than one.
    void testFewAreIssuedInAMinute() {
        const auto issueAndRemove = [this] { remove(issue("again").token.keyId); };
        for (int i = 0; i < 30; ++i)
            issueAndRemove();
        ASSERT_REFUSED(ErrorCode::tooManyRequests, issue("again"));
        const auto other = store::linkAccount(_fixture->base, "2");
        (void)_service->issue(_fixture->caller(), other, "", _fixture->source);
        _fixture->advance(2s);
        issueAndRemove();
        ASSERT_REFUSED(ErrorCode::tooManyRequests, issue("again"));
    }

    void testListsThoseThatWork() {
        (void)issue("old");
        _fixture->advance(29 * 24h);
        (void)issue("young");
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), listed().size());
        CPPUNIT_ASSERT_EQUAL(std::string("old"), listed().front().label);
        _fixture->advance(24h);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), listed().size());
        CPPUNIT_ASSERT_EQUAL(std::string("young"), listed().front().label);
    }

    void testPurgeDropsThoseThatEnded() {
        (void)issue("old");
        _fixture->advance(24h);
        const auto young = issue("young");
        _service->purge();
        CPPUNIT_ASSERT_EQUAL(std::int64_t(2), rows());
        _fixture->advance(29 * 24h);
        _service->purge();
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), rows());
        (void)_service->authenticate(young.text);
    }

    // Nothing shows such a token again, and no row of it is left to purge.
    void testPurgeForgetsThoseThatWentWithTheirAccount() {
        const auto issued = issue("laptop");
        CountedGrantTokens counted(_fixture->store().grantTokens());
        GrantTokenService service({counted, _fixture->store().accounts(), _fixture->store().clients(),
                                   _fixture->store().audit(), _fixture->base.clock, _fixture->base.logger});
        (void)_fixture->store().accounts().remove(_fixture->client.id, _account, _fixture->now());
        service.purge();
        counted.calls = 0;
        ASSERT_REFUSED(ErrorCode::invalidCredential, service.authenticate(issued.text));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("its hash is still in memory", 0, counted.calls);
    }

    void testEachNeedsItsScope() {
        const auto other = _fixture->callerWith({"link", "revoke", "accounts"});
        ASSERT_REFUSED(ErrorCode::insufficientScope, _service->issue(other, _account, "", _fixture->source));
        ASSERT_REFUSED(ErrorCode::insufficientScope, _service->list(other, _account));
        ASSERT_REFUSED(ErrorCode::insufficientScope,
                       _service->remove(other, _account, "x", _fixture->source));
    }

    void testAccountsOutOfReachAreUnknown() {
        const auto issued = issue("laptop");
        store::addClient(_fixture->base, "beta");
        auto stranger = _fixture->caller();
        stranger.client.id = base::ClientId("cli_beta");
        auto other = _fixture->caller();
        other.subject = "bob";
        for (const auto& caller : {stranger, other}) {
            ASSERT_REFUSED(ErrorCode::notFound, _service->issue(caller, _account, "", _fixture->source));
            ASSERT_REFUSED(ErrorCode::notFound, _service->list(caller, _account));
            ASSERT_REFUSED(ErrorCode::notFound,
                           _service->remove(caller, _account, issued.token.keyId, _fixture->source));
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), rows());
    }

    void testLabelsArePrintable() {
        ASSERT_REFUSED(ErrorCode::invalidRequest, issue("a\nb"));
        ASSERT_REFUSED(ErrorCode::invalidRequest, issue(std::string(65, 'x')));
        CPPUNIT_ASSERT_EQUAL(std::string(64, 'x'), issue(std::string(64, 'x')).token.label);
    }

    void testIsAudited() {
        const auto issued = issue("laptop");
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("grant_token.issued"));
        remove(issued.token.keyId);
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t(1),
            _fixture->base.number("SELECT COUNT(*) FROM audit WHERE action = 'grant_token.removed' AND "
                                  "account_id = 'acc_1' AND outcome = '" +
                                  issued.token.keyId + "'"));
    }

private:
    void setUpService() {
        auto& store = _fixture->store();
        _service = std::make_unique<GrantTokenService>(
            GrantTokenService::Parts{store.grantTokens(), store.accounts(), store.clients(), store.audit(),
                                     _fixture->base.clock, _fixture->base.logger});
    }

    IssuedGrantToken issue(const std::string& label) {
        return _service->issue(_fixture->caller(), _account, label, _fixture->source);
    }
    void remove(const std::string& keyId) {
        _service->remove(_fixture->caller(), _account, keyId, _fixture->source);
    }
    [[nodiscard]] std::vector<domain::GrantToken> listed() const {
        return _service->list(_fixture->caller(), _account);
    }
    [[nodiscard]] std::int64_t rows() const {
        return _fixture->base.number("SELECT COUNT(*) FROM grant_tokens");
    }

    std::unique_ptr<ServiceFixture> _fixture;
    base::AccountId _account;
    std::unique_ptr<GrantTokenService> _service;
};

CPPUNIT_TEST_SUITE_REGISTRATION(GrantTokenServiceTest);
