// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/crypto/KeyRing.h"

#include "central_oauth/crypto/Aead.h"
#include "central_oauth/crypto/Digest.h"
#include "central_oauth/crypto/Encoding.h"

#include <algorithm>
#include <utility>

namespace central_oauth::crypto {

namespace {

constexpr std::size_t keyIdBytes = 4;

std::string nameOf(std::size_t index) {
    return "key " + std::to_string(index + 1) + " of the key ring";
}

// Returns what is wrong with the form of a key; empty if nothing is.
std::string faultOf(const Secret& hexKey, bool isHex) {
    constexpr std::string_view fix = "; make one with: openssl rand -hex 32";
    if (hexKey.size() != aeadKeySize * 2)
        return "has " + std::to_string(hexKey.size()) + " characters instead of 64 hexadecimal digits" +
               std::string(fix);
    if (!isHex)
        return "has characters that are no hexadecimal digits" + std::string(fix);
    return {};
}

} // namespace

KeyRing::KeyRing(platform::LockedMemory keys, std::vector<std::string> keyIds) noexcept
    : _keys(std::move(keys)), _keyIds(std::move(keyIds)) {}

std::optional<KeyRing> KeyRing::parse(const std::vector<Secret>& hexKeysNewestFirst,
                                      std::vector<std::string>& faults) {
    const std::size_t faultsBefore = faults.size();
    if (hexKeysNewestFirst.empty())
        faults.emplace_back("the key ring is empty; make a key with: openssl rand -hex 32");
    platform::LockedMemory keys(hexKeysNewestFirst.size() * aeadKeySize);
    std::vector<std::string> keyIds;
    for (std::size_t i = 0; i < hexKeysNewestFirst.size(); ++i) {
        auto decoded = decodeHex(hexKeysNewestFirst[i].reveal());
        const std::string fault = faultOf(hexKeysNewestFirst[i], decoded.has_value());
        const Secret key(decoded ? std::move(*decoded) : std::string());
        // An unusable key keeps its position, with an id that no other key has.
        keyIds.push_back(fault.empty() ? encodeHex(sha256(key.reveal()).substr(0, keyIdBytes)) : nameOf(i));
        const auto twin = std::find(keyIds.begin(), keyIds.end() - 1, keyIds.back());
        if (!fault.empty())
            faults.push_back(nameOf(i) + " " + fault);
        else if (twin != keyIds.end() - 1)
            faults.push_back(nameOf(i) + " is the same as key " + std::to_string(twin - keyIds.begin() + 1) +
                             " (key id " + keyIds.back() + "); remove one of them");
        else
            keys.write(i * aeadKeySize, key.reveal());
    }
    if (faults.size() != faultsBefore)
        return std::nullopt;
    return KeyRing(std::move(keys), std::move(keyIds));
}

std::optional<std::string_view> KeyRing::findKey(std::string_view keyId) const noexcept {
    const auto found = std::find(_keyIds.begin(), _keyIds.end(), keyId);
    if (found == _keyIds.end())
        return std::nullopt;
    const auto index = static_cast<std::size_t>(found - _keyIds.begin());
    return _keys.view().substr(index * aeadKeySize, aeadKeySize);
}

} // namespace central_oauth::crypto
