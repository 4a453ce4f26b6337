// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/crypto/Digest.h"

#include "HmacContext.h"
#include "OpenSsl.h"

#include <mutex>
#include <utility>
#include <vector>

#include <openssl/crypto.h>
#include <openssl/evp.h>

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
    ThreadHmac hmac(key);
    hmac->add(data);
    HmacContext::Mac mac{};
    hmac->end(mac);
    return {mac.data(), mac.size()};
}

bool isHmacSha256(std::string_view key, std::string_view data, std::string_view mac) {
    return constantTimeEquals(hmacSha256(key, data), mac);
}

class HmacKey::Contexts {
public:
    explicit Contexts(std::string_view key) { _first.setKey(key); }

    HmacContext::Mac of(std::string_view data) {
        HmacContext context = take();
        context.begin();
        context.add(data);
        HmacContext::Mac mac{};
        context.end(mac);
        const std::lock_guard hold(_mutex);
        _free.push_back(std::move(context));
        return mac;
    }

private:
    HmacContext take() {
        {
            const std::lock_guard hold(_mutex);
            if (!_free.empty()) {
                HmacContext context = std::move(_free.back());
                _free.pop_back();
                return context;
            }
        }
        return _first.clone();
    }

    HmacContext _first; ///< only cloned
    std::mutex _mutex;
    std::vector<HmacContext> _free;
};

HmacKey::HmacKey(std::string_view key) : _contexts(std::make_unique<Contexts>(key)) {}

HmacKey::HmacKey(HmacKey&& other) noexcept = default;

HmacKey::~HmacKey() = default;

std::string HmacKey::hash(std::string_view data) const {
    const auto mac = _contexts->of(data);
    return {mac.data(), mac.size()};
}

bool HmacKey::isHash(std::string_view data, std::string_view mac) const {
    const auto right = _contexts->of(data);
    return constantTimeEquals({right.data(), right.size()}, mac);
}

bool constantTimeEquals(std::string_view left, std::string_view right) noexcept {
    return left.size() == right.size() && CRYPTO_memcmp(bytesOf(left), bytesOf(right), left.size()) == 0;
}

} // namespace central_oauth::crypto
