// SPDX-License-Identifier: Apache-2.0
// The system's certificate authorities. One source file per platform.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace central_oauth::platform {

/// Returns the certificates (DER) that the system trusts to vouch for servers: on Windows those of the store
/// ROOT that are good for that. Returns nullopt where they are files that OpenSSL finds itself. Thread-safe.
[[nodiscard]] std::optional<std::vector<std::string>> systemAuthorities();

} // namespace central_oauth::platform
