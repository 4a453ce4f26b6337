// SPDX-License-Identifier: Apache-2.0
// Unusual and invalid values of texts, URLs and headers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::test {

/// Raw bytes for texts of any kind, with NUL and line ends.
[[nodiscard]] const std::vector<std::string>& oddTexts();

/// Values of a path segment or a query parameter, as they are sent: the odd texts with every unusual byte
/// percent-encoded, the usual marks unencoded, and invalid encodings.
[[nodiscard]] const std::vector<std::string>& oddUrlPieces();

/// Values that a header field can carry.
[[nodiscard]] const std::vector<std::string>& oddHeaderValues();

/// Returns the text with every byte but letters, digits and "-._~" as %XX.
[[nodiscard]] std::string percentEncoded(std::string_view text);

/// Returns a JSON string. Bytes that are not UTF-8 stay as they are.
[[nodiscard]] std::string jsonQuoted(std::string_view text);

} // namespace central_oauth::test
