// SPDX-License-Identifier: Apache-2.0
// Whether somebody else could have put code where it is loaded from.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace central_oauth::loader {

/// Nothing where only the administrator and the present user can change this file or directory, otherwise
/// what is wrong and its mend, as the end of a sentence that begins with the path.
[[nodiscard]] std::optional<std::string> distrustOf(const std::filesystem::path& path);

} // namespace central_oauth::loader
