// SPDX-License-Identifier: Apache-2.0
// Values that nobody means and somebody sends.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::test {

/// Raw bytes for texts of any kind, with NUL and line ends.
[[nodiscard]] const std::vector<std::string>& oddTexts();

/// For a segment of a path or a value in a query, as they are sent: the odd texts with every unusual byte
/// percent-encoded, the usual marks as they are, and encodings that are none.
[[nodiscard]] const std::vector<std::string>& oddUrlPieces();

/// For a header's value: what a header can carry at all.
[[nodiscard]] const std::vector<std::string>& oddHeaderValues();

/// Every byte but letters, digits and "-._~" as %XX.
[[nodiscard]] std::string percentEncoded(std::string_view text);

/// A JSON string. What is not UTF-8 stays as it is.
[[nodiscard]] std::string jsonQuoted(std::string_view text);

} // namespace central_oauth::test
