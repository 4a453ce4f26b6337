// SPDX-License-Identifier: Apache-2.0
// The steps of a refresh in the store: its intent, and its settlement.
#pragma once

#include "central_oauth/domain/PendingRefresh.h"
#include "central_oauth/domain/Store.h"

#include <cstdint>
#include <optional>
#include <string>

namespace central_oauth::domain {

/// A refresh whose intent is stored.
struct BegunRefresh {
    PendingRefresh pending;
    bool isResend = false; ///< the token was sent before, with an unknown outcome
};

/// Stores that the refresh token of that version is about to be sent. Keeps the time of the first sending if
/// it was sent before. Returns nullopt, with no change, if the account is gone, dead, or has another pair.
[[nodiscard]] std::optional<BegunRefresh> beginRefresh(Transaction& transaction, const AccountId& id,
                                                       std::int64_t version, const base::Moment& now);

/// Returns the account's pending refresh if it is that of this version. For a damaged row, one of which only
/// the account and the version are known.
[[nodiscard]] std::optional<PendingRefresh> pendingRefresh(const ReadView& view, const AccountId& id,
                                                           std::int64_t version);

/// Makes the refresh of the account's present version a suspended one, and the account active with that
/// problem. Keeps the time of the first sending. Returns false, with no change, unless the account has that
/// version.
bool suspendRefresh(Transaction& transaction, const AccountId& id, std::int64_t version,
                    const std::string& problem, const base::Moment& now);

/// Erases the account's pending refresh, unless it is that of a later version.
void settleRefresh(Transaction& transaction, const AccountId& id, std::int64_t version);

} // namespace central_oauth::domain
