// SPDX-License-Identifier: Apache-2.0
// The simulator's pages for people: consent, error, start.
#pragma once

#include "core/World.h"

#include <string>

namespace central_oauth::simulator {

[[nodiscard]] std::string escapeHtml(const std::string& text);

/// Returns the consent page. `authorizeTarget` is the request's own address, for changing the user.
[[nodiscard]] std::string consentPage(World& world, const PendingConsent& pending,
                                      const std::string& authorizeTarget);

/// Returns a page of a heading and one paragraph; both are escaped.
[[nodiscard]] std::string messagePage(const std::string& heading, const std::string& text);

} // namespace central_oauth::simulator
