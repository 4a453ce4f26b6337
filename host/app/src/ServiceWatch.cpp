// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/app/ServiceWatch.h"

#include <exception>

namespace central_oauth::app {

void ServiceWatch::check() {
    const auto rounds = _parts.rounds();
    if (rounds == _seen) {
        if (!_isStuck)
            _log.error("the listener's thread hangs; the watchdog gets no ping, and the service manager will "
                       "restart the service");
        _isStuck = true;
        return;
    }
    _seen = rounds;
    _isStuck = false;
    try {
        _parts.askStore();
    } catch (const std::exception& failure) {
        _log.debug("the store answered the watchdog with an error", {{"detail", failure.what()}});
    }
    _parts.ping();
}

} // namespace central_oauth::app
