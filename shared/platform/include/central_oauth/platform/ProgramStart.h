// SPDX-License-Identifier: Apache-2.0
// Starting another program. One source file per platform.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::platform {

/// Starts a program with its arguments apart from this one: in a session of its own, so that Ctrl-C does not
/// end it, with default signals, and without this process's streams and the variable `withheld`. It is not
/// waited for. Returns false if it could not be started.
///
/// On Windows the last argument is given to the shell, which knows what opens it.
[[nodiscard]] bool startApart(std::vector<std::string> command, std::string_view withheld);

} // namespace central_oauth::platform
