// SPDX-License-Identifier: Apache-2.0
// What --check-plugin says of a file.
#pragma once

#include <ostream>
#include <string>

namespace central_oauth::app {

/// Loads a plugin as a start would, and prints what it is and takes, or on stderr why it can't be used and
/// how to fix it. Returns the exit code.
[[nodiscard]] int checkPlugin(const std::string& file, std::ostream& output);

} // namespace central_oauth::app
