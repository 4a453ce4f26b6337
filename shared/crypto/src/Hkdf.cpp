// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/crypto/Hkdf.h"

#include "OpenSsl.h"

#include <array>
#include <memory>
#include <utility>

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

namespace central_oauth::crypto {

namespace {

struct FreeContext {
    void operator()(EVP_KDF_CTX* context) const noexcept { EVP_KDF_CTX_free(context); }
};

// Looked up once and never released: threads may use it until the process ends.
EVP_KDF* hkdf() {
    static EVP_KDF* const kdf = [] {
        auto* const fetched = EVP_KDF_fetch(nullptr, OSSL_KDF_NAME_HKDF, nullptr);
        requireOpenSsl(fetched != nullptr, "HKDF"); // the next call tries again
        return fetched;
    }();
    return kdf;
}

// OSSL_PARAM points to mutable data; as input it is only read.
OSSL_PARAM octets(const char* name, std::string_view data) {
    return OSSL_PARAM_construct_octet_string(name, const_cast<char*>(data.data()), data.size());
}

} // namespace

Secret hkdfSha256(std::string_view key, std::string_view salt, std::string_view info, std::size_t bytes) {
    const std::unique_ptr<EVP_KDF_CTX, FreeContext> context(EVP_KDF_CTX_new(hkdf()));
    requireOpenSsl(context != nullptr, "HKDF context");

    std::array<char, 7> digest{"SHA256"};
    std::array<OSSL_PARAM, 5> parameters{};
    std::size_t count = 0;
    parameters.at(count++) = OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0);
    parameters.at(count++) = octets(OSSL_KDF_PARAM_KEY, key);
    if (!salt.empty())
        parameters.at(count++) = octets(OSSL_KDF_PARAM_SALT, salt);
    if (!info.empty())
        parameters.at(count++) = octets(OSSL_KDF_PARAM_INFO, info);
    parameters.at(count) = OSSL_PARAM_construct_end();

    std::string derived(bytes, '\0');
    const bool done = EVP_KDF_derive(context.get(), bytesOf(derived), bytes, parameters.data()) == 1;
    Secret result(std::move(derived));
    requireOpenSsl(done, "HKDF derivation");
    return result;
}

} // namespace central_oauth::crypto
