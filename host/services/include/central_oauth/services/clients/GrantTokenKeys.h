// SPDX-License-Identifier: Apache-2.0
// Hashes of all grant tokens, so that a wrong one is refused without a look into the store.
#pragma once

#include "central_oauth/crypto/Credential.h"
#include "central_oauth/crypto/Digest.h"
#include "central_oauth/domain/GrantToken.h"

#include <map>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <string>
#include <vector>

namespace central_oauth::services {

/// The grant tokens that may work. The store may have lost one of them meanwhile, for example with its
/// account. Once the table is loaded, a token that is not in it is refused.
///
/// Thread-safe.
/// One mutex guards the table.
class GrantTokenKeys {
public:
    /// Returns whether there may be a token with that key id and hash: true for any token until the table is
    /// loaded. Does the same work for an unknown key id.
    [[nodiscard]] bool prove(const crypto::ParsedCredential& presented) const {
        const std::shared_lock lock(_mutex);
        if (!_isLoaded)
            return true;
        const auto found = _hashes.find(presented.keyId);
        const bool isKnown = found != _hashes.end();
        const bool isEqual = crypto::constantTimeEquals(isKnown ? found->second : _nobody, presented.hash);
        return isKnown && isEqual;
    }

    [[nodiscard]] bool isLoaded() const {
        const std::shared_lock lock(_mutex);
        return _isLoaded;
    }

    /// Fills the table. `stored` are the tokens of the store, read after this object was made; tokens that
    /// were put or removed meanwhile stay so.
    void load(const std::vector<domain::GrantToken>& stored) {
        const std::unique_lock lock(_mutex);
        for (const auto& token : stored)
            if (!_removed.contains(token.keyId))
                _hashes.try_emplace(token.keyId, token.hash);
        _removed.clear();
        _isLoaded = true;
    }

    void put(const std::string& keyId, const std::string& hash) {
        const std::unique_lock lock(_mutex);
        _hashes[keyId] = hash;
    }

    void remove(const std::string& keyId) {
        const std::unique_lock lock(_mutex);
        _hashes.erase(keyId);
        if (!_isLoaded)
            _removed.insert(keyId);
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
    mutable std::shared_mutex _mutex;           ///< guards all below
    std::map<std::string, std::string> _hashes; ///< SHA-256 by key id
    std::set<std::string> _removed;             ///< key ids, until the table is loaded
    bool _isLoaded = false;
};

} // namespace central_oauth::services
