// SPDX-License-Identifier: Apache-2.0
// Messages to and from systemd. One source file per platform.
#pragma once

#include <chrono>
#include <optional>

namespace central_oauth::platform {

enum class ServiceState { ready, stopping, alive };

/// Tells systemd that the service is ready, is stopping, or is alive (sd_notify(3)). Gives up after half a
/// second if systemd does not read. Does nothing on other systems.
void notifyServiceManager(ServiceState state);

/// Returns whether a service manager started this process and accepts messages.
[[nodiscard]] bool hasServiceManager();

/// Returns the interval within which systemd expects each sign of life (sd_watchdog_enabled(3)). Returns
/// nullopt if it expects none.
[[nodiscard]] std::optional<std::chrono::milliseconds> watchdogTime();

} // namespace central_oauth::platform
