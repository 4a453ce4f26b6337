// SPDX-License-Identifier: Apache-2.0
// Values as JSON (RFC 8259) that stays on one line.
#pragma once

#include <string>
#include <string_view>

namespace central_oauth::logging {

/// Appends the text as a JSON string. Control characters (C0, DEL, C1), line and paragraph separators and
/// marks that turn the writing direction become \u escapes; bytes that are not UTF-8 become U+FFFD.
void appendJsonString(std::string& line, std::string_view text);

/// Appends the number in its shortest exact form; null where JSON has none (infinity, not a number).
void appendJsonNumber(std::string& line, double number);

/// The text's first `limit` bytes at most, ended between characters and with an ellipsis where something is
/// missing.
[[nodiscard]] std::string cutText(std::string text, std::string::size_type limit);

} // namespace central_oauth::logging
