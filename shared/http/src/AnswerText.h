// SPDX-License-Identifier: Apache-2.0
// The bytes of an answer (RFC 9112).
#pragma once

#include "central_oauth/http/Response.h"

#include <chrono>
#include <string>

namespace central_oauth::http {

/// How an answer is sent.
struct AnswerForm {
    bool headOnly = false;                ///< for HEAD (RFC 9110 section 9.3.2)
    bool keepAlive = false;               ///< the connection accepts a further request
    std::chrono::seconds keepAliveFor{0}; ///< how long a client may rely on it; zero sends no timeout
};

/// Returns the whole answer, head and body.
[[nodiscard]] std::string answerText(const Response& answer, const AnswerForm& form);

} // namespace central_oauth::http
