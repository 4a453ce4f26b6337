// SPDX-License-Identifier: Apache-2.0
// The commands `client …`: what is done and what is printed.
#pragma once

#include "central_oauth/app/CommandLine.h"
#include "central_oauth/services/clients/ClientService.h"

#include <ostream>

namespace central_oauth::app {

/// Does what a `client …` command asks for. A list goes to `output`, with a tab between columns; what was
/// done is said on standard error. A fresh key is written to standard output here, alone on its line, and is
/// taken back if that fails. Returns the exit code. Throws: base::Error, as ClientService; OutputError.
int runClientAction(services::ClientService& clients, const Command& command, base::Timestamp now,
                    std::ostream& output);

} // namespace central_oauth::app
