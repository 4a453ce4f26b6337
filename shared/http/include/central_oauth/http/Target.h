// SPDX-License-Identifier: Apache-2.0
// The request target: path and query as they stand in the request line.
#pragma once

#include "central_oauth/base/Authority.h"

#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::http {

/// A request target in pieces: the decoded segments of its path and its raw query.
///
/// A value; "/v1/poll/12?wait=3" has the segments "v1", "poll", "12", and "/" has one empty segment.
struct Target {
    std::vector<std::string> segments; ///< percent-decoded, each for itself
    std::string path;                  ///< the segments joined again; for comparisons, never for the log
    std::string query;                 ///< raw, without the question mark
    std::string authority;             ///< raw, of the absolute form only (RFC 9112 section 3.2.2)
    base::WebScheme scheme = base::WebScheme::http; ///< of the absolute form; means nothing otherwise
};

/// Takes a target of origin or absolute form apart. Throws: base::Error invalidRequest for other forms,
/// characters that do not belong there, broken escapes, an escaped slash, backslash or control character, and
/// segments that are "." or "..".
[[nodiscard]] Target parseTarget(std::string_view text);

/// The query part of a target that may be malformed otherwise.
[[nodiscard]] std::string_view rawQueryOf(std::string_view target) noexcept;

/// Whether a value of the raw query begins like a credential of this service. Works on malformed queries too,
/// because a credential in a URL must be noticed whatever else is wrong.
[[nodiscard]] bool queryCarriesCredential(std::string_view rawQuery);

} // namespace central_oauth::http
