// SPDX-License-Identifier: Apache-2.0
// OpenSSL's own HKDF looks up HMAC and SHA-256 by name in each step, and takes twice as long.
#include "central_oauth/crypto/Hkdf.h"

#include "HmacContext.h"
#include "central_oauth/base/Error.h"

#include <algorithm>
#include <string>
#include <utility>

#include <openssl/crypto.h>

namespace central_oauth::crypto {

namespace {

using Mac = HmacContext::Mac;

std::string_view viewOf(const Mac& mac) {
    return {mac.data(), mac.size()};
}

/// A MAC that is a key. Wiped when destroyed.
struct SecretMac {
    SecretMac() = default;
    ~SecretMac() { OPENSSL_cleanse(bytes.data(), bytes.size()); }
    SecretMac(const SecretMac&) = delete;
    SecretMac& operator=(const SecretMac&) = delete;

    Mac bytes{};
};

// RFC 5869 section 2.3, with the key set.
void expand(HmacContext& hmac, std::string_view info, std::string& derived) {
    SecretMac block;
    char number = 1;
    for (std::size_t done = 0; done < derived.size(); done += digestSize, ++number) {
        if (done > 0) {
            hmac.begin();
            hmac.add(viewOf(block.bytes));
        }
        hmac.add(info);
        hmac.add({&number, 1});
        hmac.end(block.bytes);
        std::copy_n(block.bytes.begin(), std::min(digestSize, derived.size() - done),
                    derived.begin() + static_cast<std::ptrdiff_t>(done));
    }
}

} // namespace

Secret hkdfSha256(std::string_view key, std::string_view salt, std::string_view info, std::size_t bytes) {
    constexpr std::size_t mostBlocks = 255;
    if (key.empty() || bytes == 0 || bytes > mostBlocks * digestSize)
        throw base::Error(base::ErrorCode::internal, {},
                          "cryptography: HKDF derivation: no key, or a size that HKDF can't give");
    // RFC 5869 section 2.2.
    const Mac zeros{};
    ThreadHmac hmac(salt.empty() ? viewOf(zeros) : salt);
    SecretMac pseudorandomKey;
    hmac->add(key);
    hmac->end(pseudorandomKey.bytes);

    hmac->setKey(viewOf(pseudorandomKey.bytes));
    std::string derived(bytes, '\0');
    expand(*hmac, info, derived);
    return Secret(std::move(derived));
}

} // namespace central_oauth::crypto
