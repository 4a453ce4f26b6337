// SPDX-License-Identifier: Apache-2.0
// Tests reports of refused tokens: a dead token, a good token, and a token that no refresh can fix.
#include "central_oauth/services/grants/ReportService.h"

#include "TokenFixture.h"

#include <cppunit/extensions/HelperMacros.h>
#include <future>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using base::ErrorCode;
using provider::ProviderError;
using provider::ProviderErrorKind;

class ReportServiceTest : public TokenFixture {
    CPPUNIT_TEST_SUITE(ReportServiceTest);
    CPPUNIT_TEST(testDeadTokenIsRefreshed);
    CPPUNIT_TEST(testOlderVersionIsAnsweredWithoutUpstream);
    CPPUNIT_TEST(testTokenThatHasRunOutIsRefreshedUnasked);
    CPPUNIT_TEST(testDeadGrantNeedsReauth);
    CPPUNIT_TEST(testGrantKnownAsDeadIsAnsweredWithoutUpstream);
    CPPUNIT_TEST(testGoodTokenHasACause);
    CPPUNIT_TEST(testSitesThatCantBeReadAreNoCause);
    CPPUNIT_TEST(testTokenThatTheSitesRefuseIsRefreshed);
    CPPUNIT_TEST(testUpstreamIsAskedOnceAMinute);
    CPPUNIT_TEST(testManyReportsAtOnceAskUpstreamOnce);
    CPPUNIT_TEST(testFailedCheckStandsForAMinuteToo);
    CPPUNIT_TEST(testNewVersionIsCheckedAnew);
    CPPUNIT_TEST(testUpstreamThatRefusesEveryTokenIsNotStormed);
    CPPUNIT_TEST(testFailedRefreshIsTold);
    CPPUNIT_TEST(testCrowdIsBusy);
    CPPUNIT_TEST(testNonsenseIsRefused);
    CPPUNIT_TEST(testAccountsOutOfReachAreUnknown);
    CPPUNIT_TEST(testRemovedProvider);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _reports.reset();
        TokenFixture::setUp();
        _fixture->provider.onSites = [] {
            return std::vector<provider::Site>{{"site-1", "One", "https://one.example", {}}};
        };
        make(_fixture->catalog, _fixture->upstream);
    }

    void testDeadTokenIsRefreshed() {
        refuseTheToken();
        const auto verdict = report(1, 401);
        CPPUNIT_ASSERT(verdict.outcome == ReportOutcome::refreshed);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(2), verdict.tokenVersion);
        CPPUNIT_ASSERT(verdict.cause.empty() && !verdict.explanation.empty());
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
    }

    void testOlderVersionIsAnsweredWithoutUpstream() {
        refuseTheToken();
        (void)report(1, 401);
        const auto verdict = report(1, 401);
        CPPUNIT_ASSERT(verdict.outcome == ReportOutcome::refreshed);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(2), verdict.tokenVersion);
        CPPUNIT_ASSERT_EQUAL(1, checks());
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
    }

    void testTokenThatHasRunOutIsRefreshedUnasked() {
        _fixture->advance(3600s);
        CPPUNIT_ASSERT(report(1, 401).outcome == ReportOutcome::refreshed);
        CPPUNIT_ASSERT_EQUAL(0, checks());
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
    }

    void testDeadGrantNeedsReauth() {
        refuseTheToken();
        failRefreshes(ProviderErrorKind::invalidGrant);
        const auto verdict = report(1, 401);
        CPPUNIT_ASSERT(verdict.outcome == ReportOutcome::needsReauth);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), verdict.tokenVersion);
        CPPUNIT_ASSERT(verdict.explanation.find("person") != std::string::npos);
    }

    void testGrantKnownAsDeadIsAnsweredWithoutUpstream() {
        auto dead = account();
        domain::noteDead(dead, "revoked_or_expired", _fixture->now());
        _fixture->put(dead);
        CPPUNIT_ASSERT(report(1, 401).outcome == ReportOutcome::needsReauth);
        CPPUNIT_ASSERT_EQUAL(0, checks() + refreshes());
    }

    void testGoodTokenHasACause() {
        expectCause("permission", 403, [] {});
        expectCause("permission", 401, [] {});
        expectCause("site", 403, [this] {
            _fixture->provider.onSites = [] {
                return std::vector<provider::Site>{{"site-2", "Two", "https://two.example", {}}};
            };
        });
        expectCause("scope", 403, [this] {
            auto jira = configured("jira", _fixture->provider);
            jira.scopes.push_back("write:jira-work");
            _fixture->catalog = ProviderCatalog({jira});
        });
        for (const auto kind : {ProviderErrorKind::misconfigured, ProviderErrorKind::accessDenied})
            expectCause("scope", 401, [this, kind] { failTheCheck(kind); });
    }

    void testSitesThatCantBeReadAreNoCause() {
        for (const auto kind : {ProviderErrorKind::transient, ProviderErrorKind::misconfigured}) {
            expectCause("permission", 403, [this, kind] {
                _fixture->provider.onSites = [kind]() -> std::vector<provider::Site> {
                    throw ProviderError(kind, "scripted");
                };
            });
        }
        expectCause("permission", 403, [this] { _fixture->provider.listsSites = false; });
    }

    void testTokenThatTheSitesRefuseIsRefreshed() {
        _fixture->provider.onSites = [this]() -> std::vector<provider::Site> {
            if (refreshes() == 0)
                throw ProviderError(ProviderErrorKind::invalidGrant, "scripted");
            return {{"site-1", "One", "https://one.example", {}}};
        };
        CPPUNIT_ASSERT(report(1, 401).outcome == ReportOutcome::refreshed);
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
        CPPUNIT_ASSERT(report(2, 401).outcome == ReportOutcome::valid);
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
    }

    void testUpstreamIsAskedOnceAMinute() {
        for (int i = 0; i < 3; ++i)
            CPPUNIT_ASSERT(report(1, 401).outcome == ReportOutcome::valid);
        (void)report(1, 403);
        CPPUNIT_ASSERT_EQUAL(1, checks());
        _fixture->advance(59s);
        (void)report(1, 401);
        CPPUNIT_ASSERT_EQUAL(1, checks());
        _fixture->advance(1s);
        (void)report(1, 401);
        CPPUNIT_ASSERT_EQUAL(2, checks());
    }

    void testManyReportsAtOnceAskUpstreamOnce() {
        refuseTheToken();
        _services->start();
        std::vector<std::future<TokenVerdict>> reports;
        for (int i = 0; i < 8; ++i)
            reports.push_back(std::async(std::launch::async, [this] { return report(1, 401); }));
        for (auto& one : reports) {
            const auto verdict = one.get();
            CPPUNIT_ASSERT(verdict.outcome == ReportOutcome::refreshed);
            CPPUNIT_ASSERT_EQUAL(std::int64_t(2), verdict.tokenVersion);
        }
        CPPUNIT_ASSERT_EQUAL(1, checks());
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
    }

    void testFailedCheckStandsForAMinuteToo() {
        for (const auto& [kind, code] :
             {std::pair(ProviderErrorKind::transient, ErrorCode::providerUnavailable),
              std::pair(ProviderErrorKind::ambiguous, ErrorCode::providerUnavailable),
              std::pair(ProviderErrorKind::rateLimited, ErrorCode::rateLimited),
              std::pair(ProviderErrorKind::protocol, ErrorCode::providerProtocol)}) {
            setUp();
            failTheCheck(kind);
            ASSERT_REFUSED(code, report(1, 401));
            _fixture->advance(20s);
            const auto refused = refusalOf([&] { (void)report(1, 401); });
            CPPUNIT_ASSERT(refused && refused->code == code && refused->retryAfter == std::optional(40s));
            CPPUNIT_ASSERT_EQUAL(1, checks());
            CPPUNIT_ASSERT_EQUAL(0, refreshes());
        }
        setUp();
        _fixture->provider.onIdentity = []() -> provider::Identity {
            throw base::Error(ErrorCode::internal, {}, "plugin jira threw int in read_identity");
        };
        ASSERT_REFUSED(ErrorCode::internal, report(1, 401));
        ASSERT_REFUSED(ErrorCode::internal, report(1, 401));
        CPPUNIT_ASSERT_EQUAL(1, checks());
    }

    void testNewVersionIsCheckedAnew() {
        refuseTheToken();
        (void)report(1, 401);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(3), report(2, 401).tokenVersion);
        CPPUNIT_ASSERT_EQUAL(2, checks());
        CPPUNIT_ASSERT_EQUAL(2, refreshes());
    }

    // Each refresh ends the previous access token, which other holders of the account may be using.
    void testUpstreamThatRefusesEveryTokenIsNotStormed() {
        refuseTheToken();
        for (std::int64_t version = 1; version <= 3; ++version)
            CPPUNIT_ASSERT_EQUAL(version + 1, report(version, 401).tokenVersion);
        for (int i = 0; i < 5; ++i) {
            const auto refused = refusalOf([&] { (void)report(4, 401); });
            CPPUNIT_ASSERT(refused && refused->code == ErrorCode::providerUnavailable);
            CPPUNIT_ASSERT(refused->retryAfter == std::optional(60s));
        }
        CPPUNIT_ASSERT_EQUAL(3, refreshes());
        _fixture->advance(60s);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(5), report(4, 401).tokenVersion);
        ASSERT_REFUSED(ErrorCode::providerUnavailable, report(5, 401));
        CPPUNIT_ASSERT_EQUAL(4, refreshes());
    }

    void testFailedRefreshIsTold() {
        refuseTheToken();
        failRefreshes(ProviderErrorKind::transient);
        ASSERT_REFUSED(ErrorCode::providerUnavailable, report(1, 401));
        ASSERT_REFUSED(ErrorCode::providerUnavailable, report(1, 401));
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
        _fixture->advance(5s);
        _fixture->provider.onRefresh = [](const auto&) { return ScriptedProvider::tokens("2", 3600s); };
        CPPUNIT_ASSERT(report(1, 401).outcome == ReportOutcome::refreshed);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("what was found out stands", 1, checks());
    }

    void testCrowdIsBusy() {
        UpstreamLimiter full(0);
        make(_fixture->catalog, full);
        ASSERT_REFUSED(ErrorCode::busy, report(1, 401));
        CPPUNIT_ASSERT_EQUAL(0, checks());
    }

    void testNonsenseIsRefused() {
        for (const std::int64_t status : {0, 200, 400, 402, 404, 500})
            ASSERT_REFUSED(ErrorCode::invalidRequest, report(1, status));
        for (const std::int64_t version : {-1, 0, 2})
            ASSERT_REFUSED(ErrorCode::invalidRequest, report(version, 401));
        CPPUNIT_ASSERT_EQUAL(0, checks());
    }

    void testAccountsOutOfReachAreUnknown() {
        auto other = _fixture->caller();
        other.subject = "bob";
        ASSERT_REFUSED(ErrorCode::notFound, reportAs(other, 1, 401));
        ASSERT_REFUSED(ErrorCode::insufficientScope, reportAs(_fixture->callerWith({"accounts"}), 1, 401));
        CPPUNIT_ASSERT_EQUAL(0, checks());
    }

    void testRemovedProvider() {
        const ProviderCatalog nothing({});
        make(nothing, _fixture->upstream);
        ASSERT_REFUSED(ErrorCode::providerMisconfigured, report(1, 401));
    }

private:
    void make(const ProviderCatalog& catalog, UpstreamLimiter& limiter) {
        _reports.reset();
        _services = std::make_unique<TokenServices>(*_fixture, catalog);
        _reports = std::make_unique<ReportService>(
            ReportService::Parts{tokens(), catalog, _fixture->clock, _fixture->logger, limiter});
    }

    void failTheCheck(ProviderErrorKind kind) {
        _fixture->provider.onIdentity = [kind]() -> provider::Identity {
            throw ProviderError(kind, "scripted");
        };
    }
    void refuseTheToken() { failTheCheck(ProviderErrorKind::invalidGrant); }

    template <class Change>
    void expectCause(const std::string& cause, std::int64_t status, const Change& change) {
        setUp();
        change();
        const auto verdict = report(1, status);
        CPPUNIT_ASSERT(verdict.outcome == ReportOutcome::valid);
        CPPUNIT_ASSERT_EQUAL(cause, verdict.cause);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), verdict.tokenVersion);
        CPPUNIT_ASSERT(!verdict.explanation.empty());
        CPPUNIT_ASSERT_EQUAL(0, refreshes());
    }

    TokenVerdict report(std::int64_t version, std::int64_t status) {
        return reportAs(_fixture->caller(), version, status);
    }
    TokenVerdict reportAs(const Caller& caller, std::int64_t version, std::int64_t status) {
        return std::get<TokenVerdict>(_services->settled([&](MayWait mayWait) {
            return _reports->report(caller, _account, {version, status}, _fixture->origin, mayWait);
        }));
    }
    [[nodiscard]] int checks() const { return _fixture->provider.identityReads; }

    std::unique_ptr<ReportService> _reports;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ReportServiceTest);
