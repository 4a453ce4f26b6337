// SPDX-License-Identifier: Apache-2.0
// SHA-256 and HMAC-SHA-256 as plain values: no heap memory, no look-up of an algorithm.
#pragma once

#include "central_oauth/crypto/Digest.h"

#include <array>
#include <string_view>

#include <openssl/sha.h>

namespace central_oauth::crypto {

/// The bytes of a digest or of a MAC.
using DigestBytes = std::array<char, digestSize>;

[[nodiscard]] inline std::string_view viewOf(const DigestBytes& bytes) noexcept {
    return {bytes.data(), bytes.size()};
}

/// The state of one SHA-256 (FIPS 180-4): `add`…, then `end` once. A copy goes on by itself, so what messages
/// have in common is hashed once. Wiped when destroyed.
///
/// Not thread-safe; several threads may copy one that does not change.
///
/// Errors: base::Error(internal) if OpenSSL fails.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = default;
    Sha256& operator=(const Sha256&) = delete;

    void add(std::string_view data);
    void end(DigestBytes& digest);

private:
    SHA256_CTX _state;
};

/// A key of HMAC (RFC 2104): both digests after their first block, which depends on the key alone.
///
/// Thread-safe; immutable.
///
/// Errors: as Sha256.
class HmacPads {
public:
    explicit HmacPads(std::string_view key);

    [[nodiscard]] const Sha256& inner() const noexcept { return _inner; }
    [[nodiscard]] const Sha256& outer() const noexcept { return _outer; }

private:
    Sha256 _inner;
    Sha256 _outer;
};

/// One MAC: `add`…, then `end` once. Copies the states of its key.
///
/// Not thread-safe.
///
/// Errors: as Sha256.
class Hmac {
public:
    explicit Hmac(const HmacPads& key) : _inner(key.inner()), _outer(key.outer()) {}

    void add(std::string_view data) { _inner.add(data); }
    void end(DigestBytes& mac);

private:
    Sha256 _inner;
    Sha256 _outer;
};

} // namespace central_oauth::crypto
