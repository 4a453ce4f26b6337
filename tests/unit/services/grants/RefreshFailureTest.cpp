// SPDX-License-Identifier: Apache-2.0
// Tests failed refreshes: the error of each kind of failure, and the pause before upstream is asked again.
#include "TokenFixture.h"
#include "central_oauth/base/SdkNames.h"
#include "central_oauth/services/ProviderCatalog.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using base::ErrorCode;
using memory::revealed;
using provider::ProviderError;
using provider::ProviderErrorKind;

class RefreshFailureTest : public TokenFixture {
    CPPUNIT_TEST_SUITE(RefreshFailureTest);
    CPPUNIT_TEST(testDeadGrantIsBuriedOnce);
    CPPUNIT_TEST(testDeathOfASpentPairDoesNotBuryItsSuccessor);
    CPPUNIT_TEST(testDeathAndItsEntryAreOneStep);
    CPPUNIT_TEST(testDeathOfADeletedAccountIsNoNews);
    CPPUNIT_TEST(testOtherFailuresServeTheTokenWhileItLives);
    CPPUNIT_TEST(testOtherFailuresHaveTheirErrorOnceItIsOver);
    CPPUNIT_TEST(testFailuresHoldUpstreamBack);
    CPPUNIT_TEST(testUpstreamsOwnPauseIsKept);
    CPPUNIT_TEST(testPauseIsTenMinutesAtMost);
    CPPUNIT_TEST(testRelinkEndsThePause);
    CPPUNIT_TEST(testUpstreamThatSaysAtOnceIsGivenASecond);
    CPPUNIT_TEST(testSuccessEndsThePause);
    CPPUNIT_TEST(testFixedSettingsEndThePause);
    CPPUNIT_TEST(testSettingsFixedDuringTheRefreshAllowAnother);
    CPPUNIT_TEST(testFaultOfThePluginServesTheTokenWhileItLives);
    CPPUNIT_TEST(testFailureIsTheAccountsProblem);
    CPPUNIT_TEST(testSameFailureKeepsItsBeginning);
    CPPUNIT_TEST(testSuccessEndsTheProblem);
    CPPUNIT_TEST(testFaultOfThePluginIsTheAccountsProblem);
    CPPUNIT_TEST(testTokenIsServedThoughTheProblemCantBeNoted);
    CPPUNIT_TEST(testFailureAfterADeleteIsNotFound);
    CPPUNIT_TEST(testFailureAfterARelinkServesTheNewToken);
    CPPUNIT_TEST_SUITE_END();

    struct Row {
        ProviderErrorKind kind;
        ErrorCode code;
        std::chrono::seconds pause;
        const char* name;
    };
    static const std::vector<Row>& rows() {
        static const std::vector<Row> all{
            {ProviderErrorKind::accessDenied, ErrorCode::accessDenied, 30s, "accessDenied"},
            {ProviderErrorKind::misconfigured, ErrorCode::providerMisconfigured, 30s, "misconfigured"},
            {ProviderErrorKind::rateLimited, ErrorCode::rateLimited, 5s, "rateLimited"},
            {ProviderErrorKind::transient, ErrorCode::providerUnavailable, 5s, "transient"},
            {ProviderErrorKind::ambiguous, ErrorCode::providerUnavailable, 1s, "ambiguous"},
            {ProviderErrorKind::protocol, ErrorCode::providerProtocol, 1s, "protocol"},
        };
        return all;
    }

public:
    void testDeadGrantIsBuriedOnce() {
        leave(90s);
        const auto died = _fixture->now();
        failRefreshes(ProviderErrorKind::invalidGrant);
        for (int i = 0; i < 3; ++i) {
            try {
                (void)get();
                CPPUNIT_FAIL("a dead grant gave a token");
            } catch (const NeedsReauth& dead) {
                CPPUNIT_ASSERT_EQUAL(std::string("revoked_or_expired"), dead.reason());
                CPPUNIT_ASSERT(dead.account().id == _account);
                CPPUNIT_ASSERT(dead.account().since == std::optional(died));
            }
            _fixture->advance(600s);
        }
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("account.needs_reauth"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("the token is kept", std::string("refresh-1"), storedRefreshToken());
    }

    void testDeathOfASpentPairDoesNotBuryItsSuccessor() {
        leave(90s);
        _fixture->provider.onRefresh = [&](const auto&) -> provider::TokenSet {
            relink("relinked");
            throw ProviderError(ProviderErrorKind::invalidGrant, "spent");
        };
        CPPUNIT_ASSERT_EQUAL(std::string("access-relinked"), token());
        CPPUNIT_ASSERT_EQUAL(0, _fixture->audited("account.needs_reauth"));
    }

    void testDeathAndItsEntryAreOneStep() {
        leave(0s);
        failRefreshes(ProviderErrorKind::invalidGrant);
        _fixture->store.hook = memory::failing("record");
        ASSERT_REFUSED(ErrorCode::storeUnavailable, token());
        CPPUNIT_ASSERT(account().status == domain::AccountStatus::active);
        _fixture->store.hook = {};
        _fixture->advance(1s);
        ASSERT_REFUSED(ErrorCode::needsReauth, token());
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("account.needs_reauth"));
    }

    void testDeathOfADeletedAccountIsNoNews() {
        leave(90s);
        _fixture->provider.onRefresh = [&](const auto&) -> provider::TokenSet {
            removeAccount();
            throw ProviderError(ProviderErrorKind::invalidGrant, "revoked");
        };
        ASSERT_REFUSED(ErrorCode::notFound, token());
        CPPUNIT_ASSERT_EQUAL(0, _fixture->audited("account.needs_reauth"));
    }

    void testOtherFailuresServeTheTokenWhileItLives() {
        for (const auto& row : rows()) {
            setUp();
            leave(1s);
            failRefreshes(row.kind);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(row.name, std::string("access-1"), token());
            CPPUNIT_ASSERT_EQUAL(1, refreshes());
            CPPUNIT_ASSERT_MESSAGE("counts against nobody's grant",
                                   account().status == domain::AccountStatus::active);
        }
    }

    void testOtherFailuresHaveTheirErrorOnceItIsOver() {
        for (const auto& row : rows()) {
            setUp();
            leave(0s);
            failRefreshes(row.kind);
            ASSERT_REFUSED(row.code, token());
            ASSERT_REFUSED(row.code, token()); // and during the pause
            CPPUNIT_ASSERT_EQUAL_MESSAGE(row.name, 1, refreshes());
        }
    }

    void testFailuresHoldUpstreamBack() {
        for (const auto& row : rows()) {
            setUp();
            leave(90s);
            failRefreshes(row.kind);
            (void)token();
            _fixture->advance(row.pause - 1s);
            CPPUNIT_ASSERT_EQUAL(std::string("access-1"), token());
            CPPUNIT_ASSERT_EQUAL_MESSAGE(row.name, 1, refreshes());
            _fixture->advance(1s);
            (void)token();
            CPPUNIT_ASSERT_EQUAL_MESSAGE(row.name, 2, refreshes());
        }
    }

    void testUpstreamsOwnPauseIsKept() {
        for (const auto kind : {ProviderErrorKind::rateLimited, ProviderErrorKind::transient}) {
            setUp();
            leave(0s);
            failRefreshes(kind, 200s);
            const auto refused = refusalOf([&] { (void)token(); });
            CPPUNIT_ASSERT(refused && refused->retryAfter == std::optional(200s));
            _fixture->advance(199s);
            const auto later = refusalOf([&] { (void)token(); });
            CPPUNIT_ASSERT(later && later->retryAfter == std::optional(1s));
            CPPUNIT_ASSERT_EQUAL(1, refreshes());
        }
    }

    void testPauseIsTenMinutesAtMost() {
        leave(0s);
        failRefreshes(ProviderErrorKind::transient, 24h);
        (void)refusalOf([&] { (void)get(); });
        _fixture->advance(599s);
        (void)refusalOf([&] { (void)get(); });
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
        _fixture->advance(1s);
        (void)refusalOf([&] { (void)get(); });
        CPPUNIT_ASSERT_EQUAL(2, refreshes());
    }

    void testRelinkEndsThePause() {
        leave(0s);
        failRefreshes(ProviderErrorKind::transient, 600s);
        ASSERT_REFUSED(ErrorCode::providerUnavailable, token());
        auto brief = memory::makeGrant("2", _fixture->now(), "person-1");
        brief.accessExpiresAt = _fixture->now() + 1s;
        (void)_fixture->deliver(_fixture->stageLink("2", brief), "acc_unused");
        CPPUNIT_ASSERT_EQUAL(std::string("access-2"), token());
        CPPUNIT_ASSERT_EQUAL_MESSAGE("the pause was of another grant", 2, refreshes());
    }

    void testUpstreamThatSaysAtOnceIsGivenASecond() {
        for (const auto kind : {ProviderErrorKind::rateLimited, ProviderErrorKind::transient}) {
            setUp();
            leave(0s);
            failRefreshes(kind, 0s);
            for (int i = 0; i < 3; ++i) {
                const auto refused = refusalOf([&] { (void)token(); });
                CPPUNIT_ASSERT(refused && refused->retryAfter == std::optional(1s));
            }
            CPPUNIT_ASSERT_EQUAL(1, refreshes());
        }
    }

    void testSuccessEndsThePause() {
        leave(90s);
        failRefreshes(ProviderErrorKind::transient);
        (void)token();
        _fixture->advance(5s);
        _fixture->provider.onRefresh = [](const auto&) { return ScriptedProvider::tokens("2", 60s); };
        CPPUNIT_ASSERT_EQUAL(std::string("access-2"), token());
        leave(10s);
        _fixture->provider.onRefresh = [](const auto&) { return ScriptedProvider::tokens("3", 3600s); };
        CPPUNIT_ASSERT_EQUAL(std::string("access-3"), token());
    }

    void testFixedSettingsEndThePause() {
        leave(0s);
        failRefreshes(ProviderErrorKind::misconfigured);
        ASSERT_REFUSED(ErrorCode::providerMisconfigured, token());
        _services->refresher.forgetMisconfiguration("confluence");
        ASSERT_REFUSED(ErrorCode::providerMisconfigured, token());
        CPPUNIT_ASSERT_EQUAL_MESSAGE("of another provider", 1, refreshes());
        _services->refresher.forgetMisconfiguration("jira");
        _fixture->provider.onRefresh = [](const auto&) { return ScriptedProvider::tokens("new", 3600s); };
        CPPUNIT_ASSERT_EQUAL(std::string("access-new"), token());

        leave(0s);
        failRefreshes(ProviderErrorKind::rateLimited, 60s);
        ASSERT_REFUSED(ErrorCode::rateLimited, token());
        _services->refresher.forgetMisconfiguration("jira");
        ASSERT_REFUSED(ErrorCode::rateLimited, token());
        CPPUNIT_ASSERT_EQUAL_MESSAGE("upstream's own pause stays", 3, refreshes());
    }

    void testSettingsFixedDuringTheRefreshAllowAnother() {
        leave(0s);
        _fixture->provider.onRefresh = [this](const auto&) -> provider::TokenSet {
            _services->refresher.forgetMisconfiguration("jira");
            throw ProviderError(ProviderErrorKind::misconfigured, "sent with the earlier settings");
        };
        ASSERT_REFUSED(ErrorCode::providerMisconfigured, token());
        _fixture->provider.onRefresh = [](const auto&) { return ScriptedProvider::tokens("new", 3600s); };
        _fixture->advance(1s);
        CPPUNIT_ASSERT_EQUAL(std::string("access-new"), token());
    }

    void testFaultOfThePluginServesTheTokenWhileItLives() {
        leave(90s);
        _fixture->provider.onRefresh = [](const auto&) -> provider::TokenSet {
            throw base::Error(ErrorCode::internal, {}, "plugin jira threw std::logic_error in refresh");
        };
        CPPUNIT_ASSERT_EQUAL(std::string("access-1"), token());
        CPPUNIT_ASSERT_EQUAL(std::string("access-1"), token());
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
        leave(0s);
        ASSERT_REFUSED(ErrorCode::internal, token());
        ASSERT_REFUSED(ErrorCode::internal, token());
        CPPUNIT_ASSERT_EQUAL(2, refreshes());
    }

    void testFailureIsTheAccountsProblem() {
        for (const auto& row : rows()) {
            setUp();
            leave(90s);
            failRefreshes(row.kind);
            (void)token();
            CPPUNIT_ASSERT_EQUAL(std::string(base::nameOf(row.kind)), account().problem);
            CPPUNIT_ASSERT_MESSAGE(row.name, account().problemSince == std::optional(_fixture->now()));
        }
    }

    void testSameFailureKeepsItsBeginning() {
        leave(200s);
        failRefreshes(ProviderErrorKind::transient);
        (void)token();
        const auto began = _fixture->now();
        _fixture->advance(30s);
        (void)token();
        CPPUNIT_ASSERT_EQUAL(2, refreshes());
        CPPUNIT_ASSERT(account().problemSince == std::optional(began));
        _fixture->advance(30s);
        failRefreshes(ProviderErrorKind::misconfigured);
        (void)token();
        CPPUNIT_ASSERT_EQUAL(std::string("misconfigured"), account().problem);
        CPPUNIT_ASSERT(account().problemSince == std::optional(_fixture->now()));
    }

    void testSuccessEndsTheProblem() {
        leave(90s);
        failRefreshes(ProviderErrorKind::protocol);
        (void)token();
        _fixture->advance(5s);
        _fixture->provider.onRefresh = [](const auto&) { return ScriptedProvider::tokens("2", 3600s); };
        CPPUNIT_ASSERT_EQUAL(std::string("access-2"), token());
        CPPUNIT_ASSERT_EQUAL(std::string(), account().problem);
    }

    void testFaultOfThePluginIsTheAccountsProblem() {
        leave(90s);
        _fixture->provider.onRefresh = [](const auto&) -> provider::TokenSet {
            throw base::Error(ErrorCode::internal, {}, "plugin jira threw std::logic_error in refresh");
        };
        (void)token();
        CPPUNIT_ASSERT_EQUAL(std::string("plugin_failed"), account().problem);
    }

    void testTokenIsServedThoughTheProblemCantBeNoted() {
        leave(90s);
        failRefreshes(ProviderErrorKind::transient);
        _fixture->store.hook = memory::failing("put account");
        CPPUNIT_ASSERT_EQUAL(std::string("access-1"), token());
        CPPUNIT_ASSERT(_fixture->logged.str().find("problem not noted") != std::string::npos);
    }

    void testFailureAfterADeleteIsNotFound() {
        leave(0s);
        _fixture->provider.onRefresh = [&](const auto&) -> provider::TokenSet {
            removeAccount();
            throw ProviderError(ProviderErrorKind::transient, "down");
        };
        ASSERT_REFUSED(ErrorCode::notFound, token());
    }

    void testFailureAfterARelinkServesTheNewToken() {
        leave(0s);
        _fixture->provider.onRefresh = [&](const auto&) -> provider::TokenSet {
            relink("relinked");
            throw ProviderError(ProviderErrorKind::transient, "down");
        };
        CPPUNIT_ASSERT_EQUAL(std::string("access-relinked"), token());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RefreshFailureTest);
