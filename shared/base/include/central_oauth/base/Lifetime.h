// SPDX-License-Identifier: Apache-2.0
// How long something lives that was granted for a duration, whatever the wall clock does meanwhile.
#pragma once

#include "central_oauth/base/Clock.h"

#include <chrono>
#include <cstdint>
#include <string>

namespace central_oauth::base {

/// A moment as both clocks show it. Steady time is comparable within one era only. A value; all zero:
/// unknown.
struct Moment {
    Timestamp wall{};
    std::int64_t steady = 0; ///< seconds
    std::string era{};       ///< which steady clock it was, see steadyEra
};

/// The name of this process's steady clock: two processes of one boot of the system share it where the system
/// tells which boot it is; otherwise each has its own. Threads: any.
[[nodiscard]] const std::string& steadyEra();

/// The largest `min_ttl`, in the API and in its client: a refresh ends the token before it within ten
/// minutes, so asking for more would only shorten tokens that others hold.
inline constexpr std::chrono::seconds longestMinTtl{540};

/// The present moment. Threads: any.
[[nodiscard]] Moment momentOf(const Clock& clock);

/// How much is left at `now` of a life that began at `begin` and ends at `end` by the wall clock; not more
/// than either clock says, nor than the whole life. Each is read to the second, so the wall clock may exceed
/// the steady one by one. A wall clock that was set back changes nothing as long as the steady clock is the
/// same; with another one, how long ago the beginning was is unknown if the wall clock shows a time before
/// it, and nothing is left: zero. Returns less than zero for a life that is over. Threads: any.
[[nodiscard]] std::chrono::seconds leftOf(const Moment& begin, Timestamp end, const Moment& now);

} // namespace central_oauth::base
