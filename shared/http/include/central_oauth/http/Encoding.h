// SPDX-License-Identifier: Apache-2.0
// Percent-encoding of paths and queries, and JSON strings.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace central_oauth::http {

/// The meaning of a plus sign in percent-encoded text.
enum class Plus { plus, space };

/// Decodes percent-encoding (RFC 3986 section 2.1) and, with Plus::space, the plus signs of
/// application/x-www-form-urlencoded. Returns nullopt if an escape is incomplete, or if the result holds a
/// NUL or is not UTF-8.
[[nodiscard]] std::optional<std::string> percentDecode(std::string_view text, Plus plus = Plus::plus);

/// Returns the text as a JSON string with its quotes.
[[nodiscard]] std::string jsonString(std::string_view text);

} // namespace central_oauth::http
