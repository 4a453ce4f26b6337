// SPDX-License-Identifier: Apache-2.0
// Classes of characters that people and programs confuse.
#pragma once

namespace central_oauth::base {

/// Both ends are included.
struct CodePointRange {
    char32_t first;
    char32_t last;
    [[nodiscard]] constexpr bool holds(char32_t c) const noexcept { return c >= first && c <= last; }
};

/// Returns whether one of the ranges contains the character.
template <class Ranges>
[[nodiscard]] constexpr bool isIn(const Ranges& ranges, char32_t character) noexcept {
    for (const CodePointRange& range : ranges)
        if (range.holds(character))
            return true;
    return false;
}

/// Returns whether the character is a control character: C0, DEL, C1.
[[nodiscard]] constexpr bool isControlCharacter(char32_t character) noexcept {
    return character < 0x20 || (character >= 0x7F && character <= 0x9F);
}

/// Returns whether the character breaks a line or changes the writing direction.
[[nodiscard]] constexpr bool isLineOrDirectionMark(char32_t character) noexcept {
    return (character >= 0x2028 && character <= 0x202E) || (character >= 0x2066 && character <= 0x2069);
}

/// Returns whether the character is white space only: tab and line ends, the Unicode categories Zs, Zl and
/// Zp, U+180E, U+200B, U+2060 and U+FEFF. Thread-safe.
[[nodiscard]] bool isBlank(char32_t character) noexcept;

/// Returns whether the character is a blank or has no width: joiners, direction marks, variation selectors.
/// Thread-safe.
[[nodiscard]] bool isBlankOrInvisible(char32_t character) noexcept;

/// Returns whether the character looks like a dash: category Pd, the minus sign, the hyphen bullet, the soft
/// hyphen, and the prolonged sound marks that Japanese keyboards produce for a dash. Thread-safe.
[[nodiscard]] bool isDash(char32_t character) noexcept;

/// Returns whether the character is invisible by itself and changes another one: a combining mark, a
/// variation selector, a joiner, or a sign that spans the following characters. Thread-safe.
[[nodiscard]] bool isDependent(char32_t character) noexcept;

} // namespace central_oauth::base
