// SPDX-License-Identifier: Apache-2.0
// The table of the host's settings, the source of loader, help and documentation.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::config {

/// The type of a setting's value.
enum class ValueType {
    text,
    path,
    key,
    level,
    address,
    url,
    networks,
    choice,
    providers,
    number,
    duration ///< "90d", "12h", "30m", "45s" or plain seconds
};

/// One setting of the host.
struct SettingSpec {
    std::string_view name; ///< the full name of the variable
    ValueType type;        ///< of the value
    bool secret;           ///< masked, erased after reading, also read from NAME_FILE and from a credential
    std::string_view defaultValue; ///< the value if it is unset; empty if there is none or it is computed
    std::string_view defaultShown; ///< describes a computed default
    std::string_view help;         ///< one sentence
    std::int64_t least = 0;        ///< of a number; of a duration in seconds
    std::int64_t most = 0;         ///< of a number; of a duration in seconds
};

/// Returns every setting of this version, in the order for operators.
[[nodiscard]] std::span<const SettingSpec> settingsTable() noexcept;

/// Returns the setting of that name, or null.
[[nodiscard]] const SettingSpec* findSetting(std::string_view name) noexcept;

/// A setting that is planned but not in this release.
struct LaterSetting {
    std::string_view name;        ///< the full name, or the part after CENTRAL_OAUTH_<NAME>_
    std::string_view consequence; ///< what holds while the setting has no effect
};

/// Returns the host's planned settings. Setting one causes a warning: otherwise the operator would rely on
/// it.
[[nodiscard]] std::span<const LaterSetting> laterSettings() noexcept;

/// Returns the providers' planned settings. A plugin may declare them itself.
[[nodiscard]] std::span<const LaterSetting> laterProviderSettings() noexcept;

/// Returns the warning about a planned setting; it continues the setting's name.
[[nodiscard]] std::string laterText(const LaterSetting& setting);

/// Returns the table for a terminal: name, default and meaning of each setting.
[[nodiscard]] std::string helpText();

/// Returns the table as Markdown, for docs/configuration.md.
[[nodiscard]] std::string markdownTable();

} // namespace central_oauth::config
