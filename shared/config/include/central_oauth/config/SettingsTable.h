// SPDX-License-Identifier: Apache-2.0
// The one table of the host's settings: loader, help and documentation come from it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::config {

/// What kind of value a setting holds.
enum class ValueType { text, path, key, level, address, url, networks, choice, providers, number };

/// One setting of the host.
struct SettingSpec {
    std::string_view name; ///< the whole variable's name
    ValueType type;        ///< of its value
    bool secret;           ///< masked, erased after reading, also found as NAME_FILE and as a credential
    std::string_view defaultValue; ///< what counts when it is unset; empty: nothing, or computed
    std::string_view defaultShown; ///< the default in words, where it is computed
    std::string_view help;         ///< one sentence
    std::int64_t least = 0;        ///< of a number
    std::int64_t most = 0;         ///< of a number
};

/// Every setting of this version, in the order an operator should see them.
[[nodiscard]] std::span<const SettingSpec> settingsTable() noexcept;

/// The setting of that name, or null.
[[nodiscard]] const SettingSpec* findSetting(std::string_view name) noexcept;

/// Names of settings that later versions have. They are refused, because ignoring one, such as how
/// long grants are kept, would leave the operator with less protection than the configuration says.
[[nodiscard]] std::span<const std::string_view> laterSettings() noexcept;

/// As laterSettings, for what follows CENTRAL_OAUTH_<NAME>_ of a provider; refused unless the plugin declares
/// it.
[[nodiscard]] std::span<const std::string_view> laterProviderSettings() noexcept;

/// The variables of the host that hold secrets, for Environment::eraseSecrets.
[[nodiscard]] std::vector<std::string> secretVariables();

/// What --help-config prints: name, default and meaning of each setting, and how a provider's settings are
/// named.
[[nodiscard]] std::string helpText();

/// The table as Markdown, for docs/configuration.md.
[[nodiscard]] std::string markdownTable();

} // namespace central_oauth::config
