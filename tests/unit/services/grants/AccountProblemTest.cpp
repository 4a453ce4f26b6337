// SPDX-License-Identifier: Apache-2.0
// Every code has its text, and the gravest problem is reported.
#include "central_oauth/services/grants/AccountProblem.h"

#include "central_oauth/base/SdkNames.h"
#include "central_oauth/domain/Account.h"
#include "central_oauth/services/ProviderCatalog.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <set>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using provider::ProviderErrorKind;

class AccountProblemTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AccountProblemTest);
    CPPUNIT_TEST(testGoodAccountHasNone);
    CPPUNIT_TEST(testEveryCodeHasItsOwnWords);
    CPPUNIT_TEST(testThePartyThatCanActIsNamed);
    CPPUNIT_TEST(testUnknownCodeHasGeneralWords);
    CPPUNIT_TEST(testGravestComesFirst);
    CPPUNIT_TEST_SUITE_END();

public:
    void testGoodAccountHasNone() { CPPUNIT_ASSERT(!problemOf({}, true)); }

    void testEveryCodeHasItsOwnWords() {
        std::set<std::string_view> seen;
        for (const auto kind :
             {ProviderErrorKind::accessDenied, ProviderErrorKind::misconfigured,
              ProviderErrorKind::rateLimited, ProviderErrorKind::transient, ProviderErrorKind::ambiguous,
              ProviderErrorKind::protocol, ProviderErrorKind::invalidGrant}) {
            const auto problem = ofRefresh(std::string(base::nameOf(kind)));
            CPPUNIT_ASSERT_MESSAGE(problem.code, seen.insert(problem.what).second);
        }
        for (const auto code : {problem::undecryptable, problem::pluginFailed, problem::dnsFailed,
                                problem::proxyFailed, problem::tlsUntrusted, problem::clockWrong})
            CPPUNIT_ASSERT_MESSAGE(std::string(code), seen.insert(ofRefresh(std::string(code)).what).second);
        for (const auto code : {problem::revokedOrExpired, problem::scopesMissing})
            CPPUNIT_ASSERT_MESSAGE(std::string(code), seen.insert(dead(std::string(code)).what).second);
        CPPUNIT_ASSERT(seen.insert(problemOf({}, false)->what).second);
        CPPUNIT_ASSERT_MESSAGE("none of them is the general one",
                               seen.insert(ofRefresh("of_a_later_version").what).second);
    }

    void testThePartyThatCanActIsNamed() {
        CPPUNIT_ASSERT(dead("revoked_or_expired").who == "person");
        CPPUNIT_ASSERT(dead("scopes_missing").who == "person");
        CPPUNIT_ASSERT(ofRefresh("misconfigured").who == "operator");
        CPPUNIT_ASSERT(ofRefresh("undecryptable").who == "operator");
        for (const char* code : {"dns_failed", "proxy_failed", "tls_untrusted", "clock_wrong"})
            CPPUNIT_ASSERT_MESSAGE(code, ofRefresh(code).who == "operator");
        CPPUNIT_ASSERT(ofRefresh("transient").who == "atlassian");
        CPPUNIT_ASSERT(ofRefresh("rate_limited").who == "atlassian");
        CPPUNIT_ASSERT(problemWords("revoked_or_expired").find("link") != std::string::npos);
    }

    void testUnknownCodeHasGeneralWords() {
        const auto problem = ofRefresh("of_a_later_version");
        CPPUNIT_ASSERT_EQUAL(std::string("of_a_later_version"), problem.code);
        CPPUNIT_ASSERT(problem.who == "operator" && !problem.what.empty() && !problem.how.empty());
        CPPUNIT_ASSERT(!problemWords("").empty());
    }

    void testGravestComesFirst() {
        domain::Account account;
        account.problem = "transient";
        account.problemSince = time;
        CPPUNIT_ASSERT_EQUAL(std::string("transient"), problemOf(account, true)->code);
        CPPUNIT_ASSERT(problemOf(account, true)->since == time);
        CPPUNIT_ASSERT_EQUAL(std::string("provider_removed"), problemOf(account, false)->code);
        account.problem = "undecryptable";
        CPPUNIT_ASSERT_EQUAL(std::string("undecryptable"), problemOf(account, false)->code);
        account.status = domain::AccountStatus::needsReauth;
        account.reason = "revoked_or_expired";
        account.since = time + 1s;
        CPPUNIT_ASSERT_EQUAL(std::string("revoked_or_expired"), problemOf(account, false)->code);
        CPPUNIT_ASSERT(problemOf(account, false)->since == time + 1s);
    }

private:
    static constexpr base::Timestamp time{1'700'000'000s};

    static AccountProblem ofRefresh(const std::string& code) {
        domain::Account account;
        account.problem = code;
        account.problemSince = time;
        return problemOf(account, true).value();
    }
    static AccountProblem dead(const std::string& code) {
        domain::Account account;
        account.status = domain::AccountStatus::needsReauth;
        account.reason = code;
        return problemOf(account, true).value();
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AccountProblemTest);
