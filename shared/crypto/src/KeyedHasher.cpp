// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/crypto/KeyedHasher.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/crypto/Digest.h"
#include "central_oauth/crypto/Hkdf.h"

namespace central_oauth::crypto {

KeyedHasher::KeyedHasher(const Secret& serverKey) : _key(keySize) {
    if (serverKey.size() != keySize)
        throw base::Error(base::ErrorCode::internal, {}, "cryptography: server key of a wrong size");
    _key.write(0, serverKey.reveal());
}

std::string KeyedHasher::hash(std::string_view purpose, std::string_view message) const {
    return hmacSha256(hkdfSha256(_key.view(), {}, purpose, digestSize).reveal(), message);
}

} // namespace central_oauth::crypto
