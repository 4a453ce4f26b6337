// SPDX-License-Identifier: Apache-2.0
// Deliveries that fail, come too late, or can't be noted.
#include "LinkServiceFixture.h"
#include "central_oauth/crypto/Credential.h"
#include "central_oauth/crypto/Digest.h"
#include "central_oauth/domain/AuditEntry.h"
#include "central_oauth/domain/Link.h"
#include "central_oauth/services/LinkRules.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using base::ErrorCode;
using domain::EndReason;
using domain::LinkStatus;

class LinkDeliveryTest : public LinkServiceFixture {
    CPPUNIT_TEST_SUITE(LinkDeliveryTest);
    CPPUNIT_TEST(testUndecryptableStageEndsTheLink);
    CPPUNIT_TEST(testLinkThatEndsBeforeItsDeliverySaysWhy);
    CPPUNIT_TEST(testLinkThatExpiresBeforeItsDeliverySaysSo);
    CPPUNIT_TEST(testDeliveryThatCantBeAuditedIsReadAgain);
    CPPUNIT_TEST(testRefusedDeliveriesAreAuditedOnceAMinute);
    CPPUNIT_TEST(testFailedDeliveryKeepsTheStage);
    CPPUNIT_TEST(testPurgeForgetsTheExpiredStage);
    CPPUNIT_TEST_SUITE_END();

public:
    void testUndecryptableStageEndsTheLink() {
        const auto mine = staged();
        CPPUNIT_ASSERT_EQUAL(std::size_t(1),
                             _fixture->base.tamper("UPDATE links SET staged_grant = zeroblob(200)"));
        makeService();
        for (int i = 0; i < 2; ++i) {
            const auto refused = refusalOf([&] { (void)poll(mine); });
            CPPUNIT_ASSERT(refused && refused->code == ErrorCode::accessDenied);
            CPPUNIT_ASSERT_EQUAL(std::string("upstream_error"), refused->reason);
        }
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("link.undecryptable"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), _fixture->base.number("SELECT COUNT(*) FROM accounts"));
    }

    void testLinkThatEndsBeforeItsDeliverySaysWhy() {
        const auto mine = staged();
        _links->hook = [&](const std::string& called) {
            if (called == "deliver")
                CPPUNIT_ASSERT(links().end(mine.link.id, EndReason::declined, _fixture->now()));
        };
        const auto refused = refusalOf([&] { (void)poll(mine); });
        CPPUNIT_ASSERT(refused && refused->code == ErrorCode::accessDenied);
        CPPUNIT_ASSERT_EQUAL(std::string("declined"), refused->reason);
    }

    void testLinkThatExpiresBeforeItsDeliverySaysSo() {
        // The last second passes between the two looks at the clock.
        const auto mine = staged();
        TickingClock clock{mine.link.expiresAt - 1s};
        auto late = parts(_fixture->catalog);
        LinkService service({late.links, late.accounts, late.providers, late.hasher, clock, late.changes,
                             late.verifiers, late.news});
        ASSERT_REFUSED(ErrorCode::expiredToken,
                       service.poll(mine.code, credentialOf(mine), _fixture->source));
    }

    void testDeliveryThatCantBeAuditedIsReadAgain() {
        const auto mine = staged();
        BrokenAudit broken;
        const LinkNews news(broken, _fixture->changes, _fixture->verifiers, _fixture->base.clock);
        const auto usual = parts(_fixture->catalog);
        LinkService service({usual.links, usual.accounts, usual.providers, usual.hasher, usual.clock,
                             usual.changes, usual.verifiers, news});
        ASSERT_REFUSED(ErrorCode::storeUnavailable,
                       service.poll(mine.code, credentialOf(mine), _fixture->source));
        const auto again = poll(mine);
        CPPUNIT_ASSERT_EQUAL(std::string("access-1"), store::revealed(again.tokens.accessToken));
    }

    void testRefusedDeliveriesAreAuditedOnceAMinute() {
        const auto mine = staged();
        for (int i = 0; i < 3; ++i)
            (void)poll(mine);
        for (int i = 0; i < 3; ++i)
            ASSERT_REFUSED(ErrorCode::alreadyDelivered, poll(mine));
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("account.linked"));
        CPPUNIT_ASSERT_EQUAL(2, _fixture->audited("link.delivered_again"));
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("link.delivery_refused"));
        _fixture->advance(60s);
        ASSERT_REFUSED(ErrorCode::alreadyDelivered, poll(mine));
        CPPUNIT_ASSERT_EQUAL(2, _fixture->audited("link.delivery_refused"));
    }

    void testFailedDeliveryKeepsTheStage() {
        const auto mine = staged();
        _links->hook = failing("deliver");
        ASSERT_REFUSED(ErrorCode::storeUnavailable, poll(mine));
        _links->hook = [](const auto&) {};
        const auto delivered = poll(mine);
        CPPUNIT_ASSERT(delivered.state == PollState::delivered);
        CPPUNIT_ASSERT_EQUAL(std::string("access-1"), store::revealed(delivered.tokens.accessToken));
        CPPUNIT_ASSERT(delivered.tokens.refreshToken.empty());
    }

    void testPurgeForgetsTheExpiredStage() {
        const auto mine = staged();
        _fixture->advance(600s);
        _service->purge();
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t(0),
            _fixture->base.number("SELECT COUNT(*) FROM links WHERE staged_grant IS NOT NULL"));
        ASSERT_REFUSED(ErrorCode::expiredToken, poll(mine));
        _fixture->advance(expiredLinkShown);
        ASSERT_REFUSED(ErrorCode::notFound, poll(mine));
        ASSERT_REFUSED(ErrorCode::notFound,
                       _service->cancel(mine.code, credentialOf(mine), _fixture->source));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LinkDeliveryTest);
