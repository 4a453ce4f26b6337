// SPDX-License-Identifier: Apache-2.0
// Percent-encoding and character classes.
#include "central_oauth/http/Encoding.h"

#include "central_oauth/base/Text.h"
#include "central_oauth/base/Utf8.h"

#include <algorithm>

#include <Poco/Exception.h>
#include <Poco/JSONString.h>
#include <Poco/URI.h>

namespace central_oauth::http {

std::optional<std::string> percentDecode(std::string_view text, Plus plus) {
    // Poco copies character by character; most texts are as they are.
    const auto isCoded = [plus](char c) { return c == '%' || (c == '+' && plus == Plus::space); };
    if (std::none_of(text.begin(), text.end(), isCoded) && base::isPlainJson(text))
        return std::string(text);
    std::string encoded(text);
    if (plus == Plus::space)
        std::replace(encoded.begin(), encoded.end(), '+', ' ');
    std::string decoded;
    try {
        Poco::URI::decode(encoded, decoded, false);
    } catch (const Poco::URISyntaxException&) {
        return std::nullopt;
    }
    if (decoded.find('\0') != std::string::npos || !base::isUtf8(decoded))
        return std::nullopt;
    return decoded;
}

std::string jsonString(std::string_view text) {
    return Poco::toJSON(std::string(text));
}

} // namespace central_oauth::http
