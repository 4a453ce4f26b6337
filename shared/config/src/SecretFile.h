// SPDX-License-Identifier: Apache-2.0
// A file that holds one secret.
#pragma once

#include "central_oauth/provider/Secret.h"

#include <filesystem>
#include <optional>
#include <string>

namespace central_oauth::config {

struct SecretFile {
    provider::Secret content;    ///< without the line ends at its end
    bool othersCanWrite = false; ///< its group or everybody
    bool othersCanRead = false;  ///< everybody
};

/// Reads a regular file of at most 64 KiB. Where that fails the answer is nothing and `problem` says why,
/// without the path: somebody may have put the secret itself there. On Windows access rights are not looked
/// at.
[[nodiscard]] std::optional<SecretFile> readSecretFile(const std::filesystem::path& path,
                                                       std::string& problem);

} // namespace central_oauth::config
