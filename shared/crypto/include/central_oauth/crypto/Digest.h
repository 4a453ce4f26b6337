// SPDX-License-Identifier: Apache-2.0
// SHA-256, HMAC-SHA-256 and comparison in constant time. Thread-safe.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace central_oauth::crypto {

/// The size in bytes of each digest and HMAC of this module.
inline constexpr std::size_t digestSize = 32;

/// Returns the 32 raw bytes of SHA-256 (FIPS 180-4).
/// Throws: base::Error(internal).
[[nodiscard]] std::string sha256(std::string_view data);

/// Returns the 32 raw bytes of HMAC-SHA-256 (RFC 2104).
/// Throws: base::Error(internal).
[[nodiscard]] std::string hmacSha256(std::string_view key, std::string_view data);

/// Returns whether `mac` is the HMAC-SHA-256 of the data, in constant time.
/// Throws: base::Error(internal).
[[nodiscard]] bool isHmacSha256(std::string_view key, std::string_view data, std::string_view mac);

/// One key of HMAC-SHA-256 for many messages, whose first block is hashed once. Owns what depends on the key
/// and wipes it when destroyed.
///
/// Thread-safe; immutable.
///
/// Errors: base::Error(internal) if OpenSSL fails.
class HmacKey {
public:
    explicit HmacKey(std::string_view key);
    HmacKey(HmacKey&& other) noexcept;
    HmacKey(const HmacKey&) = delete;
    HmacKey& operator=(const HmacKey&) = delete;
    ~HmacKey();

    /// As hmacSha256.
    [[nodiscard]] std::string hash(std::string_view data) const;

    /// As isHmacSha256.
    [[nodiscard]] bool isHash(std::string_view data, std::string_view mac) const;

private:
    struct States;
    std::unique_ptr<const States> _states;
};

/// Returns whether both are equal. The time depends only on the lengths; texts of different lengths differ at
/// once. Compare digests if the length is secret.
[[nodiscard]] bool constantTimeEquals(std::string_view left, std::string_view right) noexcept;

} // namespace central_oauth::crypto
