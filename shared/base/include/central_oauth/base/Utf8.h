// SPDX-License-Identifier: Apache-2.0
// UTF-8 (RFC 3629): the one decoder, and what a text of UTF-8 is made of.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace central_oauth::base {

/// Stands for bytes that are not UTF-8: U+FFFD.
constexpr char32_t replacementCharacter = 0xFFFD;
constexpr std::string_view replacementText = "\xEF\xBF\xBD";

/// U+2026, behind a text that was cut.
constexpr std::string_view ellipsis = "\xE2\x80\xA6";

/// As takeCodePoint, for a text that begins with a byte beyond ASCII.
[[nodiscard]] std::optional<char32_t> takeLongCodePoint(std::string_view& rest) noexcept;

/// Takes one code point off the front of `rest`. Returns nullopt, and takes one byte, for what is not UTF-8
/// (section 3: no overlong form, no surrogate, nothing beyond U+10FFFF). Requires: `rest` is not empty.
/// Thread-safe.
[[nodiscard]] inline std::optional<char32_t> takeCodePoint(std::string_view& rest) noexcept {
    const auto lead = static_cast<unsigned char>(rest.front());
    if (lead >= 0x80)
        return takeLongCodePoint(rest);
    rest.remove_prefix(1);
    return char32_t{lead};
}

/// Appends a code point in UTF-8. Requires: it is a Unicode scalar value. Thread-safe.
void appendCodePoint(std::string& text, char32_t character);

/// Whether a byte of valid UTF-8 is not the first of its code point.
[[nodiscard]] constexpr bool isContinuation(char byte) noexcept {
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

/// Returns the number of code points. Requires: valid UTF-8.
[[nodiscard]] inline std::size_t countCodePoints(std::string_view text) noexcept {
    return text.size() - static_cast<std::size_t>(std::count_if(text.begin(), text.end(), isContinuation));
}

/// Whether the text is valid UTF-8. Thread-safe.
[[nodiscard]] bool isUtf8(std::string_view text) noexcept;

/// Whether the text is valid UTF-8 without control characters (C0, DEL, C1). May be empty. Thread-safe.
[[nodiscard]] bool isPlainText(std::string_view text) noexcept;

/// Returns the number of code points of a plain text that holds no line break and no mark that turns the
/// writing direction either, or nullopt for another text. Thread-safe.
[[nodiscard]] std::optional<std::size_t> countPrintable(std::string_view text) noexcept;

} // namespace central_oauth::base
