// SPDX-License-Identifier: Apache-2.0
// Paths from and to UTF-8. The conversions of std::filesystem::path use the locale's encoding, which on
// Windows lacks most characters.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace central_oauth::base {

[[nodiscard]] inline std::filesystem::path pathOf(std::string_view utf8) {
    return std::u8string(utf8.begin(), utf8.end());
}

/// Returns the path in UTF-8, with the system's separators.
[[nodiscard]] inline std::string pathText(const std::filesystem::path& path) {
    const auto text = path.u8string();
    return {text.begin(), text.end()};
}

} // namespace central_oauth::base
