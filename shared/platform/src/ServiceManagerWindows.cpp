// SPDX-License-Identifier: Apache-2.0
// No service manager is supported. Windows.
#include "central_oauth/platform/ServiceManager.h"

namespace central_oauth::platform {

void notifyServiceManager(ServiceState) {}

bool hasServiceManager() {
    return false;
}

std::optional<std::chrono::milliseconds> watchdogTime() {
    return std::nullopt;
}

} // namespace central_oauth::platform
