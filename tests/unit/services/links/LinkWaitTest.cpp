// SPDX-License-Identifier: Apache-2.0
// Tests polls that are held until the link changes: which polls are held, what ends the hold, and the pace
// around the hold.
#include "LinkServiceFixture.h"
#include "central_oauth/services/links/LinkRules.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using base::ErrorCode;
using domain::EndReason;

class LinkWaitTest : public LinkServiceFixture {
    CPPUNIT_TEST_SUITE(LinkWaitTest);
    CPPUNIT_TEST(testPendingPollIsHeld);
    CPPUNIT_TEST(testWaitIsNotLongerThanTheLinkLives);
    CPPUNIT_TEST(testHeldPollIsAnsweredOnce);
    CPPUNIT_TEST(testGrantAndEndsAreAnsweredAtOnce);
    CPPUNIT_TEST(testCancelWakes);
    CPPUNIT_TEST(testGrantWakes);
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
    CPPUNIT_TEST(testEndIsAnsweredAtAnyPace);
    CPPUNIT_TEST_SUITE_END();

    static constexpr PollWait full{30s, false};
    static constexpr PollWait over{30s, true};

public:
    void setUp() override {
        LinkServiceFixture::setUp();
        _link = create();
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

    void testGrantAndEndsAreAnsweredAtOnce() {
        stage();
        for (const auto& wait : {full, over})
            CPPUNIT_ASSERT(poll(wait).state == PollState::delivered);
        setUp();
        end(_link, EndReason::declined);
        for (const auto& wait : {full, over})
            ASSERT_REFUSED(ErrorCode::accessDenied, poll(wait));
    }

    void testCancelWakes() {
        const auto held = poll(full);
        _service->cancel(_link.code, credentialOf(_link), _fixture->origin);
        CPPUNIT_ASSERT(held.change->fired());
        const auto refused = refusalOf([&] { (void)poll(over); });
        CPPUNIT_ASSERT(refused && refused->reason == "cancelled");
    }

    void testGrantWakes() {
        const auto held = poll(full);
        approve();
        CPPUNIT_ASSERT_MESSAGE("a poll would be answered as before", !held.change->fired());
        setUp();
        const auto granted = poll(full);
        stage();
        CPPUNIT_ASSERT(granted.change->fired());
        CPPUNIT_ASSERT(poll(over).state == PollState::delivered);
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

    // A change between the first read of the link and the start of the hold wakes nothing.
    void testChangeJustBeforeTheWaitIsSeen() {
        _fixture->store.hook = onSecondLook([this] { stage(); });
        CPPUNIT_ASSERT(poll(full).state == PollState::delivered);
        setUp();
        _fixture->store.hook = onSecondLook([this] { end(_link, EndReason::declined); });
        ASSERT_REFUSED(ErrorCode::accessDenied, poll(full));
        CPPUNIT_ASSERT(!_held->isHeld(_link.link.id));
    }

    void testLinkThatVanishesBeforeTheWaitIsUnknown() {
        _fixture->store.hook = onSecondLook([this] {
            _fixture->store.transact(
                [&](domain::Transaction& transaction) { transaction.erase(_link.link.id); });
        });
        ASSERT_REFUSED(ErrorCode::notFound, poll(full));
        CPPUNIT_ASSERT(!_held->isHeld(_link.link.id));
    }

    void testWaitMustNotComeTooSoon() {
        (void)poll({});
        _fixture->advance(4s);
        expectSlowDown(10s, full);
        CPPUNIT_ASSERT_MESSAGE("a refused poll holds nothing", !_held->isHeld(_link.link.id));
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
        CPPUNIT_ASSERT(_held->isHeld(_link.link.id));
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

    // The server resumes a poll early and without a change if it stops or holds too many polls.
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
        const auto other = create("two");
        ASSERT_REFUSED(ErrorCode::notFound,
                       _service->poll(_link.code, credentialOf(other), _fixture->origin, full));
        CPPUNIT_ASSERT(!_held->isHeld(_link.link.id));
        CPPUNIT_ASSERT(!_held->isHeld(other.link.id));
    }

    void testPeekBesideAHeldPollIsRefusedLikeAPoll() {
        const auto held = poll(full);
        ASSERT_REFUSED(ErrorCode::slowDown, peek());
        approve();
        CPPUNIT_ASSERT(peek().state == PollState::pending);
        CPPUNIT_ASSERT(_held->isHeld(_link.link.id));
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
        _fixture->store.hook = never;
        expectSlowDown(10s, {});
        expectSlowDown(15s, full);
        ASSERT_REFUSED(ErrorCode::slowDown, peek());
        _fixture->store.hook = nullptr;
        _fixture->advance(60s);
        const auto held = poll(full);
        CPPUNIT_ASSERT(held.state == PollState::held);
        _fixture->store.hook = never;
        ASSERT_REFUSED(ErrorCode::slowDown, poll({}));
    }

    void testEndIsAnsweredAtAnyPace() {
        (void)poll({});
        _service->cancel(_link.code, credentialOf(_link), _fixture->origin);
        ASSERT_REFUSED(ErrorCode::accessDenied, poll({}));
        setUp();
        _fixture->advance(599s);
        (void)poll({});
        _fixture->advance(1s);
        ASSERT_REFUSED(ErrorCode::expiredToken, poll({}));
    }

private:
    PollResult poll(const PollWait& wait) {
        return _service->poll(_link.code, credentialOf(_link), _fixture->origin, wait);
    }

    PollResult peek() { return _service->peek(_link.code, credentialOf(_link), _fixture->origin); }

    // Advances both clocks.
    void pass(std::chrono::seconds time) {
        _steady += time;
        _fixture->advance(time);
    }

    void expectSlowDown(std::chrono::seconds interval, const PollWait& wait) {
        const auto refused = refusalOf([&] { (void)poll(wait); });
        CPPUNIT_ASSERT(refused && refused->code == ErrorCode::slowDown);
        CPPUNIT_ASSERT_EQUAL(interval.count(), refused->retryAfter.value().count());
    }

    // Returns a hook that runs the action before the link is read again.
    static std::function<void(const std::string&)> onSecondLook(const std::function<void()>& action) {
        return [action, looks = 0](const std::string& step) mutable {
            if (step == "read" && ++looks == 2)
                action();
        };
    }

    void approve() { LinkServiceFixture::approve(_link); }
    void stage() { LinkServiceFixture::stage(_link); }

    CreatedLink _link;
};

CPPUNIT_TEST_SUITE_REGISTRATION(LinkWaitTest);
