// SPDX-License-Identifier: Apache-2.0
// Percent-encoding and character classes.
#include "central_oauth/http/Encoding.h"

#include "central_oauth/base/Utf8.h"

#include <algorithm>

#include <Poco/Ascii.h>
#include <Poco/Exception.h>
#include <Poco/JSONString.h>
#include <Poco/String.h>
#include <Poco/URI.h>

namespace central_oauth::http {

std::optional<std::string> percentDecode(std::string_view text, Plus plus) {
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

bool hasControls(std::string_view text) noexcept {
    return std::any_of(text.begin(), text.end(), [](char character) {
        return static_cast<unsigned char>(character) < 0x20 || character == 0x7F;
    });
}

bool isToken(std::string_view text) noexcept {
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [marks](char character) {
        return Poco::Ascii::isAlphaNumeric(character) || marks.find(character) != std::string_view::npos;
    });
}

bool equalsIgnoringCase(std::string_view left, std::string_view right) noexcept {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](char one, char other) {
        return Poco::Ascii::toLower(one) == Poco::Ascii::toLower(other);
    });
}

std::string_view trimBlanks(std::string_view text) noexcept {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string jsonString(std::string_view text) {
    return Poco::toJSON(std::string(text));
}

} // namespace central_oauth::http
