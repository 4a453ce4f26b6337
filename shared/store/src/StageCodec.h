// SPDX-License-Identifier: Apache-2.0
// A staged grant and an authorization as the plaintexts that are sealed into a link.
#pragma once

#include "central_oauth/store/Records.h"

#include <cstdint>

namespace central_oauth::store {

/// A staged grant with the token version under which it was delivered; 0 before.
struct Stage {
    StagedGrant grant;
    std::int64_t version = 0;
};

[[nodiscard]] Secret packStage(const Stage& stage);

/// Throws: base::Error(internal).
[[nodiscard]] Stage unpackStage(const Secret& packed);

[[nodiscard]] Secret packAuthorization(const Authorization& authorization);

/// Throws: base::Error(internal).
[[nodiscard]] Authorization unpackAuthorization(const Secret& packed);

} // namespace central_oauth::store
