// SPDX-License-Identifier: Apache-2.0
// Codes of digits as people bring them: typed, pasted, from any keyboard and any script.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace central_oauth::base {

/// What stands in a text that a person brought as a code of digits.
struct TypedDigits {
    /// The digits of the text, as 0 to 9, in their order.
    std::string digits{};
    /// The place of the first character that belongs into no such code, counted from 1; 0 if there is none.
    std::size_t strayAt = 0;

    /// Whether the text is a code of that many digits.
    [[nodiscard]] bool isCode(std::size_t wanted) const { return strayAt == 0 && digits.size() == wanted; }
};

/// The longest text that is read, in bytes: twelve digits of four bytes each with room between them.
constexpr std::size_t longestTyped = 256;

/// Reads a text in UTF-8. Thread-safe.
///
/// Decimal digits of every script count (Unicode category Nd). Dashes of every kind, blanks, line ends and
/// invisible characters do not matter; nor do quotation marks around the text and full stops behind it.
/// A longer text, and bytes that are no UTF-8, are stray.
[[nodiscard]] TypedDigits readTypedDigits(std::string_view text);

} // namespace central_oauth::base
