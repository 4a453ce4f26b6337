// SPDX-License-Identifier: Apache-2.0
// Upstream's clock beside this machine's: lifetimes and certificates go wrong where the two differ.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/logging/Logger.h"

#include <chrono>
#include <map>
#include <mutex>
#include <string>

namespace central_oauth::httpclient {

/// Compares the Date field (RFC 9110 section 6.6.1) of upstream's answers with the wall clock. A difference
/// of more than a minute is one WARNING, and another one only once it has changed by more than a minute; the
/// end of it is one INFO.
///
/// Borrows the clock and the logger behind the channel. Threads: any. Errors: none.
class DateWatch {
public:
    DateWatch(const base::Clock& clock, logging::Channel log) : _clock(clock), _log(std::move(log)) {}

    /// Takes one answer's Date field. Ignores one that is malformed.
    void look(const std::string& host, const std::string& date) noexcept;

private:
    void compare(const std::string& host, std::chrono::seconds difference);

    const base::Clock& _clock;
    logging::Channel _log;
    std::mutex _mutex;                                     ///< guards _reported
    std::map<std::string, std::chrono::seconds> _reported; ///< by hosts; at most those that are contacted
};

} // namespace central_oauth::httpclient
