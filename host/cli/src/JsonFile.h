// SPDX-License-Identifier: Apache-2.0
// A person's file that holds one JSON object.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <Poco/JSON/Object.h>

namespace central_oauth::cli {

// Errors of both: Failure(usage) that names the file, the line and what is wrong there, and no content.

/// The object, which is null if there is no such file, and whether others can read the file.
struct JsonFile {
    Poco::JSON::Object::Ptr object;
    bool isShared = false;
    std::vector<std::string> warnings{}; ///< doubts about its folders, in sentences
};

/// Reads a file that others may read, but not write.
[[nodiscard]] JsonFile readJsonFile(const std::filesystem::path& path);

/// Replaces the file as replacePrivateFile does, unless judgeFolders refuses its folders.
void writeJsonFile(const std::filesystem::path& path, const Poco::JSON::Object& object);

} // namespace central_oauth::cli
