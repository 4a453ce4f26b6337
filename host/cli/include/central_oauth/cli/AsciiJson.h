// SPDX-License-Identifier: Apache-2.0
// JSON for a pipe or a terminal: one line of visible ASCII.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::cli {

/// Returns `json`, which a parser has accepted, as one line without blanks between its parts. Keeps numbers
/// and the order of members; escapes everything but visible ASCII in texts (RFC 8259 section 7), so that no
/// text can move a terminal's cursor or reverse its order. Reserves memory for ASCII in advance, so that
/// growth leaves no copies of a secret.
/// Throws: UnreadableAnswer for invalid JSON.
[[nodiscard]] std::string asciiJson(std::string_view json);

/// Returns the items of the list `member` of an object from asciiJson, each unchanged, or none if there is no
/// such list.
[[nodiscard]] std::vector<std::string> itemsOf(std::string_view object, std::string_view member);

/// Returns `text`, UTF-8, as a JSON string with its quotes, in visible ASCII.
[[nodiscard]] std::string quotedJson(std::string_view text);

} // namespace central_oauth::cli
