// SPDX-License-Identifier: Apache-2.0
// Which app at an authorization server a provider uses.
#pragma once

#include "central_oauth/provider/Settings.h"

#include <string>

namespace central_oauth::app {

/// Scheme, host and port, the same for all ways to write them; empty where it is no URL.
[[nodiscard]] std::string originOf(const std::string& url);

/// A client id at an authorization server, as ConfiguredProvider::app; empty without a client id.
[[nodiscard]] std::string appOf(const provider::Settings& settings);

} // namespace central_oauth::app
