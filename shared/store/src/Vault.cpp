// SPDX-License-Identifier: Apache-2.0
#include "Vault.h"

#include "central_oauth/base/EnumNames.h"
#include "central_oauth/store/AccountRepository.h"

namespace central_oauth::store {

namespace {

using Kind = crypto::SealError::Kind;

constexpr base::EnumNames<Kind, 3> kinds{{
    {Kind::malformed, "malformed"},
    {Kind::unknownKey, "unknown_key"},
    {Kind::authenticationFailed, "authentication_failed"},
}};
static_assert(base::isComplete(kinds, Kind::authenticationFailed));

} // namespace

provider::Secret Vault::open(const crypto::Place& place, std::string_view blob) const {
    try {
        return _sealer.open(place, blob);
    } catch (const crypto::SealError& error) {
        _log.error("a sealed value can't be opened", {{"table", place.table},
                                                      {"column", place.column},
                                                      {"row", place.row},
                                                      {"key_id", error.keyId()},
                                                      {"fault", base::nameIn(kinds, error.kind())}});
        throw UndecryptableError("sealed value in " + place.table + "." + place.column + ", row " +
                                 place.row + ", key id " +
                                 (error.keyId().empty() ? "unknown" : error.keyId()) + ": " +
                                 std::string(base::nameIn(kinds, error.kind())));
    }
}

} // namespace central_oauth::store
