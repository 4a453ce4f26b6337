// SPDX-License-Identifier: Apache-2.0
// A scheduler thread: repeats a task until stopped.
#pragma once

#include "central_oauth/logging/Logger.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>

namespace central_oauth::services {

/// Runs `task` every `interval` on a thread of its own, which `name` names in errors; first after `first`, or
/// else after one interval.
///
/// What the task uses outlives it; stops in its destructor.
///
/// Threads: owns one. Create, stop and destroy on one thread.
///
/// Errors: base::ThreadError from the constructor. A task that throws is logged and run again next time.
class Housekeeper {
public:
    Housekeeper(std::string_view name, std::function<void()> task, std::chrono::milliseconds interval,
                logging::Logger& logger, std::optional<std::chrono::milliseconds> first = std::nullopt);
    ~Housekeeper();
    Housekeeper(const Housekeeper&) = delete;
    Housekeeper& operator=(const Housekeeper&) = delete;

    /// Waits for a running task, then ends the thread. May be called more than once.
    void stop();

private:
    void run();

    std::function<void()> _task;
    std::chrono::milliseconds _interval;
    std::chrono::milliseconds _first;
    logging::Channel _log;
    std::mutex _mutex; ///< guards _stopping
    std::condition_variable _wake;
    bool _stopping = false;
    std::thread _thread;
};

} // namespace central_oauth::services
