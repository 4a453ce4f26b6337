// SPDX-License-Identifier: Apache-2.0
// Making, reading and showing link codes.
#include "central_oauth/services/LinkCode.h"

#include "central_oauth/crypto/Random.h"

namespace central_oauth::services {

std::string makeLinkCode() {
    return crypto::randomDigits(linkCodeDigits);
}

std::optional<std::string> normaliseLinkCode(std::string_view text) {
    constexpr std::size_t longestTyped = 64;
    if (text.size() > longestTyped)
        return std::nullopt;
    std::string digits;
    for (const char c : text) {
        if (c == ' ' || c == '-')
            continue;
        if (c < '0' || c > '9')
            return std::nullopt;
        digits += c;
    }
    if (digits.size() != linkCodeDigits)
        return std::nullopt;
    return digits;
}

std::string displayLinkCode(const std::string& digits) {
    return digits.substr(0, 4) + "-" + digits.substr(4, 4) + "-" + digits.substr(8);
}

} // namespace central_oauth::services
