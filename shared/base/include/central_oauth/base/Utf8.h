// SPDX-License-Identifier: Apache-2.0
// The UTF-8 decoder (RFC 3629), and predicates of UTF-8 texts.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace central_oauth::base {

/// Replaces bytes that are not UTF-8: U+FFFD.
constexpr char32_t replacementCharacter = 0xFFFD;
constexpr std::string_view replacementText = "\xEF\xBF\xBD";

/// U+2026, added to a truncated text.
constexpr std::string_view ellipsis = "\xE2\x80\xA6";

/// As takeCodePoint, for a text that begins with a non-ASCII byte.
[[nodiscard]] std::optional<char32_t> takeLongCodePoint(std::string_view& rest) noexcept;

/// Removes one code point from the front of `rest` and returns it. If the front is not UTF-8 (section 3: no
/// overlong form, no surrogate, nothing above U+10FFFF), removes one byte and returns nullopt. Requires:
/// `rest` is not empty. Thread-safe.
[[nodiscard]] inline std::optional<char32_t> takeCodePoint(std::string_view& rest) noexcept {
    const auto lead = static_cast<unsigned char>(rest.front());
    if (lead >= 0x80)
        return takeLongCodePoint(rest);
    rest.remove_prefix(1);
    return char32_t{lead};
}

/// Appends a code point in UTF-8. Requires: it is a Unicode scalar value. Thread-safe.
void appendCodePoint(std::string& text, char32_t character);

/// Returns whether the byte, part of valid UTF-8, continues a code point.
[[nodiscard]] constexpr bool isContinuation(char byte) noexcept {
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

/// Returns the number of code points. Requires: valid UTF-8.
[[nodiscard]] inline std::size_t countCodePoints(std::string_view text) noexcept {
    return text.size() - static_cast<std::size_t>(std::count_if(text.begin(), text.end(), isContinuation));
}

/// Returns whether the text is valid UTF-8. Thread-safe.
[[nodiscard]] bool isUtf8(std::string_view text) noexcept;

/// Returns whether the text is valid UTF-8 without control characters (C0, DEL, C1). May be empty.
/// Thread-safe.
[[nodiscard]] bool isPlainText(std::string_view text) noexcept;

/// Returns the number of code points. Returns nullopt unless the text is plain and holds no line break and no
/// mark that changes the writing direction. Thread-safe.
[[nodiscard]] std::optional<std::size_t> countPrintable(std::string_view text) noexcept;

} // namespace central_oauth::base
