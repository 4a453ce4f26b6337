// SPDX-License-Identifier: Apache-2.0
// poll(2).
#pragma once

#include <poll.h>
#include <vector>

namespace central_oauth::http {

using Polled = pollfd;

inline int pollAll(std::vector<Polled>& sockets, int milliseconds) noexcept {
    return ::poll(sockets.data(), sockets.size(), milliseconds);
}

} // namespace central_oauth::http
