// SPDX-License-Identifier: Apache-2.0
// Each event in each status, against the table of transitions and the rules around it.
#include "central_oauth/domain/LinkLife.h"

#include <cppunit/extensions/HelperMacros.h>
#include <functional>
#include <map>
#include <string>
#include <vector>

using namespace central_oauth::domain;
using namespace std::chrono_literals;

namespace {

constexpr std::array allStatuses{LinkStatus::pending, LinkStatus::authorizing, LinkStatus::choosing,
                                 LinkStatus::staged,  LinkStatus::delivered,   LinkStatus::ended};

const Timestamp created{1'000'000s};

} // namespace

class LinkLifeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LinkLifeTest);
    CPPUNIT_TEST(testEveryEventInEveryStatusGoesByTheTable);
    CPPUNIT_TEST(testRefusedEventsChangeNothing);
    CPPUNIT_TEST(testExpiryStopsThePersonAndTheDelivery);
    CPPUNIT_TEST(testOnlyTheFirstApprovalExtendsTheLife);
    CPPUNIT_TEST(testOnlyTheSameBrowserApprovesAgain);
    CPPUNIT_TEST(testLastTryEndsTheLink);
    CPPUNIT_TEST(testDeliveriesAreCountedAndTimed);
    CPPUNIT_TEST(testExpiryIsNotedOnce);
    CPPUNIT_TEST(testExpiredLinkStaysExpired);
    CPPUNIT_TEST(testEndKeepsReasonCauseAndTime);
    CPPUNIT_TEST_SUITE_END();

public:
    void testEveryEventInEveryStatusGoesByTheTable() {
        for (const auto status : allStatuses) {
            for (const auto& [event, act] : acts()) {
                auto link = linkIn(status);
                const bool done = act(link);
                const auto next = nextStatus(status, event);
                const auto what = std::string(nameOf(status)) + ", " + std::string(nameOf(event));
                CPPUNIT_ASSERT_EQUAL_MESSAGE(what, next.has_value(), done);
                CPPUNIT_ASSERT_MESSAGE(what, link.status == next.value_or(status));
            }
        }
    }

    void testRefusedEventsChangeNothing() {
        for (const auto status : allStatuses) {
            for (const auto& [event, act] : acts()) {
                auto link = linkIn(status);
                const auto before = textOf(link);
                if (!act(link))
                    CPPUNIT_ASSERT_EQUAL_MESSAGE(std::string(nameOf(event)), before, textOf(link));
            }
        }
    }

    void testExpiryStopsThePersonAndTheDelivery() {
        for (const auto& [event, act] : acts(created + 600s)) {
            // A person may decline, and an error may end the link, after the expiry: neither delivers
            // anything. Data delivered in time stays readable as long as the rule says.
            const bool isHarmless = nextStatus(LinkStatus::staged, event) == LinkStatus::ended ||
                                    nextStatus(LinkStatus::pending, event) == LinkStatus::ended ||
                                    event == LinkEvent::enterWrongCode;
            for (const auto status :
                 {LinkStatus::pending, LinkStatus::authorizing, LinkStatus::choosing, LinkStatus::staged}) {
                auto link = linkIn(status);
                if (!isHarmless)
                    CPPUNIT_ASSERT_MESSAGE(std::string(nameOf(event)), !act(link));
            }
        }
    }

    void testOnlyTheFirstApprovalExtendsTheLife() {
        auto link = linkIn(LinkStatus::pending);
        const auto late = link.expiresAt - 1s;
        CPPUNIT_ASSERT(approve(link, "browser", "state 1", late));
        CPPUNIT_ASSERT(link.expiresAt == late + approvedLinkLife);
        const auto later = link.expiresAt - 1s;
        CPPUNIT_ASSERT(approve(link, "browser", "state 2", later));
        CPPUNIT_ASSERT(link.expiresAt == late + approvedLinkLife);
        auto early = linkIn(LinkStatus::pending);
        CPPUNIT_ASSERT(approve(early, "browser", "state", created));
        CPPUNIT_ASSERT(early.expiresAt == created + 600s);
    }

    void testOnlyTheSameBrowserApprovesAgain() {
        auto link = linkIn(LinkStatus::authorizing);
        CPPUNIT_ASSERT(!approve(link, "another", "state", created));
        CPPUNIT_ASSERT(approve(link, "browser", "state 2", created));
        CPPUNIT_ASSERT_EQUAL(std::string("state 2"), link.stateHash);
        link.stateHash.clear(); // the state was returned and used
        CPPUNIT_ASSERT(!approve(link, "browser", "state 3", created));
    }

    void testLastTryEndsTheLink() {
        auto link = linkIn(LinkStatus::pending);
        constexpr int limit = 3;
        for (int tries = 1; tries < limit; ++tries) {
            CPPUNIT_ASSERT(enterWrongCode(link, limit, created));
            CPPUNIT_ASSERT_EQUAL(tries, link.wrongEntries);
            CPPUNIT_ASSERT(link.status == LinkStatus::pending);
        }
        CPPUNIT_ASSERT(enterWrongCode(link, limit, created));
        CPPUNIT_ASSERT(link.status == LinkStatus::ended);
        CPPUNIT_ASSERT(link.reason == EndReason::tooManyEntries);
        CPPUNIT_ASSERT(!enterWrongCode(link, limit, created));
        CPPUNIT_ASSERT_EQUAL(limit, link.wrongEntries);
    }

    void testDeliveriesAreCountedAndTimed() {
        constexpr DeliveryRule rule{3, 60s};
        auto link = linkIn(LinkStatus::staged);
        CPPUNIT_ASSERT(!deliverAgain(link, rule, created));
        CPPUNIT_ASSERT(deliver(link, AccountId("acc_1"), created));
        CPPUNIT_ASSERT(!deliver(link, AccountId("acc_2"), created));
        CPPUNIT_ASSERT_EQUAL(std::string("acc_1"), link.account.value());
        CPPUNIT_ASSERT(deliverAgain(link, rule, created + 60s));
        CPPUNIT_ASSERT(!deliverAgain(link, rule, created + 61s));
        CPPUNIT_ASSERT(mayBeReadAgain(link, rule, created));
        CPPUNIT_ASSERT(deliverAgain(link, rule, created));
        CPPUNIT_ASSERT(!mayBeReadAgain(link, rule, created));
        CPPUNIT_ASSERT(!deliverAgain(link, rule, created));
        CPPUNIT_ASSERT_EQUAL(3, link.reads);
    }

    void testExpiryIsNotedOnce() {
        for (const auto status : allStatuses) {
            auto link = linkIn(status);
            link.endedAt.reset();
            CPPUNIT_ASSERT(!noteExpiry(link, link.expiresAt - 1s));
            CPPUNIT_ASSERT_EQUAL(isUnfinished(status), noteExpiry(link, link.expiresAt + 5s));
            CPPUNIT_ASSERT(!noteExpiry(link, link.expiresAt + 5s));
            CPPUNIT_ASSERT(link.endedAt ==
                           (isUnfinished(status) ? std::optional(link.expiresAt) : std::nullopt));
        }
    }

    void testEndKeepsReasonCauseAndTime() {
        auto link = linkIn(LinkStatus::authorizing);
        CPPUNIT_ASSERT(end(link, EndReason::upstreamError, created + 7s, EndCause::busy));
        CPPUNIT_ASSERT(link.reason == EndReason::upstreamError);
        CPPUNIT_ASSERT(link.cause == EndCause::busy);
        CPPUNIT_ASSERT(link.endedAt == created + 7s);
        CPPUNIT_ASSERT_MESSAGE("a state that comes back late finds nothing", link.stateHash.empty());
    }

    // A poll may have reported that the link expired; only the person's withdrawal of a grant still counts.
    void testExpiredLinkStaysExpired() {
        const auto acted = acts(created + 600s);
        for (const auto status : unfinishedStatuses()) {
            for (const auto& [event, act] : acted) {
                if (event == LinkEvent::undo || event == LinkEvent::decline)
                    continue;
                auto link = linkIn(status);
                const auto before = textOf(link);
                CPPUNIT_ASSERT_MESSAGE(std::string(nameOf(event)), !act(link));
                CPPUNIT_ASSERT_EQUAL(before, textOf(link));
            }
        }
    }

private:
    using Act = std::function<bool(Link&)>;

    // Returns for each event the function that causes it.
    static std::map<LinkEvent, Act> acts(Timestamp now = created) {
        constexpr int manyTries = 5;
        constexpr DeliveryRule rule{3, 60s};
        return {
            {LinkEvent::enterWrongCode, [=](Link& link) { return enterWrongCode(link, manyTries, now); }},
            {LinkEvent::loseTries, [=](Link& link) { return end(link, EndReason::tooManyEntries, now); }},
            {LinkEvent::approve, [=](Link& link) { return approve(link, "browser", "state", now); }},
            {LinkEvent::grant, [=](Link& link) { return grant(link, false, now, now + 120s); }},
            {LinkEvent::grantSites, [=](Link& link) { return grant(link, true, now, now + 120s); }},
            {LinkEvent::chooseSite, [=](Link& link) { return chooseSite(link, now, now + 120s); }},
            {LinkEvent::fail, [=](Link& link) { return end(link, EndReason::noSite, now); }},
            {LinkEvent::decline,
             [=](Link& link) {
                 return end(link, EndReason::declined, now) || withdraw(link, EndReason::declined, now);
             }},
            {LinkEvent::cancel, [=](Link& link) { return end(link, EndReason::cancelled, now); }},
            {LinkEvent::deliver,
             [=](Link& link) {
                 return deliver(link, AccountId("acc_1"), now) || deliverAgain(link, rule, now);
             }},
            {LinkEvent::undo, [=](Link& link) { return withdraw(link, EndReason::undone, now); }},
        };
    }

    static Link linkIn(LinkStatus status) {
        Link link;
        link.id = LinkId("lnk_1");
        link.status = status;
        link.createdAt = created;
        link.expiresAt = created + 600s;
        if (status != LinkStatus::pending)
            link.browserHash = "browser";
        if (status == LinkStatus::authorizing)
            link.stateHash = "state";
        if (status == LinkStatus::delivered) {
            link.account = AccountId("acc_1");
            link.firstDeliveredAt = created;
            link.reads = 1;
        }
        if (status == LinkStatus::ended) {
            link.reason = EndReason::declined;
            link.endedAt = created;
        }
        return link;
    }

    static std::string textOf(const Link& link) {
        const auto seconds = [](const std::optional<Timestamp>& time) {
            return time ? std::to_string(time->time_since_epoch().count()) : std::string("-");
        };
        std::string text(nameOf(link.status));
        text += link.reason ? std::string(nameOf(*link.reason)) : "-";
        text += link.cause ? std::string(nameOf(*link.cause)) : "-";
        for (const auto& part :
             {link.browserHash, link.stateHash, std::to_string(link.wrongEntries), seconds(link.grantedAt),
              seconds(link.endedAt), link.account.value(), seconds(link.firstDeliveredAt),
              std::to_string(link.reads), seconds(link.expiresAt)})
            text += ';' + part;
        return text;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LinkLifeTest);
