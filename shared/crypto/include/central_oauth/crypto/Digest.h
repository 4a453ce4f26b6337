// SPDX-License-Identifier: Apache-2.0
// SHA-256, HMAC-SHA-256 and comparison in constant time.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace central_oauth::crypto {

/// Bytes in every digest and HMAC of this module.
inline constexpr std::size_t digestSize = 32;

/// The 32 raw bytes of SHA-256 (FIPS 180-4). Throws: base::Error(internal). [any thread]
[[nodiscard]] std::string sha256(std::string_view data);

/// The 32 raw bytes of HMAC-SHA-256 (RFC 2104). Throws: base::Error(internal). [any thread]
[[nodiscard]] std::string hmacSha256(std::string_view key, std::string_view data);

/// Whether both are equal, in a time that depends on their lengths only. Different lengths are different at
/// once, so compare digests where a length must stay unknown. [any thread]
[[nodiscard]] bool constantTimeEquals(std::string_view left, std::string_view right) noexcept;

} // namespace central_oauth::crypto
