// SPDX-License-Identifier: Apache-2.0
// AES-256-GCM (NIST SP 800-38D) with a nonce of 96 and a tag of 128 bits; the primitive beneath sealed
// values.
#pragma once

#include "central_oauth/provider/Secret.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace central_oauth::crypto {

using provider::Secret;

inline constexpr std::size_t aeadKeySize = 32;
inline constexpr std::size_t aeadNonceSize = 12;
inline constexpr std::size_t aeadTagSize = 16;

/// What both directions of one encryption need; borrowed for the call.
struct AeadInput {
    std::string_view key;   ///< 32 bytes
    std::string_view nonce; ///< 12 bytes, never used twice with one key
    std::string_view associatedData;
};

/// The ciphertext followed by its tag. An empty plaintext gives the tag alone.
/// Throws: base::Error(internal) for a key or nonce of a wrong size and when OpenSSL fails. [any thread]
[[nodiscard]] std::string aeadSeal(const AeadInput& input, std::string_view plaintext);

/// The plaintext, or nothing if it was not sealed with exactly this input; then no byte of it was let out.
/// Throws: as aeadSeal. [any thread]
[[nodiscard]] std::optional<Secret> aeadOpen(const AeadInput& input, std::string_view ciphertextAndTag);

} // namespace central_oauth::crypto
