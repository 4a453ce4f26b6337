// SPDX-License-Identifier: Apache-2.0
// Where this program is. One source file per platform.
#pragma once

#include <filesystem>

namespace central_oauth::platform {

/// Returns the folder of the running executable, without symbolic links. Returns an empty path if the system
/// does not say.
[[nodiscard]] std::filesystem::path executableFolder();

} // namespace central_oauth::platform
