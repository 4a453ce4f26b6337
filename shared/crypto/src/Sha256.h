// SPDX-License-Identifier: Apache-2.0
// SHA-256 without an allocation.
#pragma once

#include "central_oauth/crypto/Digest.h"

#include <array>
#include <string_view>

#include <openssl/sha.h>

namespace central_oauth::crypto {

using DigestBytes = std::array<char, digestSize>;

[[nodiscard]] inline std::string_view viewOf(const DigestBytes& digest) noexcept {
    return {digest.data(), digest.size()};
}

/// One SHA-256 computation (FIPS 180-4). Wipes its state.
///
/// OpenSSL's EVP functions look the algorithm up and allocate contexts for every message, which costs more
/// than hashing a short one.
///
/// Not thread-safe. Errors: base::Error(internal).
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;

    Sha256& add(std::string_view data);

    /// Ends the computation; nothing can be added afterwards.
    [[nodiscard]] DigestBytes finish();

private:
    SHA256_CTX _state{};
};

/// Returns HMAC-SHA-256 (RFC 2104).
/// Throws: base::Error(internal).
[[nodiscard]] DigestBytes hmacBytes(std::string_view key, std::string_view data);

} // namespace central_oauth::crypto
