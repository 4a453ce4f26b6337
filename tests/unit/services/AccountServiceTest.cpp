// SPDX-License-Identifier: Apache-2.0
// Whose accounts may be listed, seen and removed.
#include "central_oauth/services/AccountService.h"

#include "ServiceFixture.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using base::ErrorCode;

class AccountServiceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AccountServiceTest);
    CPPUNIT_TEST(testOwnerListsSeesAndRemoves);
    CPPUNIT_TEST(testEachNeedsItsScope);
    CPPUNIT_TEST(testForeignAccountsAreUnknown);
    CPPUNIT_TEST(testForeignCursorIsRefused);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { _account = store::linkAccount(_fixture.base, "1"); }

    void testOwnerListsSeesAndRemoves() {
        const auto me = _fixture.caller();
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), _accounts.list(me, {}, 50, "").items.size());
        CPPUNIT_ASSERT(_accounts.get(me, _account).id == _account);
        CPPUNIT_ASSERT(_accounts.remove(me, _account, _fixture.source) == UpstreamOutcome::skipped);
        CPPUNIT_ASSERT_EQUAL(std::string("skipped"),
                             std::string(upstreamOutcomeName(UpstreamOutcome::skipped)));
        CPPUNIT_ASSERT_EQUAL(1, _fixture.audited("account.removed"));
        ASSERT_REFUSED(ErrorCode::notFound, _accounts.get(me, _account));
        ASSERT_REFUSED(ErrorCode::notFound, _accounts.remove(me, _account, _fixture.source));
        CPPUNIT_ASSERT_EQUAL(1, _fixture.audited("account.removed"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), _fixture.base.number("SELECT COUNT(*) FROM tokens"));
    }

    void testEachNeedsItsScope() {
        const auto revoker = _fixture.callerWith({"link", "token", "revoke"});
        ASSERT_REFUSED(ErrorCode::insufficientScope, _accounts.list(revoker, {}, 50, ""));
        ASSERT_REFUSED(ErrorCode::insufficientScope, _accounts.get(revoker, _account));
        const auto reader = _fixture.callerWith({"link", "token", "accounts"});
        ASSERT_REFUSED(ErrorCode::insufficientScope, _accounts.remove(reader, _account, _fixture.source));
        (void)_accounts.get(reader, _account);
    }

    void testForeignAccountsAreUnknown() {
        store::addClient(_fixture.base, "beta");
        auto stranger = _fixture.caller();
        stranger.client.id = base::ClientId("cli_beta");
        CPPUNIT_ASSERT(_accounts.list(stranger, {}, 50, "").items.empty());
        ASSERT_REFUSED(ErrorCode::notFound, _accounts.get(stranger, _account));
        ASSERT_REFUSED(ErrorCode::notFound, _accounts.remove(stranger, _account, _fixture.source));
        (void)_accounts.get(_fixture.caller(), _account);
    }

    void testForeignCursorIsRefused() {
        ASSERT_REFUSED(ErrorCode::invalidRequest, _accounts.list(_fixture.caller(), {}, 50, "nonsense"));
    }

private:
    ServiceFixture _fixture;
    AccountService _accounts{_fixture.store().accounts(), _fixture.store().audit(), _fixture.base.clock};
    base::AccountId _account;
};

CPPUNIT_TEST_SUITE_REGISTRATION(AccountServiceTest);
