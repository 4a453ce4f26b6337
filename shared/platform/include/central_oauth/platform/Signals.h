// SPDX-License-Identifier: Apache-2.0
// The signals of a service. One source file per platform; Windows uses console events instead.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <thread>

namespace central_oauth::platform {

/// Blocks SIGTERM, SIGINT and SIGHUP for this and every later thread; ignores SIGPIPE and SIGXFSZ. Call it
/// before any thread starts.
void blockSignals();

/// Undoes the block, so that signals end the process as usual. For commands that do their work and return.
void letSignalsEnd();

/// Blocks these signals while it exists, for a step that must complete or be undone before a signal ends the
/// process.
class HeldSignals {
public:
    HeldSignals() { blockSignals(); }
    ~HeldSignals() { letSignalsEnd(); }
    HeldSignals(const HeldSignals&) = delete;
    HeldSignals& operator=(const HeldSignals&) = delete;
};

/// Returns whether a blocked signal has arrived and is pending.
[[nodiscard]] bool isSignalPending();

/// A request to the process.
struct Wake {
    enum class Kind {
        stop,
        reload, ///< reload the settings that can be reloaded; never on Windows
    };
    Kind kind;
    const char* by; ///< name of the signal, for the log
};

/// Blocks until a request arrives: SIGTERM and SIGINT request a stop, SIGHUP a reload. Several of one kind
/// may be merged.
[[nodiscard]] Wake waitForWake();

/// Blocks until a signal requests a stop, at most for `atMost`.
void waitForStop(std::chrono::seconds atMost);

/// Watches for SIGTERM and SIGINT during the start, so that no waiting step (the database's lock, a plugin, a
/// slow disk) delays the end. This loses no stored data: a start may be killed at any moment.
///
/// Create it after blockSignals. Call `end` before serving the first request; from then on waitForWake
/// receives the signals.
///
/// Owns a thread. It runs `onStop` and ends the process with exit code 0, even if `onStop` does not return
/// within half a second.
///
/// Errors: base::ThreadError from the constructor; on Windows also std::system_error.
class StartWatch {
public:
    /// `onStop` receives the name of the signal, such as "SIGTERM".
    explicit StartWatch(std::function<void(const char* by)> onStop);
    ~StartWatch();
    StartWatch(const StartWatch&) = delete;
    StartWatch& operator=(const StartWatch&) = delete;

    /// Stops watching. Later signals stay pending.
    void end() noexcept;

private:
    void run();
    [[noreturn]] void leave(const char* by);

    std::function<void(const char* by)> _onStop;
    std::intptr_t _endEvent = 0; ///< Windows only
    std::thread _thread;
};

} // namespace central_oauth::platform
