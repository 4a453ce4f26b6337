// SPDX-License-Identifier: Apache-2.0
// Tests deliveries that fail, come too late, or can't be noted.
#include "LinkServiceFixture.h"
#include "central_oauth/services/links/LinkRules.h"

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
    CPPUNIT_TEST(testDeliveryThatCantBeAuditedIsNone);
    CPPUNIT_TEST(testRefusedDeliveriesAreAuditedOnceAMinute);
    CPPUNIT_TEST(testFailedDeliveryKeepsTheStage);
    CPPUNIT_TEST(testPurgeForgetsTheExpiredStage);
    CPPUNIT_TEST_SUITE_END();

public:
    void testUndecryptableStageEndsTheLink() {
        const auto mine = staged();
        _fixture->spoilStage(mine.link.id);
        for (int i = 0; i < 2; ++i) {
            const auto refused = refusalOf([&] { (void)poll(mine); });
            CPPUNIT_ASSERT(refused && refused->code == ErrorCode::accessDenied);
            CPPUNIT_ASSERT_EQUAL(std::string("upstream_error"), refused->reason);
        }
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("link.undecryptable"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), accounts());
    }

    void testLinkThatEndsBeforeItsDeliverySaysWhy() {
        const auto mine = staged();
        _fixture->store.hook = memory::onceBefore("transact", [&] { end(mine, EndReason::declined); });
        const auto refused = refusalOf([&] { (void)poll(mine); });
        CPPUNIT_ASSERT(refused && refused->code == ErrorCode::accessDenied);
        CPPUNIT_ASSERT_EQUAL(std::string("declined"), refused->reason);
    }

    void testLinkThatExpiresBeforeItsDeliverySaysSo() {
        // The last second passes between the two reads of the clock.
        const auto mine = staged();
        TickingClock clock{mine.link.expiresAt - 1s};
        LinkService service({_fixture->store, _fixture->sealer, _fixture->catalog, _fixture->hasher, clock,
                             *_held, *_authenticator, *_live});
        ASSERT_REFUSED(ErrorCode::expiredToken,
                       service.poll(mine.code, credentialOf(mine), _fixture->origin));
    }

    void testDeliveryThatCantBeAuditedIsNone() {
        const auto mine = staged();
        _fixture->store.hook = memory::failing("record");
        ASSERT_REFUSED(ErrorCode::storeUnavailable, poll(mine));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("nothing is delivered without its entry", std::size_t(0), accounts());
        _fixture->store.hook = nullptr;
        const auto delivered = poll(mine);
        CPPUNIT_ASSERT_EQUAL(std::string("access-1"), memory::revealed(delivered.tokens.accessToken));
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("account.linked"));
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
        _fixture->store.hook = memory::failing("commit");
        ASSERT_REFUSED(ErrorCode::storeUnavailable, poll(mine));
        _fixture->store.hook = nullptr;
        const auto delivered = poll(mine);
        CPPUNIT_ASSERT(delivered.state == PollState::delivered);
        CPPUNIT_ASSERT_EQUAL(std::string("access-1"), memory::revealed(delivered.tokens.accessToken));
        CPPUNIT_ASSERT(delivered.tokens.refreshToken.empty());
    }

    void testPurgeForgetsTheExpiredStage() {
        const auto mine = staged();
        _fixture->advance(600s);
        _service->purge();
        const auto stage = memory::stageOf(_fixture->store, mine.link.id);
        CPPUNIT_ASSERT(stage && stage->state == domain::StageState::dropped);
        ASSERT_REFUSED(ErrorCode::expiredToken, poll(mine));
        _fixture->advance(expiredLinkShown);
        ASSERT_REFUSED(ErrorCode::notFound, poll(mine));
        ASSERT_REFUSED(ErrorCode::notFound,
                       _service->cancel(mine.code, credentialOf(mine), _fixture->origin));
    }

private:
    [[nodiscard]] std::size_t accounts() const {
        return _fixture->store.read(
            [](const domain::ReadView& view) { return view.count(domain::AccountFilter{}); });
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LinkDeliveryTest);
