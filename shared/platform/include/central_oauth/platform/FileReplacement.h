// SPDX-License-Identifier: Apache-2.0
// Replacing a small file at once.
#pragma once

#include "central_oauth/platform/OpenFile.h"
#include "central_oauth/provider/Secret.h"

#include <filesystem>

namespace central_oauth::platform {

/// The next content of a file. It is written beside the file and put in its place at once: a reader sees
/// either the one or the other, and after a failure the file is as it was.
///
/// Not thread-safe. Errors: FileError.
class FileReplacement {
public:
    /// Creates the file `beside`, in the folder of `file`, for this user alone. Refuses a name that is taken.
    FileReplacement(std::filesystem::path file, std::filesystem::path beside);

    /// Removes what is not committed.
    ~FileReplacement();
    FileReplacement(const FileReplacement&) = delete;
    FileReplacement& operator=(const FileReplacement&) = delete;

    /// Writes the content and makes it durable. Takes the access of `model`, if there is one. Call it once.
    void write(const provider::Secret& content, const OpenFile* model = nullptr);

    /// Replaces the file. Its name is durable only after syncDirectory.
    void commit();

private:
    std::filesystem::path _file;
    std::filesystem::path _beside;
    OpenFile _next;
    bool _isCommitted = false;
};

} // namespace central_oauth::platform
