// SPDX-License-Identifier: Apache-2.0
// Requests to the process from within. Windows.
#pragma once

#include "central_oauth/platform/Signals.h"

namespace central_oauth::platform {

/// Makes waitForWake return. `by` lives as long as the process. Thread-safe.
void requestWake(Wake::Kind kind, const char* by) noexcept;

} // namespace central_oauth::platform
