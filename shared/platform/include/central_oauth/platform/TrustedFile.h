// SPDX-License-Identifier: Apache-2.0
// Opens trusted files, and explains a refusal. The opening is in one source file per platform.
#pragma once

#include "central_oauth/platform/FileRole.h"
#include "central_oauth/platform/OpenFile.h"
#include "central_oauth/provider/Secret.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace central_oauth::platform {

/// A problem of a file.
struct FileDoubt {
    FileFault fault;
    std::filesystem::path path; ///< the file, or the folder or link above it that has the problem
    std::string problem; ///< the end of a sentence that starts with the file, e.g. "belongs to another user"
    std::string fix;     ///< how to fix it
    std::string reason;  ///< the system's error, if there is one
};

/// The problems of a file, by the ruling of its role. Without refusals the file may be used.
struct Judgement {
    std::vector<FileDoubt> refusals;
    std::vector<FileDoubt> warnings;

    [[nodiscard]] bool refused() const noexcept { return !refusals.empty(); }
};

/// The result of openTrusted. `file` is set unless it is refused.
struct OpenedFile : Judgement {
    std::optional<OpenFile> file;
};

enum class FileAccess {
    read,
    append, ///< creates a missing file for this user only (0600)
};

/// Opens a file of that role once. Judges the open file, every folder above it by its given and its real
/// path, and every symbolic link on the way. Opens each part relative to the previous one, so that none can
/// be exchanged between check and use. Does not block: pipes and devices are refused unopened.
///
/// A file passes all checks if it and all folders belong to root or to this process's user, and no one else
/// may write there. In a folder with the sticky bit, such as /tmp, other users may create files but can't
/// change this one.
///
/// Thread-safe.
/// Throws only std::bad_alloc; the result holds all problems.
[[nodiscard]] OpenedFile openTrusted(FileRole role, const std::filesystem::path& path,
                                     FileAccess access = FileAccess::read);

/// As openTrusted, without opening the file: for a folder, or for a file that is judged again when opened.
[[nodiscard]] Judgement judge(FileRole role, const std::filesystem::path& path);

/// The content of a trusted file and its problems. `content` is set unless the file is refused.
struct TrustedContent : Judgement {
    std::optional<provider::Secret> content;
};

/// Opens a file with `openTrusted` and reads it completely.
[[nodiscard]] TrustedContent readTrusted(FileRole role, const std::filesystem::path& path);

} // namespace central_oauth::platform
