// SPDX-License-Identifier: Apache-2.0
// Reading a resource with an access token (RFC 6750 section 2.1).
#pragma once

#include "central_oauth/provider/Provider.h"

#include <string>

namespace central_oauth::oauth2 {

/// GETs the URL with the token until the call's deadline and returns an answer of any other status. `what`
/// names the resource in errors.
/// Throws: ProviderError. No answer, 408, 5xx: transient; 429: rateLimited; another origin than the
/// provider's: misconfigured. [pool]
[[nodiscard]] provider::HttpResponse getResource(const provider::Context& context, const std::string& url,
                                                 const provider::Secret& accessToken,
                                                 const provider::Call& call, const std::string& what);

/// The body of a 2xx answer, taken out of it.
/// Throws: ProviderError. 401: invalidGrant, by which a *read* says that this access token is not accepted
/// (refresh once and try once more; the grant itself may be well); 403: accessDenied; any other status:
/// protocol.
[[nodiscard]] provider::Secret bodyOf(provider::HttpResponse response, const std::string& what);

} // namespace central_oauth::oauth2
