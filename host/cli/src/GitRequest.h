// SPDX-License-Identifier: Apache-2.0
// What git asks a credential helper for: git-credential(1), "INPUT/OUTPUT FORMAT".
#pragma once

#include "central_oauth/cli/Terminal.h"

#include <string>

namespace central_oauth::cli {

/// The attributes that decide whether there is an answer; empty if git did not send them.
struct GitRequest {
    std::string protocol;
    std::string host; ///< with its port, if the URL has one
    /// An attribute came twice. git sends each once, but a line end in a URL could add a second one in old
    /// versions.
    bool isAmbiguous = false;
};

/// Reads attributes up to the blank line or the end of input, and skips others, such as a password.
/// Throws: Interrupted.
[[nodiscard]] GitRequest readGitRequest(Terminal& terminal);

/// Returns whether a token may go there: unambiguously to `host`, over TLS or within this machine. `host` is
/// in lower case.
[[nodiscard]] bool isFor(const GitRequest& request, const std::string& host);

} // namespace central_oauth::cli
