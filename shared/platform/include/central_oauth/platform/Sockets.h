// SPDX-License-Identifier: Apache-2.0
// How systems differ in listening sockets. One source file per platform.
#pragma once

#include <cstdint>

namespace central_oauth::platform {

/// Lets no other process take the port that an unbound socket is about to be bound to. Returns whether
/// SO_REUSEADDR may be set: on Windows it would allow just that, elsewhere it only means that a restart need
/// not wait for old connections to time out.
[[nodiscard]] bool claimPort(std::intptr_t socket) noexcept;

} // namespace central_oauth::platform
