// SPDX-License-Identifier: Apache-2.0
// The process's signals and its last way out. One source file per platform.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace central_oauth::app {

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

#ifdef _WIN32
/// The event that waitForWake waits for, a HANDLE.
[[nodiscard]] std::intptr_t stopHandle();
#endif

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

/// Raises the limit of open files to what the system allows this process: every connection is one.
void raiseFileLimit();

/// How many files this process may have open.
[[nodiscard]] std::size_t openFileLimit();

/// Ends the process at once, without destructors: for a stop that hangs.
[[noreturn]] void exitImmediately(int exitCode);

/// Tells systemd that the service is ready, that it stops, or that it is alive (sd_notify(3)). Gives up after
/// half a second if systemd does not read. Does nothing elsewhere.
enum class ServiceState { ready, stopping, alive };
void notifyServiceManager(ServiceState state);

/// Whether a service manager started this process and listens to it.
[[nodiscard]] bool hasServiceManager();

/// Within which time the service manager wants to hear that the service is alive, again and again
/// (sd_watchdog_enabled(3)). Returns nullopt if it does not.
[[nodiscard]] std::optional<std::chrono::milliseconds> watchdogTime();

/// Waits for a signal that stops the process, `atMost` that long.
void waitForStop(std::chrono::seconds atMost);

} // namespace central_oauth::app
