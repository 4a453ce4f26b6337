// SPDX-License-Identifier: Apache-2.0
// Reads a resource with an access token (RFC 6750 section 2.1).
#pragma once

#include "central_oauth/provider/Provider.h"

#include <string>

namespace central_oauth::oauth2 {

/// GETs the URL with the token until the call's deadline, and returns an answer of a status not named below.
/// `what` names the resource in errors.
/// Throws: ProviderError: transient for no answer, 408 and 5xx; rateLimited for 429; misconfigured if the
/// URL's origin is not one of the provider's.
/// Runs on the upstream pool.
[[nodiscard]] provider::HttpResponse getResource(const provider::Context& context, const std::string& url,
                                                 const provider::Secret& accessToken,
                                                 const provider::Call& call, const std::string& what);

/// Returns the body of a 2xx answer.
/// Throws: ProviderError: invalidGrant for 401, by which a *read* reports that this access token is not
/// accepted (refresh once and retry once; the grant itself may be valid); accessDenied for 403; protocol for
/// any other status.
[[nodiscard]] provider::Secret bodyOf(provider::HttpResponse response, const std::string& what);

} // namespace central_oauth::oauth2
