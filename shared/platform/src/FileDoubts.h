// SPDX-License-Identifier: Apache-2.0
// Collects what is wrong with a file while it is being opened, in words.
#pragma once

#include "central_oauth/platform/TrustedFile.h"

#include <filesystem>
#include <string>

namespace central_oauth::platform {

/// Sorts faults into a judgement by what the role says.
///
/// Not thread-safe.
class FileDoubts {
public:
    FileDoubts(FileRole role, Judgement& judgement) : _role(role), _judgement(judgement) {}

    /// Adds a fault of the file itself, or of a folder or link above it. `reason`: the system's, where it
    /// gave one. A folder that is met twice counts once.
    void add(FileFault fault, const std::filesystem::path& path, const std::string& reason = {});

private:
    FileRole _role;
    Judgement& _judgement;
};

} // namespace central_oauth::platform
