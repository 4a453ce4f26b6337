// SPDX-License-Identifier: Apache-2.0
// A sealed record opens unchanged, and only for its own row.
#include "central_oauth/domain/Sealing.h"

#include "../../memory/Records.h"
#include "../../memory/TestSealer.h"

#include <cppunit/extensions/HelperMacros.h>
#include <functional>
#include <string>
#include <vector>

using namespace central_oauth::domain;
using namespace central_oauth::memory;
using namespace std::chrono_literals;

class SealingTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SealingTest);
    CPPUNIT_TEST(testStageComesBackWhole);
    CPPUNIT_TEST(testEmptyStageComesBackEmpty);
    CPPUNIT_TEST(testOddBytesComeBack);
    CPPUNIT_TEST(testStageOpensForItsLinkAndOwnerOnly);
    CPPUNIT_TEST(testDeliveryPayloadDoesNotOpenAsGrant);
    CPPUNIT_TEST(testAuthorizationOpensForItsLinkOnly);
    CPPUNIT_TEST(testGrantOpensForItsAccountOnly);
    CPPUNIT_TEST(testTokensCantBeExchanged);
    CPPUNIT_TEST(testEarlierGrantDoesNotOpen);
    CPPUNIT_TEST(testChangedBlobDoesNotOpen);
    CPPUNIT_TEST(testEachSealIsAnother);
    CPPUNIT_TEST_SUITE_END();

public:
    void testStageComesBackWhole() {
        StagedGrant given = makeGrant("1", now);
        given.version = 7;
        given.granted.wall = now - 5s;
        given.granted.steady = 123'456;
        given.granted.era = "era-1";
        given.sites.push_back({"site-2", "Two", "", {"jira", "confluence"}});
        const auto opened = openStage(sealer, sealed(given));
        CPPUNIT_ASSERT_EQUAL(std::string("access-1"), revealed(opened.accessToken));
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-1"), revealed(opened.refreshToken));
        CPPUNIT_ASSERT(opened.accessExpiresAt == given.accessExpiresAt);
        CPPUNIT_ASSERT(opened.granted.wall == given.granted.wall);
        CPPUNIT_ASSERT_EQUAL(given.granted.steady, opened.granted.steady);
        CPPUNIT_ASSERT_EQUAL(given.granted.era, opened.granted.era);
        CPPUNIT_ASSERT(opened.scopes == given.scopes);
        CPPUNIT_ASSERT_EQUAL(given.identity.upstreamId, opened.identity.upstreamId);
        CPPUNIT_ASSERT_EQUAL(given.identity.displayName, opened.identity.displayName);
        CPPUNIT_ASSERT_EQUAL(given.identity.email, opened.identity.email);
        CPPUNIT_ASSERT(opened.sites == given.sites);
        CPPUNIT_ASSERT_EQUAL(given.chosenSite, opened.chosenSite);
        CPPUNIT_ASSERT_EQUAL(given.version, opened.version);
    }

    void testEmptyStageComesBackEmpty() {
        const auto opened = openStage(sealer, sealed({}));
        CPPUNIT_ASSERT(opened.accessToken.empty() && opened.refreshToken.empty());
        CPPUNIT_ASSERT(opened.scopes.empty() && opened.sites.empty() && opened.chosenSite.empty());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, opened.version);
    }

    // No text can imitate the frame around it.
    void testOddBytesComeBack() {
        StagedGrant odd;
        for (const std::string text : {"12:x", ":", "1:", "", "99999999999999999999:a"})
            odd.scopes.push_back(text);
        odd.identity.displayName = std::string("a\0b\n\xFF", 5);
        odd.sites.push_back({"4:site", "", "1:a1:b", {"", "2:ab"}});
        odd.accessToken = Secret(std::string("\0", 1));
        const auto opened = openStage(sealer, sealed(odd));
        CPPUNIT_ASSERT(opened.scopes == odd.scopes);
        CPPUNIT_ASSERT_EQUAL(odd.identity.displayName, opened.identity.displayName);
        CPPUNIT_ASSERT(opened.sites == odd.sites);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), opened.accessToken.reveal().size());
    }

    void testStageOpensForItsLinkAndOwnerOnly() {
        const Stage whole = sealed(makeGrant("1", now));
        for (const auto& change :
             std::vector<std::function<void(Stage&)>>{[](Stage& each) { each.link = LinkId("lnk_2"); },
                                                      [](Stage& each) { each.client = ClientId("cli_b"); },
                                                      [](Stage& each) { each.provider = "confluence"; },
                                                      [](Stage& each) { each.subject = "bob"; }}) {
            Stage moved = whole;
            change(moved);
            CPPUNIT_ASSERT_THROW((void)openStage(sealer, moved), UndecryptableError);
        }
        Stage named = whole; // this member may change
        named.clientName = "alpha";
        named.account = AccountId("acc_1");
        CPPUNIT_ASSERT_NO_THROW((void)openStage(sealer, named));
    }

    void testDeliveryPayloadDoesNotOpenAsGrant() {
        Stage stage = sealed(makeGrant("1", now));
        stage.state = StageState::dropped;
        CPPUNIT_ASSERT_NO_THROW((void)openStage(sealer, stage));
        stage.state = StageState::delivered;
        CPPUNIT_ASSERT_THROW((void)openStage(sealer, stage), UndecryptableError);
        sealStage(sealer, stage, makeGrant("1", now));
        CPPUNIT_ASSERT_NO_THROW((void)openStage(sealer, stage));
        stage.state = StageState::waiting;
        CPPUNIT_ASSERT_THROW((void)openStage(sealer, stage), UndecryptableError);
    }

    void testAuthorizationOpensForItsLinkOnly() {
        Link whole = makeLink("1", now);
        whole.authorization = sealAuthorization(sealer, whole, makeAuthorization("state"));
        const auto opened = openAuthorization(sealer, whole);
        CPPUNIT_ASSERT_EQUAL(std::string("state"), revealed(opened.state));
        CPPUNIT_ASSERT_EQUAL(std::string("verifier-of-state"), revealed(opened.codeVerifier));
        for (const auto& change :
             std::vector<std::function<void(Link&)>>{[](Link& each) { each.id = LinkId("lnk_2"); },
                                                     [](Link& each) { each.client = ClientId("cli_b"); },
                                                     [](Link& each) { each.provider = "confluence"; },
                                                     [](Link& each) { each.subject = "bob"; }}) {
            Link moved = whole;
            change(moved);
            CPPUNIT_ASSERT_THROW((void)openAuthorization(sealer, moved), UndecryptableError);
        }
    }

    void testGrantOpensForItsAccountOnly() {
        const Account owner = makeAccount("1", now);
        const Grant grant = grantOf(owner);
        CPPUNIT_ASSERT_EQUAL(std::string("access-1"), revealed(openAccessToken(sealer, owner, grant)));
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-1"), revealed(openRefreshToken(sealer, owner, grant)));
        for (const auto& change : std::vector<std::function<void(Account&)>>{
                 [](Account& each) { each.id = AccountId("acc_2"); },
                 [](Account& each) { each.client = ClientId("cli_b"); },
                 [](Account& each) { each.provider = "confluence"; },
                 [](Account& each) { each.subject = "bob"; },
                 [](Account& each) { each.identity.upstreamId = "person-2"; }}) {
            Account other = owner;
            change(other);
            CPPUNIT_ASSERT_THROW((void)openAccessToken(sealer, other, grant), UndecryptableError);
            CPPUNIT_ASSERT_THROW((void)openRefreshToken(sealer, other, grant), UndecryptableError);
        }
        Account renamed = owner; // these members may change
        renamed.label = "server";
        renamed.identity.displayName = "Ann Other";
        CPPUNIT_ASSERT_NO_THROW((void)openRefreshToken(sealer, renamed, grant));
    }

    void testTokensCantBeExchanged() {
        const Account owner = makeAccount("1", now);
        Grant grant = grantOf(owner);
        std::swap(grant.accessToken, grant.refreshToken);
        CPPUNIT_ASSERT_THROW((void)openAccessToken(sealer, owner, grant), UndecryptableError);
        CPPUNIT_ASSERT_THROW((void)openRefreshToken(sealer, owner, grant), UndecryptableError);
    }

    // A user who can write to the database can restore an older grant.
    void testEarlierGrantDoesNotOpen() {
        Account owner = makeAccount("1", now);
        const Grant earlier = grantOf(owner);
        noteRefreshed(owner, {}, now);
        CPPUNIT_ASSERT_THROW((void)openAccessToken(sealer, owner, earlier), UndecryptableError);
        CPPUNIT_ASSERT_THROW((void)openRefreshToken(sealer, owner, earlier), UndecryptableError);
        CPPUNIT_ASSERT_NO_THROW((void)openAccessToken(sealer, owner, grantOf(owner)));
    }

    void testChangedBlobDoesNotOpen() {
        Stage stage = sealed(makeGrant("1", now));
        for (std::size_t at = 0; at < stage.grant.blob.size(); at += 7) {
            Stage changed = stage;
            changed.grant.blob[at] = static_cast<char>(changed.grant.blob[at] ^ 1);
            CPPUNIT_ASSERT_THROW((void)openStage(sealer, changed), UndecryptableError);
        }
        stage.grant.blob.clear();
        CPPUNIT_ASSERT_THROW((void)openStage(sealer, stage), UndecryptableError);
    }

    void testEachSealIsAnother() {
        CPPUNIT_ASSERT(!(sealed(makeGrant("1", now)).grant == sealed(makeGrant("1", now)).grant));
    }

private:
    [[nodiscard]] Stage sealed(const StagedGrant& grant) const {
        Stage stage;
        stage.link = LinkId("lnk_1");
        stage.client = ClientId("cli_alpha");
        stage.provider = "jira";
        stage.subject = "ann";
        sealStage(sealer, stage, grant);
        return stage;
    }

    [[nodiscard]] Grant grantOf(const Account& account) const {
        Tokens tokens = makeTokens("1", now);
        tokens.version = account.tokenVersion;
        return sealGrant(sealer, account, tokens);
    }

    static constexpr Timestamp now{1'700'000'000s};
    const TestSealer sealer;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SealingTest);
