// SPDX-License-Identifier: Apache-2.0
#include "ProviderNames.h"

#include "central_oauth/base/Text.h"
#include "central_oauth/config/ProviderSettings.h"
#include "central_oauth/config/SettingsTable.h"

#include <algorithm>
#include <array>

namespace central_oauth::config {

namespace {

constexpr std::string_view formOfName =
    "a name is a lower-case letter and up to 31 letters, digits or hyphens";

// Variables outside the table and the planned settings: those of the command-line client and of tests.
constexpr std::array<std::string_view, 2> foreignVariables{"CENTRAL_OAUTH_CLIENT_KEY", "CENTRAL_OAUTH_TEST_"};

bool isName(std::string_view name) {
    constexpr std::size_t longestName = 32;
    return !name.empty() && name.size() <= longestName && base::isLowerLetter(name.front()) &&
           base::consistsOf(name,
                            [](char c) { return base::isLowerLetter(c) || base::isDigit(c) || c == '-'; });
}

bool collidesWithHost(std::string_view prefix) {
    const auto begins = [prefix](std::string_view name) { return name.starts_with(prefix); };
    const auto table = settingsTable();
    const auto later = laterSettings();
    return std::any_of(table.begin(), table.end(),
                       [&begins](const SettingSpec& spec) {
                           return begins(std::string(spec.name) + (spec.secret ? "_FILE" : ""));
                       }) ||
           std::any_of(later.begin(), later.end(),
                       [&begins](const LaterSetting& setting) {
                           return begins(std::string(setting.name) + "_FILE");
                       }) ||
           std::any_of(foreignVariables.begin(), foreignVariables.end(), begins);
}

std::optional<ProviderChoice> parseProvider(std::string_view entry, const std::string& which,
                                            Objection& why) {
    const auto equals = entry.find('=');
    const auto name = base::trim(entry.substr(0, equals));
    const auto plugin = equals == std::string_view::npos ? name : base::trim(entry.substr(equals + 1));
    if (plugin.find('+') != std::string_view::npos) {
        why = {which + " that joins plugins, which is not in this release yet",
               "list each plugin as a provider of its own"};
        return std::nullopt;
    }
    if (!isName(name) || !isName(plugin)) {
        why = {which + " that is neither a name nor name=plugin", std::string(formOfName)};
        return std::nullopt;
    }
    if (const auto problem = providerNameProblem(name)) {
        why = {"has a provider name " + std::string(name) + " that " + *problem,
               "choose another name, as in my-" + std::string(name) + '=' + std::string(plugin)};
        return std::nullopt;
    }
    return ProviderChoice{std::string(name), std::string(plugin)};
}

} // namespace

std::string providerVariable(std::string_view providerName, std::string_view key) {
    std::string name = base::upper(providerName);
    std::replace(name.begin(), name.end(), '-', '_');
    return "CENTRAL_OAUTH_" + name + '_' + std::string(key);
}

std::optional<std::string> providerNameProblem(std::string_view name) {
    if (!isName(name))
        return "is not valid: " + std::string(formOfName);
    const auto prefix = providerVariable(name, "");
    if (collidesWithHost(prefix))
        return "collides with the settings of the service that begin with " + prefix;
    return std::nullopt;
}

bool isProviderConfigured(const Environment& environment, std::string_view providerName) {
    return environment.find(providerVariable(providerName, "CLIENT_ID")).has_value();
}

std::optional<std::vector<ProviderChoice>> parseProviders(std::string_view text, Objection& why) {
    std::vector<ProviderChoice> providers;
    std::size_t position = 0;
    for (const auto entry : base::splitList(text)) {
        const auto provider = parseProvider(entry, "has an entry " + std::to_string(++position), why);
        if (!provider)
            return std::nullopt;
        const auto prefix = providerVariable(provider->name, "");
        const auto same =
            std::find_if(providers.begin(), providers.end(), [&prefix](const ProviderChoice& earlier) {
                return providerVariable(earlier.name, "") == prefix;
            });
        if (same != providers.end()) {
            why = {"names the provider " + provider->name + " twice", "give each provider a name of its own"};
            return std::nullopt;
        }
        providers.push_back(*provider);
    }
    return providers;
}

} // namespace central_oauth::config
