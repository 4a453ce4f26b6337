// SPDX-License-Identifier: Apache-2.0
// The journal of refreshes: which refresh tokens may be spent upstream without a stored successor.
#pragma once

#include "central_oauth/base/Lifetime.h"
#include "central_oauth/domain/Ids.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace central_oauth::domain {

/// What a pending refresh waits for. Stored as text; do not rename on disk.
enum class RefreshState {
    sent,      ///< the token is about to be sent, or was sent and its answer is unknown
    suspended, ///< upstream called the grant dead along with many others, and is asked once more later
};

[[nodiscard]] std::string_view nameOf(RefreshState state) noexcept;
/// Returns nullopt for a name that this version does not know.
[[nodiscard]] std::optional<RefreshState> refreshStateOf(std::string_view name) noexcept;

/// The refresh of an account's grant that is not settled. Stored before the refresh token is sent, erased
/// together with the change that the answer brings. As long as it exists, upstream may have replaced the
/// pair, and takes the same token again only within its leeway.
struct PendingRefresh {
    AccountId account;
    RefreshState state = RefreshState::sent;
    std::int64_t version = 0; ///< of the pair whose refresh token is sent; that of another pair is settled
    base::Moment firstSent{}; ///< all zero if unknown
};

/// Returns the pause before the same token is sent again, by the time since it was first sent. It grows with
/// that time, so that a lost answer is settled within a leeway of seconds, and an upstream that is down for
/// hours is asked every ten minutes.
[[nodiscard]] std::chrono::milliseconds pauseBeforeResend(std::chrono::seconds sinceFirstSent);

/// Returns the time since the token was first sent, a day at most. Robust against changes of the wall clock,
/// as base::leftOf.
[[nodiscard]] std::chrono::seconds ageOf(const PendingRefresh& refresh, const base::Moment& now);

} // namespace central_oauth::domain
