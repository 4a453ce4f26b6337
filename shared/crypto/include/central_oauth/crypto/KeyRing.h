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
/// four bytes of the key's SHA-256 as eight lower-case hexadecimal digits; it may be shown.
///
/// Threads: any, immutable after parse.
class KeyRing {
public:
    /// The ring of keys written as 64 hexadecimal digits each. If any of them is unusable, nothing; then each
    /// fault is appended to `faults` as a sentence that names the key by its position and never shows it.
    /// [startup]
    [[nodiscard]] static std::optional<KeyRing> parse(const std::vector<Secret>& hexKeysNewestFirst,
                                                      std::vector<std::string>& faults);

    /// All key ids, newest first.
    [[nodiscard]] const std::vector<std::string>& keyIds() const noexcept { return _keyIds; }

    /// The id of the key that encrypts.
    [[nodiscard]] const std::string& currentKeyId() const noexcept { return _keyIds.front(); }

    /// The 32 bytes of a key, valid as long as the ring; nothing if the ring does not have it. [any thread]
    [[nodiscard]] std::optional<std::string_view> findKey(std::string_view keyId) const noexcept;

private:
    KeyRing(platform::LockedMemory keys, std::vector<std::string> keyIds) noexcept;

    platform::LockedMemory _keys; ///< one after the other, in the order of _keyIds
    std::vector<std::string> _keyIds;
};

} // namespace central_oauth::crypto
