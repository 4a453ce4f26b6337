// SPDX-License-Identifier: Apache-2.0
// The keys that encrypt stored grants.
#pragma once

#include "SettingReader.h"
#include "central_oauth/provider/Secret.h"

#include <string_view>
#include <vector>

namespace central_oauth::config {

/// Whether it is 64 hex digits.
[[nodiscard]] bool isEncryptionKey(std::string_view text) noexcept;

/// Reads secret key and key ring into one ring, newest first. Empty only where there is a fault.
[[nodiscard]] std::vector<provider::Secret> readKeyRing(SettingReader& reader);

} // namespace central_oauth::config
