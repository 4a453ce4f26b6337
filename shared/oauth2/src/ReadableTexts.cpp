// SPDX-License-Identifier: Apache-2.0
// Repairs the strings of a JSON text (RFC 8259 section 7) in place.
#include "central_oauth/oauth2/Json.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>

#include <Poco/UTF8Encoding.h>

namespace central_oauth::oauth2 {

namespace {

constexpr std::size_t escapeLength = 6; // \uXXXX

// Returns the code unit of the escape \uXXXX at this position.
std::optional<unsigned> unitAt(std::string_view text, std::size_t at) {
    if (text.size() - at < escapeLength || text[at] != '\\' || text[at + 1] != 'u')
        return std::nullopt;
    unsigned unit = 0;
    const auto* const end = text.data() + at + escapeLength;
    const auto read = std::from_chars(text.data() + at + 2, end, unit, 16);
    return read.ec == std::errc() && read.ptr == end ? std::optional(unit) : std::nullopt;
}

bool isHigh(unsigned unit) {
    return unit >= 0xD800 && unit <= 0xDBFF;
}

bool isLow(unsigned unit) {
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

// Repairs the escape at this position. Returns its length.
std::size_t repairEscape(std::string& text, std::size_t at) {
    const auto unit = unitAt(text, at);
    if (!unit)
        return std::min<std::size_t>(2, text.size() - at);
    if (isHigh(*unit) && at + escapeLength < text.size()) {
        const auto next = unitAt(text, at + escapeLength);
        if (next && isLow(*next))
            return 2 * escapeLength;
    }
    if (*unit == 0 || isHigh(*unit) || isLow(*unit))
        text.replace(at, escapeLength, "\\uFFFD");
    return escapeLength;
}

// Replaces a byte that is not part of a character. Returns the length of the character.
std::size_t repairBytes(std::string& text, std::size_t at) {
    const auto lead = static_cast<unsigned char>(text[at]);
    if (lead < 0x20)
        text[at] = ' ';
    if (lead < 0x80)
        return 1;
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    const auto* bytes = static_cast<const unsigned char*>(static_cast<const void*>(text.data() + at));
    if (length <= text.size() - at && Poco::UTF8Encoding::isLegal(bytes, static_cast<int>(length)))
        return length;
    text[at] = '?';
    return 1;
}

} // namespace

provider::Secret withReadableTexts(const provider::Secret& text) {
    std::string repaired(text.reveal());
    bool isInString = false;
    for (std::size_t at = 0; at < repaired.size();) {
        const char c = repaired[at];
        if (c == '"')
            isInString = !isInString;
        if (!isInString || c == '"')
            ++at;
        else
            at += c == '\\' ? repairEscape(repaired, at) : repairBytes(repaired, at);
    }
    return provider::Secret(std::move(repaired));
}

} // namespace central_oauth::oauth2
