// SPDX-License-Identifier: Apache-2.0
// Bytes as text: base64url without padding (RFC 4648 section 5) and hexadecimal.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace central_oauth::crypto {

/// Base64url without padding. [any thread]
[[nodiscard]] std::string encodeBase64Url(std::string_view bytes);

/// The bytes, or nothing unless the text is exactly what encodeBase64Url makes of them: no padding, no white
/// space, no other alphabet, no stray bits in the last character. [any thread]
[[nodiscard]] std::optional<std::string> decodeBase64Url(std::string_view text);

/// Whether every character belongs to the base64url alphabet. True for an empty text. [any thread]
[[nodiscard]] bool isBase64UrlText(std::string_view text) noexcept;

/// Two lower-case digits for each byte. [any thread]
[[nodiscard]] std::string encodeHex(std::string_view bytes);

/// The bytes of pairs of hexadecimal digits of either case, or nothing if the text is anything else. [any
/// thread]
[[nodiscard]] std::optional<std::string> decodeHex(std::string_view text);

} // namespace central_oauth::crypto
