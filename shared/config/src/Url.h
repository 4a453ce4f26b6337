// SPDX-License-Identifier: Apache-2.0
// A strict parser of HTTP URLs in settings.
#pragma once

#include "Objection.h"
#include "central_oauth/base/WebUrl.h"

#include <optional>
#include <string>

namespace central_oauth::config {

struct Url {
    base::WebUrl parts;
    std::string path; ///< percent-decoded; may be empty

    [[nodiscard]] bool https() const noexcept { return parts.scheme == base::WebScheme::https; }
};

enum class QueryRule { refused, allowed };

/// Parses an absolute https URL, or an http URL with a loopback host (RFC 3986), without user name and
/// fragment. Returns nullopt, and sets `why`, for any other text.
[[nodiscard]] std::optional<Url> parseUrl(const std::string& text, QueryRule query, Objection& why);

} // namespace central_oauth::config
