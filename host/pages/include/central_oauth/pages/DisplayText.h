// SPDX-License-Identifier: Apache-2.0
// Checks of untrusted text and addresses before a page shows them. All functions are pure and thread-safe.
#pragma once

#include "central_oauth/base/DisplayText.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace central_oauth::pages {

using base::displayText;
using base::hasVisibleText;

/// Returns whether `url` may stand in an href: absolute http or https with a host and no user information, at
/// most 8 KiB, only the characters of RFC 3986 section 2.
[[nodiscard]] bool isWebUrl(std::string_view url) noexcept;

/// Returns whether isWebUrl accepts `url`, or it is a mailto address.
[[nodiscard]] bool isContactUrl(std::string_view url) noexcept;

/// Returns whether `path` is a path on this server ("/link/x", not "//host"), fit for a form's action.
[[nodiscard]] bool isLocalPath(std::string_view path) noexcept;

/// Returns whether `value` is a non-empty token of at most 512 characters of `A-Z a-z 0-9 . _ ~ + / = : -`.
[[nodiscard]] bool isToken(std::string_view value) noexcept;

} // namespace central_oauth::pages
