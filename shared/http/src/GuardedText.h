// SPDX-License-Identifier: Apache-2.0
// Reading a request from the text that the guard made of it.
#pragma once

#include "central_oauth/http/RequestHead.h"

#include <string>
#include <string_view>

namespace central_oauth::http {

/// A request's parts.
struct RequestParts {
    RequestHead head;
    std::string body;
};

/// Takes a guarded request's text apart. Requires: GuardedRequest::text; so there is nothing to judge here,
/// and no second opinion of where something ends.
[[nodiscard]] RequestParts partsOf(std::string_view text);

} // namespace central_oauth::http
