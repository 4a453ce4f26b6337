// SPDX-License-Identifier: Apache-2.0
// Bytes as text: base64url without padding (RFC 4648 section 5) and hexadecimal. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace central_oauth::crypto {

/// Returns base64url without padding.
[[nodiscard]] std::string encodeBase64Url(std::string_view bytes);

/// Returns the bytes. Returns nullopt unless the text is exactly what encodeBase64Url returns for them: no
/// padding, no white space, no other alphabet, no unused bits set in the last character.
[[nodiscard]] std::optional<std::string> decodeBase64Url(std::string_view text);

/// Returns whether every character belongs to the base64url alphabet. Returns true for an empty text.
[[nodiscard]] bool isBase64UrlText(std::string_view text) noexcept;

/// Returns two lower-case digits for each byte.
[[nodiscard]] std::string encodeHex(std::string_view bytes);

/// Returns the bytes of pairs of hexadecimal digits of either case. Returns nullopt for any other text.
[[nodiscard]] std::optional<std::string> decodeHex(std::string_view text);

} // namespace central_oauth::crypto
