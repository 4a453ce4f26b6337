// SPDX-License-Identifier: Apache-2.0
// This process as the system sees it. One source file per platform.
#pragma once

#include <cstddef>
#include <filesystem>

namespace central_oauth::platform {

/// Returns the folder of the running executable, without symbolic links. Returns an empty path if the system
/// does not say.
[[nodiscard]] std::filesystem::path executableFolder();

/// Raises the limit of open files to what the system allows this process: every connection is one.
void raiseFileLimit() noexcept;

/// Returns how many files this process may have open.
[[nodiscard]] std::size_t openFileLimit() noexcept;

/// Ends the process at once, without destructors: for a stop that hangs.
[[noreturn]] void exitImmediately(int exitCode) noexcept;

} // namespace central_oauth::platform
