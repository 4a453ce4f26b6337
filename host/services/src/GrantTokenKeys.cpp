// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/GrantTokenKeys.h"

#include "central_oauth/crypto/Digest.h"

#include <mutex>

namespace central_oauth::services {

GrantTokenKeys::GrantTokenKeys(const std::vector<store::GrantTokenProof>& known)
    : _nobody(crypto::digestSize, '\0') {
    for (const auto& proof : known)
        put(proof.keyId, proof.hash);
}

bool GrantTokenKeys::prove(const crypto::ParsedCredential& presented) const {
    const std::shared_lock lock(_mutex);
    const auto found = _hashes.find(presented.keyId);
    const bool isKnown = found != _hashes.end();
    const bool isEqual = crypto::constantTimeEquals(isKnown ? found->second : _nobody, presented.hash);
    return isKnown && isEqual;
}

void GrantTokenKeys::put(const std::string& keyId, const std::string& hash) {
    const std::unique_lock lock(_mutex);
    _hashes[keyId] = hash;
}

void GrantTokenKeys::remove(const std::string& keyId) {
    const std::unique_lock lock(_mutex);
    _hashes.erase(keyId);
}

std::vector<std::string> GrantTokenKeys::keyIds() const {
    const std::shared_lock lock(_mutex);
    std::vector<std::string> ids;
    ids.reserve(_hashes.size());
    for (const auto& [keyId, hash] : _hashes)
        ids.push_back(keyId);
    return ids;
}

} // namespace central_oauth::services
