// SPDX-License-Identifier: Apache-2.0
// Text of others: read as UTF-8, judged, and made fit to be shown.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace central_oauth::base {

/// Takes one code point off the front of `rest`. Returns nullopt, and takes one byte, for what is not UTF-8
/// (RFC 3629 section 3: no overlong form, no surrogate, nothing beyond U+10FFFF). Requires: `rest` is not
/// empty. Threads: any.
[[nodiscard]] std::optional<char32_t> takeCodePoint(std::string_view& rest) noexcept;

/// Whether `text` is valid UTF-8 without control characters (C0, DEL, C1). May be empty. Threads: any.
[[nodiscard]] bool isPlainText(std::string_view text) noexcept;

/// `text` as a person may see it: valid UTF-8 on one line, at most `maxCharacters` code points and then an
/// ellipsis.
///
/// Bytes that are not UTF-8 become U+FFFD. Runs of white space, including line ends, become one space, none
/// at the ends. Left out are C0 and C1 controls, bidirectional controls, invisible characters, all but four
/// combining marks in a row, and marks and joiners before the first character that shows by itself. So a name
/// can neither reorder, hide nor overprint what stands beside it, and a text that shows nothing becomes
/// empty. Not HTML-escaped: the templates do that. Threads: any.
[[nodiscard]] std::string displayText(std::string_view text, std::size_t maxCharacters = 200);

/// Whether anything of `text` is left by displayText: at least one letter, digit, punctuation mark or symbol.
/// Whatever names somebody or something needs that. Threads: any.
[[nodiscard]] bool hasVisibleText(std::string_view text);

} // namespace central_oauth::base
