// SPDX-License-Identifier: Apache-2.0
// Atomic replacement of a small file.
#pragma once

#include "central_oauth/platform/OpenFile.h"
#include "central_oauth/provider/Secret.h"

#include <filesystem>

namespace central_oauth::platform {

/// The new content of a file. It is written to a temporary file and replaces the file atomically: a reader
/// sees the old or the new content, and after a failure the file is unchanged.
///
/// Not thread-safe. Errors: FileError.
class FileReplacement {
public:
    /// Creates the temporary file `beside` in the folder of `file`, for this user only. Refuses an existing
    /// name.
    FileReplacement(std::filesystem::path file, std::filesystem::path beside);

    /// Removes the temporary file if it is not committed.
    ~FileReplacement();
    FileReplacement(const FileReplacement&) = delete;
    FileReplacement& operator=(const FileReplacement&) = delete;

    /// Writes the content and makes it durable. Copies the access rights of `model`, if given. Call it once.
    void write(const provider::Secret& content, const OpenFile* model = nullptr);

    /// Replaces the file. Its name becomes durable only by syncDirectory.
    void commit();

private:
    std::filesystem::path _file;
    std::filesystem::path _beside;
    OpenFile _next;
    bool _isCommitted = false;
};

} // namespace central_oauth::platform
