// SPDX-License-Identifier: Apache-2.0
// Wall-clock time in whole seconds UTC, from one injected clock.
#pragma once

#include "central_oauth/provider/Services.h"

#include <chrono>
#include <string>

namespace central_oauth::base {

/// The host's clocks in one object, which tests can replace. Wall time may jump in both directions; steady
/// time only measures durations. Thread-safe.
class Clock : public provider::Clock {
public:
    [[nodiscard]] virtual std::chrono::steady_clock::time_point steadyNow() const {
        return std::chrono::steady_clock::now();
    }
};

/// A moment in whole seconds UTC: the only unit of time in store, services and API.
using Timestamp = std::chrono::sys_seconds;

/// Returns the present time, rounded down to a whole second.
[[nodiscard]] inline Timestamp nowOf(const Clock& clock) {
    return std::chrono::floor<std::chrono::seconds>(clock.now());
}

/// Returns the time in RFC 3339 form in UTC, e.g. "2026-11-24T05:44:17Z". Requires: a four-digit year.
[[nodiscard]] std::string formatRfc3339(Timestamp time);

/// As formatRfc3339, with milliseconds, for log lines.
[[nodiscard]] std::string formatRfc3339Millis(std::chrono::system_clock::time_point time);

/// The operating system's clock. Thread-safe.
class SystemClock final : public Clock {
public:
    [[nodiscard]] std::chrono::system_clock::time_point now() const override;
};

} // namespace central_oauth::base
