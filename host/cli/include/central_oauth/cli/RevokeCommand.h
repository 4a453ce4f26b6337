// SPDX-License-Identifier: Apache-2.0
// `central-oauth revoke`: ends an account.
#pragma once

#include "central_oauth/cli/ApiClient.h"
#include "central_oauth/cli/CommandLine.h"
#include "central_oauth/cli/Terminal.h"

#include <optional>
#include <string>

namespace central_oauth::cli {

/// Asks, deletes the account at the server, and reports the effect there and upstream.
///
/// Borrows what it is given; runs once.
///
/// Errors: Failure, also if the question is needed and nobody can be asked; Interrupted.
class RevokeCommand {
public:
    RevokeCommand(ApiClient& api, Terminal& terminal, const Invocation& invocation)
        : _api(api), _terminal(terminal), _invocation(invocation) {}

    /// Returns once the account is gone at the server, or the answer was No.
    void run();

private:
    [[nodiscard]] std::optional<std::string> askedFor(); ///< the id to delete; nullopt if the answer was No
    [[nodiscard]] std::optional<Account> find();
    void revoke(const std::string& accountId);

    ApiClient& _api;
    Terminal& _terminal;
    const Invocation& _invocation;
};

} // namespace central_oauth::cli
