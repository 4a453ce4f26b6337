// SPDX-License-Identifier: Apache-2.0
// The signals of a service. One source file per platform; on Windows console events stand in for them.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <thread>

namespace central_oauth::platform {

/// Blocks SIGTERM, SIGINT and SIGHUP for this and every later thread, and ignores SIGPIPE and SIGXFSZ. Call
/// before any thread starts.
void blockSignals();

/// Takes the block away again: a command that does its work and returns ends by a signal as every program
/// does.
void letSignalsEnd();

/// Holds these signals back while it lives: for a step that is finished or taken back before they end the
/// process.
class HeldSignals {
public:
    HeldSignals() { blockSignals(); }
    ~HeldSignals() { letSignalsEnd(); }
    HeldSignals(const HeldSignals&) = delete;
    HeldSignals& operator=(const HeldSignals&) = delete;
};

/// Whether one of them has arrived that is blocked, and that nobody has taken.
[[nodiscard]] bool isSignalPending();

/// What the process is asked to do.
struct Wake {
    enum class Kind {
        stop,
        reload, ///< read again what can be read again; never on Windows
    };
    Kind kind;
    const char* by; ///< a name for the log
};

/// Waits until the process is asked for something: SIGTERM and SIGINT stop, SIGHUP reloads. Several of one
/// kind may count as one.
[[nodiscard]] Wake waitForWake();

/// Waits for a signal that stops the process, `atMost` that long.
void waitForStop(std::chrono::seconds atMost);

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

} // namespace central_oauth::platform
