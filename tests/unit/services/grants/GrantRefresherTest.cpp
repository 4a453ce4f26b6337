// SPDX-License-Identifier: Apache-2.0
// Tests refreshes that no caller requested.
#include "central_oauth/services/grants/GrantRefresher.h"

#include "TokenFixture.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using base::ErrorCode;
using provider::ProviderErrorKind;

class GrantRefresherTest : public TokenFixture {
    CPPUNIT_TEST_SUITE(GrantRefresherTest);
    CPPUNIT_TEST(testRefreshesThePairThatIsNamed);
    CPPUNIT_TEST(testLeavesALaterPairAlone);
    CPPUNIT_TEST(testRefreshesALaterPairThatHasRunOut);
    CPPUNIT_TEST(testReturnsWhyItFailed);
    CPPUNIT_TEST(testDeathIsTheSystemsEntry);
    CPPUNIT_TEST(testPairIsStoredAsAWhole);
    CPPUNIT_TEST(testNobodyIsAskedWhileNothingCanBeStored);
    CPPUNIT_TEST(testAccountThatIsGoneIsUnknown);
    CPPUNIT_TEST_SUITE_END();

public:
    void testRefreshesThePairThatIsNamed() {
        CPPUNIT_ASSERT(!refresh(1).failure);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(2), stored().version);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(2), account().tokenVersion);
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-new"), storedRefreshToken());
    }

    void testLeavesALaterPairAlone() {
        relink("2");
        CPPUNIT_ASSERT(!refresh(1).failure);
        CPPUNIT_ASSERT_EQUAL(0, refreshes());
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-2"), storedRefreshToken());
    }

    void testRefreshesALaterPairThatHasRunOut() {
        relink("2");
        leave(0s);
        CPPUNIT_ASSERT(!refresh(1).failure);
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
        CPPUNIT_ASSERT_EQUAL(std::int64_t(3), stored().version);
    }

    void testReturnsWhyItFailed() {
        failRefreshes(ProviderErrorKind::transient);
        expectFailure(ErrorCode::providerUnavailable);
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-1"), storedRefreshToken());
    }

    void testDeathIsTheSystemsEntry() {
        failRefreshes(ProviderErrorKind::invalidGrant);
        CPPUNIT_ASSERT(!refresh(1).failure);
        CPPUNIT_ASSERT(account().status == domain::AccountStatus::needsReauth);
        const auto entry = _fixture->store.audit().back();
        CPPUNIT_ASSERT_EQUAL(std::string("account.needs_reauth"), entry.action);
        CPPUNIT_ASSERT_EQUAL(std::string("revoked_or_expired"), entry.outcome);
        CPPUNIT_ASSERT_EQUAL(std::string("system"), domain::actorText(entry.actor));
        CPPUNIT_ASSERT(entry.account == _account && entry.client == _fixture->client.id);
        expectFailure(ErrorCode::needsReauth);
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
    }

    void testPairIsStoredAsAWhole() {
        _fixture->store.hook = memory::failing("put grant");
        expectFailure(ErrorCode::storeUnavailable);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), account().tokenVersion);
        CPPUNIT_ASSERT(!account().lastRefreshAt);
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-1"), storedRefreshToken());
    }

    void testNobodyIsAskedWhileNothingCanBeStored() {
        leave(90s);
        _fixture->store.hook = memory::failing("requireWritable");
        expectFailure(ErrorCode::storeUnavailable);
        CPPUNIT_ASSERT_EQUAL(std::string("access-1"), token());
        CPPUNIT_ASSERT_EQUAL(0, refreshes());
    }

    void testAccountThatIsGoneIsUnknown() {
        removeAccount();
        expectFailure(ErrorCode::notFound);
    }

private:
    RefreshOutcome refresh(std::int64_t version) {
        return _services->refresher.refresh(_account, version, {});
    }
    void expectFailure(ErrorCode code) {
        const auto outcome = refresh(1);
        CPPUNIT_ASSERT(outcome.failure && outcome.failure->code() == code);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(GrantRefresherTest);
