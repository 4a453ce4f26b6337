// SPDX-License-Identifier: Apache-2.0
// Unpredictable bytes, tokens and digits from the operating system's generator. Thread-safe.
#pragma once

#include "central_oauth/provider/Secret.h"

#include <cstddef>
#include <string>

namespace central_oauth::crypto {

using provider::Secret;

/// Returns `count` raw bytes from RAND_bytes, for values that are not secret (salts, nonces, ids).
/// Throws: base::Error(internal) if the generator fails; there is no weaker fallback.
[[nodiscard]] std::string randomBytes(std::size_t count);

/// As randomBytes, for keys and other secrets.
[[nodiscard]] Secret randomSecret(std::size_t count);

/// Returns that many random bytes as base64url without padding (RFC 4648 section 5): 16 bytes make 22
/// characters, 32 bytes make 43.
[[nodiscard]] std::string randomToken(std::size_t bytes);

/// As randomToken, for ids that are not secret: each thread takes them from a block that it fetches ahead, so
/// most calls cost no call of the generator. Throws: also for more than 512 bytes.
[[nodiscard]] std::string randomId(std::size_t bytes);

/// Returns `count` decimal digits. All are equally likely; leading zeros occur.
[[nodiscard]] std::string randomDigits(std::size_t count);

} // namespace central_oauth::crypto
