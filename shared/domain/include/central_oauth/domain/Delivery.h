// SPDX-License-Identifier: Apache-2.0
// Delivery: a staged grant becomes an account, and its payload may be read a few times. Withdrawal: the
// person takes the grant back.
#pragma once

#include "central_oauth/domain/LinkLife.h"
#include "central_oauth/domain/Removal.h"
#include "central_oauth/domain/Sealing.h"
#include "central_oauth/domain/Store.h"

#include <optional>

namespace central_oauth::domain {

/// The outcome of a delivery.
enum class DeliveryOutcome {
    delivered,        ///< `account` and `tokens` hold the payload
    alreadyDelivered, ///< no reads are left, the time for them is over, or the account is gone
    notReady,         ///< the link is not staged
    /// The stage can't be opened. A staged link has ended with upstreamError. A delivered link stays
    /// delivered, and its payload can't be read again.
    undecryptable,
};

struct Delivery {
    DeliveryOutcome outcome = DeliveryOutcome::notReady;
    bool isFirst = false; ///< this delivery created the account or replaced its grant
    Account account;
    Tokens tokens; ///< without the refresh token
};

/// Delivers the payload of a staged link. The first delivery creates the account with the id `newId`, or
/// renews the account with the same client, provider, subject and upstream id, which keeps its id and label
/// and gets a new version. A relink whose account is gone ends as cancelled. Further deliveries return the
/// same payload, as long as `rule` allows.
[[nodiscard]] Delivery deliver(Transaction& transaction, const Sealer& sealer, const LinkId& id,
                               const AccountId& newId, const DeliveryRule& rule, Timestamp now);

/// Returns whether `deliver` would deliver now. It does not open the stage, so `deliver` may still fail.
[[nodiscard]] bool mayBeDelivered(const ReadView& view, const LinkId& id, const DeliveryRule& rule,
                                  Timestamp now);

/// The result of withdrawGrant.
struct WithdrawnGrant {
    bool isGone = false; ///< the account was already deleted: there is nothing to revoke
    AccountId account;   ///< the account deleted now; empty if there was none
    LinkId stage;        ///< the key of the dropped stage; empty if no stage was dropped
};

/// Takes back what upstream granted for a link, and ends the link: drops the stage, or removes the account
/// that holds the grant. Returns nullopt if nothing was granted, the link has ended, or a newer link has
/// renewed the account.
[[nodiscard]] std::optional<WithdrawnGrant> withdrawGrant(Transaction& transaction, const Sealer& sealer,
                                                          const LinkId& id, EndReason reason, Timestamp now);

} // namespace central_oauth::domain
