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

/// Starts a program; false if it could not be started.
using ProgramStarter = std::function<bool(const ProgramCommand& command)>;

/// How a browser is told to open `url`; empty if there is none that this person would see.
///
/// On a desktop of X11 or Wayland: the first program that BROWSER names (programs separated by colons, `%s`
/// stands for the URL) or else xdg-open, where it can be found. On macOS and Windows: what opens URLs there.
/// In an SSH session only with `evenOverSsh`, as the browser would open on the other side.
[[nodiscard]] ProgramCommand browserCommand(const VariableLookup& variable, const std::string& url,
                                            bool evenOverSsh);

/// Starts the program apart from this one: in a session of its own, so that Ctrl-C does not end it; what it
/// says is thrown away; it does not get the client key. It is not waited for.
[[nodiscard]] bool startApart(const ProgramCommand& command);

} // namespace central_oauth::cli
