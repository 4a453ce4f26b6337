// SPDX-License-Identifier: Apache-2.0
// Sending a request, and the failures that all products share: no answer, a rate limit, an outage.
#pragma once

#include "central_oauth/provider/Provider.h"

#include <chrono>
#include <optional>
#include <string>

namespace central_oauth::oauth2 {

/// Whether a call changes something upstream, so that a request without an answer may still have had its
/// effect.
enum class Effect {
    none,   ///< a read: safe to send again
    spends, ///< may use up a code, a refresh token or a grant
};

/// Sends a request once and returns an answer with status 1xx–4xx except 408 and 429. `what` names the
/// endpoint in errors. Requires: the request's deadline is that of the call.
/// Throws: ProviderError with the Retry-After of the answer: transient if the request was not sent;
/// rateLimited for 429; for 408, 5xx or an incomplete answer ambiguous if the call spends something,
/// otherwise transient.
/// Runs on the upstream pool.
[[nodiscard]] provider::HttpResponse sendChecked(const provider::Context& context,
                                                 const provider::HttpRequest& request, Effect effect,
                                                 const std::string& what);

/// Returns the delay of a Retry-After field (RFC 9110 section 10.2.3), seconds or an HTTP date, but at most a
/// day. Returns nullopt if the field is absent or malformed.
/// Throws nothing.
[[nodiscard]] std::optional<std::chrono::seconds> retryAfterOf(const provider::HttpResponse& response,
                                                               const provider::Clock& clock);

} // namespace central_oauth::oauth2
