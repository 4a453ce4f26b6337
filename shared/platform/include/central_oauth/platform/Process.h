// SPDX-License-Identifier: Apache-2.0
// This process. One source file per platform.
#pragma once

#include <cstddef>
#include <filesystem>

namespace central_oauth::platform {

/// Returns the folder of the running executable, with symbolic links resolved. Returns an empty path if the
/// system does not report it.
[[nodiscard]] std::filesystem::path executableFolder();

/// Raises this process's limit of open files to the hard limit, because every connection is one.
void raiseFileLimit() noexcept;

/// Returns this process's limit of open files.
[[nodiscard]] std::size_t openFileLimit() noexcept;

/// Ends the process at once, without destructors: for a shutdown that hangs.
[[noreturn]] void exitImmediately(int exitCode) noexcept;

} // namespace central_oauth::platform
