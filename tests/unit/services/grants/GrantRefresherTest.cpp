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
        CPPUNIT_ASSERT(!refresh(1));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(2), stored().version);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(2), account().tokenVersion);
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-new"), storedRefreshToken());
    }

    void testLeavesALaterPairAlone() {
        relink("2");
        CPPUNIT_ASSERT(!refresh(1));
        CPPUNIT_ASSERT_EQUAL(0, refreshes());
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-2"), storedRefreshToken());
    }

    void testRefreshesALaterPairThatHasRunOut() {
        relink("2");
        leave(0s);
        CPPUNIT_ASSERT(!refresh(1));
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
        CPPUNIT_ASSERT_EQUAL(std::int64_t(3), stored().version);
    }

    void testReturnsWhyItFailed() {
        failRefreshes(ProviderErrorKind::transient);
        const auto failure = refresh(1);
        CPPUNIT_ASSERT(failure && failure->code() == ErrorCode::providerUnavailable);
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-1"), storedRefreshToken());
        UpstreamLimiter full(0);
        TokenServices crowded(*_fixture, _fixture->catalog, full);
        const auto busy = crowded.refresher.refresh(_account, 1, {});
        CPPUNIT_ASSERT(busy && busy->code() == ErrorCode::busy);
    }

    void testDeathIsTheSystemsEntry() {
        failRefreshes(ProviderErrorKind::invalidGrant);
        CPPUNIT_ASSERT(!refresh(1));
        CPPUNIT_ASSERT(account().status == domain::AccountStatus::needsReauth);
        const auto entry = _fixture->store.audit().back();
        CPPUNIT_ASSERT_EQUAL(std::string("account.needs_reauth"), entry.action);
        CPPUNIT_ASSERT_EQUAL(std::string("revoked_or_expired"), entry.outcome);
        CPPUNIT_ASSERT_EQUAL(std::string("system"), domain::actorText(entry.actor));
        CPPUNIT_ASSERT(entry.account == _account && entry.client == _fixture->client.id);
        ASSERT_REFUSED(ErrorCode::needsReauth, refresh(1));
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
    }

    void testPairIsStoredAsAWhole() {
        _fixture->store.hook = memory::failing("put grant");
        ASSERT_REFUSED(ErrorCode::storeUnavailable, refresh(1));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), account().tokenVersion);
        CPPUNIT_ASSERT(!account().lastRefreshAt);
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-1"), storedRefreshToken());
    }

    void testNobodyIsAskedWhileNothingCanBeStored() {
        leave(90s);
        _fixture->store.hook = memory::failing("requireWritable");
        const auto failure = refresh(1);
        CPPUNIT_ASSERT(failure && failure->code() == ErrorCode::storeUnavailable);
        CPPUNIT_ASSERT_EQUAL(std::string("access-1"), token());
        CPPUNIT_ASSERT_EQUAL(0, refreshes());
    }

    void testAccountThatIsGoneIsUnknown() {
        removeAccount();
        ASSERT_REFUSED(ErrorCode::notFound, refresh(1));
    }

private:
    std::optional<base::Error> refresh(std::int64_t version) {
        return _services->refresher.refresh(_account, version, {});
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(GrantRefresherTest);
