// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/domain/PendingRefresh.h"

#include "central_oauth/base/EnumNames.h"

#include <algorithm>

namespace central_oauth::domain {

namespace {

constexpr base::EnumNames<RefreshState, 2> refreshStates{{
    {RefreshState::sent, "sent"},
    {RefreshState::suspended, "suspended"},
}};
static_assert(base::isComplete(refreshStates, RefreshState::suspended));

} // namespace

std::string_view nameOf(RefreshState state) noexcept {
    return base::nameIn(refreshStates, state);
}

std::optional<RefreshState> refreshStateOf(std::string_view name) noexcept {
    return base::valueIn(refreshStates, name);
}

std::chrono::milliseconds pauseBeforeResend(std::chrono::seconds sinceFirstSent) {
    constexpr std::chrono::milliseconds shortest{250};
    constexpr std::chrono::milliseconds longest = std::chrono::minutes(10);
    constexpr int shareOfAge = 6;
    return std::clamp(std::chrono::milliseconds(sinceFirstSent) / shareOfAge, shortest, longest);
}

std::chrono::seconds ageOf(const PendingRefresh& refresh, const base::Moment& now) {
    constexpr std::chrono::seconds horizon = std::chrono::hours(24);
    const auto left = base::leftOf(refresh.firstSent, refresh.firstSent.wall + horizon, now);
    return std::clamp(horizon - left, std::chrono::seconds(0), horizon);
}

} // namespace central_oauth::domain
