// SPDX-License-Identifier: Apache-2.0
// The state machine of a link: one table, and one function for each event. Nothing else changes a link's
// status.
#pragma once

#include "central_oauth/domain/Link.h"

#include <array>
#include <chrono>
#include <optional>
#include <set>
#include <string_view>

namespace central_oauth::domain {

/// An event in the life of a link.
enum class LinkEvent {
    enterWrongCode, ///< the person types a wrong code
    loseTries,      ///< the last try fails
    approve,        ///< the person types the code and goes upstream
    grant,          ///< upstream granted, for one site or none
    grantSites,     ///< upstream granted, for several sites
    chooseSite,     ///< the person chooses among them
    fail,           ///< upstream refuses, or its grant is unusable
    decline,        ///< the person declines, here or upstream
    cancel,         ///< the creator cancels, or the account to relink is gone
    deliver,        ///< the creator receives the grant
    undo,           ///< the person takes the grant back
};

[[nodiscard]] std::string_view nameOf(LinkEvent event) noexcept;

/// A row of the table of transitions.
struct LinkTransition {
    LinkStatus from;
    LinkEvent event;
    LinkStatus to;
};

/// All transitions. An event without a row is refused, and the link stays as it is.
inline constexpr std::array linkTransitions{
    LinkTransition{LinkStatus::pending, LinkEvent::enterWrongCode, LinkStatus::pending},
    LinkTransition{LinkStatus::pending, LinkEvent::loseTries, LinkStatus::ended},
    LinkTransition{LinkStatus::pending, LinkEvent::approve, LinkStatus::authorizing},
    LinkTransition{LinkStatus::pending, LinkEvent::fail, LinkStatus::ended},
    LinkTransition{LinkStatus::pending, LinkEvent::decline, LinkStatus::ended},
    LinkTransition{LinkStatus::pending, LinkEvent::cancel, LinkStatus::ended},

    LinkTransition{LinkStatus::authorizing, LinkEvent::approve, LinkStatus::authorizing},
    LinkTransition{LinkStatus::authorizing, LinkEvent::grant, LinkStatus::staged},
    LinkTransition{LinkStatus::authorizing, LinkEvent::grantSites, LinkStatus::choosing},
    LinkTransition{LinkStatus::authorizing, LinkEvent::fail, LinkStatus::ended},
    LinkTransition{LinkStatus::authorizing, LinkEvent::decline, LinkStatus::ended},
    LinkTransition{LinkStatus::authorizing, LinkEvent::cancel, LinkStatus::ended},

    LinkTransition{LinkStatus::choosing, LinkEvent::chooseSite, LinkStatus::staged},
    LinkTransition{LinkStatus::choosing, LinkEvent::fail, LinkStatus::ended},
    LinkTransition{LinkStatus::choosing, LinkEvent::decline, LinkStatus::ended},
    LinkTransition{LinkStatus::choosing, LinkEvent::cancel, LinkStatus::ended},

    LinkTransition{LinkStatus::staged, LinkEvent::deliver, LinkStatus::delivered},
    LinkTransition{LinkStatus::staged, LinkEvent::fail, LinkStatus::ended},
    LinkTransition{LinkStatus::staged, LinkEvent::decline,
                   LinkStatus::ended}, // in another tab, which still shows the choice of a site
    LinkTransition{LinkStatus::staged, LinkEvent::cancel, LinkStatus::ended},
    LinkTransition{LinkStatus::staged, LinkEvent::undo, LinkStatus::ended},

    LinkTransition{LinkStatus::delivered, LinkEvent::deliver, LinkStatus::delivered},
    LinkTransition{LinkStatus::delivered, LinkEvent::decline, LinkStatus::ended},
    LinkTransition{LinkStatus::delivered, LinkEvent::undo, LinkStatus::ended},
};

/// Returns the next status, or nullopt if the event is refused in status `from`.
[[nodiscard]] constexpr std::optional<LinkStatus> nextStatus(LinkStatus from, LinkEvent event) noexcept {
    for (const auto& row : linkTransitions)
        if (row.from == from && row.event == event)
            return row.to;
    return std::nullopt;
}

/// Returns whether the link can still bring a grant. Ignores its expiry.
[[nodiscard]] constexpr bool isUnfinished(LinkStatus status) noexcept {
    return status != LinkStatus::delivered && status != LinkStatus::ended;
}

/// Returns the time until which the link counts as live. Returns nullopt if it never will again: it is
/// finished, or its expiry is recorded.
[[nodiscard]] std::optional<Timestamp> liveUntil(const Link& link) noexcept;

/// Returns all statuses for which isUnfinished is true.
[[nodiscard]] const std::set<LinkStatus>& unfinishedStatuses();

/// The life of an approved link, from its approval, is at least this long.
constexpr std::chrono::seconds approvedLinkLife{120};

/// How often a delivered payload may be read, and for how long after the first delivery.
struct DeliveryRule {
    int reads = 3;
    std::chrono::seconds window{60};
};

/// Returns whether the key that created the link has expired; the link has then expired, too.
[[nodiscard]] bool isIssuerOver(const Link& link, Timestamp now) noexcept;

// Each of the following functions changes the link and returns true, or refuses the event: it then leaves the
// link unchanged and returns false. No link expires later than its issuer.

/// Ends an unfinished link. `reason` selects the event: decline, cancel, loseTries or fail. Refused if the
/// link has expired: a poll may have reported that.
bool end(Link& link, EndReason reason, Timestamp now, std::optional<EndCause> cause = std::nullopt);

/// Counts a wrong code for a pending link. The wrong code that reaches `limit` ends the link. Refused if the
/// link has expired.
bool enterWrongCode(Link& link, int limit, Timestamp now);

/// Records the approval: the browser goes upstream with a new state. The first approval extends the link's
/// life to at least approvedLinkLife. The same browser may approve again until its last state has come back.
/// Refused if the link has expired.
bool approve(Link& link, std::string browserHash, std::string stateHash, Timestamp now);

/// Consumes the state that came back. Refused if no state is pending.
bool takeState(Link& link);

/// Records that upstream granted; `expiresAt` is the link's new expiry. Refused if the link has expired.
bool grant(Link& link, bool mustChooseSite, Timestamp now, Timestamp expiresAt);

/// Records the choice of a site; `expiresAt` is the link's new expiry. Refused if the link has expired.
bool chooseSite(Link& link, Timestamp now, Timestamp expiresAt);

/// Records the first delivery, which creates or renews `account`. Refused if the link has expired.
bool deliver(Link& link, const AccountId& account, Timestamp now);

/// Counts a further delivery. Refused if `rule` does not allow it.
bool deliverAgain(Link& link, const DeliveryRule& rule, Timestamp now);

/// Returns whether deliverAgain would succeed.
[[nodiscard]] bool mayBeReadAgain(const Link& link, const DeliveryRule& rule, Timestamp now) noexcept;

/// Ends a link because the person takes its grant back. `reason` is undone or declined.
bool withdraw(Link& link, EndReason reason, Timestamp now);

/// Records that an unfinished link has expired. Refused if it has not expired, or if its expiry is recorded
/// already.
bool noteExpiry(Link& link, Timestamp now);

} // namespace central_oauth::domain
