// SPDX-License-Identifier: Apache-2.0
// `central-oauth token`: an access token for a script.
#pragma once

#include "central_oauth/cli/ApiClient.h"
#include "central_oauth/cli/CommandLine.h"
#include "central_oauth/cli/Terminal.h"

namespace central_oauth::cli {

/// Writes the access token of the named or the only account, and nothing else, to the output.
///
/// Borrows what it is given; runs once.
///
/// Errors: Failure.
class TokenCommand {
public:
    TokenCommand(ApiClient& api, Terminal& terminal, const Invocation& invocation)
        : _api(api), _terminal(terminal), _invocation(invocation) {}

    /// Returns once the token is written.
    void run();

private:
    std::string onlyAccount();
    Failure grantDead(const std::string& accountId, const ServerError& error);
    std::string linkAgain(const std::string& accountId, const ServerError& error);

    ApiClient& _api;
    Terminal& _terminal;
    const Invocation& _invocation;
};

} // namespace central_oauth::cli
