// SPDX-License-Identifier: Apache-2.0
// The digest is OpenSSL's low-level one. EVP would allocate a context, a state, and for HMAC three of each,
// anew for each key, which costs more than hashing a short text.
#include "Sha256.h"

#include "OpenSsl.h"

#include <algorithm>
#include <cstddef>

#include <openssl/crypto.h>

// OpenSSL 3 deprecates these functions in favour of EVP, and keeps them.
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
#elif defined(_MSC_VER)
#pragma warning(push)
#pragma warning(disable : 4996)
#endif

namespace central_oauth::crypto {

namespace {

constexpr std::size_t blockSize = SHA256_CBLOCK;

// A key as long as a block. Wiped when destroyed.
class PaddedKey {
public:
    explicit PaddedKey(std::string_view key) {
        if (key.size() <= _bytes.size()) {
            std::copy(key.begin(), key.end(), _bytes.begin());
            return;
        }
        Sha256 digest;
        digest.add(key);
        DigestBytes shorter{};
        digest.end(shorter);
        std::copy(shorter.begin(), shorter.end(), _bytes.begin());
        OPENSSL_cleanse(shorter.data(), shorter.size());
    }
    ~PaddedKey() { OPENSSL_cleanse(_bytes.data(), _bytes.size()); }
    PaddedKey(const PaddedKey&) = delete;
    PaddedKey& operator=(const PaddedKey&) = delete;

    void combineWith(unsigned char pad) noexcept {
        for (char& byte : _bytes)
            byte = static_cast<char>(static_cast<unsigned char>(byte) ^ pad);
    }

    [[nodiscard]] std::string_view view() const noexcept { return {_bytes.data(), _bytes.size()}; }

private:
    std::array<char, blockSize> _bytes{};
};

} // namespace

Sha256::Sha256() : _state{} {
    requireOpenSsl(SHA256_Init(&_state) == 1, "SHA-256");
}

Sha256::~Sha256() {
    OPENSSL_cleanse(&_state, sizeof _state);
}

void Sha256::add(std::string_view data) {
    requireOpenSsl(SHA256_Update(&_state, bytesOf(data), data.size()) == 1, "SHA-256");
}

void Sha256::end(DigestBytes& digest) {
    requireOpenSsl(SHA256_Final(reinterpret_cast<unsigned char*>(digest.data()), &_state) == 1, "SHA-256");
}

HmacPads::HmacPads(std::string_view key) {
    constexpr unsigned char inner = 0x36;
    constexpr unsigned char outer = 0x5c;
    PaddedKey padded(key);
    padded.combineWith(inner);
    _inner.add(padded.view());
    padded.combineWith(inner ^ outer);
    _outer.add(padded.view());
}

void Hmac::end(DigestBytes& mac) {
    _inner.end(mac);
    _outer.add(viewOf(mac));
    _outer.end(mac);
}

} // namespace central_oauth::crypto

#if defined(__GNUC__)
#pragma GCC diagnostic pop
#elif defined(_MSC_VER)
#pragma warning(pop)
#endif
