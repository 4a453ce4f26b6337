// SPDX-License-Identifier: Apache-2.0
// JSON for a pipe or a terminal: one line of visible ASCII.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::cli {

/// `json`, which a parser has accepted, as one line without blanks between its parts. Numbers and the order
/// of members stay as they stand; in texts everything but visible ASCII is escaped (RFC 8259 section 7), so
/// that no text can move a terminal's cursor or turn its order. Throws: UnreadableAnswer for what is no JSON
/// after all. Reserves what it needs for ASCII: a secret in `json` is not copied about.
[[nodiscard]] std::string asciiJson(std::string_view json);

/// The items of the list `member` of an object that asciiJson made, each as it stands; none if there is no
/// such list.
[[nodiscard]] std::vector<std::string> itemsOf(std::string_view object, std::string_view member);

/// `text`, UTF-8, as a JSON string with its quotes, in visible ASCII.
[[nodiscard]] std::string quotedJson(std::string_view text);

} // namespace central_oauth::cli
