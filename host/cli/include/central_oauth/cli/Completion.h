// SPDX-License-Identifier: Apache-2.0
// What a shell needs to complete this program's command lines.
#pragma once

#include <string>

namespace central_oauth::cli {

/// Returns a script for bash (3.2 or later; completing file names needs 4) that completes commands, options
/// and their known values. It is made from `describeCommands()` and runs builtins of bash only: no program,
/// no file, no network.
[[nodiscard]] std::string bashCompletion();

} // namespace central_oauth::cli
