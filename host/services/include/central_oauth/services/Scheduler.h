// SPDX-License-Identifier: Apache-2.0
// Named tasks that repeat on one thread.
#pragma once

#include "central_oauth/logging/Logger.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace central_oauth::services {

/// Runs each of its tasks, one at a time, as soon as the task is due: `first` after it was added, and
/// `interval` after its last run ended. The task that has been due longest goes first, so a slow task delays
/// the others by one run at most. A task that may wait for long needs a scheduler of its own.
///
/// Everything that the tasks use outlives the scheduler. The destructor stops the scheduler, and waits for
/// the running task.
///
/// Owns one thread.
/// Not thread-safe: call `add`, `start`, `stop` and the destructor from one thread.
/// `statistics` is thread-safe, and may be called from a task.
///
/// Errors: a task that throws is logged, counted, and run again when it is due; the others go on.
class Scheduler {
public:
    using Clock = std::chrono::steady_clock;

    struct Task {
        std::string name; ///< for log and statistics
        std::function<void()> work;
        std::chrono::milliseconds interval;
        std::chrono::milliseconds first{0};
        std::function<void()> atEnd{}; ///< runs once, on the same thread, when the scheduler stops
    };

    struct Statistics {
        std::uint64_t runs = 0;
        std::uint64_t failures = 0; ///< runs that threw
        std::chrono::milliseconds lastDuration{0};
    };

    /// `now` returns the time by which tasks are due.
    explicit Scheduler(logging::Channel log, std::function<Clock::time_point()> now = Clock::now);
    ~Scheduler();
    Scheduler(const Scheduler&) = delete;
    Scheduler& operator=(const Scheduler&) = delete;

    /// Adds a task. Requires: not started, and no task of that name yet.
    void add(Task task);

    /// Begins to run tasks on a thread, which is called `thread` in an error. Call once only. Throws:
    /// base::ThreadError.
    void start(std::string_view thread);

    /// Begins no further run, and waits `atMost` for the running one and each task's `atEnd`. Returns false
    /// if a task still runs: call again, or leave the process. May be called more than once.
    [[nodiscard]] bool stop(std::chrono::milliseconds atMost);

    /// Runs each task that is due once, in the order of `add`, on the caller's thread. Requires: not started.
    void runDue();

    /// Returns the statistics of a task. Throws: std::out_of_range without such a task.
    [[nodiscard]] Statistics statistics(std::string_view name) const;

private:
    struct Entry {
        Task task;
        Clock::time_point due;
        Statistics statistics;
    };

    [[nodiscard]] std::size_t indexOf(std::string_view name) const;
    void serve();
    void run(Entry& entry, std::unique_lock<std::mutex>& hold);
    void runAtEnd(std::unique_lock<std::mutex>& hold) const;
    [[nodiscard]] bool attempt(const Task& task, const std::function<void()>& work) const noexcept;

    logging::Channel _log;
    std::function<Clock::time_point()> _now;
    mutable std::mutex _mutex; ///< guards the members below but the thread; tasks run outside it
    std::condition_variable _changed;
    std::vector<Entry> _entries; ///< the same ones from the start on
    bool _isStopping = false;
    bool _hasEnded = false; ///< the thread
    std::thread _thread;
};

} // namespace central_oauth::services
