// SPDX-License-Identifier: Apache-2.0
// Digit codes as people enter them: typed, pasted, from any keyboard and in any script.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace central_oauth::base {

/// The result of reading a text as a code of digits.
struct TypedDigits {
    /// The digits of the text, as 0 to 9, in their order.
    std::string digits{};
    /// The position of the first character that no such code contains, counted from 1; 0 if there is none.
    std::size_t strayAt = 0;

    /// Returns whether the text is a code of `wanted` digits.
    [[nodiscard]] bool isCode(std::size_t wanted) const { return strayAt == 0 && digits.size() == wanted; }
};

/// The longest text that is read, in bytes: enough for twelve four-byte digits with space between them.
constexpr std::size_t longestTyped = 256;

/// Reads a UTF-8 text. Thread-safe.
///
/// Accepts decimal digits of every script (Unicode category Nd). Ignores dashes, blanks, line ends and
/// invisible characters of every kind, quotation marks around the text and full stops after it. A longer
/// text, or bytes that are not UTF-8, are stray.
[[nodiscard]] TypedDigits readTypedDigits(std::string_view text);

} // namespace central_oauth::base
