// SPDX-License-Identifier: Apache-2.0
// Percent-encoding for authorization URLs and form bodies, and scope lists.
//
// Module oauth2: what most OAuth 2.0 plugins need (RFC 6749). Knows no product, no host and no socket; does
// its I/O through the lent HttpClient.
//
// Unless a comment says otherwise, every function of this module is thread-safe, borrows its arguments for
// the call and returns results that belong to the caller. It throws ProviderError as its comment says, or
// std::bad_alloc. A function with a Context and a Call does I/O and blocks at most until the call's deadline:
// call it on the upstream pool. Only a TokenEndpoint keeps secrets, those of its client.
#pragma once

#include "central_oauth/provider/Secret.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace central_oauth::oauth2 {

/// Named values in the order in which they are sent.
using Parameters = std::vector<std::pair<std::string, std::string>>;

/// Encodes everything except the unreserved characters of RFC 3986 section 2.3 as %XX, including a space as
/// %20. Suitable for queries and, because every decoder accepts it, for form bodies.
/// Throws nothing.
[[nodiscard]] std::string percentEncode(std::string_view text);

/// Returns the URL to send a browser to (RFC 6749 section 4.1.1): `endpoint` with the encoded parameters.
/// Omits parameters with an empty value. Requires: an endpoint without query and fragment, such as a setting
/// of type url.
/// Throws nothing.
[[nodiscard]] std::string buildAuthorizationUrl(std::string_view endpoint, const Parameters& parameters);

/// Returns the distinct scope tokens of a space-separated list (RFC 6749 section 3.3), in order.
/// Throws nothing.
[[nodiscard]] std::vector<std::string> splitScopes(std::string_view list);

/// Joins scope tokens with single spaces; the inverse of splitScopes.
/// Throws nothing.
[[nodiscard]] std::string joinScopes(const std::vector<std::string>& scopes);

} // namespace central_oauth::oauth2
