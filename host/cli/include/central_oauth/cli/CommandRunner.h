// SPDX-License-Identifier: Apache-2.0
// The whole program but for its surroundings: arguments in, output and exit status out.
//
// Module cli: the command-line client. It speaks the REST API only and knows nothing of the daemon's insides;
// depends on base's and the SDK's value types, an HttpClient that it is given, Poco Util and JSON,
// libqrencode.
#pragma once

#include "central_oauth/cli/ClientSettings.h"
#include "central_oauth/cli/CommandLine.h"
#include "central_oauth/cli/ExitCode.h"
#include "central_oauth/cli/Failure.h"
#include "central_oauth/cli/Terminal.h"
#include "central_oauth/cli/Waiter.h"
#include "central_oauth/provider/Services.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace central_oauth::cli {

/// Makes the HTTP client for a server; throws std::exception if it can't.
using HttpConnector = std::function<std::shared_ptr<const provider::HttpClient>(const ClientSettings&)>;

/// Runs one command line.
///
/// Borrows terminal and waiter; they outlive it.
///
/// Threads: one.
///
/// Errors: none leave it; each becomes a message and an exit status.
class CommandRunner {
public:
    CommandRunner(Terminal& terminal, Waiter& waiter, VariableLookup variable, HttpConnector connect)
        : _terminal(terminal),
          _waiter(waiter),
          _variable(std::move(variable)),
          _connect(std::move(connect)) {}

    /// `arguments` are those after the program's name.
    [[nodiscard]] ExitCode run(const std::vector<std::string>& arguments);

private:
    void dispatch(const std::vector<std::string>& arguments);
    void callServer(const Invocation& invocation);
    ExitCode report(const Failure& failure);

    Terminal& _terminal;
    Waiter& _waiter;
    VariableLookup _variable;
    HttpConnector _connect;
};

} // namespace central_oauth::cli
