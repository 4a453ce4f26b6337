// SPDX-License-Identifier: Apache-2.0
// Making, reading and showing link codes.
#include "central_oauth/services/LinkCode.h"

#include "central_oauth/base/TypedDigits.h"
#include "central_oauth/crypto/Random.h"

#include <utility>

namespace central_oauth::services {

std::string makeLinkCode() {
    return crypto::randomDigits(linkCodeDigits);
}

std::optional<std::string> normaliseLinkCode(std::string_view text) {
    auto read = base::readTypedDigits(text);
    return read.isCode(linkCodeDigits) ? std::optional(std::move(read.digits)) : std::nullopt;
}

std::string displayLinkCode(const std::string& digits) {
    return digits.substr(0, 4) + "-" + digits.substr(4, 4) + "-" + digits.substr(8);
}

} // namespace central_oauth::services
