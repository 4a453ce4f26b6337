// SPDX-License-Identifier: Apache-2.0
// Small questions about texts, independent of the locale.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::config {

[[nodiscard]] constexpr bool isDigit(char c) noexcept {
    return c >= '0' && c <= '9';
}
[[nodiscard]] constexpr bool isLowerLetter(char c) noexcept {
    return c >= 'a' && c <= 'z';
}
[[nodiscard]] constexpr char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

[[nodiscard]] std::string lower(std::string_view text);
[[nodiscard]] std::string upper(std::string_view text);

/// Without spaces and tabs at both ends.
[[nodiscard]] std::string_view trim(std::string_view text) noexcept;

/// The trimmed entries of a comma separated list; one more than there are commas.
[[nodiscard]] std::vector<std::string_view> splitList(std::string_view text);

/// Digits only, the whole text; nothing where it is something else or too large.
[[nodiscard]] std::optional<std::int64_t> parseNumber(std::string_view text) noexcept;

/// Whether it holds C0 controls or DEL.
[[nodiscard]] bool hasControlCharacters(std::string_view text) noexcept;

} // namespace central_oauth::config
