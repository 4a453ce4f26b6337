// SPDX-License-Identifier: Apache-2.0
// Reads addresses to bind.
#pragma once

#include "Objection.h"
#include "central_oauth/config/HostSettings.h"

#include <optional>
#include <string_view>

namespace central_oauth::config {

/// Reads "host:port", IPv6 in brackets.
[[nodiscard]] std::optional<BindAddress> parseBindAddress(std::string_view text, Objection& why);

} // namespace central_oauth::config
