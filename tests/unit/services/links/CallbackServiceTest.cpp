// SPDX-License-Identifier: Apache-2.0
// Tests callbacks whose provider or store fails, and the state of the link after that.
#include "../../../support/Spellings.h"
#include "CallbackFixture.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using base::ErrorCode;
using domain::EndReason;
using domain::LinkStatus;
using provider::ProviderError;
using provider::ProviderErrorKind;
using provider::Secret;

class CallbackServiceTest : public CallbackFixture {
    CPPUNIT_TEST_SUITE(CallbackServiceTest);
    CPPUNIT_TEST(testStagesWhatUpstreamGave);
    CPPUNIT_TEST(testExchangesWithWhatTheLinkKept);
    CPPUNIT_TEST(testScopesThatDidNotComeBackAreThoseAskedFor);
    CPPUNIT_TEST(testStagedLinkLivesLongEnoughToBeDelivered);
    CPPUNIT_TEST(testProviderWithoutSitesIsLinkedWithoutOne);
    CPPUNIT_TEST(testEveryFailureOfTheExchangeEndsTheLink);
    CPPUNIT_TEST(testErrorInTheCallbackNamesItsCause);
    CPPUNIT_TEST(testUnwantedGrantIsRevokedAsTheOperatorWants);
    CPPUNIT_TEST(testFailuresAfterTheExchangeEndTheLink);
    CPPUNIT_TEST(testFaultOfThePluginEndsTheLink);
    CPPUNIT_TEST(testProviderWithoutIdentitiesEndsTheLink);
    CPPUNIT_TEST(testMissingRefreshTokenEndsTheLink);
    CPPUNIT_TEST(testForeignIssuerEndsTheLink);
    CPPUNIT_TEST(testIssuerInAnySpelling);
    CPPUNIT_TEST(testAnswerWithoutCodeEndsTheLink);
    CPPUNIT_TEST(testExpiredLinkCallsNobody);
    CPPUNIT_TEST(testLinkThatEndedMeanwhileStaysEnded);
    CPPUNIT_TEST(testLinkThatExpiredMeanwhileStaysExpired);
    CPPUNIT_TEST(testCrowdedCallbackMayComeAgain);
    CPPUNIT_TEST(testGrantThatCantBeStoredIsReported);
    CPPUNIT_TEST(testGrantThatCantBeStagedIsRevoked);
    CPPUNIT_TEST(testUndecryptableAuthorizationEndsTheLink);
    CPPUNIT_TEST(testGrantAndItsEntryAreBothOrNeither);
    CPPUNIT_TEST(testGrantAndEndWakeTheHeldPoll);
    CPPUNIT_TEST_SUITE_END();

public:
    void testStagesWhatUpstreamGave() {
        CPPUNIT_ASSERT(complete() == _link);
        CPPUNIT_ASSERT(link().status == LinkStatus::staged);
        const auto grant = waiting().value();
        CPPUNIT_ASSERT_EQUAL(std::string("person-1"), grant.identity.upstreamId);
        CPPUNIT_ASSERT_EQUAL(std::string("site-1"), grant.chosenSite);
        CPPUNIT_ASSERT(grant.scopes == std::vector<std::string>{"read:jira-work"});
        CPPUNIT_ASSERT(grant.accessExpiresAt == _fixture->now() + 3600s);
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("link.staged"));
    }

    void testExchangesWithWhatTheLinkKept() {
        _fixture->provider.onExchange = [](const auto& exchange) {
            CPPUNIT_ASSERT_EQUAL(std::string("code-1"), memory::revealed(exchange.code));
            CPPUNIT_ASSERT_EQUAL(std::string("verifier-of-state-1"), memory::revealed(exchange.codeVerifier));
            CPPUNIT_ASSERT_EQUAL(std::string("https://broker.example/callback/jira"), exchange.redirectUri);
            return ScriptedProvider::tokens("first", 3600s);
        };
        (void)complete();
        CPPUNIT_ASSERT_EQUAL(1, exchanges());
    }

    void testScopesThatDidNotComeBackAreThoseAskedFor() {
        // RFC 6749 section 5.1: "optional, if identical to the scope requested by the client".
        _fixture->provider.onExchange = [](const auto&) {
            auto tokens = ScriptedProvider::tokens("first", 3600s);
            tokens.scopes.clear();
            return tokens;
        };
        (void)complete();
        CPPUNIT_ASSERT(waiting().value().scopes ==
                       (std::vector<std::string>{"read:jira-work", "offline_access"}));
    }

    void testStagedLinkLivesLongEnoughToBeDelivered() {
        const auto expiry = link().expiresAt;
        _fixture->clock.time = expiry - 1s;
        (void)complete();
        CPPUNIT_ASSERT(link().expiresAt == _fixture->now() + 120s);
        setUp();
        (void)complete();
        CPPUNIT_ASSERT_MESSAGE("never shorter than it was", link().expiresAt == expiry);
    }

    void testProviderWithoutSitesIsLinkedWithoutOne() {
        _fixture->provider.listsSites = false;
        (void)complete();
        CPPUNIT_ASSERT(link().status == LinkStatus::staged);
        CPPUNIT_ASSERT_EQUAL(std::string(), waiting().value().chosenSite);
    }

    void testEveryFailureOfTheExchangeEndsTheLink() {
        struct Row {
            ProviderErrorKind kind;
            EndReason reason;
            std::optional<domain::EndCause> cause;
        };
        using domain::EndCause;
        for (const auto& row :
             {Row{ProviderErrorKind::invalidGrant, EndReason::upstreamError, EndCause::codeRefused},
              Row{ProviderErrorKind::accessDenied, EndReason::declined, std::nullopt},
              Row{ProviderErrorKind::misconfigured, EndReason::upstreamError, EndCause::misconfigured},
              Row{ProviderErrorKind::rateLimited, EndReason::upstreamError, EndCause::busy},
              Row{ProviderErrorKind::transient, EndReason::upstreamError, EndCause::unavailable},
              Row{ProviderErrorKind::ambiguous, EndReason::upstreamError, EndCause::unavailable},
              Row{ProviderErrorKind::protocol, EndReason::upstreamError, EndCause::notUnderstood}}) {
            setUp();
            _fixture->provider.onExchange = [failed = row.kind](const auto&) -> provider::TokenSet {
                throw ProviderError(failed, "scripted");
            };
            CPPUNIT_ASSERT(complete() == _link);
            expectEnded(row.reason);
            CPPUNIT_ASSERT(link().cause == row.cause);
            CPPUNIT_ASSERT_EQUAL(1, exchanges());
        }
    }

    void testErrorInTheCallbackNamesItsCause() {
        using domain::EndCause;
        const std::vector<std::pair<std::string, std::optional<EndCause>>> rows{
            {"invalid_scope", EndCause::scopeRefused},          {"unauthorized_client", EndCause::appRefused},
            {"invalid_target", EndCause::appRefused},           {"server_error", EndCause::unavailable},
            {"temporarily_unavailable", EndCause::unavailable}, {"<b>own</b>", std::nullopt}};
        for (const auto& [error, cause] : rows) {
            setUp();
            auto answer = parameters();
            answer.code = provider::Secret();
            answer.error = error;
            (void)_service->complete("/callback/jira", answer, owner(), _fixture->origin);
            expectEnded(EndReason::upstreamError);
            CPPUNIT_ASSERT_MESSAGE(error, link().cause == cause);
            CPPUNIT_ASSERT_EQUAL(0, exchanges());
        }
    }

    void testUnwantedGrantIsRevokedAsTheOperatorWants() {
        for (const bool wanted : {true, false}) {
            setUp();
            auto jira = configured("jira", _fixture->provider);
            jira.properties.revokesUpstream = wanted;
            jira.allowedSites = {"another"};
            const ProviderCatalog catalog({jira});
            CallbackService service(parts(catalog, _fixture->upstream));
            (void)service.complete("/callback/jira", parameters(), owner(), _fixture->origin);
            expectEnded(EndReason::siteNotAllowed);
            CPPUNIT_ASSERT_EQUAL_MESSAGE("nobody waits for it", 0, _fixture->provider.revocations.load());
            _dropped->run();
            CPPUNIT_ASSERT_EQUAL(wanted ? 1 : 0, _fixture->provider.revocations.load());
        }
    }

    void testFailuresAfterTheExchangeEndTheLink() {
        _fixture->provider.onIdentity = []() -> provider::Identity {
            throw ProviderError(ProviderErrorKind::transient, "scripted");
        };
        (void)complete();
        expectEnded(EndReason::upstreamError);
        setUp();
        _fixture->provider.onSites = []() -> std::vector<provider::Site> {
            throw ProviderError(ProviderErrorKind::protocol, "scripted");
        };
        (void)complete();
        expectEnded(EndReason::upstreamError);
        setUp();
        _fixture->provider.onSites = [] { return std::vector<provider::Site>(); };
        (void)complete();
        expectEnded(EndReason::noSite);
    }

    void testFaultOfThePluginEndsTheLink() {
        _fixture->provider.onExchange = [](const auto&) -> provider::TokenSet {
            throw base::Error(ErrorCode::internal, {}, "plugin jira threw std::logic_error in exchange");
        };
        (void)complete();
        expectEnded(EndReason::upstreamError);
    }

    void testProviderWithoutIdentitiesEndsTheLink() {
        _fixture->provider.readsIdentities = false;
        (void)complete();
        expectEnded(EndReason::upstreamError);
    }

    void testMissingRefreshTokenEndsTheLink() {
        _fixture->provider.onExchange = [](const auto&) {
            auto tokens = ScriptedProvider::tokens("first", 3600s);
            tokens.refreshToken = {};
            return tokens;
        };
        (void)complete();
        expectEnded(EndReason::noRefreshToken);
    }

    void testForeignIssuerEndsTheLink() {
        auto entry = configured("jira", _fixture->provider);
        entry.properties.issuer = "https://auth.example";
        const ProviderCatalog catalog({entry});
        CallbackService service(parts(catalog, _fixture->upstream));
        auto query = parameters();
        query.issuer = "https://evil.example";
        (void)service.complete("/callback/jira", query, owner(), _fixture->origin);
        expectEnded(EndReason::upstreamError);
        CPPUNIT_ASSERT_EQUAL(0, exchanges());
        begin("state-2");
        query = parameters("state-2");
        query.issuer = "https://auth.example";
        (void)service.complete("/callback/jira", query, owner(), _fixture->origin);
        CPPUNIT_ASSERT(link().status == LinkStatus::staged);
    }

    void testIssuerInAnySpelling() {
        auto entry = configured("jira", _fixture->provider);
        entry.properties.issuer = "https://auth.example";
        const ProviderCatalog catalog({entry});
        CallbackService service(parts(catalog, _fixture->upstream));
        int number = 0;
        const auto standing = [&](const std::string& issuer) {
            begin("issuer-" + std::to_string(++number));
            auto query = parameters("issuer-" + std::to_string(number));
            query.issuer = issuer;
            (void)service.complete("/callback/jira", query, owner(), _fixture->origin);
            return link().status;
        };
        const auto spellings = test::originSpellingsOf(true, "auth.example", 443, true);
        for (const auto& issuer : spellings.same)
            CPPUNIT_ASSERT_MESSAGE(issuer, standing(issuer) == LinkStatus::staged);
        for (const auto& issuer : spellings.others)
            if (issuer != "https://auth.example/") // RFC 3986 section 6.2.3
                CPPUNIT_ASSERT_MESSAGE(issuer, issuer.empty() || standing(issuer) == LinkStatus::ended);
        CPPUNIT_ASSERT(standing("https://auth.example/tenant") == LinkStatus::ended);
    }

    void testAnswerWithoutCodeEndsTheLink() {
        for (const auto& [error, reason] : {std::pair(std::string(), EndReason::upstreamError),
                                            std::pair(std::string("server_error"), EndReason::upstreamError),
                                            std::pair(std::string("access_denied"), EndReason::declined)}) {
            setUp();
            auto query = parameters();
            query.code = Secret();
            query.error = error;
            (void)_service->complete("/callback/jira", query, owner(), _fixture->origin);
            expectEnded(reason);
            CPPUNIT_ASSERT_EQUAL(0, exchanges());
        }
    }

    void testExpiredLinkCallsNobody() {
        _fixture->clock.time = link().expiresAt;
        CPPUNIT_ASSERT(complete() == _link);
        CPPUNIT_ASSERT_EQUAL(0, exchanges());
        CPPUNIT_ASSERT(link().status == LinkStatus::authorizing);
    }

    void testLinkThatEndedMeanwhileStaysEnded() {
        _fixture->provider.onExchange = [&](const auto&) {
            const auto now = _fixture->now();
            _fixture->store.transact([&](domain::Transaction& transaction) {
                CPPUNIT_ASSERT(endLink(transaction, _link, EndReason::cancelled, now));
            });
            return ScriptedProvider::tokens("first", 3600s);
        };
        CPPUNIT_ASSERT(complete() == _link);
        expectEnded(EndReason::cancelled);
        CPPUNIT_ASSERT_EQUAL(0, _fixture->audited("link.staged"));
        CPPUNIT_ASSERT_EQUAL(0, _fixture->audited("link.ended"));
    }

    void testLinkThatExpiredMeanwhileStaysExpired() {
        _fixture->provider.onExchange = [&](const auto&) {
            _fixture->clock.time = link().expiresAt;
            return ScriptedProvider::tokens("first", 3600s);
        };
        CPPUNIT_ASSERT(complete() == _link);
        CPPUNIT_ASSERT(link().status == LinkStatus::authorizing);
        CPPUNIT_ASSERT(link().expiresAt == _fixture->now());
    }

    void testCrowdedCallbackMayComeAgain() {
        UpstreamLimiter full(0);
        CallbackService crowded(parts(_fixture->catalog, full));
        ASSERT_REFUSED(ErrorCode::busy,
                       crowded.complete("/callback/jira", parameters(), owner(), _fixture->origin));
        CPPUNIT_ASSERT_EQUAL(0, exchanges());
        (void)complete();
        CPPUNIT_ASSERT(link().status == LinkStatus::staged);
    }

    void testGrantThatCantBeStoredIsReported() {
        _fixture->store.hook = memory::failing("put stage");
        ASSERT_REFUSED(ErrorCode::storeUnavailable, complete());
        CPPUNIT_ASSERT(link().status == LinkStatus::authorizing);
        CPPUNIT_ASSERT(!waiting());
        _fixture->store.hook = nullptr;
        ASSERT_REFUSED(ErrorCode::invalidRequest, complete());
    }

    // The link's transaction fails at its audit entry; the next one drops the grant.
    void testGrantThatCantBeStagedIsRevoked() {
        auto jira = configured("jira", _fixture->provider);
        jira.properties.revokesUpstream = true;
        const ProviderCatalog catalog({jira});
        CallbackService service(parts(catalog, _fixture->upstream));
        _fixture->store.hook = memory::failing("record");
        ASSERT_REFUSED(ErrorCode::storeUnavailable,
                       service.complete("/callback/jira", parameters(), owner(), _fixture->origin));
        _fixture->store.hook = nullptr;
        _dropped->run();
        CPPUNIT_ASSERT_EQUAL(1, _fixture->provider.revocations.load());
    }

    void testUndecryptableAuthorizationEndsTheLink() {
        auto tampered = link();
        tampered.authorization.blob = std::string(80, '\0');
        _fixture->put(tampered);
        ASSERT_REFUSED(ErrorCode::invalidRequest, complete());
        expectEnded(EndReason::upstreamError);
        CPPUNIT_ASSERT_EQUAL(0, exchanges());
    }

    void testGrantAndItsEntryAreBothOrNeither() {
        _fixture->store.hook = memory::failing("record");
        ASSERT_REFUSED(ErrorCode::storeUnavailable, complete());
        CPPUNIT_ASSERT(link().status == LinkStatus::authorizing && !waiting());
    }

    void testGrantAndEndWakeTheHeldPoll() {
        const auto granted = hold();
        granted->onFire([&] { CPPUNIT_ASSERT(link().status == LinkStatus::staged); });
        (void)complete();
        CPPUNIT_ASSERT(granted->fired());
        setUp();
        const auto ended = hold();
        ended->onFire([&] { CPPUNIT_ASSERT(link().status == LinkStatus::ended); });
        _fixture->provider.onExchange = [](const auto&) -> provider::TokenSet {
            throw ProviderError(ProviderErrorKind::protocol, "scripted");
        };
        (void)complete();
        CPPUNIT_ASSERT(ended->fired());
        setUp();
        const auto unspent = hold();
        _fixture->store.hook = memory::failing("put stage");
        ASSERT_REFUSED(ErrorCode::storeUnavailable, complete());
        CPPUNIT_ASSERT_MESSAGE("nothing was committed", !unspent->fired());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CallbackServiceTest);
