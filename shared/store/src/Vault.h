// SPDX-License-Identifier: Apache-2.0
// Seals and opens the columns that hold secrets.
#pragma once

#include "central_oauth/crypto/SealedValue.h"
#include "central_oauth/logging/Logger.h"
#include "central_oauth/provider/Secret.h"

#include <string>
#include <string_view>

namespace central_oauth::store {

/// The sealer with the store's manner of failing: what can't be opened concerns one row, is logged as an
/// error at once and thrown as UndecryptableError, never taken for absence.
///
/// Owns its sealer.
///
/// Threads: any. Errors: UndecryptableError.
class Vault {
public:
    Vault(crypto::Sealer sealer, logging::Channel log) : _sealer(std::move(sealer)), _log(std::move(log)) {}

    [[nodiscard]] const crypto::Sealer& sealer() const noexcept { return _sealer; }

    /// The key id of what `seal` makes now; kept beside it in its row.
    [[nodiscard]] const std::string& keyId() const noexcept { return _sealer.currentKeyId(); }

    [[nodiscard]] std::string seal(const crypto::Place& place, const provider::Secret& value) const {
        return _sealer.seal(place, value.reveal());
    }

    [[nodiscard]] provider::Secret open(const crypto::Place& place, std::string_view blob) const;

private:
    crypto::Sealer _sealer;
    logging::Channel _log;
};

} // namespace central_oauth::store
