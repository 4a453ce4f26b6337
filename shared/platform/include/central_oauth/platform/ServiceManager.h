// SPDX-License-Identifier: Apache-2.0
// Messages to and from systemd, or the service manager of Windows. One source file per platform.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace central_oauth::platform {

enum class ServiceState { ready, stopping, alive };

/// Whether a program can register itself as a service: on Windows.
extern const bool hasServiceOptions;

/// Takes requests of the service manager of Windows: stop, and paramchange for a reload. Call it in a process
/// that it started, before notifyServiceManager. Does nothing on other systems.
void joinServiceManager();

/// Tells the service manager that the service is ready, is stopping, or is alive: sd_notify(3), or the state
/// of the service. Gives up after half a second if systemd does not read. Does nothing without a service
/// manager.
void notifyServiceManager(ServiceState state);

/// Returns whether a service manager started this process and accepts messages.
[[nodiscard]] bool hasServiceManager();

/// Writes why the service can't go on to the event log, if the service manager of Windows started this
/// process. Does nothing on other systems, where standard error does it.
void noteFailure(const std::string& text) noexcept;

/// Returns the interval within which systemd expects each sign of life (sd_watchdog_enabled(3)). Returns
/// nullopt if it expects none.
[[nodiscard]] std::optional<std::chrono::milliseconds> watchdogTime();

} // namespace central_oauth::platform
