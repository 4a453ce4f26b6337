// SPDX-License-Identifier: Apache-2.0
// What `login --json` prints: one JSON object a line, in visible ASCII.
#pragma once

#include "central_oauth/cli/Answers.h"

#include <string>

namespace central_oauth::cli {

/// The event `link`: what a person needs to approve. Without the link's secret and without a line end.
[[nodiscard]] std::string linkLine(const LinkCode& link, bool isResumed);

/// The event `linked`: whose account it is. Without the token and without a line end.
[[nodiscard]] std::string linkedLine(const TokenPayload& token);

} // namespace central_oauth::cli
