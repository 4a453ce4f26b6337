// SPDX-License-Identifier: Apache-2.0
#include "JsonText.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>

#include <Poco/JSONString.h>
#include <Poco/UTF8Encoding.h>

namespace central_oauth::logging {

namespace {

constexpr std::string_view replacementCharacter = "\xEF\xBF\xBD";
constexpr std::string_view ellipsis = "\xE2\x80\xA6";

std::uint32_t byteAt(std::string_view text, std::size_t at) {
    return static_cast<unsigned char>(text[at]);
}

std::size_t lengthByLeadByte(std::uint32_t lead) {
    if (lead < 0x80)
        return 1;
    if (lead >= 0xC2 && lead < 0xE0)
        return 2;
    if (lead >= 0xE0 && lead < 0xF0)
        return 3;
    return lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
}

// The length of the character that begins here; 0 where the bytes are not UTF-8.
std::size_t characterLength(std::string_view text, std::size_t at) {
    const std::size_t length = lengthByLeadByte(byteAt(text, at));
    if (length == 0 || length > text.size() - at)
        return 0;
    if (length == 1)
        return 1;
    std::array<unsigned char, 4> bytes{};
    for (std::size_t i = 0; i < length; ++i)
        bytes[i] = static_cast<unsigned char>(text[at + i]);
    return Poco::UTF8Encoding::isLegal(bytes.data(), static_cast<int>(length)) ? length : 0;
}

// Only for characters of at most three bytes: none beyond needs an escape.
std::uint32_t codePoint(std::string_view text, std::size_t at, std::size_t length) {
    if (length == 1)
        return byteAt(text, at);
    if (length == 2)
        return (byteAt(text, at) & 0x1FU) << 6 | (byteAt(text, at + 1) & 0x3FU);
    return (byteAt(text, at) & 0x0FU) << 12 | (byteAt(text, at + 1) & 0x3FU) << 6 |
           (byteAt(text, at + 2) & 0x3FU);
}

// What Poco::toJSON leaves as it is although a terminal or a log viewer acts on it.
bool needsMoreThanJson(std::uint32_t character) {
    return (character >= 0x7F && character <= 0x9F) || character == 0x200E || character == 0x200F ||
           (character >= 0x2028 && character <= 0x202E) || (character >= 0x2066 && character <= 0x2069);
}

void appendUnicodeEscape(std::string& line, std::uint32_t character) {
    std::array<char, 8> escape{};
    std::snprintf(escape.data(), escape.size(), "\\u%04X", static_cast<unsigned>(character & 0xFFFFU));
    line += escape.data();
}

// What nearly every text consists of, and what needs no second look.
bool isPlain(char c) {
    return c >= ' ' && c < '\x7F' && c != '"' && c != '\\';
}

void appendRun(std::string& line, std::string_view run) {
    if (std::all_of(run.begin(), run.end(), isPlain))
        line += run;
    else
        line += Poco::toJSON(std::string(run), 0);
}

} // namespace

void appendJsonString(std::string& line, std::string_view text) {
    line += '"';
    std::size_t runStart = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = characterLength(text, at);
        const bool invalid = length == 0;
        const std::uint32_t character = invalid || length > 3 ? 0 : codePoint(text, at, length);
        const std::size_t next = at + (invalid ? 1 : length);
        if (invalid || needsMoreThanJson(character)) {
            appendRun(line, text.substr(runStart, at - runStart));
            if (invalid)
                line += replacementCharacter;
            else
                appendUnicodeEscape(line, character);
            runStart = next;
        }
        at = next;
    }
    appendRun(line, text.substr(runStart));
    line += '"';
}

void appendJsonNumber(std::string& line, double number) {
    if (!std::isfinite(number)) {
        line += "null";
        return;
    }
    std::array<char, 32> digits{};
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    line.append(digits.data(), written.ptr);
}

std::string cutText(std::string text, std::string::size_type limit) {
    if (text.size() <= limit)
        return text;
    std::size_t end = limit;
    // At most three steps: what is not UTF-8 has no boundary to find.
    for (int steps = 0; steps < 3 && end > 0 && (byteAt(text, end) & 0xC0U) == 0x80U; ++steps)
        --end;
    text.resize(end);
    text += ellipsis;
    return text;
}

} // namespace central_oauth::logging
