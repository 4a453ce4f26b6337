// SPDX-License-Identifier: Apache-2.0
// `central-oauth explain`: how an account stands, and what to do about it.
#pragma once

#include "central_oauth/cli/ApiClient.h"
#include "central_oauth/cli/CommandLine.h"
#include "central_oauth/cli/Terminal.h"

#include <string>

namespace central_oauth::cli {

/// Returns the exit status of `token` for this account, as far as the server knows: success; grantDead if the
/// person must link again; unreachable if somebody else has to fix something, or the problem passes by
/// itself.
[[nodiscard]] ExitCode verdictOn(const Account& account);

/// Returns the account in lines of a name and a value each, for people.
[[nodiscard]] std::string explanation(const Account& account);

/// Writes to the output what the server knows about one account.
///
/// Borrows what it is given; runs once.
///
/// Errors: Failure, also if the account does not work; the output is written before.
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
