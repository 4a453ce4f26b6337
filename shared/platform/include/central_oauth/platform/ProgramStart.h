// SPDX-License-Identifier: Apache-2.0
// Starts another program. One source file per platform.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::platform {

/// Returns the program that opens a URL as the user has chosen in the system, or an empty text where BROWSER
/// and the desktop decide.
[[nodiscard]] std::string systemOpener();

/// Starts a program with its arguments, detached from this one: in its own session, so that Ctrl-C does not
/// end it, with default signals, and without this process's streams and the variable `withheld`. Does not
/// wait for it. Returns false if it could not be started.
///
/// On Windows passes the last argument to the shell, which selects the program for it.
[[nodiscard]] bool startApart(std::vector<std::string> command, std::string_view withheld);

} // namespace central_oauth::platform
