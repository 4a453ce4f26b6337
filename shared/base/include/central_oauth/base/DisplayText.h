// SPDX-License-Identifier: Apache-2.0
// Makes untrusted text safe to display.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace central_oauth::base {

/// Returns `text` as valid UTF-8 on one line. Cuts it after `maxCharacters` code points and adds an ellipsis.
///
/// Bytes that are not UTF-8 become U+FFFD. Runs of white space, including line ends, become one space; white
/// space at the ends is removed. Also removed are C0 and C1 controls, bidirectional controls, invisible
/// characters, all but four combining marks in a row, and marks and joiners before the first visible
/// character. So a name can't reorder, hide or overprint the text beside it, and a text without visible
/// characters becomes empty. Does not escape HTML; the templates do. Thread-safe.
[[nodiscard]] std::string displayText(std::string_view text, std::size_t maxCharacters = 200);

/// Returns whether displayText leaves anything of `text`: at least one letter, digit, punctuation mark or
/// symbol. Every name must satisfy this. Thread-safe.
[[nodiscard]] bool hasVisibleText(std::string_view text);

} // namespace central_oauth::base
