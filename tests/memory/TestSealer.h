// SPDX-License-Identifier: Apache-2.0
// A sealer with keys that tests know.
#pragma once

#include "central_oauth/crypto/SealedValue.h"
#include "central_oauth/domain/Sealing.h"

#include <string>

namespace central_oauth::memory {

/// Seals under a ring of test keys. Each key is one digit, 64 times; the first seals. Thread-safe.
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
