// SPDX-License-Identifier: Apache-2.0
// The commands `client …`: what is done and what is printed.
#pragma once

#include "central_oauth/app/CommandLine.h"
#include "central_oauth/services/ClientService.h"

namespace central_oauth::app {

/// Does what a `client …` command asks for; a fresh key stands alone on stdout, what was done on stderr,
/// lists on stdout with a tab between columns. Returns the exit code. Throws: base::Error, as ClientService.
int runClientAction(services::ClientService& clients, const Command& command, base::Timestamp now);

} // namespace central_oauth::app
