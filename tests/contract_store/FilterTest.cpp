// SPDX-License-Identifier: Apache-2.0
// Which records are selected and counted, in which order, and how many.
#include "StoreContract.h"

#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::domain;
using namespace central_oauth::memory;
using namespace std::chrono_literals;

class FilterTest : public contract::StoreContract {
    CPPUNIT_TEST_SUITE(FilterTest);
    CPPUNIT_TEST(testClientsByName);
    CPPUNIT_TEST(testKeys);
    CPPUNIT_TEST(testGrantTokens);
    CPPUNIT_TEST(testExpiredGrantTokens);
    CPPUNIT_TEST(testAccountsByCreationTime);
    CPPUNIT_TEST(testPagesOfAccountsUnderInserts);
    CPPUNIT_TEST(testAccounts);
    CPPUNIT_TEST(testAccountsBySite);
    CPPUNIT_TEST(testAccountFiltersTogether);
    CPPUNIT_TEST(testLinksByCreationTime);
    CPPUNIT_TEST(testLinks);
    CPPUNIT_TEST(testLinksByTime);
    CPPUNIT_TEST(testLinkFiltersTogether);
    CPPUNIT_TEST(testStages);
    CPPUNIT_TEST(testLimits);
    CPPUNIT_TEST(testCountsIgnoreLimits);
    CPPUNIT_TEST_SUITE_END();

public:
    void testClientsByName() {
        for (const char* name : {"gamma", "Zeta", "beta"})
            addClient(name);
        std::string names;
        for (const auto& each : read([](const ReadView& view) { return view.clients(); }))
            names += each.name + " ";
        CPPUNIT_ASSERT_EQUAL(std::string("Zeta alpha beta gamma "), names);
    }

    void testKeys() {
        addClient("beta");
        for (const char* id : {"c", "a", "b"}) {
            advance(1s);
            auto each = makeKey(makeClient("alpha", now()), id);
            each.issuer = std::string(id) == "c" ? "" : "c";
            put(each);
        }
        CPPUNIT_ASSERT_EQUAL(std::string("key-alpha key-beta c a b"), selected(KeyFilter{}));
        CPPUNIT_ASSERT_EQUAL(std::string("key-beta"), selected(KeyFilter{.client = ClientId("cli_beta")}));
        CPPUNIT_ASSERT_EQUAL(std::string("a b"), selected(KeyFilter{.issuer = "c"}));
        CPPUNIT_ASSERT_EQUAL(std::string(),
                             selected(KeyFilter{.client = ClientId("cli_beta"), .issuer = "c"}));
    }

    void testGrantTokens() {
        addClient("beta");
        Account other = makeAccount("2", now());
        other.client = ClientId("cli_beta");
        put(makeAccount("1", now()), other);
        for (const char* id : {"c", "a", "b"}) {
            advance(1s);
            auto each = makeGrantToken(id, AccountId(std::string(id) == "b" ? "acc_2" : "acc_1"), now());
            each.issuer = std::string(id) == "c" ? "key-alpha" : "key-beta";
            each.parent = std::string(id) == "c" ? "" : "c";
            put(each);
        }
        CPPUNIT_ASSERT_EQUAL(std::string("c a b"), selected(GrantTokenFilter{}));
        expectTokens("c a", {.account = AccountId("acc_1")});
        expectTokens("b", {.client = ClientId("cli_beta")});
        expectTokens("c a", {.client = ClientId("cli_alpha")});
        expectTokens("a b", {.issuer = "key-beta"});
        expectTokens("a b", {.parent = "c"});
        expectTokens("a", {.account = AccountId("acc_1"), .issuer = "key-beta", .parent = "c"});
        expectTokens("", {.parent = "d"});
    }

    void testExpiredGrantTokens() {
        put(makeAccount("1", now()));
        const auto add = [this](const std::string& id, std::chrono::seconds used,
                                std::chrono::seconds expires) {
            auto each = makeGrantToken(id, AccountId("acc_1"), now());
            each.lastUsedAt = now() + used;
            each.expiresAt = now() + expires;
            put(each);
        };
        add("a", 0s, 100s);
        add("b", 50s, 100s);
        add("c", 0s, 200s);
        add("d", 50s, 200s);
        expectTokens("", {.expiresBy = now() + 99s});
        expectTokens("a b", {.expiresBy = now() + 100s});
        expectTokens("a c", {.unusedSince = now() + 49s});
        expectTokens("a b c d", {.unusedSince = now() + 50s});
        expectTokens("a b c", {.expiresBy = now() + 100s, .unusedSince = now()});
    }

    void testAccountsByCreationTime() {
        for (const char* number : {"3", "1", "2"}) {
            put(makeAccount(number, now()));
            advance(1s);
        }
        CPPUNIT_ASSERT_EQUAL(std::string("acc_3 acc_1 acc_2"), selected(AccountFilter{}));
        auto renewed = account("acc_3").value();
        renewed.linkedAt = now();
        put(renewed);
        CPPUNIT_ASSERT_EQUAL(std::string("acc_3 acc_1 acc_2"), selected(AccountFilter{}));
        put(makeAccount("0", renewed.createdAt));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("of the same second by id", std::string("acc_0 acc_3 acc_1 acc_2"),
                                     selected(AccountFilter{}));
    }

    void testPagesOfAccountsUnderInserts() {
        for (const char* number : {"b", "d", "f"})
            put(makeAccount(number, now()));
        CPPUNIT_ASSERT_EQUAL(std::string("acc_b acc_d"), selected(AccountFilter{.limit = 2}));
        const AccountPosition after{now(), AccountId("acc_d")};
        put(makeAccount("a", now())); // of the same second, but before the page that was read
        erase(AccountId("acc_d"));    // the last account of that page
        advance(1s);
        put(makeAccount("0", now()));
        CPPUNIT_ASSERT_EQUAL(std::string("acc_f acc_0"), selected(AccountFilter{.after = after, .limit = 2}));
        CPPUNIT_ASSERT_EQUAL(std::string("acc_f"), selected(AccountFilter{.after = after, .limit = 1}));
    }

    void testAccounts() {
        addClient("beta");
        auto one = makeAccount("1", now(), "ann");
        auto two = makeAccount("2", now(), "bob");
        auto three = makeAccount("3", now(), "");
        two.status = AccountStatus::needsReauth;
        three.provider = "confluence";
        three.client = ClientId("cli_beta");
        put(one, two, three);
        expectAccounts("acc_1 acc_2", {.client = ClientId("cli_alpha")});
        expectAccounts("acc_3", {.client = ClientId("cli_beta")});
        expectAccounts("acc_1 acc_2", {.provider = "jira"});
        expectAccounts("acc_2", {.subject = "bob"});
        expectAccounts("acc_3", {.subject = ""});
        expectAccounts("acc_3", {.upstreamId = "person-3"});
        expectAccounts("", {.upstreamId = "person"});
        expectAccounts("acc_2", {.status = AccountStatus::needsReauth});
        expectAccounts("acc_1 acc_3", {.status = AccountStatus::active});
        expectAccounts("acc_1", {.only = AccountId("acc_1")});
        expectAccounts("acc_2 acc_3", {.after = AccountPosition{now(), AccountId("acc_1")}});
    }

    void testAccountsBySite() {
        auto one = makeAccount("1", now());
        auto two = makeAccount("2", now());
        two.sites.push_back({"site-2", "Two", "https://two.example/Path", {}});
        auto three = makeAccount("3", now());
        three.sites.clear();
        put(one, two, three);
        for (const std::string wanted : {"site-1", "https://one.example"})
            expectAccounts("acc_1 acc_2", {.site = wanted});
        for (const std::string wanted : {"site-2", "https://two.example/Path"})
            expectAccounts("acc_2", {.site = wanted});
        for (const std::string wanted : {"site", "%", "site-_", "Two", "https://two.example/x",
                                         "https://two.example/path", "https://two.example", "SITE-1", "jira"})
            expectAccounts("", {.site = wanted});
    }

    void testAccountFiltersTogether() {
        put(makeAccount("1", now()), makeAccount("2", now()));
        AccountFilter all{.client = ClientId("cli_alpha"),
                          .provider = "jira",
                          .subject = "ann",
                          .site = "site-1",
                          .upstreamId = "person-1",
                          .status = AccountStatus::active,
                          .only = AccountId("acc_1"),
                          .after = AccountPosition{now() - 1s, AccountId("acc_9")},
                          .limit = 1};
        CPPUNIT_ASSERT_EQUAL(std::string("acc_1"), selected(all));
        all.only = AccountId("acc_2");
        CPPUNIT_ASSERT_EQUAL(std::string(), selected(all));
    }

    void testLinksByCreationTime() {
        for (const auto& [number, life] : std::vector<std::pair<std::string, std::chrono::seconds>>{
                 {"3", 900s}, {"1", 300s}, {"2", 600s}}) {
            Link each = makeLink(number, now());
            each.expiresAt = now() + life;
            put(each);
            advance(1s);
        }
        CPPUNIT_ASSERT_EQUAL(std::string("lnk_3 lnk_1 lnk_2"), selected(LinkFilter{}));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("the earliest expiry first", std::string("lnk_1 lnk_2 lnk_3"),
                                     selected(LinkFilter{.expiresBy = now() + 24h}));
        Link renewed = link(LinkId("lnk_3")).value();
        renewed.reads = 1;
        put(renewed);
        CPPUNIT_ASSERT_EQUAL(std::string("lnk_3 lnk_1 lnk_2"), selected(LinkFilter{}));
    }

    void testLinks() {
        addClient("beta");
        auto one = makeLink("1", now(), "ann");
        auto two = makeLink("2", now(), "bob");
        auto three = makeLink("3", now(), "");
        auto four = makeLink("4", now());
        one.issuer = "key-alpha";
        two.status = LinkStatus::delivered;
        two.account = AccountId("acc_1");
        three.provider = "confluence";
        three.client = ClientId("cli_beta");
        three.status = LinkStatus::authorizing;
        three.stateHash = "state-3";
        four.relinkAccount = AccountId("acc_1");
        four.endedAt = now();
        put(one, two, three, four);
        expectLinks("lnk_1 lnk_2 lnk_3 lnk_4", {});
        expectLinks("lnk_1 lnk_2 lnk_4", {.client = ClientId("cli_alpha")});
        expectLinks("lnk_3", {.provider = "confluence"});
        expectLinks("lnk_1 lnk_4", {.subject = "ann"});
        expectLinks("lnk_3", {.subject = ""});
        expectLinks("lnk_1 lnk_4", {.statuses = {LinkStatus::pending}});
        expectLinks("lnk_2 lnk_3", {.statuses = {LinkStatus::authorizing, LinkStatus::delivered}});
        expectLinks("lnk_2", {.account = AccountId("acc_1")});
        expectLinks("lnk_4", {.relinkAccount = AccountId("acc_1")});
        expectLinks("lnk_1", {.issuer = "key-alpha"});
        expectLinks("lnk_1 lnk_2 lnk_3", {.isUnnoted = true});
        expectLinks("lnk_3", {.hasState = true});
    }

    void testLinksByTime() {
        for (const auto& [number, life] : std::vector<std::pair<std::string, std::chrono::seconds>>{
                 {"1", 100s}, {"2", 200s}, {"3", 300s}}) {
            Link each = makeLink(number, now());
            each.expiresAt = now() + life;
            put(each);
        }
        expectLinks("lnk_2 lnk_3", {.expiresAfter = now() + 100s});
        expectLinks("lnk_1", {.expiresBy = now() + 100s});
        expectLinks("", {.expiresBy = now() + 99s});
        expectLinks("lnk_2", {.expiresAfter = now() + 100s, .expiresBy = now() + 200s});
    }

    void testLinkFiltersTogether() {
        Link one = makeLink("1", now());
        one.status = LinkStatus::authorizing;
        one.stateHash = "state-1";
        one.account = AccountId("acc_1");
        one.relinkAccount = AccountId("acc_2");
        one.issuer = "key-alpha";
        put(one, makeLink("2", now()));
        LinkFilter all{.client = one.client,
                       .provider = one.provider,
                       .subject = one.subject,
                       .statuses = {one.status},
                       .account = one.account,
                       .relinkAccount = one.relinkAccount,
                       .issuer = one.issuer,
                       .expiresAfter = now(),
                       .expiresBy = one.expiresAt,
                       .isUnnoted = true,
                       .hasState = true,
                       .limit = 1};
        CPPUNIT_ASSERT_EQUAL(std::string("lnk_1"), selected(all));
        all.relinkAccount = AccountId("acc_3");
        CPPUNIT_ASSERT_EQUAL(std::string(), selected(all));
    }

    void testStages() {
        addStage("3", "jira", StageState::dropped);
        addStage("1", "gitlab", StageState::waiting);
        addStage("2", "confluence", StageState::dropped);
        addStage("4", "jira", StageState::delivered);
        CPPUNIT_ASSERT_EQUAL(std::string("lnk_3 lnk_1 lnk_2 lnk_4"), selected(StageFilter{}));
        CPPUNIT_ASSERT_EQUAL(std::string("lnk_3 lnk_4"), selected(StageFilter{.providers = {"jira"}}));
        CPPUNIT_ASSERT_EQUAL(std::string("lnk_3 lnk_1 lnk_4"),
                             selected(StageFilter{.providers = {"gitlab", "jira"}}));
        CPPUNIT_ASSERT_EQUAL(std::string("lnk_1 lnk_2"),
                             selected(StageFilter{.providers = {"jira"}, .isOfOthers = true}));
        CPPUNIT_ASSERT_EQUAL(std::string("lnk_3 lnk_1 lnk_2 lnk_4"),
                             selected(StageFilter{.isOfOthers = true}));
        CPPUNIT_ASSERT_EQUAL(std::string("lnk_3 lnk_2"), selected(StageFilter{.state = StageState::dropped}));
        CPPUNIT_ASSERT_EQUAL(std::string("lnk_1"), selected(StageFilter{.client = ClientId("cli_gitlab")}));
        CPPUNIT_ASSERT_EQUAL(
            std::string("lnk_2"),
            selected(StageFilter{.providers = {"jira"}, .isOfOthers = true, .state = StageState::dropped}));
    }

    void testLimits() {
        put(makeAccount("1", now()));
        for (const std::string number : {"1", "2", "3"}) {
            put(makeLink(number, now()), makeGrantToken("t" + number, AccountId("acc_1"), now()));
            addStage(number, number == "1" ? "jira" : "gitlab", StageState::waiting);
        }
        CPPUNIT_ASSERT_EQUAL(std::string("lnk_1 lnk_2"), selected(LinkFilter{.limit = 2}));
        CPPUNIT_ASSERT_EQUAL(std::string("lnk_1 lnk_2 lnk_3"), selected(LinkFilter{.limit = 4}));
        CPPUNIT_ASSERT_EQUAL(std::string("t1"), selected(GrantTokenFilter{.limit = 1}));
        CPPUNIT_ASSERT_EQUAL(std::string("lnk_1 lnk_2"), selected(StageFilter{.limit = 2}));
        CPPUNIT_ASSERT_EQUAL(std::string("lnk_2"),
                             selected(StageFilter{.providers = {"gitlab"}, .limit = 1}));
    }

    void testCountsIgnoreLimits() {
        put(makeAccount("1", now()), makeAccount("2", now()));
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), counted(AccountFilter{.limit = 1}));
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), counted(AccountFilter{.client = ClientId("cli_alpha")}));
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), counted(AccountFilter{.client = ClientId("cli_none")}));
        erase(AccountId("acc_1"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), counted(AccountFilter{.client = ClientId("cli_alpha")}));
    }

private:
    // Counts records and asserts that as many are selected.
    template <class Filter>
    void expectBoth(const std::string& expected, const Filter& filter) {
        const auto names = selected(filter);
        CPPUNIT_ASSERT_EQUAL(expected, names);
        const auto words = names.empty() ? 0 : std::count(names.begin(), names.end(), ' ') + 1;
        CPPUNIT_ASSERT_EQUAL(static_cast<std::size_t>(words), counted(filter));
    }
    void expectTokens(const std::string& expected, const GrantTokenFilter& filter) {
        expectBoth(expected, filter);
    }
    void expectAccounts(const std::string& expected, const AccountFilter& filter) {
        expectBoth(expected, filter);
    }
    void expectLinks(const std::string& expected, const LinkFilter& filter) { expectBoth(expected, filter); }

    void addStage(const std::string& number, const std::string& provider, StageState state) {
        Stage stage;
        stage.link = LinkId("lnk_" + number);
        stage.client = ClientId("cli_" + provider);
        stage.provider = provider;
        stage.state = state;
        stage.grant = {"sealed", "11111111"};
        put(stage);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(FilterTest);
