// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/domain/Account.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <utility>

using namespace central_oauth::domain;
using namespace std::chrono_literals;

namespace {

const Timestamp start{1'000'000s};

} // namespace

class AccountTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AccountTest);
    CPPUNIT_TEST(testDeadGrantKeepsItsFirstTime);
    CPPUNIT_TEST(testProblemKeepsItsFirstTime);
    CPPUNIT_TEST(testRefreshHealsEverything);
    CPPUNIT_TEST(testUseIsKeptToTheMinute);
    CPPUNIT_TEST(testRenewalKeepsWhatIsTheClients);
    CPPUNIT_TEST(testNamesLeadBack);
    CPPUNIT_TEST_SUITE_END();

public:
    void testDeadGrantKeepsItsFirstTime() {
        Account account;
        CPPUNIT_ASSERT(noteDead(account, "invalid_grant", start));
        CPPUNIT_ASSERT(account.status == AccountStatus::needsReauth);
        CPPUNIT_ASSERT(!noteDead(account, "invalid_grant", start + 9s));
        CPPUNIT_ASSERT(noteDead(account, "scopes_missing", start + 9s));
        CPPUNIT_ASSERT_EQUAL(std::string("scopes_missing"), account.reason);
        CPPUNIT_ASSERT_MESSAGE("it is dead since then", account.since == start);
    }

    void testProblemKeepsItsFirstTime() {
        Account account;
        CPPUNIT_ASSERT(noteProblem(account, "provider_unavailable", start));
        CPPUNIT_ASSERT(!noteProblem(account, "provider_unavailable", start + 9s));
        CPPUNIT_ASSERT(account.problemSince == start);
        CPPUNIT_ASSERT(noteProblem(account, "provider_protocol", start + 9s));
        CPPUNIT_ASSERT(account.problemSince == start + 9s);
        CPPUNIT_ASSERT(account.status == AccountStatus::active);
        CPPUNIT_ASSERT(noteProblem(account, "", start + 10s));
        CPPUNIT_ASSERT_MESSAGE("no problem began at no time", !account.problemSince);
    }

    void testRefreshHealsEverything() {
        Account account;
        account.tokenVersion = 4;
        static_cast<void>(noteDead(account, "invalid_grant", start));
        static_cast<void>(noteProblem(account, "provider_protocol", start));
        noteRefreshed(account, {"read"}, start + 1s);
        CPPUNIT_ASSERT(account.status == AccountStatus::active);
        CPPUNIT_ASSERT(account.reason.empty() && account.problem.empty());
        CPPUNIT_ASSERT(!account.since && !account.problemSince);
        CPPUNIT_ASSERT(account.lastRefreshAt == start + 1s);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{5}, account.tokenVersion);
        CPPUNIT_ASSERT_EQUAL(std::string("read"), account.scopes.front());
    }

    void testUseIsKeptToTheMinute() {
        Account account;
        CPPUNIT_ASSERT(noteUsed(account, start));
        CPPUNIT_ASSERT(!noteUsed(account, start + 59s));
        CPPUNIT_ASSERT(noteUsed(account, start + 60s));
        CPPUNIT_ASSERT(account.lastUsedAt == start + 60s);
    }

    void testRenewalKeepsWhatIsTheClients() {
        Account account;
        account.id = AccountId("acc_1");
        account.label = "laptop";
        account.lastUsedAt = start;
        account.tokenVersion = 7;
        static_cast<void>(noteDead(account, "invalid_grant", start));
        Account fresh;
        fresh.id = AccountId("acc_2");
        fresh.label = "another";
        fresh.linkedAt = start + 5s;
        fresh.tokenVersion = 1;
        renew(account, std::move(fresh));
        CPPUNIT_ASSERT_EQUAL(std::string("acc_1"), account.id.value());
        CPPUNIT_ASSERT_EQUAL(std::string("laptop"), account.label);
        CPPUNIT_ASSERT(account.lastUsedAt == start);
        CPPUNIT_ASSERT(account.linkedAt == start + 5s);
        CPPUNIT_ASSERT(account.status == AccountStatus::active);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{8}, account.tokenVersion);
    }

    void testNamesLeadBack() {
        for (const auto status : {AccountStatus::active, AccountStatus::needsReauth})
            CPPUNIT_ASSERT(accountStatusOf(nameOf(status)) == status);
        CPPUNIT_ASSERT(!accountStatusOf("dead"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AccountTest);
