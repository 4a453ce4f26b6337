// SPDX-License-Identifier: Apache-2.0
// The keys that encrypt stored grants.
#pragma once

#include "SettingReader.h"
#include "central_oauth/provider/Secret.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace central_oauth::config {

/// Returns what is wrong with a key, as the end of a sentence such as "is not 64 hex digits". Returns an
/// empty text for a good key.
[[nodiscard]] std::string_view keyFaultOf(std::string_view text);

/// Returns the position of an equal key in the ring, counted from one. Returns 0 if there is none.
[[nodiscard]] std::size_t positionOf(std::string_view key, const std::vector<provider::Secret>& ring);

/// Reads secret key and key ring into one ring, newest first. Returns an empty ring only if there is a fault.
[[nodiscard]] std::vector<provider::Secret> readKeyRing(SettingReader& reader);

} // namespace central_oauth::config
