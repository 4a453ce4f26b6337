// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/crypto/Digest.h"

#include "OpenSsl.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace central_oauth::crypto {

namespace {

// Looked up once and never released: threads may use it until the process ends. EVP_sha256() makes OpenSSL
// look it up at each call.
const EVP_MD* sha256Algorithm() {
    static const EVP_MD* const algorithm = [] {
        const auto* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
        requireOpenSsl(fetched != nullptr, "SHA-256"); // the next call tries again
        return fetched;
    }();
    return algorithm;
}

} // namespace

std::string sha256(std::string_view data) {
    std::string digest(digestSize, '\0');
    requireOpenSsl(
        EVP_Digest(bytesOf(data), data.size(), bytesOf(digest), nullptr, sha256Algorithm(), nullptr) == 1,
        "SHA-256");
    return digest;
}

std::string hmacSha256(std::string_view key, std::string_view data) {
    std::string mac(digestSize, '\0');
    const unsigned char* written = HMAC(sha256Algorithm(), bytesOf(key), openSslLength(key.size()),
                                        bytesOf(data), data.size(), bytesOf(mac), nullptr);
    requireOpenSsl(written != nullptr, "HMAC-SHA-256");
    return mac;
}

bool isHmacSha256(std::string_view key, std::string_view data, std::string_view mac) {
    return constantTimeEquals(hmacSha256(key, data), mac);
}

bool constantTimeEquals(std::string_view left, std::string_view right) noexcept {
    return left.size() == right.size() && CRYPTO_memcmp(bytesOf(left), bytesOf(right), left.size()) == 0;
}

} // namespace central_oauth::crypto
