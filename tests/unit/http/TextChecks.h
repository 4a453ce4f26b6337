// SPDX-License-Identifier: Apache-2.0
// What tests look for in texts and answers.
#pragma once

#include "central_oauth/http/Response.h"

#include <string>

namespace central_oauth::http::test {

inline bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

inline std::string headerOf(const Response& response, const std::string& name) {
    return std::string(response.header(name).value_or("absent"));
}

} // namespace central_oauth::http::test
