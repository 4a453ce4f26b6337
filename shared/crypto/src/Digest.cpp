// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/crypto/Digest.h"

#include "OpenSsl.h"
#include "Sha256.h"

#include <openssl/crypto.h>

namespace central_oauth::crypto {

std::string sha256(std::string_view data) {
    return std::string(viewOf(Sha256().add(data).finish()));
}

std::string hmacSha256(std::string_view key, std::string_view data) {
    return std::string(viewOf(hmacBytes(key, data)));
}

bool isHmacSha256(std::string_view key, std::string_view data, std::string_view mac) {
    return constantTimeEquals(viewOf(hmacBytes(key, data)), mac);
}

bool constantTimeEquals(std::string_view left, std::string_view right) noexcept {
    return left.size() == right.size() && CRYPTO_memcmp(bytesOf(left), bytesOf(right), left.size()) == 0;
}

} // namespace central_oauth::crypto
