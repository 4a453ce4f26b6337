// SPDX-License-Identifier: Apache-2.0
#include "KeyRing.h"

#include "SecretSource.h"
#include "central_oauth/base/Text.h"

#include <algorithm>
#include <string>
#include <utility>

namespace central_oauth::config {

namespace {

constexpr std::string_view secretKey = "CENTRAL_OAUTH_SECRET_KEY";
constexpr std::string_view keyRing = "CENTRAL_OAUTH_KEY_RING";
constexpr std::string_view howToMakeOne = "make a key with: openssl rand -hex 32";

bool isEncryptionKey(std::string_view text) noexcept {
    constexpr std::size_t hexDigits = 64;
    return text.size() == hexDigits && base::consistsOf(text, base::isHexDigit);
}

// Returns whether the digits repeat with a period, or rise or fall in equal steps. An attacker would try such
// keys first; a generator produces one once in 2^127 keys.
bool isPattern(std::string_view key) {
    constexpr std::size_t longestPeriod = 32; // of 64 digits
    for (std::size_t period = 1; period <= longestPeriod; ++period) {
        if (std::equal(key.begin() + static_cast<std::ptrdiff_t>(period), key.end(), key.begin()))
            return true;
    }
    const auto byteAt = [key](std::size_t i) {
        return base::parseNumber<int>(key.substr(2 * i, 2), 16).value_or(0);
    };
    const int step = (byteAt(1) - byteAt(0)) & 0xff;
    for (std::size_t i = 2; i < key.size() / 2; ++i) {
        if (((byteAt(i) - byteAt(i - 1)) & 0xff) != step)
            return false;
    }
    return true;
}

std::vector<provider::Secret> parseRing(const SecretReading& list, SettingReader& reader) {
    std::vector<provider::Secret> ring;
    std::size_t position = 0;
    for (const auto entry : base::splitList(list.value->reveal())) {
        const std::string which = "has an entry " + std::to_string(++position);
        if (const auto wrong = keyFaultOf(entry); !wrong.empty()) {
            reader.fault(list.fault(which + " that " + std::string(wrong), std::string(howToMakeOne)));
            return {};
        }
        provider::Secret key(base::lower(entry));
        if (const auto earlier = positionOf(key.reveal(), ring); earlier != 0) {
            reader.fault(
                list.fault(which + " that repeats entry " + std::to_string(earlier), "list each key once"));
            return {};
        }
        ring.push_back(std::move(key));
    }
    return ring;
}

// If the ring is set too, the key must be its first entry.
void joinKey(const SecretReading& single, const SecretReading& list, std::vector<provider::Secret>& ring,
             SettingReader& reader) {
    if (const auto wrong = keyFaultOf(single.value->reveal()); !wrong.empty()) {
        reader.fault(single.fault(std::string(wrong), std::string(howToMakeOne)));
        return;
    }
    provider::Secret key(base::lower(single.value->reveal()));
    if (ring.empty())
        ring.push_back(std::move(key));
    else if (ring.front().reveal() != key.reveal())
        reader.fault(
            list.fault("does not begin with the key of " + single.setting,
                       "put the newest key first in the ring and set the secret key to the same, or unset "
                       "the secret key"));
}

} // namespace

std::string_view keyFaultOf(std::string_view text) {
    if (!isEncryptionKey(text))
        return "is not 64 hex digits";
    return isPattern(base::lower(text)) ? "is a pattern that anybody can guess" : "";
}

std::size_t positionOf(std::string_view key, const std::vector<provider::Secret>& ring) {
    const auto same = std::find_if(ring.begin(), ring.end(),
                                   [key](const provider::Secret& known) { return known.reveal() == key; });
    return same == ring.end() ? 0 : static_cast<std::size_t>(same - ring.begin()) + 1;
}

std::vector<provider::Secret> readKeyRing(SettingReader& reader) {
    const auto key = readSecret(reader.environment(), std::string(secretKey), reader.report());
    const auto list = readSecret(reader.environment(), std::string(keyRing), reader.report());
    if (!key.given && !list.given) {
        reader.fault(secretKey, "is required and not set",
                     std::string(howToMakeOne) + "; keep a copy, because without it stored grants are lost");
        return {};
    }
    const bool keyIsList = key.value && key.value->reveal().find(',') != std::string_view::npos;
    if (keyIsList && list.given) {
        reader.fault(key.fault("holds several keys although " + std::string(keyRing) + " is set too",
                               "keep one of the two, with all keys"));
        return {};
    }
    if (keyIsList)
        return parseRing(key, reader);
    auto ring = list.value ? parseRing(list, reader) : std::vector<provider::Secret>();
    if (key.value)
        joinKey(key, list, ring, reader);
    return ring;
}

} // namespace central_oauth::config
