// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/config/ForeignCharacter.h"

#include <array>
#include <cstddef>

#include <Poco/UTF8Encoding.h>

namespace central_oauth::config {

namespace {

struct NamedRange {
    int first;
    int last;
    std::string_view name;
};

constexpr std::array<NamedRange, 26> names{{{'"', '"', "a quotation mark"},
                                            {'\'', '\'', "a quotation mark"},
                                            {'`', '`', "a backquote"},
                                            {' ', ' ', "a blank"},
                                            {'\t', '\t', "a tab"},
                                            {'\n', '\n', "a line end"},
                                            {'\r', '\r', "a carriage return, part of a Windows line end,"},
                                            {0x00, 0x1F, "a control character"},
                                            {0x7F, 0x9F, "a control character"},
                                            {0xA0, 0xA0, "a no-break space"},
                                            {0xAD, 0xAD, "an invisible soft hyphen"},
                                            {0xAB, 0xAB, "a typographic quotation mark"},
                                            {0xBB, 0xBB, "a typographic quotation mark"},
                                            {0x61C, 0x61C, "an invisible direction mark"},
                                            {0x1680, 0x1680, "a wide blank"},
                                            {0x180E, 0x180E, "an invisible character"},
                                            {0x2000, 0x200A, "a wide or narrow blank"},
                                            {0x200B, 0x200D, "an invisible character"},
                                            {0x200E, 0x200F, "an invisible direction mark"},
                                            {0x2010, 0x2015, "a typographic dash"},
                                            {0x2018, 0x201F, "a typographic quotation mark"},
                                            {0x2028, 0x202F, "an invisible character"},
                                            {0x205F, 0x206F, "an invisible character"},
                                            {0x2039, 0x203A, "a typographic quotation mark"},
                                            {0x3000, 0x3000, "a wide blank"},
                                            {0xFEFF, 0xFEFF, "a byte order mark"}}};

constexpr bool isVisible(int character) {
    return character > ' ' && character < 0x7F && character != '"' && character != '\'' && character != '`';
}

std::string_view nameOf(int character) {
    for (const auto& range : names) {
        if (character >= range.first && character <= range.last)
            return range.name;
    }
    return "a character that is not ASCII";
}

// The character at the beginning and how many bytes it has; -1 where they are no UTF-8.
int characterAt(std::string_view text, std::size_t& length) {
    const Poco::UTF8Encoding utf8;
    length = 1;
    const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
    int known = utf8.queryConvert(bytes, 1);
    if (known < -1 && static_cast<std::size_t>(-known) <= text.size()) {
        length = static_cast<std::size_t>(-known);
        known = utf8.queryConvert(bytes, static_cast<int>(length));
    }
    return known < 0 ? -1 : known;
}

} // namespace

std::optional<std::string> foreignCharacter(std::string_view value) {
    bool behindComma = false;
    for (std::size_t place = 1; !value.empty(); ++place) {
        std::size_t length = 1;
        const int character = characterAt(value, length);
        const auto next = value.find_first_not_of(" \t");
        const bool besideComma =
            next != std::string_view::npos && next > 0 && (behindComma || value[next] == ',');
        const bool passes = isVisible(character) || besideComma;
        if (!passes) {
            const std::string what(character < 0 ? std::string_view("a byte that is no UTF-8")
                                                 : nameOf(character));
            if (place == 1)
                return what + " as its first character";
            return what + (value.size() == length ? " as its last character"
                                                  : " as character " + std::to_string(place));
        }
        behindComma = character == ',' || (behindComma && !isVisible(character));
        value.remove_prefix(length);
    }
    return std::nullopt;
}

std::string_view foreignCharacterFix() noexcept {
    return "write the value alone: visible ASCII characters, without quotation marks and blanks";
}

} // namespace central_oauth::config
