// SPDX-License-Identifier: Apache-2.0
// WSAPoll.
#pragma once

#include <vector>

#include <Poco/Net/SocketDefs.h>

namespace central_oauth::http {

using Polled = WSAPOLLFD;

inline int pollAll(std::vector<Polled>& sockets, int milliseconds) noexcept {
    return ::WSAPoll(sockets.data(), static_cast<ULONG>(sockets.size()), milliseconds);
}

} // namespace central_oauth::http
