// SPDX-License-Identifier: Apache-2.0
// What --help-config prints.
#pragma once

#include <ostream>

namespace central_oauth::app {

/// Prints every setting: the service's, and those of the plugins in the plugin directory. With `markdown` the
/// two tables of docs/configuration.md, between the marks that stand there. Returns the exit code.
[[nodiscard]] int printSettings(bool markdown, std::ostream& output);

} // namespace central_oauth::app
