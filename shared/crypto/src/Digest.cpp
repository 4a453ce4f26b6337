// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/crypto/Digest.h"

#include "OpenSsl.h"
#include "Sha256.h"

#include <openssl/crypto.h>

namespace central_oauth::crypto {

namespace {

DigestBytes macOf(const HmacPads& key, std::string_view data) {
    Hmac hmac(key);
    hmac.add(data);
    DigestBytes mac{};
    hmac.end(mac);
    return mac;
}

} // namespace

std::string sha256(std::string_view data) {
    Sha256 digest;
    digest.add(data);
    DigestBytes bytes{};
    digest.end(bytes);
    return std::string(viewOf(bytes));
}

std::string hmacSha256(std::string_view key, std::string_view data) {
    return std::string(viewOf(macOf(HmacPads(key), data)));
}

bool isHmacSha256(std::string_view key, std::string_view data, std::string_view mac) {
    return constantTimeEquals(viewOf(macOf(HmacPads(key), data)), mac);
}

struct HmacKey::States {
    HmacPads pads;
};

HmacKey::HmacKey(std::string_view key) : _states(new States{HmacPads(key)}) {}

HmacKey::HmacKey(HmacKey&& other) noexcept = default;

HmacKey::~HmacKey() = default;

std::string HmacKey::hash(std::string_view data) const {
    return std::string(viewOf(macOf(_states->pads, data)));
}

bool HmacKey::isHash(std::string_view data, std::string_view mac) const {
    return constantTimeEquals(viewOf(macOf(_states->pads, data)), mac);
}

bool constantTimeEquals(std::string_view left, std::string_view right) noexcept {
    return left.size() == right.size() && CRYPTO_memcmp(bytesOf(left), bytesOf(right), left.size()) == 0;
}

} // namespace central_oauth::crypto
