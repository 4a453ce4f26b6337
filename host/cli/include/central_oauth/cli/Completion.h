// SPDX-License-Identifier: Apache-2.0
// What a shell needs to complete this program's command lines.
#pragma once

#include <string>

namespace central_oauth::cli {

/// A script for bash (3.2 or later; completing file names takes 4) that completes commands, options and the
/// values there are of both. It is made from `describeCommands()`; what it runs is bash's own: no program, no
/// file, no network.
[[nodiscard]] std::string bashCompletion();

} // namespace central_oauth::cli
