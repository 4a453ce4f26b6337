// SPDX-License-Identifier: Apache-2.0
// Parses addresses to bind to.
#pragma once

#include "Objection.h"
#include "central_oauth/config/HostSettings.h"

#include <optional>
#include <string_view>

namespace central_oauth::config {

/// Parses "host:port", IPv6 in brackets. Returns nullopt, and sets `why`, if the text is invalid.
[[nodiscard]] std::optional<BindAddress> parseBindAddress(std::string_view text, Objection& why);

} // namespace central_oauth::config
