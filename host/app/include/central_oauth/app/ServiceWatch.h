// SPDX-License-Identifier: Apache-2.0
// Whether the service is alive, for the service manager's watchdog.
#pragma once

#include "central_oauth/logging/Logger.h"

#include <cstdint>
#include <functional>

namespace central_oauth::app {

/// Pings the service manager as long as the service can do its work: the listener's thread goes round, and
/// the store answers. An error is an answer, too: GET /v1/readyz reports it, and a restart does not help.
/// What hangs is not one.
///
/// Runs on a thread of its own, because asking a store that hangs does not return.
class ServiceWatch {
public:
    /// What it asks and tells. All of it outlives the watch.
    struct Parts {
        std::function<std::uint64_t()> rounds; ///< a number that grows while the listener's thread is alive
        std::function<void()> askStore;        ///< returns or throws when the store has answered
        std::function<void()> ping;
    };

    ServiceWatch(Parts parts, logging::Channel log) : _parts(std::move(parts)), _log(std::move(log)) {}

    /// Asks, and pings if all is well. Call again and again, each time later than the listener needs for a
    /// round.
    void check();

private:
    Parts _parts;
    logging::Channel _log;
    std::uint64_t _seen = 0;
    bool _isStuck = false; ///< and the log has it
};

} // namespace central_oauth::app
