// SPDX-License-Identifier: Apache-2.0
// Requests of the tests.
#pragma once

#include "central_oauth/provider/Services.h"

#include <chrono>
#include <string>

namespace central_oauth::httpclient::test {

inline provider::HttpRequest get(const std::string& url,
                                 std::chrono::milliseconds life = std::chrono::seconds(10)) {
    provider::HttpRequest request;
    request.url = url;
    request.deadline = std::chrono::steady_clock::now() + life;
    return request;
}

} // namespace central_oauth::httpclient::test
