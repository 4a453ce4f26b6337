// SPDX-License-Identifier: Apache-2.0
// The parts of an absolute http or https URL, and comparisons of equivalent URLs.
#pragma once

#include "central_oauth/base/Authority.h"

#include <optional>
#include <string>
#include <string_view>

namespace central_oauth::base {

/// A value.
struct WebUrl {
    WebScheme scheme;
    Authority authority;
    std::string rest; ///< path, query and fragment as written; may be empty

    /// Parses an absolute URL. Returns nullopt if the scheme is another, Authority::parse refuses the
    /// authority, or a byte is a blank, a control or not ASCII.
    [[nodiscard]] static std::optional<WebUrl> parse(std::string_view text);

    /// Returns the canonical scheme and authority, such as "https://a.example:8443".
    [[nodiscard]] std::string origin() const;
};

/// Returns the canonical scheme, host and port of a URL; empty if WebUrl::parse refuses it.
[[nodiscard]] std::string originOf(std::string_view url);

/// Returns whether `origin` is exactly the origin of `url`, as in an Origin header (RFC 6454 section 6.2).
[[nodiscard]] bool isOriginOf(std::string_view origin, std::string_view url);

/// Returns whether both are URLs with the same origin and equal rests. An empty path equals "/" (RFC 3986
/// section 6.2.3).
[[nodiscard]] bool sameUrl(std::string_view one, std::string_view other);

/// Returns the canonical address of a site: origin and rest, without trailing slashes. Two URLs name the same
/// site (sameSiteUrl) if their canonical addresses are equal. Returns a text that is not a URL unchanged.
[[nodiscard]] std::string canonicalSiteUrl(std::string_view url);

/// Returns whether both are URLs of the same site. Trailing slashes do not count.
[[nodiscard]] bool sameSiteUrl(std::string_view one, std::string_view other);

} // namespace central_oauth::base
