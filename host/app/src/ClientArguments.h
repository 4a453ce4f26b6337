// SPDX-License-Identifier: Apache-2.0
// The part of the command line that follows `client`.
#pragma once

#include "central_oauth/app/CommandLine.h"

namespace central_oauth::app {

/// Reads the arguments from `client` on. Throws: UsageError.
[[nodiscard]] Command parseClientCommand(const std::vector<std::string>& arguments);

} // namespace central_oauth::app
