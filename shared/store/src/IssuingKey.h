// SPDX-License-Identifier: Apache-2.0
// The client key that a new grant token or link descends from. The caller holds the transaction.
#pragma once

#include "central_oauth/store/Records.h"

#include <algorithm>
#include <optional>
#include <string>

#include <Poco/Data/Session.h>

namespace central_oauth::store {

/// Returns the present expiry of a key; nullopt: it has none, or `keyId` is empty.
/// Throws: Error(invalidCredential) if there is no such key or it has expired.
[[nodiscard]] std::optional<Timestamp> requireIssuer(Poco::Data::Session& session, const std::string& keyId,
                                                     Timestamp now);

/// Returns the earlier of a time and a limit that may be missing.
[[nodiscard]] inline Timestamp capped(Timestamp time, const std::optional<Timestamp>& limit) {
    return std::min(time, limit.value_or(time));
}

} // namespace central_oauth::store
