// SPDX-License-Identifier: Apache-2.0
// A private file that holds one JSON object.
#pragma once

#include <filesystem>

#include <Poco/JSON/Object.h>

namespace central_oauth::cli {

// Errors of both: Failure(usage) that names the file, the line and what is wrong there, and no content.

/// The object; null if there is no such file.
[[nodiscard]] Poco::JSON::Object::Ptr readJsonFile(const std::filesystem::path& path);

/// Replaces the file as replacePrivateFile does.
void writeJsonFile(const std::filesystem::path& path, const Poco::JSON::Object& object);

} // namespace central_oauth::cli
