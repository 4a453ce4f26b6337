// SPDX-License-Identifier: Apache-2.0
// Reads how browsers reach the service.
#pragma once

#include "Objection.h"
#include "central_oauth/config/HostSettings.h"

#include <optional>
#include <string>

namespace central_oauth::config {

/// Reads an https URL, or an http one to a loopback host, without path, query, fragment and user name.
[[nodiscard]] std::optional<PublicUrl> parsePublicUrl(const std::string& text, Objection& why);

/// Whether it is what people can be sent to for help: https, or mailto with an address (RFC 6068).
[[nodiscard]] bool isSupportUrl(const std::string& text);

} // namespace central_oauth::config
