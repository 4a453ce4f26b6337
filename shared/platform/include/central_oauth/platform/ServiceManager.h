// SPDX-License-Identifier: Apache-2.0
// What systemd is told, and what it wants to hear. One source file per platform.
#pragma once

#include <chrono>
#include <optional>

namespace central_oauth::platform {

enum class ServiceState { ready, stopping, alive };

/// Tells systemd that the service is ready, that it stops, or that it is alive (sd_notify(3)). Gives up after
/// half a second if systemd does not read. Does nothing elsewhere.
void notifyServiceManager(ServiceState state);

/// Whether a service manager started this process and listens to it.
[[nodiscard]] bool hasServiceManager();

/// Within which time the service manager wants to hear that the service is alive, again and again
/// (sd_watchdog_enabled(3)). Returns nullopt if it does not.
[[nodiscard]] std::optional<std::chrono::milliseconds> watchdogTime();

} // namespace central_oauth::platform
