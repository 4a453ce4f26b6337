// SPDX-License-Identifier: Apache-2.0
// Values as single-line JSON (RFC 8259).
#pragma once

#include <string>
#include <string_view>

namespace central_oauth::logging {

/// Appends the text as a JSON string. Escapes control characters (C0, DEL, C1), line and paragraph separators
/// and marks that change the writing direction with \u. Replaces bytes that are not UTF-8 by U+FFFD.
void appendJsonString(std::string& line, std::string_view text);

/// Appends the number in its shortest exact form, or null if JSON has none (infinity, NaN).
void appendJsonNumber(std::string& line, double number);

/// Truncates the text to `limit` bytes at a character boundary. Adds an ellipsis if anything was removed.
[[nodiscard]] std::string cutText(std::string text, std::string::size_type limit);

} // namespace central_oauth::logging
