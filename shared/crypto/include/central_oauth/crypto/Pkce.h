// SPDX-License-Identifier: Apache-2.0
// Proof Key for Code Exchange (RFC 7636), method S256 only. Thread-safe.
#pragma once

#include "central_oauth/provider/Secret.h"

#include <string>
#include <string_view>

namespace central_oauth::crypto {

using provider::Secret;

/// Returns a new code verifier: 32 random bytes as 43 characters (RFC 7636 section 4.1).
/// Throws: base::Error(internal) if the generator fails.
[[nodiscard]] Secret makeCodeVerifier();

/// Returns the S256 challenge of a verifier, 43 characters (RFC 7636 section 4.2).
[[nodiscard]] std::string challengeS256(std::string_view verifier);

/// Returns whether a text is a code verifier as in RFC 7636 section 4.1: 43 to 128 unreserved characters.
[[nodiscard]] bool isCodeVerifier(std::string_view text) noexcept;

} // namespace central_oauth::crypto
