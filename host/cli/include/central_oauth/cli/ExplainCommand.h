// SPDX-License-Identifier: Apache-2.0
// `central-oauth explain`: how an account stands, and what to do about it.
#pragma once

#include "central_oauth/cli/ApiClient.h"
#include "central_oauth/cli/CommandLine.h"
#include "central_oauth/cli/Terminal.h"

#include <string>

namespace central_oauth::cli {

/// What `token` would end with for this account, as far as the server has noticed: success; grantDead where
/// the person must link again; unreachable where somebody else has to fix something, or it passes by itself.
[[nodiscard]] ExitCode verdictOn(const Account& account);

/// The account in lines of a name and a value each, for people.
[[nodiscard]] std::string explanation(const Account& account);

/// Writes to the output what the server knows about one account.
///
/// Borrows what it is given; runs once.
///
/// Errors: Failure, also where the account does not work; the output is written before.
class ExplainCommand {
public:
    ExplainCommand(ApiClient& api, Terminal& terminal, const Invocation& invocation)
        : _api(api), _terminal(terminal), _invocation(invocation) {}

    /// Returns if the account works.
    void run();

private:
    ApiClient& _api;
    Terminal& _terminal;
    const Invocation& _invocation;
};

} // namespace central_oauth::cli
