// SPDX-License-Identifier: Apache-2.0
// The pages that a person meets: consent, error, start.
#pragma once

#include "core/World.h"

#include <string>

namespace central_oauth::simulator {

[[nodiscard]] std::string escapeHtml(const std::string& text);

/// The consent page. `authorizeTarget` is the request's own address, for changing the user.
[[nodiscard]] std::string consentPage(World& world, const PendingConsent& pending,
                                      const std::string& authorizeTarget);

/// A page of a heading and one paragraph; both are escaped.
[[nodiscard]] std::string messagePage(const std::string& heading, const std::string& text);

} // namespace central_oauth::simulator
