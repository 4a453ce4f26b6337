// SPDX-License-Identifier: Apache-2.0
// cli.json: the settings that a person keeps, so that no shell profile has to hold them.
#pragma once

#include "central_oauth/provider/Secret.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace central_oauth::cli {

/// Looks up an environment variable; nothing if it is not set.
using VariableLookup = std::function<std::optional<std::string>(const std::string&)>;

/// The folder of this person's files: $XDG_CONFIG_HOME/central-oauth, ~/.config/central-oauth, on Windows
/// %APPDATA%\central-oauth. Nothing if the environment names no home.
[[nodiscard]] std::optional<std::filesystem::path> settingsFolder(const VariableLookup& variable);

/// What the settings file holds. Empty: not set. Movable only, because of the key.
struct StoredSettings {
    std::string url;
    provider::Secret clientKey;
    std::string caFile;
    std::vector<std::string>
        warnings{}; ///< of reading: what is doubtful about the file's folders; not written

    [[nodiscard]] bool empty() const { return url.empty() && clientKey.empty() && caFile.empty(); }
};

/// The file cli.json: a JSON object of texts with the members `url`, `client_key` and `ca`. Nobody but its
/// owner may write it; others may read one without a key.
///
/// Threads: one. Another process may read or replace the file at any time: it is whole at each moment.
///
/// Errors: Failure(usage) that names the file, what is wrong with it and the fix; never a value.
class SettingsFile {
public:
    explicit SettingsFile(std::filesystem::path path) : _path(std::move(path)) {}

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return _path; }

    /// The path for a message.
    [[nodiscard]] std::string shownPath() const;

    /// What it holds; nothing set if there is no such file. Refuses a file that others can write, by
    /// itself or by a folder above it, one with a
    /// key that others can read, one that is no JSON object, or that has a member of another name or type.
    /// The values are not checked.
    [[nodiscard]] StoredSettings read() const;

    /// Replaces the file, or removes it if nothing is set.
    void write(const StoredSettings& settings) const;

    /// Reads, lets `change` work on that, and writes, but not below a folder that others can write. Two
    /// processes do so one after the other.
    void update(const std::function<void(StoredSettings&)>& change) const;

private:
    std::filesystem::path _path;
};

} // namespace central_oauth::cli
