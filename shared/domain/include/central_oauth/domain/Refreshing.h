// SPDX-License-Identifier: Apache-2.0
// The steps of a refresh in the store: its intent, and its settlement.
#pragma once

#include "central_oauth/domain/PendingRefresh.h"
#include "central_oauth/domain/Store.h"

#include <cstdint>
#include <optional>

namespace central_oauth::domain {

/// A refresh whose intent is stored.
struct BegunRefresh {
    PendingRefresh pending;
    bool isResend = false; ///< the token was sent before, with an unknown outcome
};

/// Stores that the refresh token of that version is about to be sent. Keeps the time of the first sending if
/// it was sent before. Returns nullopt, with no change, if the account is gone or has another pair.
[[nodiscard]] std::optional<BegunRefresh> beginRefresh(Transaction& transaction, const AccountId& id,
                                                       std::int64_t version, const base::Moment& now);

/// Returns whether the refresh of that version is pending; true as well if the row is damaged.
[[nodiscard]] bool isPending(const ReadView& view, const AccountId& id, std::int64_t version);

/// Erases the account's pending refresh, unless it is that of a later version.
void settleRefresh(Transaction& transaction, const AccountId& id, std::int64_t version);

} // namespace central_oauth::domain
