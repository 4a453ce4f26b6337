// SPDX-License-Identifier: Apache-2.0
// Text from elsewhere, made harmless for a terminal and a table.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace central_oauth::cli {

/// Returns `text` as one line that is safe for a terminal: without escape sequences, control, formatting and
/// bidirectional characters, with blanks for line breaks and '?' for broken UTF-8, with the prefix only of a
/// credential of this service, and cut with "..." after `limit` characters.
[[nodiscard]] std::string printable(const std::string& text, std::size_t limit = 300);

/// Returns whether the text has the form of an identifier of this service: 1 to `limit` characters of
/// `[A-Za-z0-9_-]`.
[[nodiscard]] bool isIdentifier(std::string_view text, std::size_t limit = 128);

/// Returns `text`, or `placeholder` if a terminal would show it differently, because the person is to repeat
/// it exactly.
[[nodiscard]] std::string shownOr(const std::string& placeholder, const std::string& text);

/// Returns `text` as one word of a POSIX shell command, quoted only if needed.
[[nodiscard]] std::string shellWord(const std::string& text);

/// Returns `text` between single quotes, which a POSIX shell reads as the same text.
[[nodiscard]] std::string shellQuoted(std::string_view text);

/// Returns "59 minutes", "45 seconds"; seconds below two minutes.
[[nodiscard]] std::string spokenDuration(std::chrono::seconds duration);

} // namespace central_oauth::cli
