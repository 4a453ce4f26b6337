// SPDX-License-Identifier: Apache-2.0
// The whole program except its surroundings: arguments in, output and exit status out.
//
// Module cli: the command-line client. It speaks the REST API only and knows nothing of the daemon's
// internals; depends on base's and the SDK's value types, an HttpClient that it is given, Poco Util and JSON,
// libqrencode.
#pragma once

#include "central_oauth/cli/BrowserLauncher.h"
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

/// What a run uses outside itself.
struct Surroundings {
    VariableLookup variable;
    HttpConnector connect;
    ProgramStarter startProgram; ///< for the browser
    /// Returns whether the output has arrived. May be empty if that can't be known.
    std::function<bool()> outputArrived{};
};

class ApiClient;

/// Runs one command line.
///
/// Borrows terminal, waiter and clock, which must outlive it.
///
/// Not thread-safe.
///
/// Errors: none; each becomes a message and an exit status.
class CommandRunner {
public:
    CommandRunner(Terminal& terminal, Waiter& waiter, const provider::Clock& clock, Surroundings surroundings)
        : _terminal(terminal), _waiter(waiter), _clock(clock), _surroundings(std::move(surroundings)) {}

    /// `arguments` are those after the program's name.
    [[nodiscard]] ExitCode run(const std::vector<std::string>& arguments);

private:
    ExitCode guardedRun(const std::vector<std::string>& arguments);
    void dispatch(const std::vector<std::string>& arguments);
    // Prints help, on standard error if a shell would run it.
    void inform(const std::string& text, const std::vector<std::string>& arguments);
    void callServer(const Invocation& invocation);
    void login(ApiClient& api, const std::string& url, const Invocation& invocation);
    ExitCode report(const Failure& failure);

    Terminal& _terminal;
    Waiter& _waiter;
    const provider::Clock& _clock;
    Surroundings _surroundings;
};

} // namespace central_oauth::cli
