// SPDX-License-Identifier: Apache-2.0
// Opens files that are trusted, and says why one is not to be. The opening is in one source file per
// platform.
#pragma once

#include "central_oauth/platform/FileRole.h"
#include "central_oauth/platform/OpenFile.h"
#include "central_oauth/provider/Secret.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace central_oauth::platform {

/// One thing that is wrong with a file.
struct FileDoubt {
    FileFault fault;
    std::filesystem::path path; ///< the file, or the folder or link above it that is at fault
    std::string problem; ///< the end of a sentence that begins with the file, e.g. "belongs to another user"
    std::string fix;     ///< what to do about it
    std::string reason;  ///< the system's, where it gave one
};

/// What is wrong with a file, by what its role says about it. Empty: it may be used.
struct Judgement {
    std::vector<FileDoubt> refusals;
    std::vector<FileDoubt> warnings;

    [[nodiscard]] bool refused() const noexcept { return !refusals.empty(); }
};

/// What an opening found. `file` is there unless it is refused.
struct OpenedFile : Judgement {
    std::optional<OpenFile> file;
};

enum class FileAccess {
    read,
    append, ///< creates the file for this user alone (0600) where there is none
};

/// Opens a file of that role once, and judges the open file, every folder above it by its given and by its
/// real path, and every symbolic link on the way: each is opened from the one before, so that nothing can be
/// exchanged between looking and opening. Blocks on nothing: pipes and devices are refused and not opened.
///
/// A file is in nobody else's hands if it and all folders belong to root or to the user of this process, and
/// nobody else may write there. In a folder with the sticky bit, such as /tmp, others may make files, but not
/// change this one.
///
/// Any thread. Errors: none but std::bad_alloc; what is wrong is in the answer.
[[nodiscard]] OpenedFile openTrusted(FileRole role, const std::filesystem::path& path,
                                     FileAccess access = FileAccess::read);

/// Judges in the same way without opening: a folder, or a file that is opened later and judged again then.
[[nodiscard]] Judgement judge(FileRole role, const std::filesystem::path& path);

/// What a trusted file holds, and what is wrong with it. `content` is there unless it is refused.
struct TrustedContent : Judgement {
    std::optional<provider::Secret> content;
};

/// Opens a file of that role by `openTrusted` and reads it whole.
[[nodiscard]] TrustedContent readTrusted(FileRole role, const std::filesystem::path& path);

} // namespace central_oauth::platform
