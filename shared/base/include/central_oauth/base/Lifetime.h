// SPDX-License-Identifier: Apache-2.0
// The remaining life of something granted for a duration, robust against changes of the wall clock.
#pragma once

#include "central_oauth/base/Clock.h"

#include <chrono>
#include <cstdint>
#include <string>

namespace central_oauth::base {

/// A moment on both clocks. Steady times are comparable only within one era. A value; all zero if unknown.
struct Moment {
    Timestamp wall{};
    std::int64_t steady = 0; ///< seconds
    std::string era{};       ///< names the steady clock, see steadyEra
};

/// Returns the name of this process's steady clock. Processes share it within one boot if the system
/// identifies its boot; otherwise each process has its own. Thread-safe.
[[nodiscard]] const std::string& steadyEra();

/// The largest `min_ttl`, for the API and its client. A refresh ends the previous token within ten minutes,
/// so a larger value would only shorten the life of tokens that others hold.
inline constexpr std::chrono::seconds longestMinTtl{540};

/// Returns the present moment. Thread-safe.
[[nodiscard]] Moment momentOf(const Clock& clock);

/// Returns how much is left at `now` of a life from `begin` to `end`; `end` is wall-clock time. The result
/// exceeds neither what each clock shows nor the whole life, and is negative once the life is over.
/// Each clock is read to the second, so the wall clock may exceed the steady one by one second. Setting the
/// wall clock back changes nothing within one era of the steady clock. In another era, a wall clock before
/// `begin` means that the age is unknown: returns zero. Thread-safe.
[[nodiscard]] std::chrono::seconds leftOf(const Moment& begin, Timestamp end, const Moment& now);

} // namespace central_oauth::base
