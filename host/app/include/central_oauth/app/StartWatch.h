// SPDX-License-Identifier: Apache-2.0
// Ends the process when it is asked to stop before it serves. One source file per platform.
#pragma once

#include <cstdint>
#include <functional>
#include <thread>

namespace central_oauth::app {

/// Watches for SIGTERM and SIGINT while the service starts, so that no step that waits (the database's lock,
/// a plugin, a slow disk) delays the end. Everything stored survives: a start may be killed at any moment,
/// too.
///
/// Create it after blockSignals. Call `end` before the first request is served; from then on waitForWake gets
/// the signals.
///
/// Threads: one of its own, which runs `onStop` and then ends the process with exit code 0, also if `onStop`
/// does not return within half a second.
///
/// Errors: base::ThreadError from the constructor, on Windows std::system_error, too.
class StartWatch {
public:
    /// `onStop` is told what asks for the end, such as "SIGTERM".
    explicit StartWatch(std::function<void(const char* by)> onStop);
    ~StartWatch();
    StartWatch(const StartWatch&) = delete;
    StartWatch& operator=(const StartWatch&) = delete;

    /// Stops watching. A signal that comes later stays pending.
    void end() noexcept;

private:
    void run();
    [[noreturn]] void leave(const char* by);

    std::function<void(const char* by)> _onStop;
    std::intptr_t _endEvent = 0; ///< Windows only
    std::thread _thread;
};

} // namespace central_oauth::app
