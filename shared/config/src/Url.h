// SPDX-License-Identifier: Apache-2.0
// HTTP URLs as settings, read strictly.
#pragma once

#include "Objection.h"

#include <cstdint>
#include <optional>
#include <string>

namespace central_oauth::config {

struct Url {
    bool https = false;
    std::string host;       ///< lower case, without brackets
    std::uint16_t port = 0; ///< 0: none is written
    std::string path;       ///< with percent signs decoded; may be empty
};

enum class QueryRule { refused, allowed };

/// Reads an absolute https URL, or an http one to a loopback host (RFC 3986), without user name and fragment.
[[nodiscard]] std::optional<Url> parseUrl(const std::string& text, QueryRule query, Objection& why);

} // namespace central_oauth::config
