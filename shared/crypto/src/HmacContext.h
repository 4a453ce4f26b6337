// SPDX-License-Identifier: Apache-2.0
// HMAC-SHA-256 over a context that is kept: OpenSSL's HMAC() and EVP_KDF look up both algorithms by name at
// each call.
#pragma once

#include "central_oauth/crypto/Digest.h"

#include <array>
#include <memory>
#include <string_view>

#include <openssl/evp.h>

namespace central_oauth::crypto {

/// Set a key, then compute any number of MACs under it: `begin`, `add`…, `end`. Owns the context, and with it
/// a copy of the key.
///
/// Not thread-safe.
///
/// Errors: base::Error(internal) if OpenSSL fails.
class HmacContext {
public:
    using Mac = std::array<char, digestSize>;

    HmacContext();
    /// Returns another context with the same key.
    [[nodiscard]] HmacContext clone() const;

    void setKey(std::string_view key);
    /// Overwrites the key. The context needs another one before it is used again.
    void forgetKey() noexcept;

    void begin();
    void add(std::string_view data);
    void end(Mac& mac);

private:
    struct Free {
        void operator()(EVP_MAC_CTX* context) const noexcept { EVP_MAC_CTX_free(context); }
    };

    using Context = std::unique_ptr<EVP_MAC_CTX, Free>;

    explicit HmacContext(Context context);

    Context _context;
};

/// Uses the thread's context under one key, and overwrites the key at the end.
class ThreadHmac {
public:
    explicit ThreadHmac(std::string_view key);
    ~ThreadHmac() { _context.forgetKey(); }
    ThreadHmac(const ThreadHmac&) = delete;
    ThreadHmac& operator=(const ThreadHmac&) = delete;

    HmacContext* operator->() noexcept { return &_context; }
    HmacContext& operator*() noexcept { return _context; }

private:
    HmacContext& _context;
};

} // namespace central_oauth::crypto
