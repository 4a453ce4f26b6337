// SPDX-License-Identifier: Apache-2.0
// Reads the exchanges from the log of `curl -v`.
#pragma once

#include "../support/HttpExchange.h"

#include <optional>
#include <string>

namespace central_oauth::test {

/// A request and its answer; the body is not in the log.
struct LoggedExchange {
    HttpCall call;
    HttpAnswer answer;
};

/// Returns the last exchange in the output of `curl -v` over HTTP/1.1, or nullopt if it has no answer.
[[nodiscard]] std::optional<LoggedExchange> lastExchange(const std::string& log);

/// Returns curl's own messages: the lines that hold no header fields.
[[nodiscard]] std::string complaintsOfCurl(const std::string& log);

} // namespace central_oauth::test
