// SPDX-License-Identifier: Apache-2.0
// AES-256-GCM (NIST SP 800-38D) with a 96-bit nonce and a 128-bit tag; the primitive of sealed values.
// Thread-safe.
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

/// Input of both directions. Borrowed for the call.
struct AeadInput {
    std::string_view key;   ///< 32 bytes
    std::string_view nonce; ///< 12 bytes; never use one twice with the same key
    std::string_view associatedData;
};

/// Returns the ciphertext followed by its tag; for an empty plaintext, the tag alone.
/// Throws: base::Error(internal) if the key or the nonce has a wrong size, or OpenSSL fails.
[[nodiscard]] std::string aeadSeal(const AeadInput& input, std::string_view plaintext);

/// Returns the plaintext. Returns nullopt, and releases no byte of it, unless it was sealed with exactly this
/// input.
/// Throws: as aeadSeal.
[[nodiscard]] std::optional<Secret> aeadOpen(const AeadInput& input, std::string_view ciphertextAndTag);

} // namespace central_oauth::crypto
