// SPDX-License-Identifier: Apache-2.0
// Percent-encoding and the character rules of paths, queries and header fields.
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

/// Whether the text holds C0 controls or DEL.
[[nodiscard]] bool hasControls(std::string_view text) noexcept;

/// Whether the text is a token of RFC 9110 section 5.6.2: method, field name, cookie name.
[[nodiscard]] bool isToken(std::string_view text) noexcept;

/// Whether two texts are equal but for the case of ASCII letters.
[[nodiscard]] bool equalsIgnoringCase(std::string_view left, std::string_view right) noexcept;

/// The text without spaces and tabs at its ends.
[[nodiscard]] std::string_view trimBlanks(std::string_view text) noexcept;

/// The text as a JSON string with its quotes.
[[nodiscard]] std::string jsonString(std::string_view text);

} // namespace central_oauth::http
