// SPDX-License-Identifier: Apache-2.0
// Tests callbacks whose new access token upstream does not accept.
#include "CallbackFixture.h"
#include "central_oauth/domain/Sealing.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using domain::EndReason;
using provider::ProviderError;
using provider::ProviderErrorKind;

class RefusedFreshTokenTest : public CallbackFixture {
    CPPUNIT_TEST_SUITE(RefusedFreshTokenTest);
    CPPUNIT_TEST(testIsRefreshedOnceAndAskedAgain);
    CPPUNIT_TEST(testWhatTheRefreshLeavesOutStays);
    CPPUNIT_TEST(testTokensThatStayRefusedEndTheLink);
    CPPUNIT_TEST(testBothQuestionsShareOneRefresh);
    CPPUNIT_TEST(testFailureOfTheRefreshEndsTheLink);
    CPPUNIT_TEST(testScopesLostByTheRefreshEndTheLink);
    CPPUNIT_TEST(testNewestPairIsGivenUp);
    CPPUNIT_TEST(testOwnerOfARefusedGrantIsAskedForAgain);
    CPPUNIT_TEST(testOtherFailuresRefreshNothing);
    CPPUNIT_TEST_SUITE_END();

public:
    void testIsRefreshedOnceAndAskedAgain() {
        for (const bool ofSites : {false, true}) {
            setUp();
            refuse(ofSites, 1);
            _fixture->provider.onRefresh = [this](const auto& token) {
                CPPUNIT_ASSERT_EQUAL(std::string("refresh-first"), memory::revealed(token));
                _fixture->advance(5s);
                return ScriptedProvider::tokens("second", 1800s);
            };
            (void)complete();
            const auto grant = staged();
            CPPUNIT_ASSERT_EQUAL(std::string("access-second"), memory::revealed(grant.accessToken));
            CPPUNIT_ASSERT_EQUAL(std::string("refresh-second"), memory::revealed(grant.refreshToken));
            CPPUNIT_ASSERT_MESSAGE("from the time of the request",
                                   grant.accessExpiresAt == _fixture->now() - 5s + 1800s);
            CPPUNIT_ASSERT_EQUAL(std::string("person-1"), grant.identity.upstreamId);
            CPPUNIT_ASSERT_EQUAL(std::string("site-1"), grant.chosenSite);
            CPPUNIT_ASSERT_EQUAL(1, refreshes());
        }
    }

    void testWhatTheRefreshLeavesOutStays() {
        refuse(true, 1);
        _fixture->provider.onRefresh = [](const auto&) {
            auto tokens = ScriptedProvider::tokens("second", 3600s);
            tokens.refreshToken = {};
            tokens.scopes.clear();
            return tokens;
        };
        (void)complete();
        const auto grant = staged();
        CPPUNIT_ASSERT_EQUAL(std::string("access-second"), memory::revealed(grant.accessToken));
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-first"), memory::revealed(grant.refreshToken));
        CPPUNIT_ASSERT(grant.scopes == std::vector<std::string>{"read:jira-work"});
    }

    void testTokensThatStayRefusedEndTheLink() {
        for (const bool ofSites : {false, true}) {
            setUp();
            refuse(ofSites, 100);
            (void)complete();
            expectUpstreamsFault();
            CPPUNIT_ASSERT_EQUAL(1, refreshes());
            CPPUNIT_ASSERT_EQUAL(98, _refusalsLeft);
        }
    }

    void testBothQuestionsShareOneRefresh() {
        refuse(false, 1);
        _fixture->provider.onSites = []() -> std::vector<provider::Site> {
            throw ProviderError(ProviderErrorKind::invalidGrant, "scripted");
        };
        (void)complete();
        expectUpstreamsFault();
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
    }

    void testFailureOfTheRefreshEndsTheLink() {
        using domain::EndCause;
        for (const auto& [kind, cause] :
             {std::pair(ProviderErrorKind::invalidGrant, EndCause::unavailable),
              std::pair(ProviderErrorKind::ambiguous, EndCause::unavailable),
              std::pair(ProviderErrorKind::misconfigured, EndCause::misconfigured),
              std::pair(ProviderErrorKind::rateLimited, EndCause::busy)}) {
            setUp();
            refuse(true, 1);
            _fixture->provider.onRefresh = [failed = kind](const auto&) -> provider::TokenSet {
                throw ProviderError(failed, "scripted");
            };
            (void)complete();
            expectEnded(EndReason::upstreamError);
            CPPUNIT_ASSERT(link().cause == cause);
            CPPUNIT_ASSERT_EQUAL(1, refreshes());
        }
    }

    void testScopesLostByTheRefreshEndTheLink() {
        begin("state-2", [](auto& wish) { wish.requiredScopes = {"read:jira-work"}; });
        refuse(true, 1);
        _fixture->provider.onRefresh = [](const auto&) {
            auto tokens = ScriptedProvider::tokens("second", 3600s);
            tokens.scopes = {"read:me"};
            return tokens;
        };
        (void)complete("state-2");
        expectEnded(EndReason::scopesMissing);
    }

    void testNewestPairIsGivenUp() {
        refuse(true, 100);
        std::vector<std::string> revoked;
        _fixture->provider.onRevoke = [&](const auto& token) {
            revoked.push_back(memory::revealed(token));
            return provider::RevocationOutcome::revoked;
        };
        completeWithRevocation();
        expectUpstreamsFault();
        CPPUNIT_ASSERT(revoked == std::vector<std::string>{"refresh-new"});
    }

    void testOwnerOfARefusedGrantIsAskedForAgain() {
        begin("state-2", [](auto& wish) { wish.requiredScopes = {"write:jira-work"}; });
        refuse(false, 1);
        completeWithRevocation("state-2");
        expectEnded(EndReason::scopesMissing);
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
        CPPUNIT_ASSERT_EQUAL_MESSAGE("revoked, because its owner is known", 1,
                                     _fixture->provider.revocations.load());
    }

    void testOtherFailuresRefreshNothing() {
        for (const auto kind : {ProviderErrorKind::accessDenied, ProviderErrorKind::transient,
                                ProviderErrorKind::misconfigured, ProviderErrorKind::protocol}) {
            setUp();
            _fixture->provider.onSites = [kind]() -> std::vector<provider::Site> {
                throw ProviderError(kind, "scripted");
            };
            (void)complete();
            CPPUNIT_ASSERT_EQUAL(0, refreshes());
        }
    }

private:
    // Returns what was stored for the link, tokens included.
    [[nodiscard]] domain::StagedGrant staged() const {
        CPPUNIT_ASSERT(waiting());
        return domain::openStage(_fixture->sealer, memory::stageOf(_fixture->store, _link).value());
    }

    // Lets upstream refuse the access token at the first questions for the sites or for the identity.
    void refuse(bool ofSites, int times) {
        _refusalsLeft = times;
        const auto judge = [this] {
            if (_refusalsLeft > 0 && _refusalsLeft-- > 0)
                throw ProviderError(ProviderErrorKind::invalidGrant, "scripted");
        };
        auto& scripts = _fixture->provider;
        if (ofSites)
            scripts.onSites = [judge, answer = scripts.onSites] { return judge(), answer(); };
        else
            scripts.onIdentity = [judge, answer = scripts.onIdentity] { return judge(), answer(); };
    }

    void completeWithRevocation(const std::string& state = "state-1") {
        auto jira = configured("jira", _fixture->provider);
        jira.properties.revokesUpstream = true;
        const ProviderCatalog catalog({jira});
        CallbackService service(parts(catalog, _fixture->upstream));
        (void)service.complete("/callback/jira", parameters(state), owner(), _fixture->origin);
        _dropped->run();
    }

    // Neither the person nor the code is at fault.
    void expectUpstreamsFault() {
        expectEnded(EndReason::upstreamError);
        CPPUNIT_ASSERT(link().cause == domain::EndCause::unavailable);
    }

    [[nodiscard]] int refreshes() const { return _fixture->provider.refreshes; }

    int _refusalsLeft = 0;
};

CPPUNIT_TEST_SUITE_REGISTRATION(RefusedFreshTokenTest);
