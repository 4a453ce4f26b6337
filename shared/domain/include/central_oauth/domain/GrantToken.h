// SPDX-License-Identifier: Apache-2.0
// A grant token: what a machine shows that may use one account.
#pragma once

#include "central_oauth/domain/Ids.h"

#include <optional>
#include <string>
#include <vector>

namespace central_oauth::domain {

/// A bearer value for one account. `hash` is SHA-256 of the whole credential.
struct GrantToken {
    std::string keyId;
    AccountId account;
    std::string hash;
    std::string label;                 ///< which machine or person holds it; may be empty
    std::vector<std::string> scopes{}; ///< what its holder may do, of the client scopes
    Timestamp createdAt;
    Timestamp lastUsedAt; ///< to the minute; `createdAt` at first
    Timestamp expiresAt;
    std::string issuer{};                  ///< id of the client key that it descends from; empty: unknown
    std::optional<Timestamp> issuerEnds{}; ///< that key's expiry, which nothing of its descent outlives
    std::string parent{};                  ///< id of the grant token that made it; empty: a client key did
};

} // namespace central_oauth::domain
