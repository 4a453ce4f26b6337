// SPDX-License-Identifier: Apache-2.0
// Where a secret setting can come from: its variable, a file, a systemd credential.
#pragma once

#include "central_oauth/config/Environment.h"
#include "central_oauth/config/Report.h"
#include "central_oauth/provider/Secret.h"

#include <filesystem>
#include <optional>
#include <string>

namespace central_oauth::config {

/// What was found of a secret setting. Given without a value: there is a fault about it in the report.
struct SecretReading {
    bool given = false;
    std::optional<provider::Secret> value;
    std::string setting{}; ///< what the operator wrote: NAME, NAME_FILE, or "the credential name"
    std::string place{}; ///< how a sentence about the value begins; empty, but for files that NAME_FILE names

    /// A fault of the value; `problem` continues "NAME".
    [[nodiscard]] Fault fault(const std::string& problem, const std::string& fix) const {
        return {setting, place + problem, fix};
    }
};

/// Reads NAME, the file that NAME_FILE names, or the file of the lower-case name in $CREDENTIALS_DIRECTORY.
/// More than one of them is a fault; so is what is empty, no single line, holds a foreign character, or a
/// file that is refused by its role (platform/FileRole.h), and a $CREDENTIALS_DIRECTORY that can't be looked
/// into.
[[nodiscard]] SecretReading readSecret(const Environment& environment, const std::string& name,
                                       Report& report);

/// Whether the file is where container managers keep secrets behind rights of their own.
[[nodiscard]] bool isInSecretsDirectory(const std::filesystem::path& file);

} // namespace central_oauth::config
