// SPDX-License-Identifier: Apache-2.0
// A request as it comes out of the guard, before anybody knows what it means.
#pragma once

#include "central_oauth/http/Headers.h"

#include <chrono>
#include <string>

namespace central_oauth::http {

/// What a request says of itself, and what its connection knows.
struct RequestHead {
    std::string method;
    std::string target;
    Headers headers;
    std::string peer;                                ///< the connection's other end, without port
    bool resumed = false;                            ///< it was held before and has to be answered now
    std::chrono::steady_clock::time_point arrived{}; ///< when it was whole; the epoch: now
};

} // namespace central_oauth::http
