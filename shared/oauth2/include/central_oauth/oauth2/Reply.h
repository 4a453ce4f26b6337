// SPDX-License-Identifier: Apache-2.0
// Sending, and the failures that mean the same whatever the product: no answer, a limit, an outage.
#pragma once

#include "central_oauth/provider/Provider.h"

#include <chrono>
#include <optional>
#include <string>

namespace central_oauth::oauth2 {

/// Whether a call changes something upstream, so that "sent, no answer" must not be read as "nothing
/// happened".
enum class Effect {
    none,   ///< a read: sent again without harm
    spends, ///< a code, a refresh token or a grant may be used up
};

/// Sends and returns an answer of status 1xx–4xx except 408 and 429. `what` names the endpoint in errors.
/// Throws: ProviderError. Not sent: transient. Sent without a whole answer, 408, 5xx: ambiguous where the
/// call spends something, else transient. 429: rateLimited. Retry-After is passed on where it came. Sends
/// once and never again; set the request's deadline from the call's. [pool]
[[nodiscard]] provider::HttpResponse sendChecked(const provider::Context& context,
                                                 const provider::HttpRequest& request, Effect effect,
                                                 const std::string& what);

/// The delay a Retry-After field asks for (RFC 9110 section 10.2.3): seconds or an HTTP date; at most a day.
/// Nothing where it is absent or malformed. Throws: nothing.
[[nodiscard]] std::optional<std::chrono::seconds> retryAfterOf(const provider::HttpResponse& response,
                                                               const provider::Clock& clock);

} // namespace central_oauth::oauth2
