// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/ChangeTurn.h"

#include "central_oauth/base/Error.h"

#include <chrono>

namespace central_oauth::services {

namespace {

// What the store itself waits at most before it gives a write up.
constexpr std::chrono::seconds patience{5};

} // namespace

ChangeTurn::Lease ChangeTurn::take() {
    std::unique_lock hold(_mutex);
    if (_isTaken) {
        if (!_released.wait_until(hold, std::chrono::steady_clock::now() + patience,
                                  [this] { return !_isTaken; }))
            throw base::Error(base::ErrorCode::storeUnavailable, {}, "an earlier change does not come back");
        // What ended the change before would end this one, after another such wait.
        _requireWritable();
    }
    _isTaken = true;
    return Lease(*this);
}

void ChangeTurn::release() noexcept {
    {
        const std::lock_guard hold(_mutex);
        _isTaken = false;
    }
    _released.notify_all();
}

} // namespace central_oauth::services
