// SPDX-License-Identifier: Apache-2.0
// Tests grants that do not match the link, or that the operator does not allow.
#include "CallbackFixture.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using domain::EndReason;
using domain::LinkStatus;
using provider::ProviderError;
using provider::ProviderErrorKind;

class UnwantedGrantTest : public CallbackFixture {
    CPPUNIT_TEST_SUITE(UnwantedGrantTest);
    CPPUNIT_TEST(testMissingScopesEndTheLinkBeforeAnythingElseIsAsked);
    CPPUNIT_TEST(testGrantedScopesAreEnough);
    CPPUNIT_TEST(testOtherPersonEndsTheLink);
    CPPUNIT_TEST(testPersonOfAnotherMailDomainEndsTheLink);
    CPPUNIT_TEST(testSiteThatIsNotAllowedEndsTheLink);
    CPPUNIT_TEST(testTheOnlyAllowedSiteIsChosen);
    CPPUNIT_TEST(testRefusedGrantIsAuditedByItsReason);
    CPPUNIT_TEST_SUITE_END();

public:
    void testMissingScopesEndTheLinkBeforeAnythingElseIsAsked() {
        begin("state-2", [](domain::Link& link) {
            link.requiredScopes = {"read:jira-work", "write:jira-work"};
        });
        _fixture->provider.onIdentity = []() -> provider::Identity {
            throw ProviderError(ProviderErrorKind::transient, "not to be asked");
        };
        (void)complete("state-2");
        expectEnded(EndReason::scopesMissing);
    }

    void testGrantedScopesAreEnough() {
        // The refresh token proves offline_access. Not every upstream names that scope.
        begin("state-2", [](domain::Link& link) {
            link.requiredScopes = {"read:jira-work", "offline_access"};
        });
        (void)complete("state-2");
        CPPUNIT_ASSERT(link().status == LinkStatus::staged);
    }

    void testOtherPersonEndsTheLink() {
        begin("state-2", [](domain::Link& link) { link.expectedUpstreamId = "person-2"; });
        (void)complete("state-2");
        expectEnded(EndReason::differentPerson);
        begin("state-3", [](domain::Link& link) { link.expectedUpstreamId = "person-1"; });
        (void)complete("state-3");
        CPPUNIT_ASSERT(link().status == LinkStatus::staged);
    }

    void testPersonOfAnotherMailDomainEndsTheLink() {
        auto entry = configured("jira", _fixture->provider);
        entry.allowedEmailDomains = {"acme.com"};
        const ProviderCatalog strict({entry});
        CallbackService service(parts(strict, _fixture->upstream));
        CPPUNIT_ASSERT(service.complete("/callback/jira", parameters(), owner(), _fixture->origin) == _link);
        expectEnded(EndReason::differentPerson);
        _fixture->provider.onIdentity = [] {
            return provider::Identity{"person-1", "Ann Example", "Ann@Acme.com"};
        };
        begin("state-2");
        (void)service.complete("/callback/jira", parameters("state-2"), owner(), _fixture->origin);
        CPPUNIT_ASSERT(link().status == LinkStatus::staged);
    }

    void testSiteThatIsNotAllowedEndsTheLink() {
        auto entry = configured("jira", _fixture->provider);
        entry.allowedSites = {"site-2", "https://three.example"};
        const ProviderCatalog strict({entry});
        CallbackService service(parts(strict, _fixture->upstream));
        (void)service.complete("/callback/jira", parameters(), owner(), _fixture->origin);
        expectEnded(EndReason::siteNotAllowed);
        begin("state-2", [](domain::Link& link) { link.wantedSite = "site-1"; });
        (void)service.complete("/callback/jira", parameters("state-2"), owner(), _fixture->origin);
        expectEnded(EndReason::siteNotAllowed);
    }

    void testTheOnlyAllowedSiteIsChosen() {
        auto entry = configured("jira", _fixture->provider);
        entry.allowedSites = {"https://TWO.example/"};
        const ProviderCatalog strict({entry});
        CallbackService service(parts(strict, _fixture->upstream));
        _fixture->provider.onSites = [] {
            return std::vector<provider::Site>{{"site-1", "One", "https://one.example", {}},
                                               {"site-2", "Two", "https://two.example", {}}};
        };
        (void)service.complete("/callback/jira", parameters(), owner(), _fixture->origin);
        CPPUNIT_ASSERT_EQUAL(std::string("site-2"), waiting().value().chosenSite);
    }

    void testRefusedGrantIsAuditedByItsReason() {
        begin("state-2", [](domain::Link& link) { link.expectedUpstreamId = "person-2"; });
        (void)complete("state-2");
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("link.ended"));
        const auto entry = _fixture->store.audit().back();
        CPPUNIT_ASSERT_EQUAL(std::string("different_person"), entry.outcome);
        CPPUNIT_ASSERT_EQUAL(std::string("browser"), actorText(entry.actor));
        CPPUNIT_ASSERT_EQUAL(0, _fixture->audited("link.staged"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(UnwantedGrantTest);
