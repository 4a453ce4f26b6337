// SPDX-License-Identifier: Apache-2.0
// What git asks a credential helper for: git-credential(1), "INPUT/OUTPUT FORMAT".
#pragma once

#include "central_oauth/cli/Terminal.h"

#include <string>

namespace central_oauth::cli {

/// The attributes that decide whether there is an answer; empty if git did not say them.
struct GitRequest {
    std::string protocol;
    std::string host; ///< with its port, if the URL has one
    /// One of them came twice. git says each once; a line end in a URL got a second one past old versions of
    /// it.
    bool isAmbiguous = false;
};

/// Reads attributes to the blank line or the end of input; others are skipped. A password among them is
/// not kept. Throws: Interrupted.
[[nodiscard]] GitRequest readGitRequest(Terminal& terminal);

/// True if a token may go there: without doubt to this host, over TLS or inside of this machine. `host` has
/// small letters.
[[nodiscard]] bool isFor(const GitRequest& request, const std::string& host);

} // namespace central_oauth::cli
