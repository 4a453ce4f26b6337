// SPDX-License-Identifier: Apache-2.0
// The account or link that a request is about, as log fields for each further line of that request.
#pragma once

#include "central_oauth/domain/Account.h"
#include "central_oauth/domain/Link.h"

#include <string>
#include <string_view>

namespace central_oauth::services {

/// Adds the account, its client, its provider and the link that brought its grant to the request's log
/// fields. Does nothing outside a request.
void noteInLog(const domain::Account& account);

/// Adds the link, its client and its provider to the request's log fields, and the account that the link has
/// made or will link again.
void noteInLog(const domain::Link& link);

/// Returns both sides of a comparison that failed, as the detail of an error: `name is "value", otherName
/// "other"`. Requires: neither side is a secret.
[[nodiscard]] std::string differing(std::string_view name, std::string_view value, std::string_view otherName,
                                    std::string_view other);

/// Returns eight characters that tell two hashes apart in a log and nothing else; "none" for an empty hash.
[[nodiscard]] std::string fingerprintOf(std::string_view hash);

} // namespace central_oauth::services
