// SPDX-License-Identifier: Apache-2.0
// Splits the text of a guarded request.
#pragma once

#include "central_oauth/http/RequestHead.h"

#include <string>
#include <string_view>

namespace central_oauth::http {

/// The parts of a request.
struct RequestParts {
    RequestHead head;
    std::string body;
};

/// Returns the parts of a guarded request's text. Requires: GuardedRequest::text. The guard has judged it, so
/// this function checks nothing and can't disagree about where a part ends.
[[nodiscard]] RequestParts partsOf(std::string_view text);

} // namespace central_oauth::http
