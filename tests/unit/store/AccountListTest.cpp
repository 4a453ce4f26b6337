// SPDX-License-Identifier: Apache-2.0
// Lists of accounts: order, pages, filters.
#include "AccountRepositoryFixture.h"
#include "central_oauth/base/Error.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::store;

using namespace std::chrono_literals;

class AccountListTest : public AccountRepositoryFixture {
    CPPUNIT_TEST_SUITE(AccountListTest);
    CPPUNIT_TEST(testListsOldestFirst);
    CPPUNIT_TEST(testCursorIsStableUnderInserts);
    CPPUNIT_TEST(testFiltersByProviderAndSubject);
    CPPUNIT_TEST(testFiltersBySiteThatTheGrantReaches);
    CPPUNIT_TEST(testFiltersByPersonStatusAndId);
    CPPUNIT_TEST(testFiltersHoldOnEveryPage);
    CPPUNIT_TEST(testRefusesForeignCursor);
    CPPUNIT_TEST_SUITE_END();

public:
    void testListsOldestFirst() {
        for (const char* number : {"3", "1", "2"}) {
            linkAccount(*_fixture, number);
            _fixture->clock.time += 1s;
        }
        CPPUNIT_ASSERT_EQUAL(std::string("3 1 2"), ids(accounts().list(alpha, {}, 10, "")));
        CPPUNIT_ASSERT(!accounts().list(alpha, {}, 3, "").nextCursor);
        CPPUNIT_ASSERT_EQUAL(std::string(), ids(accounts().list(ClientId("cli_beta"), {}, 10, "")));
    }

    void testCursorIsStableUnderInserts() {
        for (const char* number : {"b", "d", "f"})
            linkAccount(*_fixture, number);
        const AccountPage first = accounts().list(alpha, {}, 2, "");
        CPPUNIT_ASSERT_EQUAL(std::string("b d"), ids(first));
        CPPUNIT_ASSERT(first.nextCursor.has_value());
        linkAccount(*_fixture, "a"); // of the same second, before what was read
        _fixture->clock.time += 1s;
        linkAccount(*_fixture, "0");
        // A re-link moves nothing.
        CPPUNIT_ASSERT(_fixture->store->links()
                           .deliver(stageLink(*_fixture, "b-again", makeGrant("x", now(), "person-b")),
                                    AccountId("acc_unused"), {}, now())
                           .first);
        CPPUNIT_ASSERT(accounts().remove(alpha, AccountId("acc_d"), now()).has_value());
        const AccountPage second = accounts().list(alpha, {}, 2, *first.nextCursor);
        CPPUNIT_ASSERT_EQUAL(std::string("f 0"), ids(second));
        CPPUNIT_ASSERT(!second.nextCursor);
    }

    void testFiltersByProviderAndSubject() {
        linkAccount(*_fixture, "1", "ann");
        linkAccount(*_fixture, "2", "bob");
        linkAccount(*_fixture, "3", "");
        CPPUNIT_ASSERT_EQUAL(std::string("1 2 3"), listed({.provider = "jira"}));
        CPPUNIT_ASSERT_EQUAL(std::string(), listed({.provider = "other"}));
        CPPUNIT_ASSERT_EQUAL(std::string("2"), listed({.subject = "bob"}));
        CPPUNIT_ASSERT_EQUAL(std::string("3"), listed({.provider = "jira", .subject = ""}));
    }

    void testFiltersBySiteThatTheGrantReaches() {
        linkAccount(*_fixture, "1");
        auto grant = makeGrant("2", now(), "person-2");
        grant.sites.push_back({"site-2", "Two", "https://two.example/Path", {}});
        link("2", grant, "ann");
        linkAccount(*_fixture, "3");
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), _fixture->tamper("UPDATE accounts SET sites = 'damaged'"
                                                              " WHERE id = 'acc_3'"));
        for (const std::string wanted : {"site-1", "https://one.example", "HTTPS://ONE.example/"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(wanted, std::string("1 2"), listed({.site = wanted}));
        for (const std::string wanted :
             {"site-2", "https://two.example/Path", "HTTPS://Two.example.:443/Path//"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(wanted, std::string("2"), listed({.site = wanted}));
        for (const std::string wanted :
             {"site", "%", "site-_", "Two", "https://two.example/x", "https://two.example/path",
              "https://two.example", "SITE-1", "damaged"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(wanted, std::string(), listed({.site = wanted}));
    }

    void testFiltersByPersonStatusAndId() {
        for (const char* number : {"1", "2", "3"})
            linkAccount(*_fixture, number);
        CPPUNIT_ASSERT(accounts().markDead(AccountId("acc_2"), 1, "revoked_or_expired", now()));
        CPPUNIT_ASSERT_EQUAL(std::string("3"), listed({.upstreamId = "person-3"}));
        CPPUNIT_ASSERT_EQUAL(std::string(), listed({.upstreamId = "person"}));
        CPPUNIT_ASSERT_EQUAL(std::string("2"), listed({.status = AccountStatus::needsReauth}));
        CPPUNIT_ASSERT_EQUAL(std::string("1 3"), listed({.status = AccountStatus::active}));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), listed({.only = AccountId("acc_1")}));
        CPPUNIT_ASSERT_EQUAL(std::string(),
                             listed({.status = AccountStatus::active, .only = AccountId("acc_2")}));
        AccountFilter all{"jira", "ann", "site-1", "person-1", AccountStatus::active, AccountId("acc_1")};
        CPPUNIT_ASSERT_EQUAL(std::string("1"), listed(all));
    }

    void testFiltersHoldOnEveryPage() {
        for (const char* number : {"1", "2", "3", "4"}) {
            linkAccount(*_fixture, number, number[0] % 2 == 0 ? "even" : "odd");
            _fixture->clock.time += 1s;
        }
        const AccountFilter odd{.subject = "odd", .site = "site-1"};
        const AccountPage first = accounts().list(alpha, odd, 1, "");
        CPPUNIT_ASSERT_EQUAL(std::string("1"), ids(first));
        const AccountPage second = accounts().list(alpha, odd, 1, first.nextCursor.value());
        CPPUNIT_ASSERT_EQUAL(std::string("3"), ids(second));
        CPPUNIT_ASSERT(!second.nextCursor);
    }

    void testRefusesForeignCursor() {
        for (const char* cursor : {"x", "!!", "MTIz", "OmFjYw", "MTIzOg"}) {
            try {
                static_cast<void>(accounts().list(alpha, {}, 10, cursor));
                CPPUNIT_FAIL(cursor);
            } catch (const base::Error& error) {
                CPPUNIT_ASSERT(error.code() == base::ErrorCode::invalidRequest);
            }
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AccountListTest);
