// SPDX-License-Identifier: Apache-2.0
// Tests the issue, the reach and the end of grant tokens.
#include "central_oauth/services/clients/GrantTokenService.h"

#include "../ServiceFixture.h"
#include "central_oauth/crypto/Credential.h"
#include "central_oauth/crypto/Digest.h"

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
    CPPUNIT_TEST(testUseThatIsNotStoredKeepsATokenAlive);
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
    CPPUNIT_TEST(testChangeWithoutItsEntryIsNone);
    CPPUNIT_TEST(testUseIsNotedAnotherTimeIfTheStoreIsBusy);
    CPPUNIT_TEST(testHolderOfADamagedAccountIsKnown);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _fixture = std::make_unique<ServiceFixture>();
        _account = _fixture->linkAccount("1");
        setUpService();
    }

    void testOpensItsAccountOnly() {
        const auto issued = issue("laptop");
        const auto holder = _service->authenticate(issued.text);
        CPPUNIT_ASSERT(holder->isHolder() && holder->only == _account);
        CPPUNIT_ASSERT(holder->client.id == _fixture->client.id);
        CPPUNIT_ASSERT_EQUAL(issued.token.keyId, holder->keyId);
        CPPUNIT_ASSERT(holder->scopes == (std::vector<std::string>{"token", "revoke", "accounts"}));
        ASSERT_REFUSED(ErrorCode::insufficientScope, holder->require("link"));
    }

    // The limit also holds for a successor. The token's holder can still remove the token.
    void testOpensNoMoreThanItsIssuerMay() {
        const auto key = _fixture->callerWith({"link", "token"});
        const auto issued = _service->issue(key, _account, "", _fixture->origin);
        const auto holder = _service->authenticate(issued.text);
        const auto successor = _service->issue(holder, _account, "", _fixture->origin);
        for (const auto* text : {&issued.text, &successor.text})
            CPPUNIT_ASSERT(_service->authenticate(*text)->scopes == std::vector<std::string>{"token"});
        _service->removeOwn(holder, _account, _fixture->origin);
        ASSERT_REFUSED(ErrorCode::invalidCredential, _service->authenticate(issued.text));
    }

    void testIsKeptAsAHash() {
        const auto issued = issue("laptop");
        const std::string text(issued.text.reveal());
        CPPUNIT_ASSERT(text.starts_with("cog_"));
        const auto secret = text.substr(4 + 12, 43);
        const auto stored = listed().front();
        CPPUNIT_ASSERT_EQUAL(std::string(crypto::sha256(text)), stored.hash);
        for (const auto& kept :
             {stored.keyId, stored.label, _fixture->store.audit().back().outcome, _fixture->logged.str()})
            CPPUNIT_ASSERT(kept.find(secret) == std::string::npos);
    }

    void testForgedTokensAreOneRefusal() {
        const auto issued = issue("laptop");
        // The token is well-formed and has the same id, but another secret. Only the hash differs.
        auto other = issued.token;
        other.hash = std::string(32, 'h');
        _fixture->put(other);
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
        _fixture->clock.time = end - 1s;
        (void)_service->authenticate(issued.text);
        _fixture->clock.time = end;
        ASSERT_REFUSED(ErrorCode::invalidCredential, _service->authenticate(issued.text));
    }

    void testUseThatIsNotStoredKeepsATokenAlive() {
        const auto issued = issue("laptop");
        _fixture->advance(grant_token::unusedLife - 1s);
        (void)_service->authenticate(issued.text);
        _fixture->advance(1s);
        (void)_service->authenticate(issued.text);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), listed().size());
        // While the use can't be stored, the stored one is too old.
        _fixture->store.isBusy = true;
        _service->purge();
        _fixture->store.isBusy = false;
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), rows());
        _service->purge();
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), rows());
        (void)_service->authenticate(issued.text);
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
        eraseAccount();
        ASSERT_REFUSED(ErrorCode::invalidCredential, _service->authenticate(issued.text));
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), rows());
    }

    void testEndsWithItsClient() {
        const auto issued = issue("laptop");
        _fixture->store.transact(
            [this](domain::Transaction& transaction) { transaction.erase(_fixture->client.id); });
        ASSERT_REFUSED(ErrorCode::invalidCredential, _service->authenticate(issued.text));
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), rows());
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
        _service->removeOwn(_service->authenticate(mine.text), _account, _fixture->origin);
        ASSERT_REFUSED(ErrorCode::invalidCredential, _service->authenticate(mine.text));
        (void)_service->authenticate(other.text);
        CPPUNIT_ASSERT_EQUAL(_account.value(), memory::accountOf(_fixture->store, _account).id.value());
        ASSERT_REFUSED(ErrorCode::invalidRequest,
                       _service->removeOwn(_fixture->caller(), _account, _fixture->origin));
    }

    void testHolderReplacesItsOwn() {
        const auto old = issue("laptop");
        const auto holder = _service->authenticate(old.text);
        const auto fresh = _service->issue(holder, _account, "laptop again", _fixture->origin);
        _service->remove(holder, _account, old.token.keyId, _fixture->origin);
        ASSERT_REFUSED(ErrorCode::invalidCredential, _service->authenticate(old.text));
        CPPUNIT_ASSERT(_service->authenticate(fresh.text)->only == _account);
        const auto other = _fixture->linkAccount("2");
        ASSERT_REFUSED(ErrorCode::notFound, _service->issue(holder, other, "", _fixture->origin));
        ASSERT_REFUSED(ErrorCode::notFound, _service->list(holder, other));
    }

    void testAnAccountHasTwentyAtMost() {
        for (int i = 0; i < 20; ++i)
            (void)issue("machine");
        ASSERT_REFUSED(ErrorCode::conflict, issue("one more"));
        remove(listed().front().keyId);
        (void)issue("one more");
    }

    // Each grant token adds two rows to the audit trail, and a holder needs only one token.
    void testFewAreIssuedInAMinute() {
        const auto issueAndRemove = [this] { remove(issue("again").token.keyId); };
        for (int i = 0; i < 30; ++i)
            issueAndRemove();
        ASSERT_REFUSED(ErrorCode::tooManyRequests, issue("again"));
        const auto other = _fixture->linkAccount("2");
        (void)_service->issue(_fixture->caller(), other, "", _fixture->origin);
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
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), rows());
        _fixture->advance(29 * 24h);
        _service->purge();
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), rows());
        (void)_service->authenticate(young.text);
    }

    // Nobody presents such a token again, and it has no row left to purge.
    void testPurgeForgetsThoseThatWentWithTheirAccount() {
        const auto issued = issue("laptop");
        eraseAccount();
        _service->purge();
        const int before = _fixture->store.counters.all();
        ASSERT_REFUSED(ErrorCode::invalidCredential, _service->authenticate(issued.text));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("its hash is still in memory", before, _fixture->store.counters.all());
    }

    void testEachNeedsItsScope() {
        const auto other = _fixture->callerWith({"link", "revoke", "accounts"});
        ASSERT_REFUSED(ErrorCode::insufficientScope, _service->issue(other, _account, "", _fixture->origin));
        ASSERT_REFUSED(ErrorCode::insufficientScope, _service->list(other, _account));
        ASSERT_REFUSED(ErrorCode::insufficientScope,
                       _service->remove(other, _account, "x", _fixture->origin));
    }

    void testAccountsOutOfReachAreUnknown() {
        const auto issued = issue("laptop");
        auto stranger = _fixture->caller();
        stranger.client = _fixture->addClient("beta");
        auto other = _fixture->caller();
        other.subject = "bob";
        for (const auto& caller : {stranger, other}) {
            ASSERT_REFUSED(ErrorCode::notFound, _service->issue(caller, _account, "", _fixture->origin));
            ASSERT_REFUSED(ErrorCode::notFound, _service->list(caller, _account));
            ASSERT_REFUSED(ErrorCode::notFound,
                           _service->remove(caller, _account, issued.token.keyId, _fixture->origin));
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), rows());
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
        const auto entry = _fixture->store.audit().back();
        CPPUNIT_ASSERT_EQUAL(std::string("grant_token.removed"), entry.action);
        CPPUNIT_ASSERT_EQUAL(_account.value(), entry.account.value());
        CPPUNIT_ASSERT_EQUAL(issued.token.keyId, entry.outcome);
        CPPUNIT_ASSERT_EQUAL(std::string("client:cli_alpha"), domain::actorText(entry.actor));
    }

    void testChangeWithoutItsEntryIsNone() {
        const auto issued = issue("laptop");
        _fixture->store.hook = memory::failing("record");
        ASSERT_REFUSED(ErrorCode::storeUnavailable, issue("phone"));
        ASSERT_REFUSED(ErrorCode::storeUnavailable, remove(issued.token.keyId));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), rows());
        (void)_service->authenticate(issued.text);
    }

    void testUseIsNotedAnotherTimeIfTheStoreIsBusy() {
        const auto issued = issue("laptop");
        _fixture->advance(60s);
        (void)_service->authenticate(issued.text);
        CPPUNIT_ASSERT_MESSAGE("known at once", listed().front().lastUsedAt == _fixture->now());
        _fixture->store.isBusy = true;
        _service->uses().flush();
        _fixture->store.isBusy = false;
        _fixture->store.hook = memory::failing("commit");
        _service->uses().flush();
        CPPUNIT_ASSERT(_fixture->logged.str().find("uses not stored yet") != std::string::npos);
        _fixture->store.hook = {};
        CPPUNIT_ASSERT(storedUse() == issued.token.createdAt);
        _service->uses().flush();
        CPPUNIT_ASSERT(storedUse() == _fixture->now());
    }

    void testHolderOfADamagedAccountIsKnown() {
        const auto issued = issue("laptop");
        _fixture->store.damage("accounts", _account.value());
        CPPUNIT_ASSERT(_service->authenticate(issued.text)->client.id == _fixture->client.id);
    }

private:
    void setUpService() {
        _service = std::make_unique<GrantTokenService>(
            GrantTokenService::Parts{_fixture->store, _fixture->clock, _fixture->logger});
        _service->loadKeys();
    }

    void eraseAccount() {
        _fixture->store.transact([this](domain::Transaction& transaction) { transaction.erase(_account); });
    }

    IssuedGrantToken issue(const std::string& label) {
        return _service->issue(_fixture->caller(), _account, label, _fixture->origin);
    }
    void remove(const std::string& keyId) {
        _service->remove(_fixture->caller(), _account, keyId, _fixture->origin);
    }
    [[nodiscard]] std::vector<domain::GrantToken> listed() const {
        return _service->list(_fixture->caller(), _account);
    }
    [[nodiscard]] base::Timestamp storedUse() const {
        return _fixture->store.read([](const domain::ReadView& view) {
            return view.select(domain::GrantTokenFilter{}).front().lastUsedAt;
        });
    }
    [[nodiscard]] std::size_t rows() const {
        return _fixture->store.read(
            [](const domain::ReadView& view) { return view.count(domain::GrantTokenFilter{}); });
    }

    std::unique_ptr<ServiceFixture> _fixture;
    base::AccountId _account;
    std::unique_ptr<GrantTokenService> _service;
};

CPPUNIT_TEST_SUITE_REGISTRATION(GrantTokenServiceTest);
