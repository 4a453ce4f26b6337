// SPDX-License-Identifier: Apache-2.0
// Percent-encoding for authorization URLs and form bodies, and scope lists.
//
// Module oauth2: what most OAuth 2.0 plugins would write again (RFC 6749). Depends on the SDK and Poco's
// Foundation and JSON; knows no product, no host and no socket, and does its I/O through the lent HttpClient.
//
// For every function of this module, where it says nothing else: arguments are borrowed until it returns,
// results belong to the caller, any thread may call it, several at once, and what it throws is ProviderError
// as its comment says, or std::bad_alloc. What takes a Context and a Call does I/O and blocks until the
// call's deadline at most: call it where the SDK says [pool]. Of secrets, only a TokenEndpoint
// keeps any: its client's.
#pragma once

#include "central_oauth/provider/Secret.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace central_oauth::oauth2 {

/// Named values in the order they are sent.
using Parameters = std::vector<std::pair<std::string, std::string>>;

/// Everything but the unreserved characters of RFC 3986 section 2.3 as %XX, a space as %20. Fit for queries
/// and, as any decoder takes it, for form bodies. Throws: nothing.
[[nodiscard]] std::string percentEncode(std::string_view text);

/// The URL a browser is sent to (RFC 6749 section 4.1.1): `endpoint` plus the parameters, each encoded.
/// Parameters with an empty value are left out. Requires: an endpoint without query and fragment, as a
/// setting of type url is. Throws: nothing.
[[nodiscard]] std::string buildAuthorizationUrl(std::string_view endpoint, const Parameters& parameters);

/// The scope tokens of a space separated list (RFC 6749 section 3.3), without repetitions, in order; none for
/// an empty one. Throws: nothing.
[[nodiscard]] std::vector<std::string> splitScopes(std::string_view list);

/// The list with single spaces, the inverse of splitScopes. Throws: nothing.
[[nodiscard]] std::string joinScopes(const std::vector<std::string>& scopes);

} // namespace central_oauth::oauth2
