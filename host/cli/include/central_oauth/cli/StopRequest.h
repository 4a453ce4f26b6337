// SPDX-License-Identifier: Apache-2.0
// The person's wish to stop, and waiting that ends with it.
#pragma once

#include "central_oauth/cli/Waiter.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>

namespace central_oauth::cli {

/// A request to stop that wakes the wait in progress. It is consumed by the one wait that it ends, so that
/// what is done about it (cancelling a link) can itself wait.
///
/// Threads: any.
class StopRequest {
public:
    /// Asks to stop.
    void request();

    /// Waits until `done` holds, the time is over or a stop is asked for; returns false, and forgets the
    /// stop, in the last case. `done` is called under the lock.
    [[nodiscard]] bool waitUntil(std::chrono::steady_clock::time_point end,
                                 const std::function<bool()>& done);

    /// Notes that something still runs on a thread of its own, which must not meet destroyed statics.
    void leaveBehind() noexcept { _leftBehind = true; }
    [[nodiscard]] bool hasLeftBehind() const noexcept { return _leftBehind; }

    /// Makes a waiter look at its `done` again, after `change` was done under the lock.
    void wake(const std::function<void()>& change);

private:
    std::mutex _mutex; ///< guards _requested and what the callers' functions touch
    std::condition_variable _changed;
    bool _requested = false;
    std::atomic<bool> _leftBehind{false};
};

/// Waits in real time, ended early by a stop request.
class StoppableWaiter final : public Waiter {
public:
    explicit StoppableWaiter(std::shared_ptr<StopRequest> stop) : _stop(std::move(stop)) {}

    [[nodiscard]] std::chrono::steady_clock::time_point now() const override;
    void wait(std::chrono::milliseconds duration) override;

private:
    std::shared_ptr<StopRequest> _stop;
};

} // namespace central_oauth::cli
