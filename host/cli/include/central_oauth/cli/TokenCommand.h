// SPDX-License-Identifier: Apache-2.0
// `central-oauth token`: an access token for a script.
#pragma once

#include "central_oauth/cli/ApiClient.h"
#include "central_oauth/cli/CommandLine.h"
#include "central_oauth/cli/SettingsFile.h"
#include "central_oauth/cli/Terminal.h"

namespace central_oauth::cli {

/// Writes the access token of the named or the only account to the output, in the wanted format and with
/// nothing else. As git's credential helper it writes nothing for a host or action that it does not serve,
/// which is no error.
///
/// All of it takes at most the time that the invocation allows.
///
/// Borrows what it is given; runs once.
///
/// Errors: Failure.
class TokenCommand {
public:
    TokenCommand(ApiClient& api, Terminal& terminal, const Invocation& invocation,
                 const VariableLookup& variable)
        : _api(api), _terminal(terminal), _invocation(invocation), _variable(variable) {}

    /// Returns once the token is written, or once git's request needs no answer.
    void run();

private:
    bool isGitToAnswer();
    void warnOfOtherSite(const TokenPayload& token);
    Failure grantDead(const std::string& accountId, const ServerError& error);
    std::string linkAgain(const std::string& accountId, const ServerError& error);

    ApiClient& _api;
    Terminal& _terminal;
    const Invocation& _invocation;
    const VariableLookup& _variable;
};

} // namespace central_oauth::cli
