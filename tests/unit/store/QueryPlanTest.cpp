// SPDX-License-Identifier: Apache-2.0
// Each query of a request uses its index, so that its cost does not depend on the number of rows.
#include "SqliteView.h"
#include "StoreFixture.h"
#include "central_oauth/domain/LinkLife.h"

#include <cppunit/extensions/HelperMacros.h>
#include <functional>
#include <sqlite3.h>

#include <Poco/Data/SQLite/Utility.h>

using namespace central_oauth;
using namespace central_oauth::store;
using domain::AccountId;
using domain::ClientId;
using domain::LinkFilter;
using domain::LinkKey;
using domain::LinkStatus;

class QueryPlanTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(QueryPlanTest);
    CPPUNIT_TEST(testAccounts);
    CPPUNIT_TEST(testLinks);
    CPPUNIT_TEST(testSweepsOfExpiredLinksSortNothing);
    CPPUNIT_TEST(testLiveLinks);
    CPPUNIT_TEST(testKeysAndGrantTokens);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _fixture = std::make_unique<StoreFixture>();
        _connection = std::make_unique<Connection>(uriOf(_fixture->file(), "ro"));
    }
    void tearDown() override {
        _connection.reset();
        _fixture.reset();
    }

    void testAccounts() {
        expectIndex("sqlite_autoindex_accounts_2", [](const domain::ReadView& view) {
            static_cast<void>(view.select(
                domain::AccountFilter{.client = ClientId("c"), .provider = "jira", .subject = "ann"}));
        });
        expectIndex("accounts_by_age", [](const domain::ReadView& view) {
            static_cast<void>(view.select(domain::AccountFilter{.client = ClientId("c"), .limit = 50}));
        });
        expectIndex("accounts_by_person", [](const domain::ReadView& view) {
            static_cast<void>(view.count(domain::AccountFilter{.provider = "jira", .upstreamId = "p"}));
        });
        expectIndex("sqlite_autoindex_grant_checks_1",
                    [](const domain::ReadView& view) { static_cast<void>(view.checkOf(AccountId("a"))); });
        expectIndex("grant_checks_by_due",
                    [this](const domain::ReadView& view) { static_cast<void>(view.dueChecks(now(), 50)); });
        CPPUNIT_ASSERT_MESSAGE(_plan, _plan.find("ORDER BY") == std::string::npos);
    }

    void testLinks() {
        const auto select = [](const LinkFilter& filter) {
            return [filter](const domain::ReadView& view) { static_cast<void>(view.select(filter)); };
        };
        const auto find = [](const LinkKey& key) {
            return [key](const domain::ReadView& view) { static_cast<void>(view.find(key)); };
        };
        expectIndex("sqlite_autoindex_links_1", find(domain::LinkId("lnk_1")));
        expectIndex("sqlite_autoindex_links_2", find(domain::CodeHash{"x"}));
        expectIndex("sqlite_autoindex_links_3", find(domain::HandleHash{"x"}));
        expectIndex("links_by_state", find(domain::StateHash{"x"}));
        expectIndex("links_staged", select({.client = ClientId("c"),
                                            .provider = "jira",
                                            .subject = "ann",
                                            .statuses = {LinkStatus::staged},
                                            .expiresAfter = now()}));
        expectIndex("links_by_account", select({.account = AccountId("a")}));
        expectIndex("links_by_relink_account",
                    select({.statuses = domain::unfinishedStatuses(), .relinkAccount = AccountId("a")}));
        expectIndex("links_by_client", select({.client = ClientId("c"), .issuer = "key"}));
        expectIndex("links_by_expiry", select({.expiresBy = now(), .limit = 200}));
        expectIndex("links_by_state", select({.expiresBy = now(), .hasState = true, .limit = 200}));
    }

    // Otherwise each batch of a sweep would sort all that is left.
    void testSweepsOfExpiredLinksSortNothing() {
        const auto unsorted = [this](const std::string& index, const LinkFilter& filter) {
            expectIndex(index, [&](const domain::ReadView& view) { static_cast<void>(view.select(filter)); });
            CPPUNIT_ASSERT_MESSAGE(_plan, _plan.find("ORDER BY") == std::string::npos);
        };
        unsorted("links_by_expiry", {.expiresBy = now(), .limit = 200});
        unsorted(
            "links_unnoted",
            {.statuses = domain::unfinishedStatuses(), .expiresBy = now(), .isUnnoted = true, .limit = 200});
    }

    void testLiveLinks() {
        const auto count = [](const LinkFilter& filter) {
            return [filter](const domain::ReadView& view) { static_cast<void>(view.count(filter)); };
        };
        const LinkFilter live{
            .statuses = domain::unfinishedStatuses(), .expiresAfter = now(), .isUnnoted = true};
        expectIndex("links_unnoted", count(live));
        expectIndex("links_by_client", count({.client = ClientId("c"),
                                              .statuses = domain::unfinishedStatuses(),
                                              .expiresAfter = now()}));
    }

    void testKeysAndGrantTokens() {
        expectIndex("client_keys_by_client", [](const domain::ReadView& view) {
            static_cast<void>(view.select(domain::KeyFilter{.client = ClientId("c")}));
        });
        expectIndex("grant_tokens_by_account", [](const domain::ReadView& view) {
            static_cast<void>(view.count(domain::GrantTokenFilter{.account = AccountId("a")}));
        });
        expectIndex("grant_tokens_by_issuer", [](const domain::ReadView& view) {
            static_cast<void>(view.select(domain::GrantTokenFilter{.issuer = "key"}));
        });
        expectIndex("grant_tokens_by_parent", [](const domain::ReadView& view) {
            static_cast<void>(view.select(domain::GrantTokenFilter{.parent = "cog"}));
        });
    }

private:
    // Records statements with their parameters, which EXPLAIN QUERY PLAN needs.
    static int keepStatement(unsigned, void* statements, void* statement, void*) {
        char* const text = sqlite3_expanded_sql(static_cast<sqlite3_stmt*>(statement));
        static_cast<std::vector<std::string>*>(statements)->emplace_back(text);
        sqlite3_free(text);
        return 0;
    }

    void expectIndex(const std::string& index, const std::function<void(const domain::ReadView&)>& ask) {
        auto* const handle = _connection->handle();
        const RowAuthenticator authenticator(_fixture->store->serverKey());
        DamageLog damage(std::nullopt);
        std::vector<std::string> statements;
        sqlite3_trace_v2(handle, SQLITE_TRACE_STMT, &keepStatement, &statements);
        ask(SqliteView({*_connection, authenticator, damage}));
        sqlite3_trace_v2(handle, 0, nullptr, nullptr);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(index, std::size_t{1}, statements.size());
        _plan = planOf(statements.front());
        CPPUNIT_ASSERT_MESSAGE(index + ": " + _plan,
                               _plan.find(" INDEX " + index + ' ') != std::string::npos);
        CPPUNIT_ASSERT_MESSAGE(index + ": " + _plan, _plan.find("SCAN") == std::string::npos);
    }

    std::string planOf(const std::string& statement) {
        std::int64_t id = 0;
        std::int64_t parent = 0;
        std::int64_t unused = 0;
        std::string detail;
        Query query(*_connection, "EXPLAIN QUERY PLAN " + statement);
        query.into(id).into(parent).into(unused).into(detail);
        std::string plan;
        while (query.next())
            plan += detail + '\n';
        return plan;
    }

    [[nodiscard]] domain::Timestamp now() const { return _fixture->clock.time; }

    std::unique_ptr<StoreFixture> _fixture;
    std::unique_ptr<Connection> _connection;
    std::string _plan; ///< of the last statement
};

CPPUNIT_TEST_SUITE_REGISTRATION(QueryPlanTest);
