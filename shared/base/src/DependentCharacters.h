// SPDX-License-Identifier: Apache-2.0
// Characters that change how another one looks, and show nothing by themselves.
#pragma once

namespace central_oauth::base {

/// Both ends belong to it.
struct CodePointRange {
    char32_t first;
    char32_t last;
    [[nodiscard]] constexpr bool holds(char32_t c) const noexcept { return c >= first && c <= last; }
};

/// Whether `c` is a combining mark, a variation selector, a joiner or a sign that spans the characters after
/// it. Threads: any.
[[nodiscard]] bool isDependent(char32_t c) noexcept;

} // namespace central_oauth::base
