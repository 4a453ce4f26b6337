// SPDX-License-Identifier: Apache-2.0
// Rules across records: uniqueness, ownership, and the effects of damage.
#include "StoreContract.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::domain;
using namespace central_oauth::memory;

class RowRuleTest : public contract::StoreContract {
    CPPUNIT_TEST_SUITE(RowRuleTest);
    CPPUNIT_TEST(testNamesOfClientsAreUnique);
    CPPUNIT_TEST(testIdentitiesOfAccountsAreUnique);
    CPPUNIT_TEST(testHashesOfLinksAreUnique);
    CPPUNIT_TEST(testConflictUndoesTheTransaction);
    CPPUNIT_TEST(testFreedValuesMayBeReused);
    CPPUNIT_TEST(testErasingClientErasesAllItOwns);
    CPPUNIT_TEST(testErasingAccountErasesGrantAndTokens);
    CPPUNIT_TEST(testErasingNothingIsNoError);
    CPPUNIT_TEST(testOnlyTheDamagedRowIsRefused);
    CPPUNIT_TEST(testDamagedRowCanBeReplacedAndErased);
    CPPUNIT_TEST(testIdentityOfDamagedAccount);
    CPPUNIT_TEST_SUITE_END();

public:
    void testNamesOfClientsAreUnique() {
        Client other = makeClient("other", now());
        other.name = "alpha";
        assertConflict(other);
        CPPUNIT_ASSERT(!client("cli_other"));
        Client same = makeClient("alpha", now());
        same.contact = "it@example.com";
        put(same);
        CPPUNIT_ASSERT_EQUAL(same.contact, client("cli_alpha")->contact);
    }

    void testIdentitiesOfAccountsAreUnique() {
        const Account first = makeAccount("1", now());
        put(first);
        Account second = makeAccount("2", now());
        second.identity.upstreamId = first.identity.upstreamId;
        assertConflict(second);
        for (const auto& change : std::vector<std::function<void(Account&)>>{
                 [](Account& each) { each.subject = "bob"; },
                 [](Account& each) { each.provider = "confluence"; },
                 [](Account& each) { each.identity.upstreamId = "person-2"; }}) {
            Account another = second;
            change(another);
            another.id = AccountId("acc_" + another.subject + another.provider + another.identity.upstreamId);
            put(another);
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(4), counted(AccountFilter{}));
    }

    void testHashesOfLinksAreUnique() {
        Link first = makeLink("1", now());
        first.stateHash = "state-1";
        put(first);
        for (const auto& change :
             std::vector<std::function<void(Link&)>>{[](Link& each) { each.codeHash = "code-1"; },
                                                     [](Link& each) { each.handleHash = "handle-1"; },
                                                     [](Link& each) { each.stateHash = "state-1"; }}) {
            Link second = makeLink("2", now());
            change(second);
            assertConflict(second);
        }
        put(makeLink("2", now()), makeLink("3", now())); // both without a state
        Link late = makeLink("3", now());
        late.stateHash = "state-1";
        assertConflict(late);
        CPPUNIT_ASSERT(link(late.id)->stateHash.empty());
    }

    void testConflictUndoesTheTransaction() {
        Link second = makeLink("2", now());
        second.codeHash = "code-1";
        put(makeLink("1", now()));
        CPPUNIT_ASSERT(refusalOf([&] { put(makeLink("3", now()), second); }) == base::ErrorCode::conflict);
        CPPUNIT_ASSERT(!link(LinkId("lnk_3")));
    }

    void testFreedValuesMayBeReused() {
        put(makeLink("1", now()));
        Link again = makeLink("2", now());
        again.codeHash = "code-1";
        transact([&](Transaction& transaction) {
            transaction.erase(LinkId("lnk_1"));
            transaction.put(again);
        });
        CPPUNIT_ASSERT(link(again.id).has_value());
        CPPUNIT_ASSERT(!link(LinkId("lnk_1")));
    }

    void testErasingClientErasesAllItOwns() {
        addClient("beta");
        plantAll("alpha");
        plantAll("beta");
        erase(ClientId("cli_alpha"));
        for (const std::string name : {"alpha", "beta"}) {
            const bool isThere = name == "beta";
            CPPUNIT_ASSERT_EQUAL(isThere, client("cli_" + name).has_value());
            CPPUNIT_ASSERT_EQUAL(isThere, key("key-" + name).has_value());
            CPPUNIT_ASSERT_EQUAL(isThere, account("acc_" + name).has_value());
            CPPUNIT_ASSERT_EQUAL(isThere, grant("acc_" + name).has_value());
            CPPUNIT_ASSERT_EQUAL(isThere, grantToken("t-" + name).has_value());
            CPPUNIT_ASSERT_EQUAL(isThere, link(LinkId("lnk_" + name)).has_value());
            CPPUNIT_ASSERT_MESSAGE("a stage outlives its client", stageOf(LinkId("lnk_" + name)).has_value());
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), counted(GrantTokenFilter{}));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), counted(AccountFilter{}));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), counted(LinkFilter{}));
    }

    void testErasingAccountErasesGrantAndTokens() {
        addClient("beta");
        plantAll("alpha");
        plantAll("beta");
        erase(AccountId("acc_alpha"));
        CPPUNIT_ASSERT(!account("acc_alpha") && !grant("acc_alpha") && !grantToken("t-alpha"));
        CPPUNIT_ASSERT(account("acc_beta") && grant("acc_beta") && grantToken("t-beta"));
        CPPUNIT_ASSERT_MESSAGE("a link outlives its account", link(LinkId("lnk_alpha")).has_value());
    }

    void testErasingNothingIsNoError() {
        transact([](Transaction& transaction) {
            transaction.erase(ClientId("cli_none"));
            transaction.erase(AccountId("acc_none"));
            transaction.erase(LinkId("lnk_none"));
            transaction.eraseKey("none");
            transaction.eraseGrantToken("none");
            transaction.eraseStage(LinkId("lnk_none"));
        });
        CPPUNIT_ASSERT(client("cli_alpha").has_value());
    }

    void testOnlyTheDamagedRowIsRefused() {
        put(makeAccount("1", now()), makeAccount("2", now()), makeAccount("3", now()));
        _backend->damage("accounts", "acc_1");
        try {
            (void)account("acc_1");
            CPPUNIT_FAIL("a damaged account was found");
        } catch (const DamagedRowError& damage) {
            CPPUNIT_ASSERT_EQUAL(std::string("accounts"), damage.table());
            CPPUNIT_ASSERT_EQUAL(std::string("acc_1"), damage.row());
            CPPUNIT_ASSERT(damage.code() == base::ErrorCode::storeUnavailable);
        }
        CPPUNIT_ASSERT_THROW((void)byIdentity(makeAccount("1", now())), DamagedRowError);
        CPPUNIT_ASSERT(account("acc_2").has_value());
        CPPUNIT_ASSERT_EQUAL(std::string("acc_2 acc_3"), selected(AccountFilter{}));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("a damaged account takes no place in a page", std::string("acc_2"),
                                     selected(AccountFilter{.limit = 1}));
        _backend->damage("clients", "cli_alpha");
        CPPUNIT_ASSERT_THROW((void)client("cli_alpha"), DamagedRowError);
        CPPUNIT_ASSERT(read([](const ReadView& view) { return view.clients(); }).empty());
    }

    void testDamagedRowCanBeReplacedAndErased() {
        put(makeLink("1", now()), makeLink("2", now()));
        _backend->damage("links", "lnk_1");
        _backend->damage("links", "lnk_2");
        CPPUNIT_ASSERT_EQUAL(std::string(), selected(LinkFilter{}));
        put(makeLink("1", now()));
        erase(LinkId("lnk_2"));
        CPPUNIT_ASSERT_EQUAL(std::string("code-1"), link(LinkId("lnk_1")).value().codeHash);
        CPPUNIT_ASSERT(!link(LinkId("lnk_2")));
    }

    void testIdentityOfDamagedAccount() {
        const Account whole = makeAccount("1", now());
        put(whole);
        _backend->damage("accounts", "acc_1");
        const auto identityOf = [this](const std::string& id) {
            return read([&](const ReadView& view) { return view.identityOf(AccountId(id)); });
        };
        const auto identity = identityOf("acc_1").value();
        CPPUNIT_ASSERT(identity.id == whole.id && identity.client == whole.client);
        CPPUNIT_ASSERT(identity.provider == whole.provider && identity.subject == whole.subject);
        CPPUNIT_ASSERT(identity.identity.upstreamId == whole.identity.upstreamId);
        CPPUNIT_ASSERT(identity.grantedBy == whole.grantedBy);
        CPPUNIT_ASSERT(!identityOf("acc_2"));
    }

private:
    template <class Record>
    void assertConflict(const Record& record) {
        CPPUNIT_ASSERT(refusalOf([&] { put(record); }) == base::ErrorCode::conflict);
    }

    std::optional<Account> byIdentity(const Account& wanted) {
        return read([&](const ReadView& view) {
            return view.find(
                AccountIdentity{wanted.client, wanted.provider, wanted.subject, wanted.identity.upstreamId});
        });
    }

    // Stores one record of each kind, of an existing client.
    void plantAll(const std::string& name) {
        Account held = makeAccount(name, now());
        held.client = ClientId("cli_" + name);
        Link open = makeLink(name, now());
        open.client = held.client;
        Stage waiting;
        waiting.link = open.id;
        waiting.client = held.client;
        waiting.provider = "jira";
        waiting.grant = {"sealed", "11111111"};
        const Grant grants{.account = held.id,
                           .accessToken = {"a", "11111111"},
                           .refreshToken = {"r", "11111111"},
                           .accessExpiresAt = now(),
                           .version = 1};
        put(held, grants, makeGrantToken("t-" + name, held.id, now()), open, waiting);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RowRuleTest);
