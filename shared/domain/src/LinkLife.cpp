// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/domain/LinkLife.h"

#include "central_oauth/base/EnumNames.h"

#include <algorithm>
#include <utility>

namespace central_oauth::domain {

namespace {

constexpr base::EnumNames<LinkEvent, 11> events{{
    {LinkEvent::enterWrongCode, "enters a wrong code"},
    {LinkEvent::loseTries, "uses up the tries"},
    {LinkEvent::approve, "approves"},
    {LinkEvent::grant, "upstream grants"},
    {LinkEvent::grantSites, "upstream grants several sites"},
    {LinkEvent::chooseSite, "chooses a site"},
    {LinkEvent::fail, "upstream fails"},
    {LinkEvent::decline, "declines"},
    {LinkEvent::cancel, "creator cancels"},
    {LinkEvent::deliver, "delivery"},
    {LinkEvent::undo, "undoes"},
}};
static_assert(base::isComplete(events, LinkEvent::undo));

constexpr bool isFinal(LinkStatus status) {
    for (const auto& row : linkTransitions)
        if (row.from == status)
            return false;
    return true;
}

constexpr bool onlyLeadsTo(LinkEvent event, LinkStatus status) {
    for (const auto& row : linkTransitions)
        if (row.event == event && row.to != status)
            return false;
    return true;
}

constexpr bool isOnlyReachedFrom(LinkStatus to, LinkStatus from) {
    for (const auto& row : linkTransitions)
        if (row.to == to && row.from != from && row.from != to)
            return false;
    return true;
}

constexpr bool hasNoRowTwice() {
    for (std::size_t i = 0; i < linkTransitions.size(); ++i)
        for (std::size_t k = 0; k < i; ++k)
            if (linkTransitions[i].from == linkTransitions[k].from &&
                linkTransitions[i].event == linkTransitions[k].event)
                return false;
    return true;
}

// The creator can cancel, and the account can go, until the link is delivered.
constexpr bool canAlwaysBeCancelled() {
    for (const auto status :
         {LinkStatus::pending, LinkStatus::authorizing, LinkStatus::choosing, LinkStatus::staged})
        if (nextStatus(status, LinkEvent::cancel) != LinkStatus::ended)
            return false;
    return true;
}

static_assert(hasNoRowTwice());
static_assert(isFinal(LinkStatus::ended), "an ended link is final");
static_assert(isOnlyReachedFrom(LinkStatus::delivered, LinkStatus::staged), "no delivery without a grant");
static_assert(isOnlyReachedFrom(LinkStatus::authorizing, LinkStatus::pending),
              "no consent without a typed code");
static_assert(onlyLeadsTo(LinkEvent::decline, LinkStatus::ended), "declining ends the link");
static_assert(onlyLeadsTo(LinkEvent::undo, LinkStatus::ended));
static_assert(onlyLeadsTo(LinkEvent::fail, LinkStatus::ended));
static_assert(canAlwaysBeCancelled());

constexpr LinkEvent eventOf(EndReason reason) {
    switch (reason) {
    case EndReason::declined:
        return LinkEvent::decline;
    case EndReason::cancelled:
        return LinkEvent::cancel;
    case EndReason::tooManyEntries:
        return LinkEvent::loseTries;
    case EndReason::undone:
        return LinkEvent::undo;
    case EndReason::upstreamError:
    case EndReason::differentPerson:
    case EndReason::siteNotAllowed:
    case EndReason::noSite:
    case EndReason::scopesMissing:
    case EndReason::noRefreshToken:
        break;
    }
    return LinkEvent::fail;
}

bool hasExpired(const Link& link, Timestamp now) {
    return link.expiresAt <= now || isIssuerOver(link, now);
}

Timestamp capped(const Link& link, Timestamp time) {
    return std::min(time, link.issuerEnds.value_or(time));
}

bool move(Link& link, LinkEvent event) {
    const auto next = nextStatus(link.status, event);
    link.status = next.value_or(link.status);
    return next.has_value();
}

bool endBy(Link& link, EndReason reason, Timestamp now, std::optional<EndCause> cause) {
    if (!move(link, eventOf(reason)))
        return false;
    link.reason = reason;
    link.cause = cause;
    link.endedAt = now;
    link.stateHash.clear();
    return true;
}

} // namespace

std::string_view nameOf(LinkEvent event) noexcept {
    return base::nameIn(events, event);
}

std::optional<Timestamp> liveUntil(const Link& link) noexcept {
    const bool isLive = isUnfinished(link.status) && !link.endedAt;
    return isLive ? std::optional(link.expiresAt) : std::nullopt;
}

const std::set<LinkStatus>& unfinishedStatuses() {
    static const std::set<LinkStatus> all{LinkStatus::pending, LinkStatus::authorizing, LinkStatus::choosing,
                                          LinkStatus::staged};
    return all;
}

bool isIssuerOver(const Link& link, Timestamp now) noexcept {
    return link.issuerEnds && *link.issuerEnds <= now;
}

bool end(Link& link, EndReason reason, Timestamp now, std::optional<EndCause> cause) {
    return isUnfinished(link.status) && !hasExpired(link, now) && endBy(link, reason, now, cause);
}

bool enterWrongCode(Link& link, int limit, Timestamp now) {
    if (hasExpired(link, now) || !move(link, LinkEvent::enterWrongCode))
        return false;
    ++link.wrongEntries;
    if (link.wrongEntries >= limit)
        static_cast<void>(endBy(link, EndReason::tooManyEntries, now, std::nullopt));
    return true;
}

bool approve(Link& link, std::string browserHash, std::string stateHash, Timestamp now) {
    const bool isFirst = link.status == LinkStatus::pending;
    const bool isSame = link.browserHash == browserHash && !link.stateHash.empty();
    if (hasExpired(link, now) || (!isFirst && !isSame) || !move(link, LinkEvent::approve))
        return false;
    link.browserHash = std::move(browserHash);
    link.stateHash = std::move(stateHash);
    if (isFirst)
        link.expiresAt = capped(link, std::max<Timestamp>(link.expiresAt, now + approvedLinkLife));
    return true;
}

bool takeState(Link& link) {
    if (link.stateHash.empty())
        return false;
    link.stateHash.clear();
    return true;
}

bool grant(Link& link, bool mustChooseSite, Timestamp now, Timestamp expiresAt) {
    if (hasExpired(link, now) || !move(link, mustChooseSite ? LinkEvent::grantSites : LinkEvent::grant))
        return false;
    link.stateHash.clear();
    link.grantedAt = now;
    link.expiresAt = capped(link, expiresAt);
    return true;
}

bool chooseSite(Link& link, Timestamp now, Timestamp expiresAt) {
    if (hasExpired(link, now) || !move(link, LinkEvent::chooseSite))
        return false;
    link.grantedAt = now;
    link.expiresAt = capped(link, expiresAt);
    return true;
}

bool deliver(Link& link, const AccountId& account, Timestamp now) {
    if (link.status != LinkStatus::staged || hasExpired(link, now) || !move(link, LinkEvent::deliver))
        return false;
    link.account = account;
    link.firstDeliveredAt = now;
    link.reads = 1;
    return true;
}

bool deliverAgain(Link& link, const DeliveryRule& rule, Timestamp now) {
    if (!mayBeReadAgain(link, rule, now) || !move(link, LinkEvent::deliver))
        return false;
    ++link.reads;
    return true;
}

bool mayBeReadAgain(const Link& link, const DeliveryRule& rule, Timestamp now) noexcept {
    const bool isLate = link.firstDeliveredAt && now - *link.firstDeliveredAt > rule.window;
    return link.status == LinkStatus::delivered && link.reads < rule.reads && !isLate &&
           !isIssuerOver(link, now);
}

bool withdraw(Link& link, EndReason reason, Timestamp now) {
    const bool isGranted = link.status == LinkStatus::choosing || link.status == LinkStatus::staged ||
                           link.status == LinkStatus::delivered;
    return isGranted && endBy(link, reason, now, std::nullopt);
}

bool noteExpiry(Link& link, Timestamp now) {
    if (!isUnfinished(link.status) || now < link.expiresAt || link.endedAt)
        return false;
    link.endedAt = link.expiresAt;
    return true;
}

} // namespace central_oauth::domain
