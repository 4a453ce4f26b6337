// SPDX-License-Identifier: Apache-2.0
// Text from elsewhere, made harmless for a terminal and a table.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace central_oauth::cli {

/// `text` as one line that changes nothing but the characters it shows: escape sequences, control, formatting
/// and bidirectional characters are dropped, line breaks become blanks, broken UTF-8 becomes '?', a
/// credential of this service keeps its prefix only, and what exceeds `limit` characters is cut with "...".
[[nodiscard]] std::string printable(const std::string& text, std::size_t limit = 300);

/// True for 1 to `limit` characters of `[A-Za-z0-9_-]`: what an identifier of this service looks like.
[[nodiscard]] bool isIdentifier(std::string_view text, std::size_t limit = 128);

/// `text`, or `placeholder` where a terminal would not show it as it is: what a person is to repeat must not
/// become something else on its way.
[[nodiscard]] std::string shownOr(const std::string& placeholder, const std::string& text);

/// `text` as one word of a POSIX shell command, quoted only where needed.
[[nodiscard]] std::string shellWord(const std::string& text);

/// `text` between single quotes, as a POSIX shell takes it unchanged, whatever it holds.
[[nodiscard]] std::string shellQuoted(std::string_view text);

/// "59 minutes", "45 seconds"; seconds below two minutes.
[[nodiscard]] std::string spokenDuration(std::chrono::seconds duration);

} // namespace central_oauth::cli
