// SPDX-License-Identifier: Apache-2.0
// The end of a service whose process leaves at once. Windows.
#pragma once

namespace central_oauth::platform {

/// Tells the service manager, if it started this process, that the service has stopped.
void reportServiceEnd(int exitCode) noexcept;

} // namespace central_oauth::platform
