// SPDX-License-Identifier: Apache-2.0
// A person's request to stop, and waits that end with it.
#pragma once

#include "central_oauth/cli/Waiter.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>

namespace central_oauth::cli {

/// A request to stop, which wakes the wait in progress. The wait that it ends consumes it, so that the
/// clean-up (cancelling a link) can wait, too.
///
/// Thread-safe.
class StopRequest {
public:
    /// Requests a stop.
    void request();

    /// Blocks until `done` holds, the time is over or a stop is requested. Returns false, and forgets the
    /// request, in the last case. Calls `done` under the lock.
    [[nodiscard]] bool waitUntil(std::chrono::steady_clock::time_point end,
                                 const std::function<bool()>& done);

    /// Notes that an abandoned thread still runs, so that statics must not be destroyed.
    void leaveBehind() noexcept { _leftBehind = true; }
    [[nodiscard]] bool hasLeftBehind() const noexcept { return _leftBehind; }

    /// Calls `change` under the lock, then makes a waiter check its `done` again.
    void wake(const std::function<void()>& change);

private:
    std::mutex _mutex; ///< guards _requested and what the callers' functions touch
    std::condition_variable _changed;
    bool _requested = false;
    std::atomic<bool> _leftBehind{false};
};

/// Waits in real time. A stop request ends the wait early.
class StoppableWaiter final : public Waiter {
public:
    explicit StoppableWaiter(std::shared_ptr<StopRequest> stop) : _stop(std::move(stop)) {}

    [[nodiscard]] std::chrono::steady_clock::time_point now() const override;
    void wait(std::chrono::milliseconds duration) override;

private:
    std::shared_ptr<StopRequest> _stop;
};

} // namespace central_oauth::cli
