// SPDX-License-Identifier: Apache-2.0
// Whether the service is alive, for the service manager's watchdog.
#pragma once

#include "central_oauth/logging/Logger.h"

#include <cstdint>
#include <functional>

namespace central_oauth::app {

/// Pings the service manager while the service is alive: the listener's thread keeps cycling and the store
/// answers. A store that answers with an error is alive, because GET /v1/readyz reports the error and a
/// restart would not help. A store that hangs is not alive.
///
/// Needs a thread of its own, because a call of a store that hangs does not return.
class ServiceWatch {
public:
    /// What the watch asks and pings. All of it must outlive the watch.
    struct Parts {
        std::function<std::uint64_t()> rounds; ///< returns a number that grows while the listener is alive
        std::function<void()> askStore;        ///< returns or throws once the store has answered
        std::function<void()> ping;
    };

    ServiceWatch(Parts parts, logging::Channel log) : _parts(std::move(parts)), _log(std::move(log)) {}

    /// Checks both, and pings if both are alive. Call it repeatedly, at intervals longer than a cycle of the
    /// listener.
    void check();

private:
    Parts _parts;
    logging::Channel _log;
    std::uint64_t _seen = 0;
    bool _isStuck = false; ///< logged already
};

} // namespace central_oauth::app
