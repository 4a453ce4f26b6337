// SPDX-License-Identifier: Apache-2.0
// The operator's encryption keys: the newest encrypts, all decrypt.
#pragma once

#include "central_oauth/platform/PrivateMemory.h"
#include "central_oauth/provider/Secret.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::crypto {

using provider::Secret;

/// AES-256 keys by key id, newest first; never empty unless moved from.
///
/// Owns the keys in locked memory and wipes them when destroyed. Movable, not copyable. A key id is the first
/// four bytes of the key's SHA-256 as eight lower-case hexadecimal digits; it is not secret.
///
/// Thread-safe; immutable after parse.
class KeyRing {
public:
    /// Returns the ring of these keys, each written as 64 hexadecimal digits. Returns nullopt if any key is
    /// unusable, and appends each fault to `faults` as a sentence that names the key by its position and
    /// never shows it.
    /// Call from the start-up thread.
    [[nodiscard]] static std::optional<KeyRing> parse(const std::vector<Secret>& hexKeysNewestFirst,
                                                      std::vector<std::string>& faults);

    /// Returns all key ids, newest first.
    [[nodiscard]] const std::vector<std::string>& keyIds() const noexcept { return _keyIds; }

    /// Returns the id of the key that encrypts.
    [[nodiscard]] const std::string& currentKeyId() const noexcept { return _keyIds.front(); }

    /// Returns the 32 bytes of a key, valid as long as the ring. Returns nullopt if the ring does not have
    /// the key.
    [[nodiscard]] std::optional<std::string_view> findKey(std::string_view keyId) const noexcept;

private:
    KeyRing(platform::LockedMemory keys, std::vector<std::string> keyIds) noexcept;

    platform::LockedMemory _keys; ///< contiguous, in the order of _keyIds
    std::vector<std::string> _keyIds;
};

} // namespace central_oauth::crypto
