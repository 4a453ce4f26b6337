// SPDX-License-Identifier: Apache-2.0
// A grant that lost a scope its client can't do without.
#include "ServiceFixture.h"
#include "central_oauth/services/TokenService.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using store::revealed;

class LostScopeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LostScopeTest);
    CPPUNIT_TEST(testLostScopeNeedsANewLink);
    CPPUNIT_TEST(testLostScopeIsSeenThoughNobodyMarkedIt);
    CPPUNIT_TEST(testRelinkBringsTheScopeBack);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _fixture = std::make_unique<ServiceFixture>();
        auto& store = _fixture->store();
        _tokens = std::make_unique<TokenService>(
            TokenService::Parts{store.accounts(), store.audit(), _fixture->catalog, _fixture->base.clock,
                                _fixture->base.logger, _fixture->upstream, _fixture->limits});
    }

    void testLostScopeNeedsANewLink() {
        const auto id = linkRequiring({"read:jira-work", "offline_access"});
        _fixture->provider.onRefresh = [](const auto&) {
            auto tokens = ScriptedProvider::tokens("2", 3600s);
            tokens.scopes = {"read:me"};
            return tokens;
        };
        const auto lostAt = _fixture->now() + 3600s - 90s;
        _fixture->base.clock.time = lostAt;
        for (int i = 0; i < 2; ++i) {
            try {
                (void)_tokens->get(_fixture->caller(), id, 0s, _fixture->source);
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
        CPPUNIT_ASSERT_EQUAL_MESSAGE(
            "its tokens stay", std::string("refresh-2"),
            revealed(_fixture->store().accounts().findTokens(id).value().refreshToken));
    }

    void testLostScopeIsSeenThoughNobodyMarkedIt() {
        const auto id = linkRequiring({"read:jira-work"});
        // As if the process had ended between the refresh and the verdict on it.
        CPPUNIT_ASSERT(_fixture->store().accounts().replaceTokens(
            id, 1, store::makeTokens("2", _fixture->now()), {"read:me"}, _fixture->now()));
        const auto refused =
            refusalOf([&] { (void)_tokens->get(_fixture->caller(), id, 0s, _fixture->source); });
        CPPUNIT_ASSERT(refused && refused->reason == "scopes_missing");
    }

    void testRelinkBringsTheScopeBack() {
        const auto id = linkRequiring({"read:jira-work"});
        CPPUNIT_ASSERT(_fixture->store().accounts().replaceTokens(
            id, 1, store::makeTokens("2", _fixture->now()), {"read:me"}, _fixture->now()));
        (void)refusalOf([&] { (void)_tokens->get(_fixture->caller(), id, 0s, _fixture->source); });
        auto link = store::makeLink("again", _fixture->now(), "carol");
        link.requiredScopes = {"read:jira-work"};
        (void)_fixture->store().links().deliver(
            store::stageLink(_fixture->base, link, store::makeGrant("again", _fixture->now(), "person-c")),
            base::AccountId("acc_unused"), {}, _fixture->now());
        const auto held = _tokens->get(_fixture->caller(), id, 0s, _fixture->source);
        CPPUNIT_ASSERT_EQUAL(std::string("access-again"), revealed(held.tokens.accessToken));
    }

private:
    [[nodiscard]] int refreshes() const { return _fixture->provider.refreshes; }

    // An account of the subject carol whose client can't do without those scopes.
    base::AccountId linkRequiring(const std::vector<std::string>& scopes) {
        auto link = store::makeLink("c", _fixture->now(), "carol");
        link.requiredScopes = scopes;
        const auto grant = store::makeGrant("c", _fixture->now(), "person-c");
        return _fixture->store()
            .links()
            .deliver(store::stageLink(_fixture->base, link, grant), base::AccountId("acc_c"), {},
                     _fixture->now())
            .account.id;
    }

    std::unique_ptr<ServiceFixture> _fixture;
    std::unique_ptr<TokenService> _tokens;
};

CPPUNIT_TEST_SUITE_REGISTRATION(LostScopeTest);
