// SPDX-License-Identifier: Apache-2.0
// An answer as bytes (RFC 9112).
#pragma once

#include "central_oauth/http/Response.h"

#include <string>

namespace central_oauth::http {

/// How an answer is sent.
struct AnswerForm {
    std::string date;       ///< as in the field of that name
    bool headOnly = false;  ///< for HEAD (RFC 9110 section 9.3.2)
    bool keepAlive = false; ///< the connection takes a further request
};

/// The whole answer, head and body, ready to be sent.
[[nodiscard]] std::string answerText(const Response& answer, const AnswerForm& form);

/// The date of an answer that is made now (RFC 9110 section 6.6.1).
[[nodiscard]] std::string dateNow();

} // namespace central_oauth::http
