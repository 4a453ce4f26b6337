// SPDX-License-Identifier: Apache-2.0
// The request target: path and query of the request line.
#pragma once

#include "central_oauth/base/Authority.h"

#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::http {

/// A parsed request target: the decoded segments of its path and its raw query.
///
/// A value. "/v1/poll/12?wait=3" has the segments "v1", "poll" and "12"; "/" has one empty segment.
struct Target {
    std::vector<std::string> segments; ///< each percent-decoded
    std::string path;                  ///< the decoded segments joined; for comparisons, never for the log
    std::string query;                 ///< raw, without the question mark
    std::string authority;             ///< raw; only in the absolute form (RFC 9112 section 3.2.2)
    base::WebScheme scheme = base::WebScheme::http; ///< of the absolute form; meaningless otherwise
};

/// Parses a target in origin or absolute form.
/// Throws: base::Error invalidRequest for other forms, invalid characters, broken escapes, an escaped slash,
/// backslash or control character, and segments that are "." or "..".
[[nodiscard]] Target parseTarget(std::string_view text);

/// Returns the query part of a target, even if the target is malformed.
[[nodiscard]] std::string_view rawQueryOf(std::string_view target) noexcept;

/// Returns whether a value of the raw query begins like a credential of this service. Works on malformed
/// queries, too: a credential in a URL must always be detected.
[[nodiscard]] bool queryCarriesCredential(std::string_view rawQuery);

} // namespace central_oauth::http
