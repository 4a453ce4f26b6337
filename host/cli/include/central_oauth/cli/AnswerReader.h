// SPDX-License-Identifier: Apache-2.0
// From the bytes of an answer to checked values.
#pragma once

#include "central_oauth/cli/Answers.h"
#include "central_oauth/cli/Failure.h"
#include "central_oauth/provider/Services.h"

namespace central_oauth::cli {

// Each function below reads one kind of answer of docs/http-api.md. Unknown fields are ignored, as fields are
// only ever added; texts for people come out printable. Throws: UnreadableAnswer if a needed field is missing
// or of another type.

[[nodiscard]] LinkCode readLinkCode(const provider::Secret& body);
[[nodiscard]] TokenPayload readTokenPayload(const provider::Secret& body);
[[nodiscard]] AccountPage readAccountPage(const provider::Secret& body);
[[nodiscard]] Account readAccount(const provider::Secret& body);
[[nodiscard]] std::vector<std::string> readProviderNames(const provider::Secret& body);
[[nodiscard]] Revocation readRevocation(const provider::Secret& body);

/// Reads the 202 of a poll and returns its interval.
[[nodiscard]] std::chrono::seconds readPendingInterval(const provider::Secret& body);

/// Reads an error answer. A 5xx may have any body, because proxies send their own.
/// Throws: UnreadableAnswer for another status with a body that is no error object.
[[nodiscard]] ServerError readError(const provider::HttpResponse& response);

/// Returns `Retry-After` in seconds (RFC 9110 section 10.2.3), at most an hour, or nullopt if there is none.
[[nodiscard]] std::optional<std::chrono::seconds> retryAfterOf(const provider::HttpResponse& response);

} // namespace central_oauth::cli
