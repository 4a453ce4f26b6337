// SPDX-License-Identifier: Apache-2.0
// What `login --json` prints: one JSON object a line, in visible ASCII.
#pragma once

#include "central_oauth/cli/Answers.h"

#include <string>

namespace central_oauth::cli {

/// Returns the event `link`, which has what a person needs to approve, but no link secret and no line end.
[[nodiscard]] std::string linkLine(const LinkCode& link, bool isResumed);

/// Returns the event `linked`, which says whose account it is, without the token and a line end.
[[nodiscard]] std::string linkedLine(const TokenPayload& token);

} // namespace central_oauth::cli
