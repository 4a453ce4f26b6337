// SPDX-License-Identifier: Apache-2.0
// Hashes of all grant tokens, so that a wrong one is refused without a look into the store.
#pragma once

#include "central_oauth/crypto/Credential.h"
#include "central_oauth/crypto/Digest.h"

#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <vector>

namespace central_oauth::services {

/// The grant tokens that may work. The store may have lost one of them meanwhile, for example with its
/// account. A token that is not in this table is refused.
///
/// Thread-safe.
/// One mutex guards the table.
class GrantTokenKeys {
public:
    /// Returns whether there is a token with that key id and hash. Does the same work for an unknown key id.
    [[nodiscard]] bool prove(const crypto::ParsedCredential& presented) const {
        const std::shared_lock lock(_mutex);
        const auto found = _hashes.find(presented.keyId);
        const bool isKnown = found != _hashes.end();
        const bool isEqual = crypto::constantTimeEquals(isKnown ? found->second : _nobody, presented.hash);
        return isKnown && isEqual;
    }

    void put(const std::string& keyId, const std::string& hash) {
        const std::unique_lock lock(_mutex);
        _hashes[keyId] = hash;
    }

    void remove(const std::string& keyId) {
        const std::unique_lock lock(_mutex);
        _hashes.erase(keyId);
    }

    /// Returns the key ids of all tokens in the table.
    [[nodiscard]] std::vector<std::string> keyIds() const {
        const std::shared_lock lock(_mutex);
        std::vector<std::string> ids;
        ids.reserve(_hashes.size());
        for (const auto& [keyId, hash] : _hashes)
            ids.push_back(keyId);
        return ids;
    }

private:
    const std::string _nobody = std::string(crypto::digestSize, '\0');
    mutable std::shared_mutex _mutex;
    std::map<std::string, std::string> _hashes; ///< SHA-256 by key id; guarded by _mutex
};

} // namespace central_oauth::services
