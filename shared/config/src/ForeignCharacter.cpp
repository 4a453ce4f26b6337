// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/config/ForeignCharacter.h"

#include "central_oauth/base/Characters.h"
#include "central_oauth/base/Utf8.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace central_oauth::config {

namespace {

enum class Kind { quote, blank, hidden, dash };

struct NamedRange {
    base::CodePointRange range;
    Kind kind;
    std::string_view name;
};

constexpr std::array<NamedRange, 26> namedRanges{
    {{{'"', '"'}, Kind::quote, "a quotation mark"},
     {{'\'', '\''}, Kind::quote, "a quotation mark"},
     {{'`', '`'}, Kind::quote, "a backquote"},
     {{' ', ' '}, Kind::blank, "a blank"},
     {{'\t', '\t'}, Kind::blank, "a tab"},
     {{'\n', '\n'}, Kind::hidden, "a line end"},
     {{'\r', '\r'}, Kind::hidden, "a carriage return, part of a Windows line end,"},
     {{0x00, 0x1F}, Kind::hidden, "a control character"},
     {{0x7F, 0x9F}, Kind::hidden, "a control character"},
     {{0xA0, 0xA0}, Kind::blank, "a no-break space"},
     {{0xAD, 0xAD}, Kind::hidden, "an invisible soft hyphen"},
     {{0xAB, 0xAB}, Kind::quote, "a typographic quotation mark"},
     {{0xBB, 0xBB}, Kind::quote, "a typographic quotation mark"},
     {{0x61C, 0x61C}, Kind::hidden, "an invisible direction mark"},
     {{0x1680, 0x1680}, Kind::blank, "a wide blank"},
     {{0x180E, 0x180E}, Kind::hidden, "an invisible character"},
     {{0x2000, 0x200A}, Kind::blank, "a wide or narrow blank"},
     {{0x200B, 0x200D}, Kind::hidden, "an invisible character"},
     {{0x200E, 0x200F}, Kind::hidden, "an invisible direction mark"},
     {{0x2010, 0x2015}, Kind::dash, "a typographic dash"},
     {{0x2018, 0x201F}, Kind::quote, "a typographic quotation mark"},
     {{0x2028, 0x202F}, Kind::hidden, "an invisible character"},
     {{0x205F, 0x206F}, Kind::hidden, "an invisible character"},
     {{0x2039, 0x203A}, Kind::quote, "a typographic quotation mark"},
     {{0x3000, 0x3000}, Kind::blank, "a wide blank"},
     {{0xFEFF, 0xFEFF}, Kind::hidden, "a byte order mark"}}};

// Empty for a byte that is not UTF-8.
using Character = std::optional<char32_t>;

constexpr bool isVisible(Character character) {
    return character > U' ' && character < char32_t{0x7F} && character != U'"' && character != U'\'' &&
           character != U'`';
}

const NamedRange* rangeOf(Character character) {
    const auto* const found =
        std::find_if(namedRanges.begin(), namedRanges.end(), [character](const NamedRange& named) {
            return character && named.range.holds(*character);
        });
    return found == namedRanges.end() ? nullptr : found;
}

std::string_view nameOf(Character character) {
    if (!character)
        return "a byte that is not UTF-8";
    const auto* const range = rangeOf(character);
    return range ? range->name : "a character that is not ASCII";
}

// Positions count from 1.
std::string described(Character character, std::size_t place, bool isLast) {
    const std::string what(nameOf(character));
    if (place == 1)
        return what + " as its first character";
    return what + (isLast ? " as its last character" : " as character " + std::to_string(place));
}

bool isEnclosed(std::string_view value) {
    return value.size() > 1 && value.front() == value.back() &&
           std::string_view("\"'`").find(value.front()) != std::string_view::npos;
}

// Returns whether the character occurs at an end only by accident.
bool isStray(Character character, bool quotesAreForeign) {
    const auto* const range = rangeOf(character);
    if (!range || range->kind == Kind::dash)
        return false;
    return range->kind != Kind::quote || quotesAreForeign;
}

} // namespace

std::optional<std::string> foreignCharacter(std::string_view value) {
    bool behindComma = false;
    for (std::size_t place = 1; !value.empty(); ++place) {
        const auto next = value.find_first_not_of(" \t");
        const bool besideComma =
            next != std::string_view::npos && next > 0 && (behindComma || value[next] == ',');
        const auto character = base::takeCodePoint(value);
        if (!isVisible(character) && !besideComma)
            return described(character, place, value.empty());
        behindComma = character == U',' || (behindComma && !isVisible(character));
    }
    return std::nullopt;
}

std::string_view foreignCharacterFix() noexcept {
    return "write the value alone: visible ASCII characters, without quotation marks and blanks";
}

std::optional<std::string> foreignEnd(std::string_view value, LooseText kind) {
    const bool quotesAreForeign = kind == LooseText::path || isEnclosed(value);
    for (std::size_t place = 1; !value.empty(); ++place) {
        const auto character = base::takeCodePoint(value);
        const bool isLast = value.empty();
        const bool isControl = character && (*character < U' ' || *character == 0x7F);
        if (isControl || ((place == 1 || isLast) && isStray(character, quotesAreForeign)))
            return described(character, place, isLast);
    }
    return std::nullopt;
}

std::string_view foreignEndFix() noexcept {
    return "write the value alone, as one line, without quotation marks and blanks around it";
}

} // namespace central_oauth::config
