// SPDX-License-Identifier: Apache-2.0
// Unpredictable bytes, tokens and digits from the operating system's generator.
#pragma once

#include "central_oauth/provider/Secret.h"

#include <cstddef>
#include <string>

namespace central_oauth::crypto {

using provider::Secret;

/// So many raw bytes from RAND_bytes, for values that are no secret (salts, nonces, ids).
/// Throws: base::Error(internal) if the generator fails; there is no weaker source. [any thread]
[[nodiscard]] std::string randomBytes(std::size_t count);

/// As randomBytes, for keys and other secrets.
[[nodiscard]] Secret randomSecret(std::size_t count);

/// So many random bytes, as base64url without padding (RFC 4648 section 5): 16 bytes make 22 characters, 32
/// make 43.
[[nodiscard]] std::string randomToken(std::size_t bytes);

/// So many decimal digits, each equally likely, leading zeros included.
[[nodiscard]] std::string randomDigits(std::size_t count);

} // namespace central_oauth::crypto
