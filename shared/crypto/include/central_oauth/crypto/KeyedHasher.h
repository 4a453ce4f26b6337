// SPDX-License-Identifier: Apache-2.0
// HMACs under one server key that can't be taken for one another.
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
/// Threads: any; const and without mutable state.
///
/// Errors: base::Error(internal) for a key of another size and if OpenSSL fails.
class KeyedHasher {
public:
    /// Bytes of the server key.
    static constexpr std::size_t keySize = 32;

    /// Requires: a key of 32 random bytes.
    explicit KeyedHasher(const Secret& serverKey);

    /// The 32 raw bytes for a message; compare them with constantTimeEquals. Requires: a purpose that is a
    /// constant of the calling code, e.g. "link code". [any thread]
    [[nodiscard]] std::string hash(std::string_view purpose, std::string_view message) const;

private:
    platform::LockedMemory _key;
};

} // namespace central_oauth::crypto
