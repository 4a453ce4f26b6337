// SPDX-License-Identifier: Apache-2.0
// One grant per app and user: scope replacement, sites, the gateway's checks, and every way to end a grant.
#include "core/RevocationRules.h"
#include "test/SimFixture.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::simulator;

class GrantTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(GrantTest);
    CPPUNIT_TEST(testNewConsentReplacesScopesOfOldTokens);
    CPPUNIT_TEST(testOldTokensKeepScopesUntilRefreshIfAsked);
    CPPUNIT_TEST(testConsentsOfTwoUsersAreApart);
    CPPUNIT_TEST(testAccountAppAddsSites);
    CPPUNIT_TEST(testResourceAppReplacesSites);
    CPPUNIT_TEST(testGatewayAnswersInAtlassiansWords);
    CPPUNIT_TEST(testListsOneRowPerProduct);
    CPPUNIT_TEST(testListsNothingForUserWithoutSites);
    CPPUNIT_TEST(testPasswordChangeEndsAllTokens);
    CPPUNIT_TEST(testUserRevocationEndsAllFamilies);
    CPPUNIT_TEST(testNewConsentAfterRevocationDoesNotReviveOldTokens);
    CPPUNIT_TEST(testRevokeEndpointFollowsItsMode);
    CPPUNIT_TEST(testResetRestoresDefaults);
    CPPUNIT_TEST_SUITE_END();

public:
    void testNewConsentReplacesScopesOfOldTokens() {
        const auto jira = sim.link();
        static_cast<void>(sim.link("read:confluence-user offline_access"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, sim.world.grants.size());
        CPPUNIT_ASSERT_EQUAL(std::string("401 Unauthorized; scope does not match"),
                             callMyself(jira.accessToken));
        const auto refreshed = sim.refresh(jira.refreshToken);
        CPPUNIT_ASSERT((ScopeSet{"read:confluence-user", "offline_access"}) == refreshed.scopes);
    }

    void testOldTokensKeepScopesUntilRefreshIfAsked() {
        sim.world.options.scopeReplacement = ScopeReplacement::onRefresh;
        const auto jira = sim.link();
        static_cast<void>(sim.link("read:confluence-user offline_access"));
        CPPUNIT_ASSERT_EQUAL(std::string("200"), callMyself(jira.accessToken));
        CPPUNIT_ASSERT_EQUAL(std::string("401 Unauthorized; scope does not match"),
                             callMyself(sim.refresh(jira.refreshToken).accessToken));
    }

    void testConsentsOfTwoUsersAreApart() {
        const auto ada = sim.link();
        static_cast<void>(sim.link("read:confluence-user offline_access", "grace"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, sim.world.grants.size());
        CPPUNIT_ASSERT_EQUAL(std::string("200"), callMyself(ada.accessToken));
    }

    void testAccountAppAddsSites() {
        giveSites();
        const auto first = tokensFor("site-a");
        static_cast<void>(tokensFor("site-b"));
        CPPUNIT_ASSERT_EQUAL(std::string("200"), callMyself(first.accessToken, "site-a"));
        CPPUNIT_ASSERT_EQUAL(std::string("200"), callMyself(first.accessToken, "site-b"));
    }

    void testResourceAppReplacesSites() {
        giveSites();
        sim.world.findApp("demo-client-id")->grantType = AppGrantType::resource;
        const auto first = tokensFor("site-a");
        static_cast<void>(tokensFor("site-b"));
        CPPUNIT_ASSERT_EQUAL(std::string("404 Site temporarily unavailable"),
                             callMyself(first.accessToken, "site-a"));
        CPPUNIT_ASSERT_EQUAL(std::string("200"), callMyself(first.accessToken, "site-b"));
    }

    void testGatewayAnswersInAtlassiansWords() {
        const auto tokens = sim.link();
        CPPUNIT_ASSERT_EQUAL(std::string("401 Unauthorized"), callMyself("unknown"));
        CPPUNIT_ASSERT_EQUAL(std::string("404 Site temporarily unavailable"),
                             callMyself(tokens.accessToken, "other"));
        sim.world.options.unknownSiteStatus = 401;
        CPPUNIT_ASSERT_EQUAL(std::string("401 Unauthorized"), callMyself(tokens.accessToken, "other"));
        sim.world.findUser("ada")->deniedProducts.emplace(acme(), "jira");
        CPPUNIT_ASSERT_EQUAL(std::string("403 Current user not permitted to use Jira"),
                             callMyself(tokens.accessToken));
    }

    void testListsOneRowPerProduct() {
        const auto tokens = sim.link("read:jira-work read:confluence-user read:me offline_access");
        const GatewayRules rules(sim.world);
        const auto rows = rules.resources(rules.authenticate(tokens.accessToken));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, rows.size());
        CPPUNIT_ASSERT_EQUAL(rows[0].id, rows[1].id);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, rows[0].scopes.size());
        CPPUNIT_ASSERT(rows[0].scopes != rows[1].scopes);
    }

    void testListsNothingForUserWithoutSites() {
        sim.world.findUser("ada")->sites.clear();
        const auto tokens = sim.link();
        const GatewayRules rules(sim.world);
        CPPUNIT_ASSERT(rules.resources(rules.authenticate(tokens.accessToken)).empty());
    }

    void testPasswordChangeEndsAllTokens() {
        const auto tokens = sim.link();
        ++sim.world.findUser("ada")->passwordEpoch;
        CPPUNIT_ASSERT_EQUAL(std::string("access_password_changed"), sim.accessReason(tokens.accessToken));
        CPPUNIT_ASSERT_EQUAL(std::string("password_changed"), sim.refreshReason(tokens.refreshToken));
        CPPUNIT_ASSERT_EQUAL(std::string("valid"), sim.accessReason(sim.link().accessToken));
    }

    void testUserRevocationEndsAllFamilies() {
        const auto first = sim.link();
        const auto second = sim.link();
        sim.world.revokeGrant(*sim.world.findGrant("demo-client-id", "ada"));
        for (const auto& tokens : {first, second}) {
            CPPUNIT_ASSERT_EQUAL(std::string("access_grant_revoked"), sim.accessReason(tokens.accessToken));
            CPPUNIT_ASSERT_EQUAL(std::string("grant_revoked"), sim.refreshReason(tokens.refreshToken));
        }
    }

    void testNewConsentAfterRevocationDoesNotReviveOldTokens() {
        const auto old = sim.link();
        sim.world.revokeGrant(*sim.world.findGrant("demo-client-id", "ada"));
        const auto fresh = sim.link();
        CPPUNIT_ASSERT_EQUAL(std::string("valid"), sim.accessReason(fresh.accessToken));
        CPPUNIT_ASSERT_EQUAL(std::string("grant_revoked"), sim.refreshReason(old.refreshToken));
    }

    void testRevokeEndpointFollowsItsMode() {
        CPPUNIT_ASSERT(!revoke(RevokeMode::notFound, sim.link().refreshToken));
        const auto kept = sim.link();
        CPPUNIT_ASSERT(revoke(RevokeMode::noop, kept.refreshToken));
        CPPUNIT_ASSERT_EQUAL(std::string("granted"), sim.refreshReason(kept.refreshToken));
        const auto ended = sim.link();
        CPPUNIT_ASSERT(revoke(RevokeMode::revokeToken, ended.refreshToken));
        CPPUNIT_ASSERT_EQUAL(std::string("refresh_revoked"), sim.refreshReason(ended.refreshToken));
        CPPUNIT_ASSERT_EQUAL(std::string("access_revoked"), sim.accessReason(ended.accessToken));
        const auto other = sim.link();
        CPPUNIT_ASSERT(revoke(RevokeMode::revokeGrant, sim.link().refreshToken));
        CPPUNIT_ASSERT_EQUAL(std::string("grant_revoked"), sim.refreshReason(other.refreshToken));
        CPPUNIT_ASSERT(revoke(RevokeMode::revokeGrant, "unknown"));
        CPPUNIT_ASSERT_THROW(RevocationRules(sim.world).revoke("demo-client-id", "wrong", "x"), OAuthRefusal);
    }

    void testResetRestoresDefaults() {
        const auto tokens = sim.link();
        sim.world.options.leeway = Seconds{1};
        sim.pass(Seconds{5});
        sim.world.reset();
        CPPUNIT_ASSERT_EQUAL(std::string("access_unknown"), sim.accessReason(tokens.accessToken));
        CPPUNIT_ASSERT(Seconds{600} == sim.world.options.leeway);
        CPPUNIT_ASSERT(Seconds{0} == sim.world.clock.offset());
        CPPUNIT_ASSERT_EQUAL(std::string("valid"), sim.accessReason(sim.link().accessToken));
    }

private:
    std::string acme() { return sim.world.findUser("ada")->sites.front(); }

    void giveSites() {
        for (const char* id : {"site-a", "site-b"}) {
            sim.world.sites[id] = Site{id, id, std::string("https://") + id + ".atlassian.example", {"jira"}};
            sim.world.findUser("ada")->sites.push_back(id);
        }
    }

    IssuedTokens tokensFor(const std::string& site) {
        const auto callback = sim.consent(sim.authorizeRequest(), {site});
        return sim.answer(sim.codeRequest(SimFixture::parameter(callback, "code")));
    }

    /// Returns the gateway's answer to Jira's /myself as "STATUS message", or "200".
    std::string callMyself(const std::string& accessToken, const std::string& site = {}) {
        const GatewayRules rules(sim.world);
        try {
            const ProductCall call{"GET", "jira", site.empty() ? acme() : site, "rest/api/3/myself"};
            rules.admit(rules.authenticate(accessToken), call);
            return "200";
        } catch (const GatewayRefusal& refusal) {
            return std::to_string(refusal.status()) + ' ' + refusal.what();
        }
    }

    bool revoke(RevokeMode mode, const std::string& token) {
        sim.world.options.revokeMode = mode;
        return RevocationRules(sim.world).revoke("demo-client-id", "demo-client-secret", token);
    }

    SimFixture sim;
};

CPPUNIT_TEST_SUITE_REGISTRATION(GrantTest);
