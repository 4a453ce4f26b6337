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
    std::string_view name; ///< the whole variable's name
    ValueType type;        ///< of its value
    bool secret;           ///< masked, erased after reading, also found as NAME_FILE and as a credential
    std::string_view defaultValue; ///< what counts when it is unset; empty: nothing, or computed
    std::string_view defaultShown; ///< the default in words, where it is computed
    std::string_view help;         ///< one sentence
    std::int64_t least = 0;        ///< of a number; of a duration in seconds
    std::int64_t most = 0;         ///< likewise
};

/// Every setting of this version, in the order an operator should see them.
[[nodiscard]] std::span<const SettingSpec> settingsTable() noexcept;

/// The setting of that name, or null.
[[nodiscard]] const SettingSpec* findSetting(std::string_view name) noexcept;

/// A setting that is planned and not in this release.
struct LaterSetting {
    std::string_view name;        ///< the whole variable's, or what follows CENTRAL_OAUTH_<NAME>_
    std::string_view consequence; ///< what is so as long as it has no effect
};

/// The host's. One that is set is warned of: silence would let the operator believe in it.
[[nodiscard]] std::span<const LaterSetting> laterSettings() noexcept;

/// The providers', unless the plugin declares them.
[[nodiscard]] std::span<const LaterSetting> laterProviderSettings() noexcept;

/// How the warning about one continues its name.
[[nodiscard]] std::string laterText(const LaterSetting& setting);

/// The table for a terminal: name, default and meaning of each setting.
[[nodiscard]] std::string helpText();

/// The table as Markdown, for docs/configuration.md.
[[nodiscard]] std::string markdownTable();

} // namespace central_oauth::config
