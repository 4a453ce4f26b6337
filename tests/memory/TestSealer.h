// SPDX-License-Identifier: Apache-2.0
// A sealer with keys that a test knows.
#pragma once

#include "central_oauth/crypto/SealedValue.h"
#include "central_oauth/domain/Sealing.h"

#include <string>

namespace central_oauth::memory {

/// Seals under a ring of keys that are each one digit, 64 times; the newest first. Thread-safe.
class TestSealer final : public domain::Sealer {
public:
    explicit TestSealer(const std::string& keyDigits = "1");

    [[nodiscard]] domain::Sealed seal(const domain::SealContext& context,
                                      const domain::Secret& value) const override;
    [[nodiscard]] domain::Secret open(const domain::SealContext& context,
                                      const domain::Sealed& sealed) const override;

private:
    crypto::Sealer _sealer;
};

} // namespace central_oauth::memory
