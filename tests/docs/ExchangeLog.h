// SPDX-License-Identifier: Apache-2.0
// What `curl -v` said about its exchanges.
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

/// The last exchange in the output of `curl -v` over http/1.1; nothing if there is no answer in it.
[[nodiscard]] std::optional<LoggedExchange> lastExchange(const std::string& log);

/// What curl said about itself: the lines that hold no header fields.
[[nodiscard]] std::string complaintsOfCurl(const std::string& log);

} // namespace central_oauth::test
