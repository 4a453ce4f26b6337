// SPDX-License-Identifier: Apache-2.0
// What the command-line client's exit status means to a script.
#pragma once

namespace central_oauth::cli {

/// The exit status of the program. Documented for scripts: do not renumber.
enum class ExitCode {
    success = 0,
    linkNeeded = 1,        ///< no account is linked yet
    grantDead = 2,         ///< the account exists, its grant does not work any more: link again
    unreachable = 3,       ///< no answer, or the server said "not now", also after retries
    declinedOrExpired = 4, ///< the link ended without an account
    keyRefused = 5,        ///< the client key is wrong, unknown or lacks a scope
    unknownAccount = 6,    ///< no such account belongs to this client
    usage = 64,            ///< a wrong command line or a missing setting
    unexpected = 70,       ///< anything else
    interrupted = 130,     ///< Ctrl-C
};

} // namespace central_oauth::cli
