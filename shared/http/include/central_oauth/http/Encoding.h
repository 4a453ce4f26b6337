// SPDX-License-Identifier: Apache-2.0
// Percent-encoding of paths and queries, and the strings of JSON.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace central_oauth::http {

/// What a plus sign means in percent-encoded text.
enum class Plus { plus, space };

/// Undoes percent-encoding (RFC 3986 section 2.1); with Plus::space also the plus signs of
/// application/x-www-form-urlencoded. Nothing if an escape is not whole, or if the result holds a NUL or is
/// not UTF-8.
[[nodiscard]] std::optional<std::string> percentDecode(std::string_view text, Plus plus = Plus::plus);

/// The text as a JSON string with its quotes.
[[nodiscard]] std::string jsonString(std::string_view text);

} // namespace central_oauth::http
