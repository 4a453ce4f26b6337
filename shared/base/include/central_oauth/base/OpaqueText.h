// SPDX-License-Identifier: Apache-2.0
// The rule for texts that only programs compare, such as a subject. Daemon and client share it.
#pragma once

#include <cstddef>
#include <string_view>

namespace central_oauth::base {

/// The largest size of a subject, in bytes.
constexpr std::size_t longestSubject = 128;

/// What is wrong with an opaque text.
enum class OpaqueFault {
    none,
    empty,      ///< empty, or only blanks and invisible characters
    tooLong,    ///< more bytes than allowed
    notText,    ///< not UTF-8, or with a control character
    outerBlank, ///< a blank of any kind at either end
};

/// Checks a text against a limit of `longest` bytes. Thread-safe.
[[nodiscard]] OpaqueFault opaqueFaultOf(std::string_view text, std::size_t longest) noexcept;

/// Returns whether a text is UTF-8 and consists of blanks and invisible characters only. Returns true for an
/// empty text. Thread-safe.
[[nodiscard]] bool isBlankText(std::string_view text) noexcept;

} // namespace central_oauth::base
