// SPDX-License-Identifier: Apache-2.0
// Seals and opens the columns that hold secrets.
#pragma once

#include "central_oauth/crypto/SealedValue.h"
#include "central_oauth/domain/Sealing.h"
#include "central_oauth/logging/Logger.h"
#include "central_oauth/provider/Secret.h"

#include <string>
#include <utility>

namespace central_oauth::store {

/// The domain's sealer: AEAD under the key ring. A value that can't be opened affects one row. It is logged
/// as an error at once and never treated as absent.
///
/// Thread-safe.
class RowSealer final : public domain::Sealer {
public:
    RowSealer(crypto::Sealer aead, logging::Channel log) : _aead(std::move(aead)), _log(std::move(log)) {}

    [[nodiscard]] const crypto::Sealer& aead() const noexcept { return _aead; }

    /// Returns the id of the key that `seal` uses.
    [[nodiscard]] const std::string& keyId() const noexcept { return _aead.currentKeyId(); }

    [[nodiscard]] domain::Sealed seal(const domain::SealContext& context,
                                      const provider::Secret& value) const override;
    [[nodiscard]] provider::Secret open(const domain::SealContext& context,
                                        const domain::Sealed& sealed) const override;

private:
    crypto::Sealer _aead;
    logging::Channel _log;
};

} // namespace central_oauth::store
