// SPDX-License-Identifier: Apache-2.0
// OpenSSL's HKDF looks its HMAC up at each call, which costs five times as much as the derivation.
#include "central_oauth/crypto/Hkdf.h"

#include "OpenSsl.h"
#include "Sha256.h"
#include "central_oauth/base/Wipe.h"

#include <algorithm>
#include <string>
#include <utility>

#include <openssl/crypto.h>
#include <openssl/err.h>

namespace central_oauth::crypto {

namespace {

constexpr std::size_t mostBlocks = 255; // RFC 5869 section 2.3

void requireHkdfSizes(std::string_view key, std::size_t bytes) {
    if (!key.empty() && bytes > 0 && bytes <= mostBlocks * digestSize)
        return;
    ERR_raise(ERR_LIB_CRYPTO, ERR_R_PASSED_INVALID_ARGUMENT);
    throwOpenSslError("HKDF derivation");
}

} // namespace

Secret hkdfSha256(std::string_view key, std::string_view salt, std::string_view info, std::size_t bytes) {
    requireHkdfSizes(key, bytes);
    DigestBytes extracted = hmacBytes(salt, key); // an empty key of HMAC is one of zeros
    std::string derived;
    derived.reserve(bytes);
    std::string message; // of RFC 5869 section 2.3: the block before, the info, the number of the block
    message.reserve(digestSize + info.size() + 1);
    for (std::size_t number = 1; derived.size() < bytes; ++number) {
        message.append(info).push_back(static_cast<char>(static_cast<unsigned char>(number)));
        DigestBytes block = hmacBytes(viewOf(extracted), message);
        derived.append(viewOf(block).substr(0, bytes - derived.size()));
        message.assign(viewOf(block));
        OPENSSL_cleanse(block.data(), block.size());
    }
    OPENSSL_cleanse(extracted.data(), extracted.size());
    base::wipe(message);
    return Secret(std::move(derived));
}

} // namespace central_oauth::crypto
