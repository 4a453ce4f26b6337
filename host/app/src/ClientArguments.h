// SPDX-License-Identifier: Apache-2.0
// What the words behind a `client …` command mean.
#pragma once

#include "CommandWords.h"
#include "central_oauth/app/CommandLine.h"

namespace central_oauth::app {

/// Fills in what a client command of `command.action` is given. Throws: UsageError.
void readClientArguments(const CommandWords& words, Command& command);

} // namespace central_oauth::app
