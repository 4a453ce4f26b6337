// SPDX-License-Identifier: Apache-2.0
#include "Vault.h"

#include "central_oauth/store/AccountRepository.h"

namespace central_oauth::store {

namespace {

std::string_view nameOf(crypto::SealError::Kind kind) noexcept {
    switch (kind) {
    case crypto::SealError::Kind::malformed:
        return "malformed";
    case crypto::SealError::Kind::unknownKey:
        return "unknown_key";
    case crypto::SealError::Kind::authenticationFailed:
        return "authentication_failed";
    }
    return {};
}

} // namespace

provider::Secret Vault::open(const crypto::Place& place, std::string_view blob) const {
    try {
        return _sealer.open(place, blob);
    } catch (const crypto::SealError& error) {
        _log.error("a sealed value can't be opened", {{"table", place.table},
                                                      {"column", place.column},
                                                      {"row", place.row},
                                                      {"key_id", error.keyId()},
                                                      {"fault", nameOf(error.kind())}});
        throw UndecryptableError(
            "sealed value in " + place.table + "." + place.column + ", row " + place.row + ", key id " +
            (error.keyId().empty() ? "unknown" : error.keyId()) + ": " + std::string(nameOf(error.kind())));
    }
}

} // namespace central_oauth::store
