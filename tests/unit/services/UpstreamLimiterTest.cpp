// SPDX-License-Identifier: Apache-2.0
// Tests the places of UpstreamLimiter: their number is limited, and each place is given once.
#include "central_oauth/services/UpstreamLimiter.h"

#include <cppunit/extensions/HelperMacros.h>
#include <optional>
#include <utility>

using central_oauth::services::UpstreamLimiter;

class UpstreamLimiterTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(UpstreamLimiterTest);
    CPPUNIT_TEST(testLetsInSoManyAndNoMore);
    CPPUNIT_TEST(testMovedPassIsOnePass);
    CPPUNIT_TEST_SUITE_END();

public:
    void testLetsInSoManyAndNoMore() {
        UpstreamLimiter turnstile(2);
        auto first = turnstile.tryEnter();
        const auto second = turnstile.tryEnter();
        CPPUNIT_ASSERT(first && second);
        CPPUNIT_ASSERT(!turnstile.tryEnter());
        first.reset();
        CPPUNIT_ASSERT(turnstile.tryEnter());
    }

    void testMovedPassIsOnePass() {
        UpstreamLimiter turnstile(1);
        {
            auto first = turnstile.tryEnter();
            const auto moved = std::move(first);
            CPPUNIT_ASSERT(!turnstile.tryEnter());
        }
        CPPUNIT_ASSERT(turnstile.tryEnter());
        CPPUNIT_ASSERT(turnstile.tryEnter());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(UpstreamLimiterTest);
