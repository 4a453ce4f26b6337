// SPDX-License-Identifier: Apache-2.0
// The state machine of a link: one table, and one function for each event. Nothing else changes its status.
#pragma once

#include "central_oauth/domain/Link.h"

#include <array>
#include <chrono>
#include <optional>
#include <set>
#include <string_view>

namespace central_oauth::domain {

/// What can happen to a link.
enum class LinkEvent {
    enterWrongCode, ///< the person types another code
    loseTries,      ///< the last try is used up
    approve,        ///< the person types the code, and goes upstream
    grant,          ///< upstream granted, for one site or none
    grantSites,     ///< upstream granted, for several sites
    chooseSite,     ///< the person chooses among them
    fail,           ///< upstream refused, or what it granted can't be used
    decline,        ///< the person says no, here or upstream
    cancel,         ///< the creator gives up, or its account is gone
    deliver,        ///< the creator gets the grant
    undo,           ///< the person takes the grant back
};

[[nodiscard]] std::string_view nameOf(LinkEvent event) noexcept;

/// In status `from` the event leads to `to`.
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
    LinkTransition{LinkStatus::staged, LinkEvent::decline, LinkStatus::ended}, // in a tab that still chooses
    LinkTransition{LinkStatus::staged, LinkEvent::cancel, LinkStatus::ended},
    LinkTransition{LinkStatus::staged, LinkEvent::undo, LinkStatus::ended},

    LinkTransition{LinkStatus::delivered, LinkEvent::deliver, LinkStatus::delivered},
    LinkTransition{LinkStatus::delivered, LinkEvent::decline, LinkStatus::ended},
    LinkTransition{LinkStatus::delivered, LinkEvent::undo, LinkStatus::ended},
};

/// Returns where the event leads, or nullopt if it is refused in that status.
[[nodiscard]] constexpr std::optional<LinkStatus> nextStatus(LinkStatus from, LinkEvent event) noexcept {
    for (const auto& row : linkTransitions)
        if (row.from == from && row.event == event)
            return row.to;
    return std::nullopt;
}

/// Whether the link can still become a grant, its expiry aside.
[[nodiscard]] constexpr bool isUnfinished(LinkStatus status) noexcept {
    return status != LinkStatus::delivered && status != LinkStatus::ended;
}

/// The statuses of which that is so.
[[nodiscard]] const std::set<LinkStatus>& unfinishedStatuses();

/// An approved link lives for at least this long from its approval.
constexpr std::chrono::seconds approvedLinkLife{120};

/// How often, and for how long from the first time, a delivered payload may be read.
struct DeliveryRule {
    int reads = 3;
    std::chrono::seconds window{60};
};

/// Whether the key that created the link has expired, and the link with it.
[[nodiscard]] bool isIssuerOver(const Link& link, Timestamp now) noexcept;

// Each of the following changes the link and returns true, or refuses: it leaves the link as it is and
// returns false. No link gets an expiry later than that of its issuer.

/// Ends an unfinished link. `reason` decides the event: declined, cancelled, tooManyEntries, or a failure.
bool end(Link& link, EndReason reason, Timestamp now, std::optional<EndCause> cause = std::nullopt);

/// Counts a wrong code of a pending link; the one that reaches `limit` ends it.
bool enterWrongCode(Link& link, int limit, Timestamp now);

/// Lets the browser go upstream with a new state. The first approval prolongs the link's life to at least
/// approvedLinkLife. The same browser may approve again while its last state has not come back. Refused once
/// the link has expired.
bool approve(Link& link, std::string browserHash, std::string stateHash, Timestamp now);

/// Spends the state that the browser has brought back. Refused if no state is out.
bool takeState(Link& link);

/// Notes that upstream has granted; `expiresAt` is the link's new expiry. Refused once the link has expired.
bool grant(Link& link, bool mustChooseSite, Timestamp now, Timestamp expiresAt);

/// Notes that the person has chosen a site; `expiresAt` as for `grant`. Refused once the link has expired.
bool chooseSite(Link& link, Timestamp now, Timestamp expiresAt);

/// Notes the first delivery, which makes or renews `account`. Refused once the link has expired.
bool deliver(Link& link, const AccountId& account, Timestamp now);

/// Counts a further delivery. Refused if the rule does not allow it.
bool deliverAgain(Link& link, const DeliveryRule& rule, Timestamp now);

/// Whether deliverAgain would be allowed.
[[nodiscard]] bool mayBeReadAgain(const Link& link, const DeliveryRule& rule, Timestamp now) noexcept;

/// Ends a link whose grant the person takes back. `reason` is undone or declined.
bool withdraw(Link& link, EndReason reason, Timestamp now);

/// Notes that an unfinished link has expired. Refused if it has not, or was noted before.
bool noteExpiry(Link& link, Timestamp now);

} // namespace central_oauth::domain
