// SPDX-License-Identifier: Apache-2.0
// Small files that nobody but their owner reads.
#pragma once

#include "central_oauth/cli/Failure.h"
#include "central_oauth/platform/FileLock.h"
#include "central_oauth/provider/Secret.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace central_oauth::cli {

// Errors of all of them: Failure(usage), which names the path, the cause and the fix, and no content.

/// The content of a file, whether others than its owner can read it, and what is doubtful about its folders.
struct OwnFile {
    provider::Secret content;
    bool isShared = false;
    std::vector<std::string> warnings{}; ///< sentences
};

/// Judges the folders above a file, which may be missing, as those of client settings: who can write there
/// can put another file in its place. Returns the warnings.
[[nodiscard]] std::vector<std::string> judgeFolders(const std::filesystem::path& path);

/// The whole file; nothing if there is none of that name. Refuses a file that others than its owner can
/// write, that belongs to another person (root excepted), that is no plain file or has more than 64 KiB, and
/// one whose folders judgeFolders refuses.
[[nodiscard]] std::optional<OwnFile> readOwnFile(const std::filesystem::path& path);

/// What to say of a file with a secret in it that others can read.
[[nodiscard]] Failure sharedSecret(const std::filesystem::path& path);

/// Keeps other processes of this program from changing the files of a folder, as long as it lives. Waits for
/// one that does. Makes the folder. Where that fails, or the file system has no locks, it holds nothing.
class FolderLock {
public:
    explicit FolderLock(const std::filesystem::path& folder);

private:
    std::optional<platform::FileLock> _lock;
};

/// Puts `content` in the place of the file at once: a reader sees the old or the new one, and after a failure
/// the old one is there. Made with mode 0600; folders that are missing, with 0700. A symbolic link stays
/// one, and what it names is replaced.
void replacePrivateFile(const std::filesystem::path& path, const provider::Secret& content);

/// Removes the file; it may be missing.
void removePrivateFile(const std::filesystem::path& path);

/// The path as UTF-8, safe for a terminal.
[[nodiscard]] std::string shownPath(const std::filesystem::path& path);

} // namespace central_oauth::cli
