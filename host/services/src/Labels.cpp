// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/Labels.h"

#include "central_oauth/base/Error.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace central_oauth::services {

namespace {

// Takes one code point off the front of a text that is not empty; nothing for what is not UTF-8 (RFC 3629
// section 3: no overlong form, no surrogate, nothing beyond U+10FFFF).
std::optional<std::uint32_t> takeCharacter(std::string_view& rest) {
    constexpr std::array<std::uint32_t, 4> lowest{0, 0x80, 0x800, 0x10000};
    const auto first = static_cast<unsigned char>(rest.front());
    const std::size_t more = first < 0x80 ? 0 : first < 0xC0 ? 4 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
    if (more > 3 || first > 0xF4 || rest.size() <= more)
        return std::nullopt;
    std::uint32_t character = more == 0 ? first : first & (0x3FU >> more);
    for (std::size_t i = 1; i <= more; ++i) {
        const auto byte = static_cast<unsigned char>(rest[i]);
        if ((byte & 0xC0U) != 0x80U)
            return std::nullopt;
        character = (character << 6U) | (byte & 0x3FU);
    }
    rest.remove_prefix(more + 1);
    const bool isSurrogate = character >= 0xD800 && character <= 0xDFFF;
    if (character < lowest.at(more) || isSurrogate || character > 0x10FFFF)
        return std::nullopt;
    return character;
}

bool isPrintable(std::uint32_t character) {
    const bool control = character < 0x20 || (character >= 0x7F && character <= 0x9F);
    const bool steering =
        (character >= 0x2028 && character <= 0x202E) || (character >= 0x2066 && character <= 0x2069);
    return !control && !steering;
}

} // namespace

void requireLabel(const std::string& text, const std::string& name) {
    requirePrintable(text, longestLabelCharacters, name);
}

void requirePrintable(const std::string& text, std::size_t longest, const std::string& name) {
    std::string_view rest = text;
    std::size_t count = 0;
    for (; !rest.empty(); ++count) {
        const auto character = takeCharacter(rest);
        if (!character || !isPrintable(*character))
            throw base::Error(base::ErrorCode::invalidRequest,
                              name + " takes printable characters only; remove line breaks, control "
                                     "characters and marks of writing direction.");
    }
    if (count > longest)
        throw base::Error(base::ErrorCode::invalidRequest,
                          name + " takes at most " + std::to_string(longest) + " characters, and this has " +
                              std::to_string(count) + "; shorten it.");
}

} // namespace central_oauth::services
