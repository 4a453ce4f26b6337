// SPDX-License-Identifier: Apache-2.0
// The twelve digits that a person types: they identify a link and authenticate nothing.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace central_oauth::services {

/// Digits of a link code.
constexpr std::size_t linkCodeDigits = 12;

/// Wrong entries that end a link.
constexpr int linkCodeEntries = 5;

namespace detail {
constexpr unsigned long long powerOfTen(std::size_t exponent) {
    unsigned long long result = 1;
    while (exponent-- > 0)
        result *= 10;
    return result;
}
} // namespace detail

// RFC 8628 section 5.1 asks that guessing a code within its life stays below 2^-32.
static_assert(detail::powerOfTen(linkCodeDigits) / static_cast<unsigned long long>(linkCodeEntries) >
                  (1ULL << 32),
              "five entries must leave a guesser less than 2^-32");

/// A fresh code from the operating system's generator.
[[nodiscard]] std::string makeLinkCode();

/// The twelve digits of what a person typed or a client sent, as base::readTypedDigits reads them. Returns
/// nullopt if it is not a code.
[[nodiscard]] std::optional<std::string> normaliseLinkCode(std::string_view text);

/// "4829-1370-6154". Requires: twelve digits.
[[nodiscard]] std::string displayLinkCode(const std::string& digits);

} // namespace central_oauth::services
