// SPDX-License-Identifier: Apache-2.0
// Durations as operators write them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace central_oauth::config {

/// Parses "90d", "12h", "30m", "45s" or plain seconds. Returns nullopt if the text is invalid or too large.
[[nodiscard]] std::optional<std::chrono::seconds> parseDuration(std::string_view text) noexcept;

/// Returns the duration in the largest unit that divides it: "400d", "90m". Requires: not negative.
[[nodiscard]] std::string durationText(std::chrono::seconds duration);

} // namespace central_oauth::config
