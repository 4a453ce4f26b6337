// SPDX-License-Identifier: Apache-2.0
// The commands `client …`: their effect and their output.
#pragma once

#include "central_oauth/app/CommandLine.h"
#include "central_oauth/services/clients/ClientService.h"

#include <ostream>

namespace central_oauth::app {

/// Runs a `client …` command and returns the exit code. Writes a list to `output`, with a tab between
/// columns, and a report to standard error. Writes a new key to standard output, alone on its line, and
/// withdraws the key if that fails.
/// Throws: base::Error, as ClientService; OutputError.
int runClientAction(services::ClientService& clients, const Command& command, base::Timestamp now,
                    std::ostream& output);

} // namespace central_oauth::app
