// SPDX-License-Identifier: Apache-2.0
// A lock that is given in the order in which it was asked for.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <optional>

namespace central_oauth::base {

/// A lock with deadlines: nobody who came later gets it earlier, so that a holder that takes it again and
/// again lets everybody else have it in between. Thread-safe.
class FairTurn {
public:
    using Time = std::chrono::steady_clock::time_point;

    /// Blocks until the turn is the caller's, and returns true; release gives it on. Returns false at the
    /// deadline (none: never), or as soon as `giveUp` says so. `giveUp` is asked before each wait, after
    /// each `reconsider` and under the lock of the turn: it must call nothing of it.
    [[nodiscard]] bool take(std::optional<Time> deadline, const std::function<bool()>& giveUp = {});

    void release() noexcept;

    /// Has all that wait ask their `giveUp` again.
    void reconsider() noexcept;

private:
    struct Waiter {
        std::condition_variable wake;
        bool isNext = false;
    };

    std::mutex _mutex; ///< guards all below
    bool _isTaken = false;
    std::list<Waiter*> _waiters; ///< the earliest first
};

} // namespace central_oauth::base
