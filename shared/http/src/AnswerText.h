// SPDX-License-Identifier: Apache-2.0
// An answer as bytes (RFC 9112).
#pragma once

#include "central_oauth/http/Response.h"

#include <chrono>
#include <string>

namespace central_oauth::http {

/// How an answer is sent.
struct AnswerForm {
    bool headOnly = false;                ///< for HEAD (RFC 9110 section 9.3.2)
    bool keepAlive = false;               ///< the connection takes a further request
    std::chrono::seconds keepAliveFor{0}; ///< how long a client may rely on that; zero: it is not said
};

/// The whole answer, head and body, ready to be sent.
[[nodiscard]] std::string answerText(const Response& answer, const AnswerForm& form);

} // namespace central_oauth::http
