// SPDX-License-Identifier: Apache-2.0
// A grant token: the credential with which a machine uses one account.
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
    std::string label;                 ///< the machine or person that holds it; may be empty
    std::vector<std::string> scopes{}; ///< what its holder may do: a subset of the client's scopes
    Timestamp createdAt;
    Timestamp lastUsedAt; ///< to the minute; initially `createdAt`
    Timestamp expiresAt;
    std::string issuer{};                  ///< id of the client key that it descends from; empty if unknown
    std::optional<Timestamp> issuerEnds{}; ///< that key's expiry, which none of its descendants outlives
    std::string parent{};                  ///< id of the grant token that made it; empty if a client key did
};

} // namespace central_oauth::domain
