// SPDX-License-Identifier: Apache-2.0
// OpenSSL calls these functions deprecated, because a provider can't replace them. No other ones of it hash
// without an allocation.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "Sha256.h"

#include "OpenSsl.h"

#include <algorithm>
#include <cstddef>

#include <openssl/crypto.h>

namespace central_oauth::crypto {

namespace {

constexpr std::size_t blockSize = 64;

/// A key's block, combined with one of RFC 2104's two pads. Wipes itself.
class PaddedKey {
public:
    explicit PaddedKey(std::string_view key) { std::copy(key.begin(), key.end(), _block.begin()); }
    ~PaddedKey() { OPENSSL_cleanse(_block.data(), _block.size()); }
    PaddedKey(const PaddedKey&) = delete;
    PaddedKey& operator=(const PaddedKey&) = delete;

    [[nodiscard]] std::string_view with(unsigned char pad) {
        for (char& byte : _block)
            byte = static_cast<char>(static_cast<unsigned char>(byte) ^ pad ^ _pad);
        _pad = pad;
        return {_block.data(), _block.size()};
    }

private:
    std::array<char, blockSize> _block{};
    unsigned char _pad = 0; ///< combined with the block now
};

} // namespace

Sha256::Sha256() {
    requireOpenSsl(SHA256_Init(&_state) == 1, "SHA-256 start");
}

Sha256::~Sha256() {
    OPENSSL_cleanse(&_state, sizeof(_state));
}

Sha256& Sha256::add(std::string_view data) {
    requireOpenSsl(SHA256_Update(&_state, data.data(), data.size()) == 1, "SHA-256");
    return *this;
}

DigestBytes Sha256::finish() {
    DigestBytes digest{};
    requireOpenSsl(SHA256_Final(reinterpret_cast<unsigned char*>(digest.data()), &_state) == 1,
                   "SHA-256 end");
    return digest;
}

DigestBytes hmacBytes(std::string_view key, std::string_view data) {
    constexpr unsigned char inner = 0x36;
    constexpr unsigned char outer = 0x5c;
    DigestBytes shortened{};
    if (key.size() > blockSize) {
        shortened = Sha256().add(key).finish();
        key = viewOf(shortened);
    }
    PaddedKey padded(key);
    DigestBytes mac = Sha256().add(padded.with(inner)).add(data).finish();
    mac = Sha256().add(padded.with(outer)).add(viewOf(mac)).finish();
    OPENSSL_cleanse(shortened.data(), shortened.size());
    return mac;
}

} // namespace central_oauth::crypto
