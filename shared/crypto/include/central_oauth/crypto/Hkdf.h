// SPDX-License-Identifier: Apache-2.0
// Keys derived from a key: HKDF with SHA-256 (RFC 5869).
#pragma once

#include "central_oauth/provider/Secret.h"

#include <cstddef>
#include <string_view>

namespace central_oauth::crypto {

using provider::Secret;

/// So many bytes derived from a key. An empty salt is a salt of zeros (RFC 5869 section 2.2).
/// Requires: a key that is not empty, 1 to 8160 bytes. Throws: base::Error(internal). [any thread]
[[nodiscard]] Secret hkdfSha256(std::string_view key, std::string_view salt, std::string_view info,
                                std::size_t bytes);

} // namespace central_oauth::crypto
