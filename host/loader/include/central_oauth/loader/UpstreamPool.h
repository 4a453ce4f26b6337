// SPDX-License-Identifier: Apache-2.0
// The threads on which all provider calls run.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace central_oauth::loader {

/// Runs work for waiting callers, so that a plugin that hangs costs a slot of this pool and not the caller's
/// thread.
///
/// Create one; it must outlive every GuardedProvider. Call stop() before anything that the work uses is
/// destroyed.
///
/// Thread-safe. One mutex guards the state; work runs outside it.
///
/// Errors: base::ThreadError from the constructor, which then leaves no thread behind.
class UpstreamPool {
public:
    using Clock = std::chrono::steady_clock;

    /// How much may run and wait at once.
    struct Limits {
        std::size_t threads = 8;
        std::size_t perProvider = 4; ///< slots of one provider, so that a hanging plugin stops no other
        std::size_t waitingPerProvider = 32; ///< callers that may wait for a slot
    };

    /// How a run ended, for its caller.
    enum class Verdict {
        finished,  ///< the work is done; its effects are visible
        refused,   ///< it never started: too many wait, every slot hangs, or the pool stops
        notInTime, ///< it never started: no slot came free until startBy
        abandoned, ///< it still runs; its inputs and outputs belong to it alone from now on
    };

    /// One piece of work. Both functions must own what they touch and must not throw.
    struct Work {
        std::function<void()> run;
        std::function<void()>
            late; ///< runs after `run` if the caller has given up; holds the pool's mutex, so be brief
    };

    /// What the pool is doing at one moment.
    struct Counts {
        std::size_t running = 0; ///< slots in use, abandoned ones included
        std::size_t waiting = 0;
        std::size_t abandoned = 0; ///< slots whose caller has given up
        std::size_t abandonedEver = 0;
    };

    UpstreamPool();
    explicit UpstreamPool(const Limits& limits);
    /// Calls stop(10 s), unless stop() was called.
    ~UpstreamPool();
    UpstreamPool(const UpstreamPool&) = delete;
    UpstreamPool& operator=(const UpstreamPool&) = delete;

    /// Blocks until a slot is free, at most until `startBy`, then until the work ends, at most until
    /// `giveUp`.
    [[nodiscard]] Verdict run(const std::string& provider, Work work, Clock::time_point startBy,
                              Clock::time_point giveUp);

    /// Returns the present counts, consistent with one another.
    [[nodiscard]] Counts counts() const;

    /// Refuses new and waiting work, waits for running work and joins. Returns how many threads did not end
    /// in time. They still run, so unless it is 0 the process must end with _exit and destroy nothing that
    /// they use.
    std::size_t stop(std::chrono::milliseconds patience);

private:
    struct State;
    std::shared_ptr<State> _state; ///< shared with the threads: an abandoned one may outlive the pool
    std::vector<std::thread> _threads;
    bool _stopped = false; ///< used by stop() and the destructor, on one thread
};

} // namespace central_oauth::loader
