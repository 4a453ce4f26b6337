// SPDX-License-Identifier: Apache-2.0
// Which app at an authorization server a provider uses.
#pragma once

#include "central_oauth/provider/Settings.h"

#include <string>

namespace central_oauth::app {

/// A client id at an authorization server, as ConfiguredProvider::app; empty without a client id.
[[nodiscard]] std::string appOf(const provider::Settings& settings);

} // namespace central_oauth::app
