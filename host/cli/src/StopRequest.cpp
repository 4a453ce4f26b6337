// SPDX-License-Identifier: Apache-2.0
// One condition variable for every wait that Ctrl-C ends.
#include "central_oauth/cli/StopRequest.h"

#include "central_oauth/cli/Failure.h"

#include <utility>

namespace central_oauth::cli {

void StopRequest::request() {
    wake([this] { _requested = true; });
}

bool StopRequest::waitUntil(std::chrono::steady_clock::time_point end, const std::function<bool()>& done) {
    std::unique_lock<std::mutex> lock(_mutex);
    _changed.wait_until(lock, end, [&] { return _requested || done(); });
    return !std::exchange(_requested, false);
}

void StopRequest::wake(const std::function<void()>& change) {
    const std::lock_guard<std::mutex> lock(_mutex);
    change();
    _changed.notify_all();
}

std::chrono::steady_clock::time_point StoppableWaiter::now() const {
    return std::chrono::steady_clock::now();
}

void StoppableWaiter::wait(std::chrono::milliseconds duration) {
    if (!_stop->waitUntil(now() + duration, [] { return false; }))
        throw Interrupted();
}

} // namespace central_oauth::cli
