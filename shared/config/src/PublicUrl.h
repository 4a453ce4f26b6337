// SPDX-License-Identifier: Apache-2.0
// Parses the URL by which browsers reach the service.
#pragma once

#include "Objection.h"
#include "central_oauth/config/HostSettings.h"

#include <optional>
#include <string>

namespace central_oauth::config {

/// Parses an https URL, or an http URL with a loopback host, without path, query, fragment and user name.
/// Returns nullopt, and sets `why`, for any other text.
[[nodiscard]] std::optional<PublicUrl> parsePublicUrl(const std::string& text, Objection& why);

/// Returns whether pages may link to the URL for help: https, or mailto with an address (RFC 6068).
[[nodiscard]] bool isSupportUrl(const std::string& text);

} // namespace central_oauth::config
