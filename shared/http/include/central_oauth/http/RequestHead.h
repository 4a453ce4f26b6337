// SPDX-License-Identifier: Apache-2.0
// The head of a request as the guard delivers it.
#pragma once

#include "central_oauth/http/Headers.h"

#include <chrono>
#include <string>

namespace central_oauth::http {

/// A request's line and fields, and facts of its connection.
struct RequestHead {
    std::string method;
    std::string target;
    Headers headers;
    std::string peer;        ///< the address of the connection's other end, without port
    bool resumed = false;    ///< it was held and must now be answered
    std::string requestId{}; ///< the id that a resumed request keeps; empty for a new one
    std::chrono::steady_clock::time_point arrived{}; ///< when it was complete; the epoch means now
};

} // namespace central_oauth::http
