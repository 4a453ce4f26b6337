// SPDX-License-Identifier: Apache-2.0
// Tests tokens that upstream refuses although they have not expired.
#include "TokenFixture.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using base::ErrorCode;
using memory::revealed;
using provider::ProviderErrorKind;

class RefusedTokenTest : public TokenFixture {
    CPPUNIT_TEST_SUITE(RefusedTokenTest);
    CPPUNIT_TEST(testRefusedTokenIsReplacedThoughItLives);
    CPPUNIT_TEST(testRefusedTokenIsReplacedOnce);
    CPPUNIT_TEST(testRefusedTokenIsNotServedWhileUpstreamFails);
    CPPUNIT_TEST(testPeekAsksNobody);
    CPPUNIT_TEST_SUITE_END();

public:
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
        failRefreshes(ProviderErrorKind::transient);
        ASSERT_REFUSED(ErrorCode::providerUnavailable, replaced(1));
        ASSERT_REFUSED(ErrorCode::providerUnavailable, replaced(1));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("upstream is left alone", 1, refreshes());
        CPPUNIT_ASSERT_EQUAL_MESSAGE("nobody else has seen it refused", std::string("access-1"), token());
    }

    void testPeekAsksNobody() {
        _fixture->advance(3600s);
        const auto held = tokens().peek(_fixture->caller(), _account, _fixture->origin);
        CPPUNIT_ASSERT_EQUAL(std::string("access-1"), revealed(held.tokens.accessToken));
        CPPUNIT_ASSERT(!tokens().isAlive(held));
        CPPUNIT_ASSERT_EQUAL(0, refreshes());
        ASSERT_REFUSED(ErrorCode::insufficientScope,
                       tokens().peek(_fixture->callerWith({"accounts"}), _account, _fixture->origin));
    }

private:
    [[nodiscard]] std::string replaced(std::int64_t version) {
        return revealed(_services->replaceRefused(_fixture->caller(), _account, version, _fixture->origin)
                            .tokens.accessToken);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RefusedTokenTest);
