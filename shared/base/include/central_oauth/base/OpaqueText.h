// SPDX-License-Identifier: Apache-2.0
// The rule for texts that only programs compare, such as a subject: daemon and client ask the same function.
#pragma once

#include <cstddef>
#include <string_view>

namespace central_oauth::base {

/// The largest size of a subject, in bytes.
constexpr std::size_t longestSubject = 128;

/// What is wrong with an opaque text.
enum class OpaqueFault {
    none,
    empty,      ///< nothing but blanks and invisible characters, or nothing at all
    tooLong,    ///< more bytes than permitted
    notText,    ///< no UTF-8, or a control character
    outerBlank, ///< a blank of any kind at either end
};

/// Judges a text of at most `longest` bytes. Thread-safe.
[[nodiscard]] OpaqueFault opaqueFaultOf(std::string_view text, std::size_t longest) noexcept;

/// Whether a text is UTF-8 and holds nothing but blanks and invisible characters. True for an empty text.
/// Thread-safe.
[[nodiscard]] bool isBlankText(std::string_view text) noexcept;

} // namespace central_oauth::base
