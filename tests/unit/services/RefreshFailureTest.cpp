// SPDX-License-Identifier: Apache-2.0
// TokenService when a refresh fails: every kind of failure, and for how long upstream is left alone.
#include "HookedRepositories.h"
#include "ServiceFixture.h"
#include "central_oauth/base/SdkNames.h"
#include "central_oauth/domain/Account.h"
#include "central_oauth/services/ProviderErrors.h"
#include "central_oauth/services/TokenService.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using base::ErrorCode;
using provider::ProviderError;
using provider::ProviderErrorKind;
using store::revealed;

class RefreshFailureTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RefreshFailureTest);
    CPPUNIT_TEST(testDeadGrantIsBuriedOnce);
    CPPUNIT_TEST(testDeathOfASpentPairDoesNotBuryItsSuccessor);
    CPPUNIT_TEST(testDeathOfADeletedAccountIsNoNews);
    CPPUNIT_TEST(testOtherFailuresServeTheTokenWhileItLives);
    CPPUNIT_TEST(testOtherFailuresHaveTheirErrorOnceItIsOver);
    CPPUNIT_TEST(testFailuresHoldUpstreamBack);
    CPPUNIT_TEST(testUpstreamsOwnPauseIsKept);
    CPPUNIT_TEST(testUpstreamThatSaysAtOnceIsGivenASecond);
    CPPUNIT_TEST(testSuccessEndsThePause);
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
    void setUp() override {
        _fixture = std::make_unique<ServiceFixture>();
        _account = store::linkAccount(_fixture->base, "1");
        auto& store = _fixture->store();
        _tokens = std::make_unique<TokenService>(
            TokenService::Parts{store.accounts(), store.audit(), _fixture->catalog, _fixture->base.clock,
                                _fixture->base.logger, _fixture->upstream, _fixture->limits});
    }

    void testDeadGrantIsBuriedOnce() {
        leave(90s);
        fail(ProviderErrorKind::invalidGrant);
        for (int i = 0; i < 3; ++i) {
            try {
                (void)get();
                CPPUNIT_FAIL("a dead grant gave a token");
            } catch (const NeedsReauth& dead) {
                CPPUNIT_ASSERT_EQUAL(std::string("revoked_or_expired"), dead.reason());
                CPPUNIT_ASSERT(dead.account().id == _account);
                CPPUNIT_ASSERT(dead.account().since == std::optional(_died));
            }
            _fixture->advance(600s);
        }
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("account.needs_reauth"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("the token is kept", std::string("refresh-1"),
                                     revealed(store().findTokens(_account).value().refreshToken));
    }

    void testDeathOfASpentPairDoesNotBuryItsSuccessor() {
        leave(90s);
        _fixture->provider.onRefresh = [&](const auto&) -> provider::TokenSet {
            relink();
            throw ProviderError(ProviderErrorKind::invalidGrant, "spent");
        };
        CPPUNIT_ASSERT_EQUAL(std::string("access-relinked"), get());
        CPPUNIT_ASSERT_EQUAL(0, _fixture->audited("account.needs_reauth"));
    }

    void testDeathOfADeletedAccountIsNoNews() {
        leave(90s);
        _fixture->provider.onRefresh = [&](const auto&) -> provider::TokenSet {
            (void)store().remove(_fixture->client.id, _account, _fixture->now());
            throw ProviderError(ProviderErrorKind::invalidGrant, "revoked");
        };
        ASSERT_REFUSED(ErrorCode::notFound, get());
        CPPUNIT_ASSERT_EQUAL(0, _fixture->audited("account.needs_reauth"));
    }

    void testOtherFailuresServeTheTokenWhileItLives() {
        for (const auto& row : rows()) {
            setUp();
            leave(1s);
            fail(row.kind);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(row.name, std::string("access-1"), get());
            CPPUNIT_ASSERT_EQUAL(1, refreshes());
            const auto account = store().find(_fixture->client.id, _account);
            CPPUNIT_ASSERT_MESSAGE("counts against nobody's grant",
                                   account->status == domain::AccountStatus::active);
        }
    }

    void testOtherFailuresHaveTheirErrorOnceItIsOver() {
        for (const auto& row : rows()) {
            setUp();
            leave(0s);
            fail(row.kind);
            ASSERT_REFUSED(row.code, get());
            ASSERT_REFUSED(row.code, get()); // and while upstream is left alone
            CPPUNIT_ASSERT_EQUAL_MESSAGE(row.name, 1, refreshes());
        }
    }

    void testFailuresHoldUpstreamBack() {
        for (const auto& row : rows()) {
            setUp();
            leave(90s);
            fail(row.kind);
            (void)get();
            _fixture->advance(row.pause - 1s);
            CPPUNIT_ASSERT_EQUAL(std::string("access-1"), get());
            CPPUNIT_ASSERT_EQUAL_MESSAGE(row.name, 1, refreshes());
            _fixture->advance(1s);
            (void)get();
            CPPUNIT_ASSERT_EQUAL_MESSAGE(row.name, 2, refreshes());
        }
    }

    void testUpstreamsOwnPauseIsKept() {
        for (const auto kind : {ProviderErrorKind::rateLimited, ProviderErrorKind::transient}) {
            setUp();
            leave(0s);
            fail(kind, 200s);
            const auto refused = refusalOf([&] { (void)get(); });
            CPPUNIT_ASSERT(refused && refused->retryAfter == std::optional(200s));
            _fixture->advance(199s);
            const auto later = refusalOf([&] { (void)get(); });
            CPPUNIT_ASSERT(later && later->retryAfter == std::optional(1s));
            CPPUNIT_ASSERT_EQUAL(1, refreshes());
        }
    }

    void testUpstreamThatSaysAtOnceIsGivenASecond() {
        for (const auto kind : {ProviderErrorKind::rateLimited, ProviderErrorKind::transient}) {
            setUp();
            leave(0s);
            fail(kind, 0s);
            for (int i = 0; i < 3; ++i) {
                const auto refused = refusalOf([&] { (void)get(); });
                CPPUNIT_ASSERT(refused && refused->retryAfter == std::optional(1s));
            }
            CPPUNIT_ASSERT_EQUAL(1, refreshes());
        }
    }

    void testSuccessEndsThePause() {
        leave(90s);
        fail(ProviderErrorKind::transient);
        (void)get();
        _fixture->advance(5s);
        _fixture->provider.onRefresh = [](const auto&) { return ScriptedProvider::tokens("2", 60s); };
        CPPUNIT_ASSERT_EQUAL(std::string("access-2"), get());
        leave(10s);
        _fixture->provider.onRefresh = [](const auto&) { return ScriptedProvider::tokens("3", 3600s); };
        CPPUNIT_ASSERT_EQUAL(std::string("access-3"), get());
    }

    void testFaultOfThePluginServesTheTokenWhileItLives() {
        leave(90s);
        _fixture->provider.onRefresh = [](const auto&) -> provider::TokenSet {
            throw base::Error(ErrorCode::internal, {}, "plugin jira threw std::logic_error in refresh");
        };
        CPPUNIT_ASSERT_EQUAL(std::string("access-1"), get());
        CPPUNIT_ASSERT_EQUAL(std::string("access-1"), get());
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
        leave(0s);
        ASSERT_REFUSED(ErrorCode::internal, get());
        ASSERT_REFUSED(ErrorCode::internal, get());
        CPPUNIT_ASSERT_EQUAL(2, refreshes());
    }

    void testFailureIsTheAccountsProblem() {
        for (const auto& row : rows()) {
            setUp();
            leave(90s);
            fail(row.kind);
            (void)get();
            CPPUNIT_ASSERT_EQUAL(std::string(base::nameOf(row.kind)), account().problem);
            CPPUNIT_ASSERT_MESSAGE(row.name, account().problemSince == std::optional(_fixture->now()));
        }
    }

    void testSameFailureKeepsItsBeginning() {
        leave(200s);
        fail(ProviderErrorKind::transient);
        (void)get();
        const auto began = _fixture->now();
        _fixture->advance(30s);
        (void)get();
        CPPUNIT_ASSERT_EQUAL(2, refreshes());
        CPPUNIT_ASSERT(account().problemSince == std::optional(began));
        _fixture->advance(30s);
        fail(ProviderErrorKind::misconfigured);
        (void)get();
        CPPUNIT_ASSERT_EQUAL(std::string("misconfigured"), account().problem);
        CPPUNIT_ASSERT(account().problemSince == std::optional(_fixture->now()));
    }

    void testSuccessEndsTheProblem() {
        leave(90s);
        fail(ProviderErrorKind::protocol);
        (void)get();
        _fixture->advance(5s);
        _fixture->provider.onRefresh = [](const auto&) { return ScriptedProvider::tokens("2", 3600s); };
        CPPUNIT_ASSERT_EQUAL(std::string("access-2"), get());
        CPPUNIT_ASSERT_EQUAL(std::string(), account().problem);
    }

    void testFaultOfThePluginIsTheAccountsProblem() {
        leave(90s);
        _fixture->provider.onRefresh = [](const auto&) -> provider::TokenSet {
            throw base::Error(ErrorCode::internal, {}, "plugin jira threw std::logic_error in refresh");
        };
        (void)get();
        CPPUNIT_ASSERT_EQUAL(std::string("plugin_failed"), account().problem);
    }

    void testTokenIsServedThoughTheProblemCantBeNoted() {
        leave(90s);
        fail(ProviderErrorKind::transient);
        HookedAccounts accounts(store());
        accounts.hook = failing("markProblem");
        TokenService tokens({accounts, _fixture->store().audit(), _fixture->catalog, _fixture->base.clock,
                             _fixture->base.logger, _fixture->upstream, _fixture->limits});
        CPPUNIT_ASSERT_EQUAL(
            std::string("access-1"),
            revealed(tokens.get(_fixture->caller(), _account, 0s, _fixture->source).tokens.accessToken));
        CPPUNIT_ASSERT(_fixture->base.logged.str().find("problem not noted") != std::string::npos);
    }

    void testFailureAfterADeleteIsNotFound() {
        leave(0s);
        _fixture->provider.onRefresh = [&](const auto&) -> provider::TokenSet {
            (void)store().remove(_fixture->client.id, _account, _fixture->now());
            throw ProviderError(ProviderErrorKind::transient, "down");
        };
        ASSERT_REFUSED(ErrorCode::notFound, get());
    }

    void testFailureAfterARelinkServesTheNewToken() {
        leave(0s);
        _fixture->provider.onRefresh = [&](const auto&) -> provider::TokenSet {
            relink();
            throw ProviderError(ProviderErrorKind::transient, "down");
        };
        CPPUNIT_ASSERT_EQUAL(std::string("access-relinked"), get());
    }

private:
    [[nodiscard]] store::AccountRepository& store() { return _fixture->store().accounts(); }

    [[nodiscard]] domain::Account account() { return store().find(_fixture->client.id, _account).value(); }

    void leave(std::chrono::seconds life) {
        _fixture->base.clock.time = store().findTokens(_account).value().accessExpiresAt - life;
        _died = _fixture->now();
    }

    void fail(ProviderErrorKind kind, std::optional<std::chrono::seconds> retryAfter = std::nullopt) {
        _fixture->provider.onRefresh = [kind, retryAfter](const auto&) -> provider::TokenSet {
            throw ProviderError(kind, "scripted", retryAfter);
        };
    }

    [[nodiscard]] std::string get() {
        return revealed(_tokens->get(_fixture->caller(), _account, 0s, _fixture->source).tokens.accessToken);
    }
    [[nodiscard]] int refreshes() const { return _fixture->provider.refreshes; }

    void relink() {
        const auto grant = store::makeGrant("relinked", _fixture->now(), "person-1");
        const auto link = store::stageLink(_fixture->base, "relinked", grant);
        (void)_fixture->store().links().deliver(link, base::AccountId("acc_unused"), {}, _fixture->now());
    }

    std::unique_ptr<ServiceFixture> _fixture;
    base::AccountId _account;
    base::Timestamp _died;
    std::unique_ptr<TokenService> _tokens;
};

CPPUNIT_TEST_SUITE_REGISTRATION(RefreshFailureTest);
