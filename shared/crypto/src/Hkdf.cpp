// SPDX-License-Identifier: Apache-2.0
// OpenSSL's own HKDF looks up HMAC and SHA-256 by name in each step, and allocates for each.
#include "central_oauth/crypto/Hkdf.h"

#include "HkdfBytes.h"
#include "Sha256.h"
#include "central_oauth/base/Error.h"

#include <algorithm>
#include <string>
#include <utility>

#include <openssl/crypto.h>

namespace central_oauth::crypto {

namespace {

/// A MAC that is a key. Wiped when destroyed.
struct SecretMac {
    SecretMac() = default;
    ~SecretMac() { OPENSSL_cleanse(bytes.data(), bytes.size()); }
    SecretMac(const SecretMac&) = delete;
    SecretMac& operator=(const SecretMac&) = delete;

    DigestBytes bytes{};
};

// RFC 5869 section 2.3.
void expand(const HmacPads& key, std::initializer_list<std::string_view> info, std::span<char> derived) {
    SecretMac block;
    char number = 1;
    for (std::size_t done = 0; done < derived.size(); done += digestSize, ++number) {
        Hmac hmac(key);
        if (done > 0)
            hmac.add(viewOf(block.bytes));
        for (const auto part : info)
            hmac.add(part);
        hmac.add({&number, 1});
        hmac.end(block.bytes);
        std::copy_n(block.bytes.begin(), std::min(digestSize, derived.size() - done),
                    derived.begin() + static_cast<std::ptrdiff_t>(done));
    }
}

} // namespace

void hkdfSha256Into(std::span<char> derived, std::string_view key, std::string_view salt,
                    std::initializer_list<std::string_view> info) {
    constexpr std::size_t mostBlocks = 255;
    if (key.empty() || derived.empty() || derived.size() > mostBlocks * digestSize)
        throw base::Error(base::ErrorCode::internal, {},
                          "cryptography: HKDF derivation: no key, or a size that HKDF can't give");
    // RFC 5869 section 2.2.
    const DigestBytes zeros{};
    Hmac extract{HmacPads(salt.empty() ? viewOf(zeros) : salt)};
    SecretMac pseudorandomKey;
    extract.add(key);
    extract.end(pseudorandomKey.bytes);
    expand(HmacPads(viewOf(pseudorandomKey.bytes)), info, derived);
}

Secret hkdfSha256(std::string_view key, std::string_view salt, std::string_view info, std::size_t bytes) {
    std::string derived(bytes, '\0');
    hkdfSha256Into(derived, key, salt, {info});
    return Secret(std::move(derived));
}

} // namespace central_oauth::crypto
