// SPDX-License-Identifier: Apache-2.0
// Collects the problems of a file while it is being opened, as texts.
#pragma once

#include "central_oauth/platform/TrustedFile.h"

#include <filesystem>
#include <string>

namespace central_oauth::platform {

/// Sorts problems into a judgement by the rulings of the role.
///
/// Not thread-safe.
class FileDoubts {
public:
    FileDoubts(FileRole role, Judgement& judgement) : _role(role), _judgement(judgement) {}

    /// Adds a fault of the file itself, or of a folder or link above it. `reason` is the system's error, if
    /// there is one. Counts each folder once.
    void add(FileFault fault, const std::filesystem::path& path, const std::string& reason = {});

private:
    FileRole _role;
    Judgement& _judgement;
};

} // namespace central_oauth::platform
