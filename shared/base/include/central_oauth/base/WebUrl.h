// SPDX-License-Identifier: Apache-2.0
// An absolute http or https URL in parts, and comparisons of URLs by meaning.
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
    std::string rest; ///< path, query and fragment as they were written; may be empty

    /// Reads an absolute URL. Returns nullopt where the scheme is another, the authority is none
    /// (Authority::parse), or a byte is a blank, a control or beyond ASCII.
    [[nodiscard]] static std::optional<WebUrl> parse(std::string_view text);

    /// Scheme and authority in their one spelling, such as "https://a.example:8443".
    [[nodiscard]] std::string origin() const;
};

/// Scheme, host and port of a URL in their one spelling. Returns an empty text if it is no such URL.
[[nodiscard]] std::string originOf(std::string_view url);

/// Whether `origin` is the origin of `url` and nothing more, as a header Origin has it (RFC 6454
/// section 6.2).
[[nodiscard]] bool isOriginOf(std::string_view origin, std::string_view url);

/// Whether both are URLs of one origin with equal rests. An empty path is "/" (RFC 3986 section 6.2.3).
[[nodiscard]] bool sameUrl(std::string_view one, std::string_view other);

/// The address of a site in its one spelling: origin and rest, without slashes at the end. Two URLs are of
/// one site (sameSiteUrl) if their spellings here are equal. Returns a text that is no URL as it is.
[[nodiscard]] std::string canonicalSiteUrl(std::string_view url);

/// Whether both are URLs of one site, however people have copied them: slashes at the end do not count.
[[nodiscard]] bool sameSiteUrl(std::string_view one, std::string_view other);

} // namespace central_oauth::base
