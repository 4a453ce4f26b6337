// SPDX-License-Identifier: Apache-2.0
// The option --check-plugin.
#pragma once

#include <ostream>
#include <string>

namespace central_oauth::app {

/// Loads a plugin as a start would, and returns the exit code. Prints what the plugin is and which settings
/// it has, or on stderr why it can't be used and how to fix it.
[[nodiscard]] int checkPlugin(const std::string& file, std::ostream& output);

} // namespace central_oauth::app
