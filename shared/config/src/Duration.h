// SPDX-License-Identifier: Apache-2.0
// Durations as operators write them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace central_oauth::config {

/// Reads "90d", "12h", "30m", "45s" or plain seconds; nothing where it is something else or too large.
[[nodiscard]] std::optional<std::chrono::seconds> parseDuration(std::string_view text) noexcept;

/// In the largest unit that leaves nothing over: "400d", "90m". Requires: not negative.
[[nodiscard]] std::string durationText(std::chrono::seconds duration);

} // namespace central_oauth::config
