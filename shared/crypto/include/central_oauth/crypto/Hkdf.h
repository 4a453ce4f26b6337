// SPDX-License-Identifier: Apache-2.0
// Derivation of keys: HKDF with SHA-256 (RFC 5869). Thread-safe.
#pragma once

#include "central_oauth/provider/Secret.h"

#include <cstddef>
#include <string_view>

namespace central_oauth::crypto {

using provider::Secret;

/// Derives `bytes` bytes from a key. An empty salt means a salt of zeros (RFC 5869 section 2.2). Requires: a
/// key that is not empty, and 1 to 8160 bytes.
/// Throws: base::Error(internal).
[[nodiscard]] Secret hkdfSha256(std::string_view key, std::string_view salt, std::string_view info,
                                std::size_t bytes);

} // namespace central_oauth::crypto
