// SPDX-License-Identifier: Apache-2.0
// `central-oauth revoke`: ends an account.
#pragma once

#include "central_oauth/cli/ApiClient.h"
#include "central_oauth/cli/CommandLine.h"
#include "central_oauth/cli/Terminal.h"

namespace central_oauth::cli {

/// Deletes the account at the server and says what that did there and upstream.
///
/// Borrows what it is given; runs once.
///
/// Errors: Failure.
class RevokeCommand {
public:
    RevokeCommand(ApiClient& api, Terminal& terminal, const Invocation& invocation)
        : _api(api), _terminal(terminal), _invocation(invocation) {}

    /// Returns once the account is gone at the server.
    void run();

private:
    ApiClient& _api;
    Terminal& _terminal;
    const Invocation& _invocation;
};

} // namespace central_oauth::cli
