// SPDX-License-Identifier: Apache-2.0
// Which browser a link is opened in, and starting it.
#pragma once

#include "central_oauth/cli/ClientSettings.h"

#include <functional>
#include <string>
#include <vector>

namespace central_oauth::cli {

/// A program and its arguments, which no shell sees.
using ProgramCommand = std::vector<std::string>;

/// Starts a program. Returns false if it could not be started.
using ProgramStarter = std::function<bool(const ProgramCommand& command)>;

/// Returns the command that opens `url` in a browser, empty if there is no browser that this person would
/// see.
///
/// On a desktop of X11 or Wayland: the first program that BROWSER names (programs separated by colons, `%s`
/// stands for the URL) or else xdg-open, where it can be found. On macOS and Windows: the system's opener. In
/// an SSH session only with `evenOverSsh`, because the browser would open on the remote machine.
[[nodiscard]] ProgramCommand browserCommand(const VariableLookup& variable, const std::string& url,
                                            bool evenOverSsh);

/// Starts the program in a session of its own, so that Ctrl-C does not end it, and does not wait for it.
/// Discards its output and withholds the client key. Returns false if it could not be started.
[[nodiscard]] bool startApart(const ProgramCommand& command);

} // namespace central_oauth::cli
