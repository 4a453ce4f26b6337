// SPDX-License-Identifier: Apache-2.0
// HTTP URLs as settings, read strictly.
#pragma once

#include "Objection.h"
#include "central_oauth/base/WebUrl.h"

#include <optional>
#include <string>

namespace central_oauth::config {

struct Url {
    base::WebUrl parts;
    std::string path; ///< with percent signs decoded; may be empty

    [[nodiscard]] bool https() const noexcept { return parts.scheme == base::WebScheme::https; }
};

enum class QueryRule { refused, allowed };

/// Reads an absolute https URL, or an http one to a loopback host (RFC 3986), without user name and fragment.
[[nodiscard]] std::optional<Url> parseUrl(const std::string& text, QueryRule query, Objection& why);

} // namespace central_oauth::config
