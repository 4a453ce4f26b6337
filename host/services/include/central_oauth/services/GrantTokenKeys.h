// SPDX-License-Identifier: Apache-2.0
// Hashes of all grant tokens, so that a wrong one is refused without a look into the store.
#pragma once

#include "central_oauth/crypto/Credential.h"
#include "central_oauth/store/GrantTokenRepository.h"

#include <map>
#include <shared_mutex>
#include <string>
#include <vector>

namespace central_oauth::services {

/// The grant tokens that may work. One that is here may be gone from the store meanwhile, with its account
/// for example; one that is not here is refused.
///
/// Thread-safe; one mutex guards the table.
class GrantTokenKeys {
public:
    explicit GrantTokenKeys(const std::vector<store::GrantTokenProof>& known);

    /// Whether there is a token with that key id and hash. Does the same work for an unknown key id.
    [[nodiscard]] bool prove(const crypto::ParsedCredential& presented) const;

    void put(const std::string& keyId, const std::string& hash);
    void remove(const std::string& keyId);

    /// The key ids that are here.
    [[nodiscard]] std::vector<std::string> keyIds() const;

private:
    const std::string _nobody;
    mutable std::shared_mutex _mutex;           ///< guards _hashes
    std::map<std::string, std::string> _hashes; ///< SHA-256 by key id
};

} // namespace central_oauth::services
