// SPDX-License-Identifier: Apache-2.0
// Plugins as shared libraries: found, verified, opened, never closed.
//
// Module loader: everything between a file in the plugin directory and a provider that services can call
// without trusting it. Depends on base, the SDK and Poco's Foundation; knows no HTTP, no store and no
// environment.
#pragma once

#include "central_oauth/provider/Provider.h"

#include <filesystem>
#include <string>
#include <vector>

namespace central_oauth::loader {

/// One verified plugin. A value; the factory it refers to lives until the process ends, because libraries are
/// never unloaded.
///
/// Thread-safe.
class PluginLibrary {
public:
    PluginLibrary(std::string id, std::string version, std::string displayName,
                  std::vector<provider::SettingSpec> settings, const provider::ProviderFactory& factory)
        : _id(std::move(id)),
          _version(std::move(version)),
          _displayName(std::move(displayName)),
          _settings(std::move(settings)),
          _factory(&factory) {}

    [[nodiscard]] const std::string& id() const noexcept { return _id; }
    [[nodiscard]] const std::string& version() const noexcept { return _version; }
    [[nodiscard]] const std::string& displayName() const noexcept { return _displayName; }
    /// Returns the settings that the factory declared, checked.
    [[nodiscard]] const std::vector<provider::SettingSpec>& settings() const noexcept { return _settings; }
    [[nodiscard]] const provider::ProviderFactory& factory() const noexcept { return *_factory; }

private:
    std::string _id;
    std::string _version;
    std::string _displayName;
    std::vector<provider::SettingSpec> _settings;
    const provider::ProviderFactory* _factory;
};

/// Why a plugin was not loaded.
enum class RefusalReason {
    malformedId,    ///< not [a-z][a-z0-9-]{0,31}
    missing,        ///< no such file
    untrusted,      ///< file or directory can be changed by others
    notALibrary,    ///< it is cut off, or the system can't open it
    noEntry,        ///< it exports no central_oauth_provider_v1
    malformedEntry, ///< the descriptor is absent, too short or has empty fields
    sdkTooNew,      ///< it needs a newer host
    sdkTooOld,      ///< its SDK is too old for this host
    buildTag,       ///< another standard library or another setting of it
    otherId,        ///< its id is not its file name
    factoryFailed,  ///< its factory could not be made, or threw when asked for its settings
    badSettings,    ///< the settings it declares make no sense
};

/// A refusal with a sentence that says what is wrong and how to fix it.
struct PluginRefusal {
    std::string id;
    RefusalReason reason;
    std::string message;
};

/// The loaded plugins, and the refused ones.
struct LoadOutcome {
    std::vector<PluginLibrary> libraries; ///< in the order asked for
    std::vector<PluginRefusal> refusals;
};

/// Loads `<directory>/<id>.so` (.dll on Windows) for each distinct id. Before the descriptor is verified,
/// only a plugin's entry function runs.
/// Requires: an absolute directory.
[[nodiscard]] LoadOutcome loadPlugins(const std::filesystem::path& directory,
                                      const std::vector<std::string>& ids);

/// Loads one file from any directory, for --check-plugin. Its id is the file name without extension.
[[nodiscard]] LoadOutcome loadPluginFile(const std::filesystem::path& file);

/// Returns the ids of all files in the directory that could be plugins, sorted, or none if the directory
/// can't be read. Opens no file.
[[nodiscard]] std::vector<std::string> pluginIdsIn(const std::filesystem::path& directory);

} // namespace central_oauth::loader
