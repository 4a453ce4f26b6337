// SPDX-License-Identifier: Apache-2.0
// cli.json: a person's settings, so that no shell profile has to hold them.
#pragma once

#include "central_oauth/provider/Secret.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace central_oauth::cli {

/// Returns an environment variable, or nullopt if it is not set.
using VariableLookup = std::function<std::optional<std::string>(const std::string&)>;

/// Returns the folder of this person's files: $XDG_CONFIG_HOME/central-oauth, else ~/.config/central-oauth,
/// on Windows %APPDATA%\central-oauth. Returns nullopt if the environment names no home.
[[nodiscard]] std::optional<std::filesystem::path> settingsFolder(const VariableLookup& variable);

/// The content of the settings file. A setting that is not set is empty. Movable only, because of the key.
struct StoredSettings {
    std::string url;
    provider::Secret clientKey;
    std::string caFile;
    std::vector<std::string> warnings{}; ///< from reading: doubts about the folders, in sentences

    [[nodiscard]] bool empty() const { return url.empty() && clientKey.empty() && caFile.empty(); }
};

/// The file cli.json: a JSON object of texts with the members `url`, `client_key` and `ca`. Nobody but its
/// owner may write it; others may read one without a key.
///
/// Not thread-safe. Another process may read or replace the file at any time; it is always complete.
///
/// Errors: Failure(usage) that names the file, what is wrong with it and the fix; never a value.
class SettingsFile {
public:
    explicit SettingsFile(std::filesystem::path path) : _path(std::move(path)) {}

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return _path; }

    /// Returns the path for a message.
    [[nodiscard]] std::string shownPath() const;

    /// Reads the file without checking the values. Returns empty settings if there is no such file. Refuses a
    /// file that others can write, directly or through a folder above it, a file with a key that others can
    /// read, and one that is not a JSON object of these members and types.
    [[nodiscard]] StoredSettings read() const;

    /// Replaces the file, or removes it if nothing is set.
    void write(const StoredSettings& settings) const;

    /// Reads the settings, lets `change` work on them, and writes them, but not below a folder that others
    /// can write. A lock keeps two processes from doing so at once.
    void update(const std::function<void(StoredSettings&)>& change) const;

private:
    std::filesystem::path _path;
};

} // namespace central_oauth::cli
