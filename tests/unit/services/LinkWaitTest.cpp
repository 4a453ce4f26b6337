// SPDX-License-Identifier: Apache-2.0
// Polls that wait for the link to change: who may wait, what ends it, and the pace around it.
#include "HookedRepositories.h"
#include "ServiceFixture.h"
#include "central_oauth/domain/Link.h"
#include "central_oauth/services/LinkRules.h"
#include "central_oauth/services/LinkService.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using base::ErrorCode;
using domain::EndReason;

class LinkWaitTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LinkWaitTest);
    CPPUNIT_TEST(testPendingPollIsHeld);
    CPPUNIT_TEST(testWaitIsNotLongerThanTheLinkLives);
    CPPUNIT_TEST(testHeldPollIsAnsweredOnce);
    CPPUNIT_TEST(testGrantAndEndsAreToldWithoutWaiting);
    CPPUNIT_TEST(testCancelWakes);
    CPPUNIT_TEST(testDeliveryWakes);
    CPPUNIT_TEST(testPurgeWakesExpiredLinks);
    CPPUNIT_TEST(testChangeJustBeforeTheWaitIsSeen);
    CPPUNIT_TEST(testLinkThatVanishesBeforeTheWaitIsUnknown);
    CPPUNIT_TEST(testWaitMustNotComeTooSoon);
    CPPUNIT_TEST(testSecondPollIsRefusedWhileOneIsHeld);
    CPPUNIT_TEST(testPollAfterACompletedWaitIsWelcome);
    CPPUNIT_TEST(testPollAfterACutWaitIsPaced);
    CPPUNIT_TEST(testVanishedPollFreesTheLink);
    CPPUNIT_TEST(testApprovedLinkIsNeverSlowedDown);
    CPPUNIT_TEST(testStrangersHoldNothing);
    CPPUNIT_TEST(testPeekBesideAHeldPollIsRefusedLikeAPoll);
    CPPUNIT_TEST(testPeekIsPacedLikeAPoll);
    CPPUNIT_TEST(testPollsThatAreTooSoonNeverReachTheStore);
    CPPUNIT_TEST(testEndIsToldAtAnyPace);
    CPPUNIT_TEST_SUITE_END();

    static constexpr PollWait full{30s, false};
    static constexpr PollWait over{30s, true};

public:
    void setUp() override {
        _fixture = std::make_unique<ServiceFixture>();
        _links = std::make_unique<HookedLinks>(_fixture->store().links());
        _news = std::make_unique<LinkNews>(_fixture->news());
        _service = std::make_unique<LinkService>(
            LinkService::Parts{*_links, _fixture->store().accounts(), _fixture->catalog, _fixture->hasher,
                               _fixture->base.clock, _fixture->changes, _fixture->verifiers, *_news});
        _link = _service->create(_fixture->caller(), {}, _fixture->source);
    }

    void testPendingPollIsHeld() {
        const auto held = poll(full);
        CPPUNIT_ASSERT(held.state == PollState::held);
        CPPUNIT_ASSERT(held.atMost == 30s);
        CPPUNIT_ASSERT(held.change && !held.change->fired());
    }

    void testWaitIsNotLongerThanTheLinkLives() {
        _fixture->advance(593s);
        CPPUNIT_ASSERT(poll(full).atMost == 7s);
        CPPUNIT_ASSERT(poll({3s, false}).atMost == 3s);
        _fixture->advance(7s);
        ASSERT_REFUSED(ErrorCode::expiredToken, poll(full));
    }

    void testHeldPollIsAnsweredOnce() {
        const auto held = poll(full);
        pass(30s);
        const auto answer = poll(over);
        CPPUNIT_ASSERT(answer.state == PollState::pending);
        CPPUNIT_ASSERT(answer.interval == 5s);
        CPPUNIT_ASSERT(!answer.change);
    }

    void testGrantAndEndsAreToldWithoutWaiting() {
        stage();
        for (const auto& wait : {full, over})
            CPPUNIT_ASSERT(poll(wait).state == PollState::delivered);
        setUp();
        CPPUNIT_ASSERT(links().end(_link.link.id, EndReason::declined, _fixture->now()));
        for (const auto& wait : {full, over})
            ASSERT_REFUSED(ErrorCode::accessDenied, poll(wait));
    }

    void testCancelWakes() {
        const auto held = poll(full);
        _service->cancel(_link.code, PollCredential::ofSecret((_link.secret)), _fixture->source);
        CPPUNIT_ASSERT(held.change->fired());
        const auto refused = refusalOf([&] { (void)poll(over); });
        CPPUNIT_ASSERT(refused && refused->reason == "cancelled");
    }

    void testDeliveryWakes() {
        const auto held = poll(full);
        stage();
        CPPUNIT_ASSERT(poll({}).state == PollState::delivered);
        CPPUNIT_ASSERT(held.change->fired());
    }

    void testPurgeWakesExpiredLinks() {
        const auto held = poll(full);
        _fixture->advance(599s);
        _service->purge();
        CPPUNIT_ASSERT(!held.change->fired());
        _fixture->advance(1s);
        _service->purge();
        CPPUNIT_ASSERT(held.change->fired());
        ASSERT_REFUSED(ErrorCode::expiredToken, poll(over));
    }

    // Between the first look at the link and the beginning of the wait nobody is told of anything.
    void testChangeJustBeforeTheWaitIsSeen() {
        _links->hook = onSecondLook([this] { stage(); });
        CPPUNIT_ASSERT(poll(full).state == PollState::delivered);
        setUp();
        _links->hook = onSecondLook(
            [this] { CPPUNIT_ASSERT(links().end(_link.link.id, EndReason::declined, _fixture->now())); });
        ASSERT_REFUSED(ErrorCode::accessDenied, poll(full));
        CPPUNIT_ASSERT(!_fixture->changes.isAwaited(_link.link.id));
    }

    void testLinkThatVanishesBeforeTheWaitIsUnknown() {
        _links->hook = onSecondLook([this] { (void)links().purge(deliveryRule, _fixture->now() + 48h); });
        ASSERT_REFUSED(ErrorCode::notFound, poll(full));
        CPPUNIT_ASSERT(!_fixture->changes.isAwaited(_link.link.id));
    }

    void testWaitMustNotComeTooSoon() {
        (void)poll({});
        _fixture->advance(4s);
        expectSlowDown(10s, full);
        CPPUNIT_ASSERT_MESSAGE("a refused poll holds nothing", !_fixture->changes.isAwaited(_link.link.id));
        _fixture->advance(10s);
        CPPUNIT_ASSERT(poll(full).state == PollState::held);
    }

    void testSecondPollIsRefusedWhileOneIsHeld() {
        const auto held = poll(full);
        _fixture->advance(15s);
        expectSlowDown(10s, full);
        _fixture->advance(15s);
        expectSlowDown(15s, {});
        CPPUNIT_ASSERT_MESSAGE("the first one is not disturbed", !held.change->fired());
        CPPUNIT_ASSERT(_fixture->changes.isAwaited(_link.link.id));
        pass(30s);
        CPPUNIT_ASSERT_MESSAGE("a whole wait shortens the interval", poll(over).interval == 10s);
        CPPUNIT_ASSERT(poll(full).state == PollState::held);
    }

    void testPollAfterACompletedWaitIsWelcome() {
        for (int i = 0; i < 3; ++i) {
            const auto held = poll(full);
            CPPUNIT_ASSERT(held.state == PollState::held);
            pass(30s);
            (void)poll(over);
        }
        CPPUNIT_ASSERT(poll({}).state == PollState::pending);
        expectSlowDown(10s, {});
    }

    // Resumed before its time and without news: the server stops or holds too many.
    void testPollAfterACutWaitIsPaced() {
        const auto held = poll(full);
        pass(1s);
        CPPUNIT_ASSERT(poll(over).state == PollState::pending);
        expectSlowDown(10s, full);
    }

    void testVanishedPollFreesTheLink() {
        auto gone = poll(full);
        gone.change.reset();
        const auto held = poll(full);
        CPPUNIT_ASSERT(held.state == PollState::held);
        pass(30s);
        (void)poll(over);
        CPPUNIT_ASSERT_MESSAGE("even while the old signal lives", poll(full).state == PollState::held);
    }

    void testApprovedLinkIsNeverSlowedDown() {
        (void)poll({});
        approve();
        for (int i = 0; i < 3; ++i)
            CPPUNIT_ASSERT(poll({}).state == PollState::pending);
        const auto held = poll(full);
        CPPUNIT_ASSERT(held.state == PollState::held);
        for (const auto& wait : {PollWait{}, full}) {
            const auto beside = poll(wait);
            CPPUNIT_ASSERT_MESSAGE("answered, but not held beside the other",
                                   beside.state == PollState::pending && beside.interval == 5s);
        }
        CPPUNIT_ASSERT(!held.change->fired());
    }

    void testStrangersHoldNothing() {
        const auto other = _service->create(_fixture->caller(), {"", "two", "", ""}, _fixture->source);
        ASSERT_REFUSED(
            ErrorCode::notFound,
            _service->poll(_link.code, PollCredential::ofSecret((other.secret)), _fixture->source, full));
        CPPUNIT_ASSERT(!_fixture->changes.isAwaited(_link.link.id));
        CPPUNIT_ASSERT(!_fixture->changes.isAwaited(other.link.id));
    }

    void testPeekBesideAHeldPollIsRefusedLikeAPoll() {
        const auto held = poll(full);
        ASSERT_REFUSED(ErrorCode::slowDown, peek());
        approve();
        CPPUNIT_ASSERT(peek().state == PollState::pending);
        CPPUNIT_ASSERT(_fixture->changes.isAwaited(_link.link.id));
    }

    void testPeekIsPacedLikeAPoll() {
        CPPUNIT_ASSERT(peek().interval == 5s);
        ASSERT_REFUSED(ErrorCode::slowDown, peek());
        expectSlowDown(15s, {});
        _fixture->advance(15s);
        CPPUNIT_ASSERT_MESSAGE("it says the interval that is in force", peek().interval == 10s);
        expectSlowDown(15s, {});
    }

    void testPollsThatAreTooSoonNeverReachTheStore() {
        (void)poll({});
        const auto never = [](const std::string& called) { CPPUNIT_FAIL(called); };
        _links->hook = never;
        expectSlowDown(10s, {});
        expectSlowDown(15s, full);
        ASSERT_REFUSED(ErrorCode::slowDown, peek());
        _links->hook = [](const std::string&) {};
        _fixture->advance(60s);
        const auto held = poll(full);
        CPPUNIT_ASSERT(held.state == PollState::held);
        _links->hook = never;
        ASSERT_REFUSED(ErrorCode::slowDown, poll({}));
    }

    void testEndIsToldAtAnyPace() {
        (void)poll({});
        _service->cancel(_link.code, PollCredential::ofSecret(_link.secret), _fixture->source);
        ASSERT_REFUSED(ErrorCode::accessDenied, poll({}));
        setUp();
        _fixture->advance(599s);
        (void)poll({});
        _fixture->advance(1s);
        ASSERT_REFUSED(ErrorCode::expiredToken, poll({}));
    }

private:
    [[nodiscard]] store::LinkRepository& links() { return _fixture->store().links(); }

    PollResult poll(const PollWait& wait) {
        return _service->poll(_link.code, PollCredential::ofSecret((_link.secret)), _fixture->source, wait);
    }

    PollResult peek() {
        return _service->peek(_link.code, PollCredential::ofSecret(_link.secret), _fixture->source);
    }

    // Time passes on both clocks.
    void pass(std::chrono::seconds time) {
        _fixture->steady += time;
        _fixture->advance(time);
    }

    void expectSlowDown(std::chrono::seconds interval, const PollWait& wait) {
        const auto refused = refusalOf([&] { (void)poll(wait); });
        CPPUNIT_ASSERT(refused && refused->code == ErrorCode::slowDown);
        CPPUNIT_ASSERT_EQUAL(interval.count(), refused->retryAfter.value().count());
    }

    // Before the link is read again.
    static Hook onSecondLook(const std::function<void()>& action) {
        return [action, looks = 0](const std::string& called) mutable {
            if (called == "find" && ++looks == 2)
                action();
        };
    }

    void approve() {
        CPPUNIT_ASSERT(links().beginAuthorization(_link.link.id, "browser", "state",
                                                  store::makeAuthorization("1"), _fixture->now()));
        _news->approved(_link.link.id);
    }

    // Behind the service's back: nobody is told.
    void stage() {
        approve();
        CPPUNIT_ASSERT(links().stage(_link.link.id, store::makeGrant("1", _fixture->now()), _fixture->now(),
                                     _link.link.expiresAt));
    }

    std::unique_ptr<ServiceFixture> _fixture;
    std::unique_ptr<HookedLinks> _links;
    std::unique_ptr<LinkNews> _news;
    std::unique_ptr<LinkService> _service;
    CreatedLink _link;
};

CPPUNIT_TEST_SUITE_REGISTRATION(LinkWaitTest);
