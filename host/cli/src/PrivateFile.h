// SPDX-License-Identifier: Apache-2.0
// Small files that only their owner reads.
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

/// The content of a file, whether others than its owner can read it, and doubts about its folders.
struct OwnFile {
    provider::Secret content;
    bool isShared = false;
    std::vector<std::string> warnings{}; ///< sentences
};

/// Judges the folders above a file, which may be missing, by the rule for client settings: another user who
/// can write there can replace the file. Returns the warnings.
[[nodiscard]] std::vector<std::string> judgeFolders(const std::filesystem::path& path);

/// Reads the whole file. Returns nullopt if there is none of that name. Refuses a file that others than its
/// owner can write, that belongs to another user (except root), that is not a plain file or has more than 64
/// KiB, or whose folders judgeFolders refuses.
[[nodiscard]] std::optional<OwnFile> readOwnFile(const std::filesystem::path& path);

/// Returns the failure for a file with a secret that others can read.
[[nodiscard]] Failure sharedSecret(const std::filesystem::path& path);

/// Keeps other processes of this program from changing the files of a folder while it lives. The constructor
/// creates the folder and blocks until another process releases the lock. If that fails, or the file system
/// has no locks, the object holds nothing.
class FolderLock {
public:
    explicit FolderLock(const std::filesystem::path& folder);

private:
    std::optional<platform::FileLock> _lock;
};

/// Replaces the file atomically: a reader sees the old or the new content, and a failure leaves the old one.
/// Creates the file with mode 0600 and missing folders with 0700. Keeps a symbolic link and replaces its
/// target.
void replacePrivateFile(const std::filesystem::path& path, const provider::Secret& content);

/// Removes the file, which may be missing.
void removePrivateFile(const std::filesystem::path& path);

/// Returns the path as UTF-8, safe for a terminal.
[[nodiscard]] std::string shownPath(const std::filesystem::path& path);

} // namespace central_oauth::cli
