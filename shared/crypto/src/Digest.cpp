// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/crypto/Digest.h"

#include "OpenSsl.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace central_oauth::crypto {

std::string sha256(std::string_view data) {
    std::string digest(digestSize, '\0');
    requireOpenSsl(EVP_Digest(bytesOf(data), data.size(), bytesOf(digest), nullptr, EVP_sha256(), nullptr) ==
                       1,
                   "SHA-256");
    return digest;
}

std::string hmacSha256(std::string_view key, std::string_view data) {
    std::string mac(digestSize, '\0');
    const unsigned char* written = HMAC(EVP_sha256(), bytesOf(key), openSslLength(key.size()), bytesOf(data),
                                        data.size(), bytesOf(mac), nullptr);
    requireOpenSsl(written != nullptr, "HMAC-SHA-256");
    return mac;
}

bool constantTimeEquals(std::string_view left, std::string_view right) noexcept {
    return left.size() == right.size() && CRYPTO_memcmp(bytesOf(left), bytesOf(right), left.size()) == 0;
}

} // namespace central_oauth::crypto
