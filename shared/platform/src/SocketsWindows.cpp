// SPDX-License-Identifier: Apache-2.0
// Sockets by Winsock. Windows.
#include "central_oauth/platform/Sockets.h"

// clang-format off
#include <winsock2.h> // before windows.h
#include <windows.h>
// clang-format on

namespace central_oauth::platform {

bool claimPort(std::intptr_t socket) noexcept {
    const BOOL exclusive = TRUE;
    ::setsockopt(static_cast<SOCKET>(socket), SOL_SOCKET, SO_EXCLUSIVEADDRUSE,
                 reinterpret_cast<const char*>(&exclusive), sizeof exclusive);
    return false;
}

} // namespace central_oauth::platform
