// SPDX-License-Identifier: Apache-2.0
// A bound port is its process's alone. POSIX.
#include "central_oauth/platform/Sockets.h"

namespace central_oauth::platform {

bool claimPort(std::intptr_t) noexcept {
    return true;
}

} // namespace central_oauth::platform
