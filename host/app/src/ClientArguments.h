// SPDX-License-Identifier: Apache-2.0
// The arguments of the commands `client …`.
#pragma once

#include "CommandWords.h"
#include "central_oauth/app/CommandLine.h"

namespace central_oauth::app {

/// Sets the members of `command` that `command.action` takes from its arguments.
/// Throws: UsageError.
void readClientArguments(const CommandWords& words, Command& command);

} // namespace central_oauth::app
