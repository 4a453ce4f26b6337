// SPDX-License-Identifier: Apache-2.0
// The sources of a secret setting: its variable, a file, a systemd credential.
#pragma once

#include "central_oauth/config/Environment.h"
#include "central_oauth/config/Report.h"
#include "central_oauth/provider/Secret.h"

#include <filesystem>
#include <optional>
#include <string>

namespace central_oauth::config {

/// The variable in which a service manager names the directory of its credentials.
inline constexpr const char* credentialsVariable = "CREDENTIALS_DIRECTORY";

/// The result of reading a secret setting. If it is given but has no value, the report has a fault.
struct SecretReading {
    bool given = false;
    std::optional<provider::Secret> value;
    std::string setting{}; ///< what the operator wrote: NAME, NAME_FILE, or "the credential name"
    std::string place{};   ///< starts a sentence about the value; set only for files named by NAME_FILE

    /// Returns a fault of the value; `problem` continues the setting's name to a sentence.
    [[nodiscard]] Fault fault(const std::string& problem, const std::string& fix) const {
        return {setting, place + problem, fix};
    }
};

/// Reads NAME, the file that NAME_FILE names, or the file with the lower-case name in $CREDENTIALS_DIRECTORY.
/// Adds a fault if more than one of them is set, if the value is empty, has several lines or holds a foreign
/// character, if the file's role refuses it (platform/FileRole.h), or if $CREDENTIALS_DIRECTORY can't be
/// searched.
[[nodiscard]] SecretReading readSecret(const Environment& environment, const std::string& name,
                                       Report& report);

/// Returns whether readSecret reads the secret from a file.
[[nodiscard]] bool isReadFromFile(const Environment& environment, const std::string& name);

/// Returns whether the file is in a directory where container managers mount secrets with permissions of
/// their own.
[[nodiscard]] bool isInSecretsDirectory(const std::filesystem::path& file);

} // namespace central_oauth::config
