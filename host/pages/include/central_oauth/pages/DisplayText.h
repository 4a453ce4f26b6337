// SPDX-License-Identifier: Apache-2.0
// What strangers' text and addresses must pass before a page shows them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace central_oauth::pages {

/// `text` as a person may see it: valid UTF-8 on one line, at most `maxCharacters` code points and then an
/// ellipsis.
///
/// Bytes that are not UTF-8 become U+FFFD. Runs of white space, including line ends, become one space, none
/// at the ends. Left out are C0 and C1 controls, bidirectional controls, invisible format characters and all
/// but four combining marks in a row, so that a name can neither reorder, hide nor overprint what stands
/// beside it. Not HTML-escaped: the templates do that. Threads: any.
[[nodiscard]] std::string displayText(std::string_view text, std::size_t maxCharacters = 200);

/// Whether `url` may stand in an href: absolute http or https with a host and no user information, at most 8
/// KiB, only the characters of RFC 3986 section 2. Threads: any.
[[nodiscard]] bool isWebUrl(std::string_view url) noexcept;

/// Whether `url` is a web URL in that sense or a mailto address. Threads: any.
[[nodiscard]] bool isContactUrl(std::string_view url) noexcept;

/// Whether `path` is a path on this very server ("/link/x", not "//host"), fit for a form's action. Threads:
/// any.
[[nodiscard]] bool isLocalPath(std::string_view path) noexcept;

/// Whether `value` is a non-empty token of at most 512 characters of `A-Z a-z 0-9 . _ ~ + / = : -`. Threads:
/// any.
[[nodiscard]] bool isToken(std::string_view value) noexcept;

} // namespace central_oauth::pages
