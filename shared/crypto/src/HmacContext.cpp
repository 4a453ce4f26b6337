// SPDX-License-Identifier: Apache-2.0
#include "HmacContext.h"

#include "OpenSsl.h"

#include <utility>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/params.h>

namespace central_oauth::crypto {

namespace {

// Looked up once and never released: threads may use it until the process ends.
EVP_MAC* hmac() {
    static EVP_MAC* const mac = [] {
        auto* const fetched = EVP_MAC_fetch(nullptr, OSSL_MAC_NAME_HMAC, nullptr);
        requireOpenSsl(fetched != nullptr, "HMAC"); // the next call tries again
        return fetched;
    }();
    return mac;
}

HmacContext& contextOfThread() {
    thread_local HmacContext context;
    return context;
}

} // namespace

HmacContext::HmacContext(Context context) : _context(std::move(context)) {
    requireOpenSsl(_context != nullptr, "HMAC context");
}

HmacContext HmacContext::clone() const {
    return HmacContext(Context(EVP_MAC_CTX_dup(_context.get())));
}

HmacContext::HmacContext() : HmacContext(Context(EVP_MAC_CTX_new(hmac()))) {
    std::array<char, 7> digest{"SHA256"};
    const std::array parameters{
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
        OSSL_PARAM_construct_end(),
    };
    requireOpenSsl(EVP_MAC_CTX_set_params(_context.get(), parameters.data()) == 1, "HMAC-SHA-256");
}

void HmacContext::setKey(std::string_view key) {
    requireOpenSsl(EVP_MAC_init(_context.get(), bytesOf(key), key.size(), nullptr) == 1, "HMAC key");
}

void HmacContext::forgetKey() noexcept {
    const std::array<unsigned char, digestSize> zeros{};
    if (EVP_MAC_init(_context.get(), zeros.data(), zeros.size(), nullptr) != 1)
        ERR_clear_error();
}

void HmacContext::begin() {
    requireOpenSsl(EVP_MAC_init(_context.get(), nullptr, 0, nullptr) == 1, "HMAC begin");
}

void HmacContext::add(std::string_view data) {
    requireOpenSsl(EVP_MAC_update(_context.get(), bytesOf(data), data.size()) == 1, "HMAC");
}

void HmacContext::end(Mac& mac) {
    std::size_t size = 0;
    requireOpenSsl(
        EVP_MAC_final(_context.get(), reinterpret_cast<unsigned char*>(mac.data()), &size, mac.size()) == 1 &&
            size == mac.size(),
        "HMAC end");
}

ThreadHmac::ThreadHmac(std::string_view key) : _context(contextOfThread()) {
    _context.setKey(key);
}

} // namespace central_oauth::crypto
