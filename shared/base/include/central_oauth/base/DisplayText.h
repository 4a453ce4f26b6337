// SPDX-License-Identifier: Apache-2.0
// Text of others, made fit to be shown.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace central_oauth::base {

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
