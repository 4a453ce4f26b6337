// SPDX-License-Identifier: Apache-2.0
// This process. One source file per platform.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace central_oauth::platform {

/// Returns the arguments of `main` in UTF-8, without the program's name.
[[nodiscard]] std::vector<std::string> argumentsOf(int count, char** words);

/// Returns the folder of the running executable, with symbolic links resolved. Returns an empty path if the
/// system does not report it.
[[nodiscard]] std::filesystem::path executableFolder();

/// Returns the system's folder for the data of this service, on Windows below %ProgramData%. Returns nullopt
/// where the default settings name it.
[[nodiscard]] std::optional<std::filesystem::path> serviceDataFolder();

/// Returns the variable that names the folder of a user's settings: APPDATA on Windows. Returns null where
/// the XDG Base Directory Specification applies.
[[nodiscard]] const char* settingsVariable() noexcept;

/// Raises this process's limit of open files to the hard limit, because every connection is one.
void raiseFileLimit() noexcept;

/// Returns this process's limit of open files; on Windows a limit of sockets, beyond which polling them all
/// takes too long.
[[nodiscard]] std::size_t openFileLimit() noexcept;

/// Ends the process at once, without destructors: for a shutdown that hangs.
[[noreturn]] void exitImmediately(int exitCode) noexcept;

} // namespace central_oauth::platform
