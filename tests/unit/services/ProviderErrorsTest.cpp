// SPDX-License-Identifier: Apache-2.0
// Tests the table of provider failures: the caller's error and the log line of each.
#include "ServiceFixture.h"
#include "central_oauth/services/ProviderCatalog.h"
#include "central_oauth/services/grants/AccountProblem.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using base::ErrorCode;
using provider::ProviderError;
using provider::ProviderErrorKind;

class ProviderErrorsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ProviderErrorsTest);
    CPPUNIT_TEST(testEveryKindHasItsCode);
    CPPUNIT_TEST(testOnlyPassingFailuresSayWhenToTryAgain);
    CPPUNIT_TEST(testUpstreamsOwnTimeWins);
    CPPUNIT_TEST(testNobodyIsToldToTryAgainAtOnce);
    CPPUNIT_TEST(testDetailIsForTheLogOnly);
    CPPUNIT_TEST(testMisconfigurationIsAnErrorInTheLogTheRestAWarning);
    CPPUNIT_TEST(testLocalFaultIsTheOperatorsWhateverItsKind);
    CPPUNIT_TEST(testEveryErrorOfAProviderSaysWhoHasToAct);
    CPPUNIT_TEST(testExtensionOfAProvider);
    CPPUNIT_TEST_SUITE_END();

    struct Row {
        ProviderErrorKind kind;
        ErrorCode code;
        bool passes;
        const char* name;
    };
    static const std::vector<Row>& rows() {
        static const std::vector<Row> all{
            {ProviderErrorKind::invalidGrant, ErrorCode::needsReauth, false, "invalid_grant"},
            {ProviderErrorKind::accessDenied, ErrorCode::accessDenied, false, "access_denied"},
            {ProviderErrorKind::misconfigured, ErrorCode::providerMisconfigured, false, "misconfigured"},
            {ProviderErrorKind::rateLimited, ErrorCode::rateLimited, true, "rate_limited"},
            {ProviderErrorKind::transient, ErrorCode::providerUnavailable, true, "transient"},
            {ProviderErrorKind::ambiguous, ErrorCode::providerUnavailable, true, "ambiguous"},
            {ProviderErrorKind::protocol, ErrorCode::providerProtocol, false, "protocol"},
        };
        return all;
    }

public:
    void testEveryKindHasItsCode() {
        for (const auto& row : rows())
            CPPUNIT_ASSERT_MESSAGE(row.name, hostError({row.kind, "detail"}, 5s).code() == row.code);
    }

    void testOnlyPassingFailuresSayWhenToTryAgain() {
        for (const auto& row : rows())
            CPPUNIT_ASSERT_MESSAGE(row.name, hostError({row.kind, "detail"}, 5s).retryAfter() ==
                                                 (row.passes ? std::optional(5s) : std::nullopt));
    }

    void testUpstreamsOwnTimeWins() {
        for (const auto& row : rows())
            CPPUNIT_ASSERT_MESSAGE(row.name, hostError({row.kind, "detail", 77s}, 5s).retryAfter() ==
                                                 (row.passes ? std::optional(77s) : std::nullopt));
    }

    void testNobodyIsToldToTryAgainAtOnce() {
        CPPUNIT_ASSERT(hostError({ProviderErrorKind::rateLimited, "detail", 0s}, 5s).retryAfter() ==
                       std::optional(1s));
    }

    void testDetailIsForTheLogOnly() {
        for (const auto& row : rows()) {
            const auto error = hostError({row.kind, "token endpoint answered status 400"}, 5s);
            CPPUNIT_ASSERT_EQUAL(std::string("token endpoint answered status 400"),
                                 std::string(error.what()));
            CPPUNIT_ASSERT_EQUAL(std::string(), error.hint());
        }
    }

    void testMisconfigurationIsAnErrorInTheLogTheRestAWarning() {
        memory::FakeClock clock;
        for (const auto& row : rows()) {
            std::ostringstream text;
            logging::StreamSink sink(text);
            logging::Logger logger(sink, clock);
            logProviderError(logger.channel("central_oauth.tokens"), "refresh failed", "jira",
                             {row.kind, "some detail"});
            const auto line = text.str();
            const bool isError = row.kind == ProviderErrorKind::misconfigured;
            for (const std::string& part :
                 {std::string(isError ? R"("level":"ERROR")" : R"("level":"WARNING")"),
                  std::string(R"("message":"refresh failed")"), std::string(R"("provider":"jira")"),
                  R"("kind":")" + std::string(row.name) + "\"", std::string(R"("detail":"some detail")")})
                CPPUNIT_ASSERT_MESSAGE(line + " lacks " + part, line.find(part) != std::string::npos);
        }
    }

    void testLocalFaultIsTheOperatorsWhateverItsKind() {
        using provider::LocalFault;
        for (const auto& [fault, name] : {std::pair(LocalFault::names, "dns_failed"),
                                          {LocalFault::proxy, "proxy_failed"},
                                          {LocalFault::trust, "tls_untrusted"},
                                          {LocalFault::clock, "clock_wrong"}}) {
            for (const auto& row : rows()) {
                const provider::ProviderError failure(row.kind, "detail", std::nullopt, fault);
                CPPUNIT_ASSERT_EQUAL(std::string(name), std::string(problemName(failure)));
                const auto error = hostError(failure, 5s);
                CPPUNIT_ASSERT_MESSAGE(row.name, error.code() == row.code);
                CPPUNIT_ASSERT_MESSAGE(row.name, error.cause() == base::Cause::serviceOperator);
                CPPUNIT_ASSERT_EQUAL(problemWords(name), error.hint());
            }
        }
    }

    void testEveryErrorOfAProviderSaysWhoHasToAct() {
        using base::Cause;
        for (const auto& row : rows()) {
            const provider::ProviderError failure(row.kind, "detail");
            const auto cause = hostError(failure, 5s).cause();
            const bool isPerson =
                row.kind == ProviderErrorKind::invalidGrant || row.kind == ProviderErrorKind::accessDenied;
            const bool isOperator =
                row.kind == ProviderErrorKind::misconfigured || row.kind == ProviderErrorKind::protocol;
            CPPUNIT_ASSERT_MESSAGE(row.name, cause == (isPerson     ? Cause::person
                                                       : isOperator ? Cause::serviceOperator
                                                                    : Cause::provider));
            CPPUNIT_ASSERT_EQUAL(std::string(row.name), std::string(problemName(failure)));
        }
        CPPUNIT_ASSERT(base::Error(ErrorCode::providerUnavailable).cause() == Cause::provider);
        CPPUNIT_ASSERT(base::Error(ErrorCode::providerMisconfigured).cause() == Cause::serviceOperator);
        CPPUNIT_ASSERT(!base::Error(ErrorCode::busy).cause());
    }

    void testExtensionOfAProvider() {
        ScriptedProvider provider;
        CPPUNIT_ASSERT(extensionOf<provider::IdentityReader>(provider) ==
                       static_cast<const provider::IdentityReader*>(&provider));
        provider.revokes = false;
        CPPUNIT_ASSERT(extensionOf<provider::Revoker>(provider) == nullptr);
        provider.readsIdentities = false;
        CPPUNIT_ASSERT(extensionOf<provider::IdentityReader>(provider) == nullptr);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProviderErrorsTest);
