// SPDX-License-Identifier: Apache-2.0
// The settings of providers, those that plugins declare and the host's own, and the names of all settings.
#pragma once

#include "central_oauth/config/Environment.h"
#include "central_oauth/config/Report.h"
#include "central_oauth/provider/Settings.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace central_oauth::config {

/// The variable of a provider's setting: ("acme-jira", "CLIENT_ID") is CENTRAL_OAUTH_ACME_JIRA_CLIENT_ID.
[[nodiscard]] std::string providerVariable(std::string_view providerName, std::string_view key);

/// What the host itself, and no plugin, takes of each provider, in the form in which plugins declare theirs.
[[nodiscard]] std::vector<provider::SettingSpec> hostSettingSpecs();

/// Every variable of a provider, the NAME_FILE of its secrets and the host's own too; for unknownNames.
[[nodiscard]] std::vector<std::string> providerVariables(std::string_view providerName,
                                                         const std::vector<provider::SettingSpec>& specs);

/// The variables of a provider that hold secrets.
[[nodiscard]] std::vector<std::string>
providerSecretVariables(std::string_view providerName, const std::vector<provider::SettingSpec>& specs);

/// Why a provider can't have this name: its form, or its variables would be taken for settings of the host.
/// Nothing when it can. The text continues "provider name …" to a sentence.
[[nodiscard]] std::optional<std::string> providerNameProblem(std::string_view name);

/// Whether the provider's CLIENT_ID is set, by which plugins are chosen when CENTRAL_OAUTH_PROVIDERS is not.
[[nodiscard]] bool isProviderConfigured(const Environment& environment, std::string_view providerName);

/// Reads and checks a provider's settings as provider::SettingType says; faults go into the report. [startup]
[[nodiscard]] provider::Settings readProviderSettings(const Environment& environment,
                                                      const std::string& providerName,
                                                      const std::vector<provider::SettingSpec>& specs,
                                                      Report& report);

/// Which sites and people of a provider may be linked at all; an empty list allows all.
struct AllowLists {
    /// Cloud ids, and URLs of scheme and host such as "https://acme.atlassian.net"; all in lower case.
    std::vector<std::string> sites;
    std::vector<std::string> emailDomains; ///< in lower case, without "@"
};

/// Reads ALLOWED_SITES and ALLOWED_EMAIL_DOMAINS of a provider; faults go into the report. [startup]
[[nodiscard]] AllowLists readAllowLists(const Environment& environment, std::string_view providerName,
                                        Report& report);

/// Name and value of each setting of a provider for the log of a start; secrets are masked.
[[nodiscard]] std::vector<std::pair<std::string, std::string>>
describeProvider(std::string_view providerName, const std::vector<provider::SettingSpec>& specs,
                 const provider::Settings& settings, const AllowLists& allowed);

/// What one plugin declares.
struct PluginSettings {
    std::string plugin; ///< its id
    std::vector<provider::SettingSpec> specs;
};

/// The settings of providers for a terminal: those of the plugins, then the host's own.
[[nodiscard]] std::string providerHelpText(const std::vector<PluginSettings>& plugins);

/// The same as a Markdown table, for docs/configuration.md.
[[nodiscard]] std::string providerMarkdownTable(const std::vector<PluginSettings>& plugins);

/// The variables to erase once the settings are read: whatever begins with CENTRAL_OAUTH_ and is not known to
/// be no secret, because a secret may stand in a mistyped variable, in that of a provider that is not used,
/// or in the command-line client's; and HTTPS_PROXY, which may hold a password. `plainNames` are the
/// providers' variables that hold no secret. Variables of tests stay. For Environment::eraseSecrets.
[[nodiscard]] std::vector<std::string> variablesToErase(const Environment& environment,
                                                        const std::vector<std::string>& plainNames);

/// Whether variables that begin with CENTRAL_OAUTH_TEST_ are known: only to a build with test hooks.
enum class TestNames { unknown, known };

/// One warning for each CENTRAL_OAUTH_* variable that means nothing, with the nearest name that does. Knows
/// the host's own names and those of the command-line client; `knownNames` are the providers', see
/// providerVariables.
[[nodiscard]] std::vector<Warning> unknownNames(const Environment& environment,
                                                const std::vector<std::string>& knownNames,
                                                TestNames testNames = TestNames::unknown);

} // namespace central_oauth::config
