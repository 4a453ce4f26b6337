// SPDX-License-Identifier: Apache-2.0
// Detects a difference between upstream's clock and this machine's, which breaks lifetimes and certificates.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/logging/Logger.h"

#include <chrono>
#include <map>
#include <mutex>
#include <string>

namespace central_oauth::httpclient {

/// Compares the Date field (RFC 9110 section 6.6.1) of upstream's answers with the wall clock. Logs a warning
/// if they differ by more than a minute, another one only if the difference changes by more than a minute,
/// and an info line when they agree again.
///
/// Borrows the clock and the logger behind the channel. Thread-safe.
class DateWatch {
public:
    DateWatch(const base::Clock& clock, logging::Channel log) : _clock(clock), _log(std::move(log)) {}

    /// Checks the Date field of one answer. Ignores a malformed one.
    void look(const std::string& host, const std::string& date) noexcept;

private:
    void compare(const std::string& host, std::chrono::seconds difference);

    const base::Clock& _clock;
    logging::Channel _log;
    std::mutex _mutex;                                     ///< guards _reported
    std::map<std::string, std::chrono::seconds> _reported; ///< by host; holds at most the contacted hosts
};

} // namespace central_oauth::httpclient
