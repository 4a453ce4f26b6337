// SPDX-License-Identifier: Apache-2.0
// Rotation, leeway, family revocation, companion end, idle and absolute life, dead-token wordings.
#include "test/SimFixture.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <set>

using namespace central_oauth::simulator;

class RefreshTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RefreshTest);
    CPPUNIT_TEST(testRotatesBothTokens);
    CPPUNIT_TEST(testGivesSiblingsInsideLeeway);
    CPPUNIT_TEST(testGivesSamePairInsideLeewayIfAsked);
    CPPUNIT_TEST(testRevokesFamilyOnReuseAfterLeeway);
    CPPUNIT_TEST(testLeavesOtherFamiliesAloneOnReuse);
    CPPUNIT_TEST(testRevokesWholeGrantOnReuseIfAsked);
    CPPUNIT_TEST(testEndsOldAccessTokenAfterLeeway);
    CPPUNIT_TEST(testLeewayExtendsOnlyIfAsked);
    CPPUNIT_TEST(testWithoutLeewayDeletesTheOldPair);
    CPPUNIT_TEST(testEndsIdleTokenAfterNinetyDays);
    CPPUNIT_TEST(testRefreshResetsIdleLife);
    CPPUNIT_TEST(testAbsoluteLifeIsOffByDefault);
    CPPUNIT_TEST(testAbsoluteLifeCountsFromConsent);
    CPPUNIT_TEST(testWordsDeadTokenAsAsked);
    CPPUNIT_TEST(testRandomWordingUsesAllThree);
    CPPUNIT_TEST(testRefusesTokenOfAnotherClient);
    CPPUNIT_TEST(testShortensNextAccessTokensOnly);
    CPPUNIT_TEST_SUITE_END();

public:
    void testRotatesBothTokens() {
        const auto first = sim.link();
        const auto second = sim.refresh(first.refreshToken);
        CPPUNIT_ASSERT(first.accessToken != second.accessToken);
        CPPUNIT_ASSERT(first.refreshToken != second.refreshToken);
        CPPUNIT_ASSERT_EQUAL(std::string("valid"), sim.accessReason(second.accessToken));
        CPPUNIT_ASSERT_EQUAL(std::string("granted"), sim.refreshReason(second.refreshToken));
    }

    void testGivesSiblingsInsideLeeway() {
        const auto first = sim.link();
        const auto second = sim.refresh(first.refreshToken);
        sim.pass(Seconds{600});
        const auto sibling = sim.refresh(first.refreshToken);
        CPPUNIT_ASSERT(second.refreshToken != sibling.refreshToken);
        CPPUNIT_ASSERT_EQUAL(std::string("granted"), sim.refreshReason(second.refreshToken));
        CPPUNIT_ASSERT_EQUAL(std::string("granted"), sim.refreshReason(sibling.refreshToken));
    }

    void testGivesSamePairInsideLeewayIfAsked() {
        sim.world.options.leewayMode = LeewayMode::same;
        const auto first = sim.link();
        const auto second = sim.refresh(first.refreshToken);
        sim.pass(Seconds{100});
        const auto again = sim.refresh(first.refreshToken);
        CPPUNIT_ASSERT_EQUAL(second.accessToken, again.accessToken);
        CPPUNIT_ASSERT_EQUAL(second.refreshToken, again.refreshToken);
        CPPUNIT_ASSERT(Seconds{3500} == again.expiresIn);
    }

    void testRevokesFamilyOnReuseAfterLeeway() {
        const auto first = sim.link();
        const auto second = sim.refresh(first.refreshToken);
        sim.pass(Seconds{601});
        CPPUNIT_ASSERT_EQUAL(std::string("valid"), sim.accessReason(second.accessToken));
        CPPUNIT_ASSERT_EQUAL(std::string("refresh_reused"), sim.refreshReason(first.refreshToken));
        CPPUNIT_ASSERT_EQUAL(std::string("family_revoked"), sim.refreshReason(second.refreshToken));
        CPPUNIT_ASSERT_EQUAL(std::string("access_family_revoked"), sim.accessReason(second.accessToken));
    }

    void testLeavesOtherFamiliesAloneOnReuse() {
        const auto first = sim.link();
        const auto other = sim.link();
        static_cast<void>(sim.refresh(first.refreshToken));
        sim.pass(Seconds{601});
        CPPUNIT_ASSERT_EQUAL(std::string("refresh_reused"), sim.refreshReason(first.refreshToken));
        CPPUNIT_ASSERT_EQUAL(std::string("granted"), sim.refreshReason(other.refreshToken));
    }

    void testRevokesWholeGrantOnReuseIfAsked() {
        sim.world.options.reuseRevokes = ReuseRevokes::grant;
        const auto first = sim.link();
        const auto other = sim.link();
        static_cast<void>(sim.refresh(first.refreshToken));
        sim.pass(Seconds{601});
        CPPUNIT_ASSERT_EQUAL(std::string("refresh_reused"), sim.refreshReason(first.refreshToken));
        CPPUNIT_ASSERT_EQUAL(std::string("grant_revoked"), sim.refreshReason(other.refreshToken));
    }

    void testEndsOldAccessTokenAfterLeeway() {
        const auto first = sim.link();
        const auto second = sim.refresh(first.refreshToken);
        sim.pass(Seconds{600});
        CPPUNIT_ASSERT_EQUAL(std::string("valid"), sim.accessReason(first.accessToken));
        sim.pass(Seconds{1});
        CPPUNIT_ASSERT_EQUAL(std::string("access_companion_ended"), sim.accessReason(first.accessToken));
        CPPUNIT_ASSERT_EQUAL(std::string("valid"), sim.accessReason(second.accessToken));
        sim.pass(Seconds{2999});
        CPPUNIT_ASSERT_EQUAL(std::string("access_expired"), sim.accessReason(second.accessToken));
    }

    void testLeewayExtendsOnlyIfAsked() {
        const auto fixed = sim.link();
        static_cast<void>(sim.refresh(fixed.refreshToken));
        sim.pass(Seconds{500});
        static_cast<void>(sim.refresh(fixed.refreshToken));
        sim.pass(Seconds{500});
        CPPUNIT_ASSERT_EQUAL(std::string("refresh_reused"), sim.refreshReason(fixed.refreshToken));
        sim.world.options.leewayExtends = true;
        const auto moving = sim.link();
        static_cast<void>(sim.refresh(moving.refreshToken));
        sim.pass(Seconds{500});
        static_cast<void>(sim.refresh(moving.refreshToken));
        sim.pass(Seconds{500});
        CPPUNIT_ASSERT_EQUAL(std::string("granted"), sim.refreshReason(moving.refreshToken));
    }

    void testWithoutLeewayDeletesTheOldPair() {
        sim.world.options.leeway = Seconds{0};
        const auto first = sim.link();
        const auto second = sim.refresh(first.refreshToken);
        CPPUNIT_ASSERT_EQUAL(std::string("refresh_replaced"), sim.refreshReason(first.refreshToken));
        CPPUNIT_ASSERT_EQUAL(std::string("access_replaced"), sim.accessReason(first.accessToken));
        CPPUNIT_ASSERT_EQUAL(std::string("valid"), sim.accessReason(second.accessToken));
        CPPUNIT_ASSERT_EQUAL(std::string("granted"), sim.refreshReason(second.refreshToken));
    }

    void testEndsIdleTokenAfterNinetyDays() {
        const auto tokens = sim.link();
        sim.pass(days(90));
        CPPUNIT_ASSERT_EQUAL(std::string("refresh_idle"), sim.refreshReason(tokens.refreshToken));
    }

    void testRefreshResetsIdleLife() {
        auto tokens = sim.link();
        for (int round = 0; round < 3; ++round) {
            sim.pass(days(89));
            tokens = sim.refresh(tokens.refreshToken);
        }
        CPPUNIT_ASSERT_EQUAL(std::string("valid"), sim.accessReason(tokens.accessToken));
    }

    void testAbsoluteLifeIsOffByDefault() {
        CPPUNIT_ASSERT_EQUAL(std::string("granted"), sim.refreshReason(agedToken(366).refreshToken));
    }

    void testAbsoluteLifeCountsFromConsent() {
        sim.world.options.absoluteLifetime = days(365);
        const auto aged = agedToken(364);
        sim.pass(days(1));
        CPPUNIT_ASSERT_EQUAL(std::string("refresh_absolute"), sim.refreshReason(aged.refreshToken));
    }

    void testWordsDeadTokenAsAsked() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("403 unauthorized_client: refresh_token is invalid (refresh_unknown)"),
            deadTokenAnswer(DeadTokenWording::current));
        CPPUNIT_ASSERT_EQUAL(
            std::string("403 invalid_grant: Unknown or invalid refresh token. (refresh_unknown)"),
            deadTokenAnswer(DeadTokenWording::documented));
        CPPUNIT_ASSERT_EQUAL(
            std::string("403 invalid_grant: Token has been expired or revoked. (refresh_unknown)"),
            deadTokenAnswer(DeadTokenWording::expired));
    }

    void testRandomWordingUsesAllThree() {
        std::set<std::string> seen;
        for (int round = 0; round < 100; ++round)
            seen.insert(deadTokenAnswer(DeadTokenWording::random));
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, seen.size());
    }

    void testRefusesTokenOfAnotherClient() {
        App other;
        other.clientId = "other";
        other.secretHashes = {sha256Hex("other-secret")};
        sim.world.apps["other"] = other;
        TokenRequest request;
        request.grantType = "refresh_token";
        request.clientId = "other";
        request.clientSecret = "other-secret";
        request.refreshToken = sim.link().refreshToken;
        CPPUNIT_ASSERT_EQUAL(
            std::string("403 unauthorized_client: refresh_token is invalid (refresh_other_client)"),
            sim.refusalOf(request));
        CPPUNIT_ASSERT_EQUAL(std::string("granted"), sim.refreshReason(request.refreshToken));
    }

    void testShortensNextAccessTokensOnly() {
        sim.world.options.nextExpiresIn = Seconds{90};
        sim.world.options.nextExpiresInCount = 1;
        const auto first = sim.link();
        CPPUNIT_ASSERT(Seconds{90} == first.expiresIn);
        CPPUNIT_ASSERT(Seconds{3600} == sim.refresh(first.refreshToken).expiresIn);
    }

private:
    static Seconds days(int count) { return std::chrono::hours{24 * count}; }

    /// Returns the tokens of a link refreshed every 60 days, until its consent is `age` days old.
    IssuedTokens agedToken(int age) {
        auto tokens = sim.link();
        for (int left = age; left > 0; left -= 60) {
            sim.pass(days(left < 60 ? left : 60));
            tokens = sim.refresh(tokens.refreshToken);
        }
        return tokens;
    }

    std::string deadTokenAnswer(DeadTokenWording wording) {
        sim.world.options.deadTokenWording = wording;
        TokenRequest request;
        request.grantType = "refresh_token";
        request.clientId = "demo-client-id";
        request.clientSecret = "demo-client-secret";
        request.refreshToken = "never-issued";
        return sim.refusalOf(request);
    }

    SimFixture sim;
};

CPPUNIT_TEST_SUITE_REGISTRATION(RefreshTest);
