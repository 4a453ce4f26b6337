// SPDX-License-Identifier: Apache-2.0
// `central-oauth accounts`: the linked accounts as a table or as JSON.
#pragma once

#include "central_oauth/cli/ApiClient.h"
#include "central_oauth/cli/CommandLine.h"
#include "central_oauth/cli/Terminal.h"

#include <string>
#include <vector>

namespace central_oauth::cli {

/// Returns the accounts as plain aligned columns with a heading, the same on a terminal and in a pipe.
[[nodiscard]] std::string accountTable(const std::vector<Account>& accounts);

/// Lists the client's accounts.
///
/// Borrows what it is given; runs once.
///
/// Errors: Failure.
class AccountsCommand {
public:
    AccountsCommand(ApiClient& api, Terminal& terminal, const Invocation& invocation)
        : _api(api), _terminal(terminal), _invocation(invocation) {}

    /// Writes the table to the output, or a JSON array of the accounts as the server describes them.
    void run();

private:
    ApiClient& _api;
    Terminal& _terminal;
    const Invocation& _invocation;
};

} // namespace central_oauth::cli
