// SPDX-License-Identifier: Apache-2.0
// The settings that plugins declare, and the names of everything that is a setting.
#pragma once

#include "central_oauth/config/Environment.h"
#include "central_oauth/config/Report.h"
#include "central_oauth/provider/Settings.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::config {

/// The variable of a provider's setting: ("acme-jira", "CLIENT_ID") is CENTRAL_OAUTH_ACME_JIRA_CLIENT_ID.
[[nodiscard]] std::string providerVariable(std::string_view providerName, std::string_view key);

/// Every variable of a provider, the NAME_FILE of its secrets too; for unknownNames.
[[nodiscard]] std::vector<std::string> providerVariables(std::string_view providerName,
                                                         const std::vector<provider::SettingSpec>& specs);

/// The variables of a provider that hold secrets, for Environment::eraseSecrets.
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

/// Whether variables that begin with CENTRAL_OAUTH_TEST_ are known: only to a build with test hooks.
enum class TestNames { unknown, known };

/// One warning for each CENTRAL_OAUTH_* variable that means nothing, with the nearest name that does. Knows
/// the host's own names and those of the command-line client; `knownNames` are the providers', see
/// providerVariables.
[[nodiscard]] std::vector<Warning> unknownNames(const Environment& environment,
                                                const std::vector<std::string>& knownNames,
                                                TestNames testNames = TestNames::unknown);

} // namespace central_oauth::config
