// SPDX-License-Identifier: Apache-2.0
// Whose accounts may be listed, seen and changed.
#include "central_oauth/services/AccountService.h"

#include "HookedRepositories.h"
#include "ServiceFixture.h"
#include "central_oauth/domain/Account.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using base::ErrorCode;

class AccountServiceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AccountServiceTest);
    CPPUNIT_TEST(testOwnerListsSeesAndChanges);
    CPPUNIT_TEST(testEachNeedsItsScope);
    CPPUNIT_TEST(testForeignAccountsAreUnknown);
    CPPUNIT_TEST(testOtherSubjectsAccountsAreUnknown);
    CPPUNIT_TEST(testHolderSeesOneAccount);
    CPPUNIT_TEST(testForeignCursorIsRefused);
    CPPUNIT_TEST(testSubjectsThatDifferAreRefused);
    CPPUNIT_TEST(testSiteByIdOrUrl);
    CPPUNIT_TEST(testForeignSiteIsRefused);
    CPPUNIT_TEST(testSiteThatTheOperatorExcludesIsRefused);
    CPPUNIT_TEST(testEmptyTextsClear);
    CPPUNIT_TEST(testLabelsArePrintable);
    CPPUNIT_TEST(testChangeOfNothingIsRefused);
    CPPUNIT_TEST(testAnAccountIsChangedSoOftenOnly);
    CPPUNIT_TEST(testPaceIsAskedBeforeTheAccountIsLookedUp);
    CPPUNIT_TEST(testChangeOfAnAccountThatGoesMeanwhile);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _fixture = std::make_unique<ServiceFixture>();
        auto link = store::makeLink("1", _fixture->now());
        auto grant = store::makeGrant("1", _fixture->now(), "person-1");
        grant.sites.push_back({"site-2", "Two", "https://two.example", {}});
        _account = _fixture->store()
                       .links()
                       .deliver(store::stageLink(_fixture->base, link, grant), base::AccountId("acc_1"), {},
                                _fixture->now())
                       .account.id;
        _repository = std::make_unique<HookedAccounts>(_fixture->store().accounts());
        _accounts = std::make_unique<AccountService>(*_repository, _fixture->store().audit(),
                                                     _fixture->catalog, _fixture->base.clock);
    }

    void testOwnerListsSeesAndChanges() {
        const auto me = _fixture->caller();
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), _accounts->list(me, {}, 50, "").items.size());
        CPPUNIT_ASSERT(_accounts->get(me, _account).id == _account);
        const auto changed = change({"site-2", "Ann's laptop"});
        CPPUNIT_ASSERT_EQUAL(std::string("site-2"), changed.chosenSite);
        CPPUNIT_ASSERT_EQUAL(std::string("Ann's laptop"), changed.label);
        CPPUNIT_ASSERT_EQUAL(std::string("site-2"), _accounts->get(me, _account).chosenSite);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1),
                             _fixture->base.number("SELECT COUNT(*) FROM audit WHERE action = "
                                                   "'account.changed' AND outcome = 'site label' AND "
                                                   "account_id = 'acc_1' AND actor = 'client:cli_alpha'"));
        CPPUNIT_ASSERT_EQUAL(std::string("site-2"), change({{}, "other"}).chosenSite);
        CPPUNIT_ASSERT_EQUAL(std::string("other"), change({"site-1", {}}).label);
    }

    void testEachNeedsItsScope() {
        const auto other = _fixture->callerWith({"link", "token", "revoke"});
        ASSERT_REFUSED(ErrorCode::insufficientScope, _accounts->list(other, {}, 50, ""));
        ASSERT_REFUSED(ErrorCode::insufficientScope, _accounts->get(other, _account));
        ASSERT_REFUSED(ErrorCode::insufficientScope,
                       _accounts->change(other, _account, {{}, "x"}, _fixture->source));
        (void)_accounts->get(_fixture->callerWith({"accounts"}), _account);
    }

    void testForeignAccountsAreUnknown() {
        store::addClient(_fixture->base, "beta");
        auto stranger = _fixture->caller();
        stranger.client.id = base::ClientId("cli_beta");
        expectUnknownTo(stranger);
    }

    void testOtherSubjectsAccountsAreUnknown() {
        auto caller = _fixture->caller();
        for (const std::string other : {"bob", ""}) {
            caller.subject = other;
            expectUnknownTo(caller);
        }
        caller.subject = "ann";
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), _accounts->list(caller, {}, 50, "").items.size());
        (void)_accounts->get(caller, _account);
    }

    void testHolderSeesOneAccount() {
        const auto other = store::linkAccount(_fixture->base, "2");
        auto holder = _fixture->callerWith({"token", "revoke", "accounts"});
        holder.only = other;
        const auto page = _accounts->list(holder, {}, 50, "");
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), page.items.size());
        CPPUNIT_ASSERT(page.items.front().id == other);
        ASSERT_REFUSED(ErrorCode::notFound, _accounts->get(holder, _account));
        ASSERT_REFUSED(ErrorCode::notFound,
                       _accounts->change(holder, _account, {{}, "mine"}, _fixture->source));
        CPPUNIT_ASSERT_EQUAL(std::string("mine"),
                             _accounts->change(holder, other, {{}, "mine"}, _fixture->source).label);
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t(1),
            _fixture->base.number("SELECT COUNT(*) FROM audit WHERE actor = 'grant_token:key-alpha'"));
    }

    void testForeignCursorIsRefused() {
        ASSERT_REFUSED(ErrorCode::invalidRequest, _accounts->list(_fixture->caller(), {}, 50, "nonsense"));
    }

    void testSubjectsThatDifferAreRefused() {
        auto caller = _fixture->caller();
        caller.subject = "ann";
        store::AccountFilter filter;
        filter.subject = "ann";
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), _accounts->list(caller, filter, 50, "").items.size());
        filter.subject = "bob";
        ASSERT_REFUSED(ErrorCode::invalidRequest, _accounts->list(caller, filter, 50, ""));
    }

    void testSiteByIdOrUrl() {
        for (const std::string wanted : {"site-2", "https://two.example", "https://TWO.example/"})
            CPPUNIT_ASSERT_EQUAL(std::string("site-2"), change({wanted, {}}).chosenSite);
    }

    void testForeignSiteIsRefused() {
        for (const std::string wanted : {"site-3", "https://three.example", "Two"})
            ASSERT_REFUSED(ErrorCode::siteNotAllowed, change({wanted, "label"}));
        const auto account = _accounts->get(_fixture->caller(), _account);
        CPPUNIT_ASSERT_EQUAL(std::string("site-1"), account.chosenSite);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("all or nothing", std::string("laptop"), account.label);
        CPPUNIT_ASSERT_EQUAL(0, _fixture->audited("account.changed"));
    }

    void testSiteThatTheOperatorExcludesIsRefused() {
        auto jira = configured("jira", _fixture->provider);
        jira.allowedSites = {"https://one.example"};
        const ProviderCatalog strict({jira});
        AccountService accounts(*_repository, _fixture->store().audit(), strict, _fixture->base.clock);
        ASSERT_REFUSED(ErrorCode::siteNotAllowed,
                       accounts.change(_fixture->caller(), _account, {"site-2", {}}, _fixture->source));
        (void)accounts.change(_fixture->caller(), _account, {"site-1", {}}, _fixture->source);
    }

    void testEmptyTextsClear() {
        const auto changed = change({"", ""});
        CPPUNIT_ASSERT_EQUAL(std::string(), changed.chosenSite);
        CPPUNIT_ASSERT_EQUAL(std::string(), changed.label);
    }

    void testLabelsArePrintable() {
        std::string euros;
        for (int i = 0; i < 64; ++i)
            euros += "\xe2\x82\xac";
        CPPUNIT_ASSERT_EQUAL(euros, change({{}, euros}).label);
        for (const std::string& bad : {euros + "x", std::string("a\nb"), std::string("a\x1b[2J"),
                                       std::string("\xe2\x80\xae"), std::string("\xff")})
            ASSERT_REFUSED(ErrorCode::invalidRequest, change({{}, bad}));
        CPPUNIT_ASSERT_EQUAL(euros, _accounts->get(_fixture->caller(), _account).label);
    }

    // Each change leaves a row in the audit trail, and the least of holders may make it.
    void testAnAccountIsChangedSoOftenOnly() {
        for (int i = 0; i < 30; ++i)
            (void)change({{}, "again"});
        ASSERT_REFUSED(ErrorCode::tooManyRequests, change({{}, "once more"}));
        CPPUNIT_ASSERT_EQUAL(30, _fixture->audited("account.changed"));
        _fixture->advance(std::chrono::seconds(2));
        CPPUNIT_ASSERT_EQUAL(std::string("later"), change({{}, "later"}).label);
        ASSERT_REFUSED(ErrorCode::tooManyRequests, change({{}, "once more"}));
    }

    void testChangeOfNothingIsRefused() { ASSERT_REFUSED(ErrorCode::invalidRequest, change({})); }

    void testChangeOfAnAccountThatGoesMeanwhile() {
        _repository->hook = [this](const std::string& called) {
            if (called == "change")
                (void)_fixture->store().accounts().remove(_fixture->client.id, _account, _fixture->now());
        };
        ASSERT_REFUSED(ErrorCode::notFound, change({{}, "late"}));
        CPPUNIT_ASSERT_EQUAL(0, _fixture->audited("account.changed"));
    }

    void testPaceIsAskedBeforeTheAccountIsLookedUp() {
        for (int i = 0; i < 30; ++i)
            (void)change({{}, "again"});
        _repository->hook = [](const std::string& called) { CPPUNIT_FAIL(called); };
        ASSERT_REFUSED(ErrorCode::tooManyRequests, change({{}, "again"}));
    }

private:
    domain::Account change(const AccountWishes& wishes) {
        return _accounts->change(_fixture->caller(), _account, wishes, _fixture->source);
    }

    void expectUnknownTo(const Caller& caller) {
        CPPUNIT_ASSERT(_accounts->list(caller, {}, 50, "").items.empty());
        ASSERT_REFUSED(ErrorCode::notFound, _accounts->get(caller, _account));
        ASSERT_REFUSED(ErrorCode::notFound,
                       _accounts->change(caller, _account, {{}, "stolen"}, _fixture->source));
        CPPUNIT_ASSERT_EQUAL(std::string("laptop"), _accounts->get(_fixture->caller(), _account).label);
    }

    std::unique_ptr<ServiceFixture> _fixture;
    base::AccountId _account;
    std::unique_ptr<HookedAccounts> _repository;
    std::unique_ptr<AccountService> _accounts;
};

CPPUNIT_TEST_SUITE_REGISTRATION(AccountServiceTest);
