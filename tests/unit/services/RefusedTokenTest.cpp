// SPDX-License-Identifier: Apache-2.0
// A token that upstream refuses although its time is not over.
#include "ServiceFixture.h"
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

class RefusedTokenTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RefusedTokenTest);
    CPPUNIT_TEST(testRefusedTokenIsReplacedThoughItLives);
    CPPUNIT_TEST(testRefusedTokenIsReplacedOnce);
    CPPUNIT_TEST(testRefusedTokenIsNotServedWhileUpstreamFails);
    CPPUNIT_TEST(testPeekAsksNobody);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _fixture = std::make_unique<ServiceFixture>();
        _account = store::linkAccount(_fixture->base, "1");
        auto& store = _fixture->store();
        _tokens = std::make_unique<TokenService>(
            TokenService::Parts{store.accounts(), store.audit(), _fixture->catalog, _fixture->base.clock,
                                _fixture->base.logger, _fixture->upstream, _fixture->limits});
    }

    void testRefusedTokenIsReplacedThoughItLives() {
        CPPUNIT_ASSERT_EQUAL(std::string("access-new"), replaced(1));
        CPPUNIT_ASSERT_EQUAL(std::string("access-new"), token());
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
    }

    void testRefusedTokenIsReplacedOnce() {
        (void)replaced(1);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("it is replaced already", std::string("access-new"), replaced(1));
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
    }

    void testRefusedTokenIsNotServedWhileUpstreamFails() {
        _fixture->provider.onRefresh = [](const auto&) -> provider::TokenSet {
            throw ProviderError(ProviderErrorKind::transient, "down");
        };
        ASSERT_REFUSED(ErrorCode::providerUnavailable, replaced(1));
        ASSERT_REFUSED(ErrorCode::providerUnavailable, replaced(1));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("upstream is left alone", 1, refreshes());
        CPPUNIT_ASSERT_EQUAL_MESSAGE("nobody else has seen it refused", std::string("access-1"), token());
    }

    void testPeekAsksNobody() {
        _fixture->advance(3600s);
        const auto held = _tokens->peek(_fixture->caller(), _account, _fixture->source);
        CPPUNIT_ASSERT_EQUAL(std::string("access-1"), revealed(held.tokens.accessToken));
        CPPUNIT_ASSERT(!_tokens->isAlive(held));
        CPPUNIT_ASSERT_EQUAL(0, refreshes());
        ASSERT_REFUSED(ErrorCode::insufficientScope,
                       _tokens->peek(_fixture->callerWith({"accounts"}), _account, _fixture->source));
    }

private:
    [[nodiscard]] int refreshes() const { return _fixture->provider.refreshes; }
    [[nodiscard]] std::string replaced(std::int64_t version) {
        return revealed(_tokens->replaceRefused(_fixture->caller(), _account, version, _fixture->source)
                            .tokens.accessToken);
    }
    [[nodiscard]] std::string token() {
        return revealed(_tokens->get(_fixture->caller(), _account, 0s, _fixture->source).tokens.accessToken);
    }

    std::unique_ptr<ServiceFixture> _fixture;
    base::AccountId _account;
    std::unique_ptr<TokenService> _tokens;
};

CPPUNIT_TEST_SUITE_REGISTRATION(RefusedTokenTest);
