// SPDX-License-Identifier: Apache-2.0
// HMACs under one server key, separated by purpose.
#pragma once

#include "central_oauth/platform/PrivateMemory.h"
#include "central_oauth/provider/Secret.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace central_oauth::crypto {

using provider::Secret;

/// Keyed hashes of short values (link codes, PINs, CSRF tokens, cookies), separated by purpose: HMAC-SHA-256
/// under HKDF-SHA-256 of the server key with the purpose as info. A hash made for one purpose proves nothing
/// for another.
///
/// Owns a copy of the key in locked memory and wipes it when destroyed.
///
/// Thread-safe; immutable.
///
/// Errors: base::Error(internal) if the key has a wrong size or OpenSSL fails.
class KeyedHasher {
public:
    /// The size of the server key in bytes.
    static constexpr std::size_t keySize = 32;

    /// Requires: a key of 32 random bytes.
    explicit KeyedHasher(const Secret& serverKey);

    /// Returns the 32 raw bytes for a message; compare them with constantTimeEquals. Requires: `purpose` is a
    /// constant of the calling code, e.g. "link code".
    [[nodiscard]] std::string hash(std::string_view purpose, std::string_view message) const;

private:
    platform::LockedMemory _key;
};

} // namespace central_oauth::crypto
