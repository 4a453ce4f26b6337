// SPDX-License-Identifier: Apache-2.0
// Tests which callers may list, see and change which accounts.
#include "central_oauth/services/grants/AccountService.h"

#include "../ServiceFixture.h"

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
    CPPUNIT_TEST(testPagesHoldEachAccountOnce);
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
    CPPUNIT_TEST(testChangeAndItsEntryAreOneStep);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _fixture = std::make_unique<ServiceFixture>();
        auto grant = memory::makeGrant("1", _fixture->now(), "person-1");
        grant.sites.push_back({"site-2", "Two", "https://two.example", {}});
        _account = _fixture->deliver(_fixture->stageLink("1", grant), "acc_1").account.id;
        _revocation = std::make_unique<StageRevocation>(
            StageRevocation::Parts{_fixture->store, _fixture->sealer, _fixture->catalog, _fixture->clock,
                                   _fixture->logger, _fixture->upstream});
        _accounts = std::make_unique<AccountService>(partsWith(_fixture->catalog));
    }

    void testOwnerListsSeesAndChanges() {
        const auto me = _fixture->caller();
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), _accounts->list(me, {}, 50, "").items.size());
        CPPUNIT_ASSERT(_accounts->get(me, _account).id == _account);
        const auto changed = change({"site-2", "Ann's laptop"});
        CPPUNIT_ASSERT_EQUAL(std::string("site-2"), changed.chosenSite);
        CPPUNIT_ASSERT_EQUAL(std::string("Ann's laptop"), changed.label);
        CPPUNIT_ASSERT_EQUAL(std::string("site-2"), _accounts->get(me, _account).chosenSite);
        const auto entry = _fixture->store.audit().back();
        CPPUNIT_ASSERT_EQUAL(std::string("account.changed"), entry.action);
        CPPUNIT_ASSERT_EQUAL(std::string("site label"), entry.outcome);
        CPPUNIT_ASSERT_EQUAL(std::string("client:cli_alpha"), domain::actorText(entry.actor));
        CPPUNIT_ASSERT(entry.account == _account && entry.clientName == "alpha");
        CPPUNIT_ASSERT_EQUAL(std::string("site-2"), change({{}, "other"}).chosenSite);
        CPPUNIT_ASSERT_EQUAL(std::string("other"), change({"site-1", {}}).label);
    }

    void testEachNeedsItsScope() {
        const auto other = _fixture->callerWith({"link", "token", "revoke"});
        ASSERT_REFUSED(ErrorCode::insufficientScope, _accounts->list(other, {}, 50, ""));
        ASSERT_REFUSED(ErrorCode::insufficientScope, _accounts->get(other, _account));
        ASSERT_REFUSED(ErrorCode::insufficientScope,
                       _accounts->change(other, _account, {{}, "x"}, _fixture->origin));
        (void)_accounts->get(_fixture->callerWith({"accounts"}), _account);
    }

    void testForeignAccountsAreUnknown() {
        _fixture->addClient("beta");
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
        const auto other = _fixture->linkAccount("2");
        auto holder = _fixture->callerWith({"token", "revoke", "accounts"});
        holder.only = other;
        const auto page = _accounts->list(holder, {}, 50, "");
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), page.items.size());
        CPPUNIT_ASSERT(page.items.front().id == other);
        ASSERT_REFUSED(ErrorCode::notFound, _accounts->get(holder, _account));
        ASSERT_REFUSED(ErrorCode::notFound,
                       _accounts->change(holder, _account, {{}, "mine"}, _fixture->origin));
        CPPUNIT_ASSERT_EQUAL(std::string("mine"),
                             _accounts->change(holder, other, {{}, "mine"}, _fixture->origin).label);
        CPPUNIT_ASSERT_EQUAL(std::string("grant_token:key-alpha"),
                             domain::actorText(_fixture->store.audit().back().actor));
    }

    void testPagesHoldEachAccountOnce() {
        for (const std::string number : {"2", "3", "4", "5"}) {
            if (number != "3") // two accounts share a second
                _fixture->advance(std::chrono::seconds(1));
            (void)_fixture->linkAccount(number);
        }
        _fixture->store.damage("accounts", "acc_2");
        std::string seen;
        std::string cursor;
        do {
            const auto page = _accounts->list(_fixture->caller(), {}, 2, cursor);
            CPPUNIT_ASSERT(!page.items.empty());
            for (const auto& account : page.items)
                seen += account.id.value() + ' ';
            cursor = page.nextCursor.value_or("");
        } while (!cursor.empty());
        CPPUNIT_ASSERT_EQUAL(std::string("acc_1 acc_3 acc_4 acc_5 "), seen);
    }

    void testForeignCursorIsRefused() {
        for (const std::string cursor : {"nonsense", "MTIz", "MTIzOg", "OmFjY18x", "MTphY2MgMQ"})
            ASSERT_REFUSED(ErrorCode::invalidRequest, _accounts->list(_fixture->caller(), {}, 50, cursor));
    }

    void testSubjectsThatDifferAreRefused() {
        auto caller = _fixture->caller();
        caller.subject = "ann";
        domain::AccountFilter filter;
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
        AccountService accounts(partsWith(strict));
        ASSERT_REFUSED(ErrorCode::siteNotAllowed,
                       accounts.change(_fixture->caller(), _account, {"site-2", {}}, _fixture->origin));
        (void)accounts.change(_fixture->caller(), _account, {"site-1", {}}, _fixture->origin);
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

    // Each change adds a row to the audit trail, and every holder may make changes.
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
        _fixture->store.hook = memory::onceBefore("commit", [this] { _fixture->removeAccount(_account); });
        ASSERT_REFUSED(ErrorCode::notFound, change({{}, "late"}));
        CPPUNIT_ASSERT_EQUAL(0, _fixture->audited("account.changed"));
    }

    void testChangeAndItsEntryAreOneStep() {
        _fixture->store.hook = memory::failing("record");
        ASSERT_REFUSED(ErrorCode::storeUnavailable, change({{}, "unheard"}));
        _fixture->store.hook = {};
        CPPUNIT_ASSERT_EQUAL(std::string("laptop"), _accounts->get(_fixture->caller(), _account).label);
    }

    void testPaceIsAskedBeforeTheAccountIsLookedUp() {
        for (int i = 0; i < 30; ++i)
            (void)change({{}, "again"});
        _fixture->store.hook = [](const std::string& step) { CPPUNIT_FAIL(step); };
        ASSERT_REFUSED(ErrorCode::tooManyRequests, change({{}, "again"}));
    }

private:
    AccountService::Parts partsWith(const ProviderCatalog& providers) {
        return {_fixture->store, _fixture->sealer, providers,     _fixture->clock,
                *_revocation,    _fixture->limits, _fixture->uses};
    }

    domain::Account change(const AccountPatch& patch) {
        return _accounts->change(_fixture->caller(), _account, patch, _fixture->origin);
    }

    void expectUnknownTo(const Caller& caller) {
        CPPUNIT_ASSERT(_accounts->list(caller, {}, 50, "").items.empty());
        ASSERT_REFUSED(ErrorCode::notFound, _accounts->get(caller, _account));
        ASSERT_REFUSED(ErrorCode::notFound,
                       _accounts->change(caller, _account, {{}, "stolen"}, _fixture->origin));
        CPPUNIT_ASSERT_EQUAL(std::string("laptop"), _accounts->get(_fixture->caller(), _account).label);
    }

    std::unique_ptr<ServiceFixture> _fixture;
    base::AccountId _account;
    std::unique_ptr<StageRevocation> _revocation;
    std::unique_ptr<AccountService> _accounts;
};

CPPUNIT_TEST_SUITE_REGISTRATION(AccountServiceTest);
