// SPDX-License-Identifier: Apache-2.0
// The option --help-config.
#pragma once

#include <ostream>

namespace central_oauth::app {

/// Prints every setting of the service and of the plugins in the plugin directory, and returns the exit code.
/// With `markdown`, prints the two tables of docs/configuration.md with their marks.
[[nodiscard]] int printSettings(bool markdown, std::ostream& output);

} // namespace central_oauth::app
