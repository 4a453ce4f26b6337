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
    const auto begin = std::chrono::steady_clock::now();
    if (_turn.take(begin))
        return Lease(*this);
    if (!_turn.take(begin + patience))
        throw base::Error(base::ErrorCode::storeUnavailable, {}, "an earlier change does not come back");
    try {
        // What ended the change before would end this one, after another such wait.
        _requireWritable();
    } catch (...) {
        _turn.release();
        throw;
    }
    return Lease(*this);
}

} // namespace central_oauth::services
