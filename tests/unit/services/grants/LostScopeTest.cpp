// SPDX-License-Identifier: Apache-2.0
// Tests grants that lost a scope that their client requires.
#include "TokenFixture.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using memory::revealed;

class LostScopeTest : public TokenFixture {
    CPPUNIT_TEST_SUITE(LostScopeTest);
    CPPUNIT_TEST(testLostScopeNeedsANewLink);
    CPPUNIT_TEST(testLostScopeIsSeenThoughNobodyMarkedIt);
    CPPUNIT_TEST(testRelinkBringsTheScopeBack);
    CPPUNIT_TEST_SUITE_END();

public:
    void testLostScopeNeedsANewLink() {
        const auto id = linkRequiring({"read:jira-work", "offline_access"});
        _fixture->provider.onRefresh = [](const auto&) {
            auto tokens = ScriptedProvider::tokens("2", 3600s);
            tokens.scopes = {"read:me"};
            return tokens;
        };
        const auto lostAt = _fixture->now() + 3600s - 90s;
        _fixture->clock.time = lostAt;
        for (int i = 0; i < 2; ++i) {
            try {
                (void)getAs(_fixture->caller(), id);
                CPPUNIT_FAIL("a grant without its scope gave a token");
            } catch (const NeedsReauth& refused) {
                CPPUNIT_ASSERT_EQUAL(std::string("scopes_missing"), refused.reason());
                CPPUNIT_ASSERT(refused.account().since == std::optional(lostAt));
                CPPUNIT_ASSERT(refused.account().requiredScopes.size() == 2);
            }
            _fixture->advance(60s);
        }
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("account.needs_reauth"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("its tokens stay", std::string("refresh-2"),
                                     revealed(memory::tokensOf(_fixture->place(), id).refreshToken));
    }

    void testLostScopeIsSeenThoughNobodyMarkedIt() {
        const auto id = linkRequiring({"read:jira-work"});
        // Simulates a process that ended between the refresh and the verdict on it.
        loseScope(id);
        const auto refused = refusalOf([&] { (void)getAs(_fixture->caller(), id); });
        CPPUNIT_ASSERT(refused && refused->reason == "scopes_missing");
    }

    void testRelinkBringsTheScopeBack() {
        const auto id = linkRequiring({"read:jira-work"});
        loseScope(id);
        (void)refusalOf([&] { (void)getAs(_fixture->caller(), id); });
        auto link = memory::makeLink("again", _fixture->now(), "carol");
        link.requiredScopes = {"read:jira-work"};
        const auto again = _fixture->stageLink(link, memory::makeGrant("again", _fixture->now(), "person-c"));
        (void)_fixture->deliver(again, "acc_unused");
        const auto held = getAs(_fixture->caller(), id);
        CPPUNIT_ASSERT_EQUAL(std::string("access-again"), revealed(held.tokens.accessToken));
    }

private:
    // Links an account of the subject carol whose client requires these scopes.
    base::AccountId linkRequiring(const std::vector<std::string>& scopes) {
        auto link = memory::makeLink("c", _fixture->now(), "carol");
        link.requiredScopes = scopes;
        const auto grant = memory::makeGrant("c", _fixture->now(), "person-c");
        return _fixture->deliver(_fixture->stageLink(link, grant), "acc_c").account.id;
    }

    // Refreshes the account's grant, for fewer scopes.
    void loseScope(const base::AccountId& id) {
        auto lost = memory::accountOf(_fixture->store, id);
        domain::noteRefreshed(lost, {"read:me"}, _fixture->now());
        auto tokens = memory::makeTokens("2", _fixture->now());
        tokens.version = lost.tokenVersion;
        _fixture->put(lost);
        _fixture->put(domain::sealGrant(_fixture->sealer, lost, tokens));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LostScopeTest);
