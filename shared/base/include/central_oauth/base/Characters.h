// SPDX-License-Identifier: Apache-2.0
// Classes of characters that people and programs mistake for each other.
#pragma once

namespace central_oauth::base {

/// Both ends belong to it.
struct CodePointRange {
    char32_t first;
    char32_t last;
    [[nodiscard]] constexpr bool holds(char32_t c) const noexcept { return c >= first && c <= last; }
};

/// Whether one of the ranges holds the character.
template <class Ranges>
[[nodiscard]] constexpr bool isIn(const Ranges& ranges, char32_t character) noexcept {
    for (const CodePointRange& range : ranges)
        if (range.holds(character))
            return true;
    return false;
}

/// Whether the character is a control character: C0, DEL, C1.
[[nodiscard]] constexpr bool isControlCharacter(char32_t character) noexcept {
    return character < 0x20 || (character >= 0x7F && character <= 0x9F);
}

/// Whether the character breaks a line or turns the writing direction for those behind it.
[[nodiscard]] constexpr bool isLineOrDirectionMark(char32_t character) noexcept {
    return (character >= 0x2028 && character <= 0x202E) || (character >= 0x2066 && character <= 0x2069);
}

/// Whether the character is room and nothing else: tab and line ends, the categories Zs, Zl and Zp of
/// Unicode, U+180E, U+200B, U+2060 and U+FEFF. Thread-safe.
[[nodiscard]] bool isBlank(char32_t character) noexcept;

/// Whether the character has no width, or is a blank: joiners, direction marks, variation selectors.
/// Thread-safe.
[[nodiscard]] bool isBlankOrInvisible(char32_t character) noexcept;

/// Whether people see a dash: category Pd, the minus sign, the hyphen bullet, the soft hyphen, and the
/// prolonged sound marks that a Japanese keyboard writes for a dash. Thread-safe.
[[nodiscard]] bool isDash(char32_t character) noexcept;

/// Whether the character shows nothing by itself and changes how another one looks: a combining mark, a
/// variation selector, a joiner or a sign that spans the characters after it. Thread-safe.
[[nodiscard]] bool isDependent(char32_t character) noexcept;

} // namespace central_oauth::base
