// SPDX-License-Identifier: Apache-2.0
// The settings of providers, declared by plugins or by the host, and the names of all settings.
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

/// Returns the variable of a provider's setting: ("acme-jira", "CLIENT_ID") gives
/// CENTRAL_OAUTH_ACME_JIRA_CLIENT_ID.
[[nodiscard]] std::string providerVariable(std::string_view providerName, std::string_view key);

/// Returns the settings that the host reads for each provider, in the form in which plugins declare theirs.
[[nodiscard]] std::vector<provider::SettingSpec> hostSettingSpecs();

/// Returns every variable of a provider, including the NAME_FILE of its secrets and the host's own; for
/// unknownNames.
[[nodiscard]] std::vector<std::string> providerVariables(std::string_view providerName,
                                                         const std::vector<provider::SettingSpec>& specs);

/// Returns the variables of a provider that hold secrets.
[[nodiscard]] std::vector<std::string>
providerSecretVariables(std::string_view providerName, const std::vector<provider::SettingSpec>& specs);

/// Returns why a provider can't have this name: it is malformed, or its variables would collide with settings
/// of the host. Returns nullopt if it can. The text continues "provider name …" to a sentence.
[[nodiscard]] std::optional<std::string> providerNameProblem(std::string_view name);

/// Returns whether the provider's CLIENT_ID is set. If CENTRAL_OAUTH_PROVIDERS is unset, this selects the
/// plugins to run.
[[nodiscard]] bool isProviderConfigured(const Environment& environment, std::string_view providerName);

/// Reads and validates a provider's settings by their provider::SettingType. Adds faults to the report.
/// Call from the start-up thread.
[[nodiscard]] provider::Settings readProviderSettings(const Environment& environment,
                                                      const std::string& providerName,
                                                      const std::vector<provider::SettingSpec>& specs,
                                                      Report& report);

/// The sites and people of a provider that may be linked. An empty list allows all.
struct AllowLists {
    /// Cloud ids, and URLs with scheme and host such as "https://acme.atlassian.net"; all in lower case.
    std::vector<std::string> sites;
    std::vector<std::string> emailDomains; ///< in lower case, without "@"
};

/// Reads ALLOWED_SITES and ALLOWED_EMAIL_DOMAINS of a provider. Adds faults to the report.
/// Call from the start-up thread.
[[nodiscard]] AllowLists readAllowLists(const Environment& environment, std::string_view providerName,
                                        Report& report);

/// Returns name and value of each setting of a provider for the start-up log; secrets are masked.
[[nodiscard]] std::vector<std::pair<std::string, std::string>>
describeProvider(std::string_view providerName, const std::vector<provider::SettingSpec>& specs,
                 const provider::Settings& settings, const AllowLists& allowed);

/// The settings that one plugin declares.
struct PluginSettings {
    std::string plugin; ///< its id
    std::vector<provider::SettingSpec> specs;
};

/// Returns the settings of providers for a terminal: those of the plugins, then the host's own.
[[nodiscard]] std::string providerHelpText(const std::vector<PluginSettings>& plugins);

/// As providerHelpText, as a Markdown table for docs/configuration.md.
[[nodiscard]] std::string providerMarkdownTable(const std::vector<PluginSettings>& plugins);

/// Returns the variables to erase once the settings are read, for Environment::eraseSecrets: every
/// CENTRAL_OAUTH_ variable that is not known to be public, and HTTPS_PROXY, which may hold a password. A
/// mistyped variable may hold a secret, as may one of an unused provider or of the command-line client.
/// `plainNames` are the providers' variables without secrets. Keeps the variables of tests.
[[nodiscard]] std::vector<std::string> variablesToErase(const Environment& environment,
                                                        const std::vector<std::string>& plainNames);

/// Whether variables that begin with CENTRAL_OAUTH_TEST_ are known. Only a build with test hooks knows them.
enum class TestNames { unknown, known };

/// Returns one warning for each unknown CENTRAL_OAUTH_* variable, with the nearest known name. The host's own
/// names and those of the command-line client are known; `knownNames` adds the providers', see
/// providerVariables.
[[nodiscard]] std::vector<Warning> unknownNames(const Environment& environment,
                                                const std::vector<std::string>& knownNames,
                                                TestNames testNames = TestNames::unknown);

} // namespace central_oauth::config
