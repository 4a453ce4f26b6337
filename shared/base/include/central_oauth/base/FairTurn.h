// SPDX-License-Identifier: Apache-2.0
// A lock granted in the order of the requests.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <optional>

namespace central_oauth::base {

/// A lock with deadlines, granted strictly in the order of the requests: a thread that takes it repeatedly
/// can't starve the others. Thread-safe.
class FairTurn {
public:
    using Time = std::chrono::steady_clock::time_point;

    /// Blocks until the caller holds the turn, and returns true; `release` passes it on. Returns false at the
    /// deadline (nullopt for none), or as soon as `giveUp` returns true. `giveUp` is called before each wait
    /// and after each `reconsider`, under this object's lock, so it must not call this object.
    [[nodiscard]] bool take(std::optional<Time> deadline, const std::function<bool()>& giveUp = {});

    void release() noexcept;

    /// Makes all waiting threads call their `giveUp` again.
    void reconsider() noexcept;

private:
    struct Waiter {
        std::condition_variable wake;
        bool isNext = false;
    };

    std::mutex _mutex; ///< guards all below
    bool _isTaken = false;
    std::list<Waiter*> _waiters; ///< earliest request first
};

} // namespace central_oauth::base
