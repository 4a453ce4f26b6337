// SPDX-License-Identifier: Apache-2.0
// What strangers' text and addresses must pass before a page shows them.
#pragma once

#include "central_oauth/base/DisplayText.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace central_oauth::pages {

using base::displayText;
using base::hasVisibleText;

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
