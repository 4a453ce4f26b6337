// SPDX-License-Identifier: Apache-2.0
// `central-oauth token`: an access token for a script.
#pragma once

#include "central_oauth/cli/ApiClient.h"
#include "central_oauth/cli/CommandLine.h"
#include "central_oauth/cli/SettingsFile.h"
#include "central_oauth/cli/Terminal.h"

namespace central_oauth::cli {

/// Writes the access token of the named or the only account, in the format that was asked for and with
/// nothing beside it, to the output. As git's credential helper it writes nothing for another host or action
/// than it answers, which is no error.
///
/// All of it takes as long as the invocation allows.
///
/// Borrows what it is given; runs once.
///
/// Errors: Failure.
class TokenCommand {
public:
    TokenCommand(ApiClient& api, Terminal& terminal, const Invocation& invocation,
                 const VariableLookup& variable)
        : _api(api), _terminal(terminal), _invocation(invocation), _variable(variable) {}

    /// Returns once the token is written, or git has been told nothing.
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
