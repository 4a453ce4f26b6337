// SPDX-License-Identifier: Apache-2.0
// Classes of characters that people and programs mistake for each other.
#pragma once

namespace central_oauth::base {

/// Whether the character is room and nothing else: tab and line ends, the categories Zs, Zl and Zp of
/// Unicode, U+180E, U+200B, U+2060 and U+FEFF. Thread-safe.
[[nodiscard]] bool isBlank(char32_t character) noexcept;

/// Whether the character has no width, or is a blank: joiners, direction marks, variation selectors.
/// Thread-safe.
[[nodiscard]] bool isBlankOrInvisible(char32_t character) noexcept;

/// Whether people see a dash: category Pd, the minus sign, the hyphen bullet, the soft hyphen, and the
/// prolonged sound marks that a Japanese keyboard writes for a dash. Thread-safe.
[[nodiscard]] bool isDash(char32_t character) noexcept;

} // namespace central_oauth::base
