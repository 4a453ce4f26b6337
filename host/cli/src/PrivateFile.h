// SPDX-License-Identifier: Apache-2.0
// Small files that nobody but their owner reads.
#pragma once

#include "central_oauth/provider/Secret.h"

#include <filesystem>
#include <optional>
#include <string>

namespace central_oauth::cli {

// Errors of all of them: Failure(usage), which names the path, the cause and the mend, and no content.

/// The whole content; nothing if there is no such file. Refuses a file that others than its owner can read or
/// write, that belongs to another person (root excepted), that is no plain file or has more than 64 KiB.
/// On Windows the folder's access list decides and nothing is refused for that.
[[nodiscard]] std::optional<provider::Secret> readPrivateFile(const std::filesystem::path& path);

/// Puts `content` in the place of the file at once: a reader sees the old or the new one, and after a failure
/// the old one is there. Made with mode 0600; folders that are missing, with 0700. A symbolic link stays
/// one, and what it names is replaced.
void replacePrivateFile(const std::filesystem::path& path, const provider::Secret& content);

/// Removes the file; it may be missing.
void removePrivateFile(const std::filesystem::path& path);

/// The path as UTF-8, safe for a terminal.
[[nodiscard]] std::string shownPath(const std::filesystem::path& path);

} // namespace central_oauth::cli
