// SPDX-License-Identifier: Apache-2.0
// Delivery: a staged grant becomes an account, and its payload may be read a few times. Or the person takes
// the grant back.
#pragma once

#include "central_oauth/domain/LinkLife.h"
#include "central_oauth/domain/Removal.h"
#include "central_oauth/domain/Sealing.h"
#include "central_oauth/domain/Store.h"

#include <optional>
#include <vector>

namespace central_oauth::domain {

/// How a delivery went.
enum class DeliveryOutcome {
    delivered,        ///< `account` and `tokens` hold the payload
    alreadyDelivered, ///< reads or window are used up, or the account is gone
    notReady,         ///< the link is not staged (any more)
    /// The stage can't be opened. A staged link has ended as upstreamError; a delivered one stays so, with
    /// nothing more to read.
    undecryptable,
};

struct Delivery {
    DeliveryOutcome outcome = DeliveryOutcome::notReady;
    bool isFirst = false; ///< this delivery made the account or replaced its grant
    Account account;
    Tokens tokens; ///< without the refresh token
};

/// Hands out a staged link's payload. The first time creates the account as `newId`, or replaces the grant of
/// the account with the same client, provider, subject and upstream id: its id and label stay, its version
/// grows. A link for an account that is gone ends as cancelled. Later times return the same payload, as far
/// as the rule allows.
[[nodiscard]] Delivery deliver(Transaction& transaction, const Sealer& sealer, const LinkId& id,
                               const AccountId& newId, const DeliveryRule& rule, Timestamp now);

/// Whether `deliver` would hand out a payload now, as far as that can be told without opening it.
[[nodiscard]] bool mayBeDelivered(const ReadView& view, const LinkId& id, const DeliveryRule& rule,
                                  Timestamp now);

/// A grant that was just taken back.
struct WithdrawnGrant {
    bool isGone = false; ///< its account was deleted before, and there is nothing to revoke
    AccountId account;   ///< that was deleted now; empty: nothing was delivered, or it was gone before
    LinkId droppedUnder; ///< of the dropped stage that the grant became; empty: there is none
    std::vector<LinkId> endedLinks; ///< that were to link the deleted account again
};

/// Takes back what upstream granted to a link, and ends it: drops the stage, or removes the account that
/// holds its grant. Returns nullopt if nothing was granted, the link has ended, or a newer link has renewed
/// the account.
[[nodiscard]] std::optional<WithdrawnGrant> withdrawGrant(Transaction& transaction, const Sealer& sealer,
                                                          const LinkId& id, EndReason reason, Timestamp now);

} // namespace central_oauth::domain
