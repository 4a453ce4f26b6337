// SPDX-License-Identifier: Apache-2.0
// Finds mistyped variables, and variables that may hold a secret.
#include "central_oauth/base/Text.h"
#include "central_oauth/config/ProviderSettings.h"
#include "central_oauth/config/SettingsTable.h"

#include <algorithm>
#include <numeric>
#include <set>

namespace central_oauth::config {

namespace {

using Names = std::set<std::string, std::less<>>;

// An unknown name may hold anything, and warnings go to terminals.
constexpr std::size_t longestShown = 80;

// The Levenshtein distance: the fewest insertions, deletions and replacements that turn one text into the
// other.
std::size_t editDistance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row.back();
}

// Returns the names that an operator of this version can mean.
Names offeredNames(const std::vector<std::string>& knownNames) {
    Names names(knownNames.begin(), knownNames.end());
    for (const auto& spec : settingsTable()) {
        names.emplace(spec.name);
        if (spec.secret)
            names.insert(std::string(spec.name) + "_FILE");
    }
    return names;
}

// Returns whether the name is known but not a setting of this service: the loader reports planned settings
// itself, and the command-line client's may be set for all users of the machine.
bool isKnownElsewhere(std::string_view name, TestNames testNames) {
    const auto later = laterSettings();
    const bool reported = std::any_of(later.begin(), later.end(), [name](const LaterSetting& setting) {
        return name == setting.name || name == std::string(setting.name) + "_FILE";
    });
    return reported || name == "CENTRAL_OAUTH_URL" || name == "CENTRAL_OAUTH_CLIENT_KEY" ||
           (testNames == TestNames::known && name.starts_with("CENTRAL_OAUTH_TEST_"));
}

std::string textAbout(std::string_view name, const Names& offered) {
    constexpr std::size_t farthest = 3;
    std::size_t best = farthest + 1;
    std::string_view nearest;
    for (const auto& candidate : offered) {
        // Each extra letter costs at least one edit, and other programs' names may be very long.
        if (std::max(name.size(), candidate.size()) - std::min(name.size(), candidate.size()) > farthest)
            continue;
        const std::size_t distance = editDistance(name, candidate);
        if (distance < best) {
            best = distance;
            nearest = candidate;
        }
    }
    const std::string text = "is not a setting and has no effect";
    return nearest.empty() ? text : text + "; did you mean " + std::string(nearest) + '?';
}

} // namespace

std::vector<std::string> variablesToErase(const Environment& environment,
                                          const std::vector<std::string>& plainNames) {
    Names plain(plainNames.begin(), plainNames.end());
    for (const auto& spec : settingsTable())
        plain.insert(std::string(spec.name) + (spec.secret ? "_FILE" : ""));
    std::vector<std::string> names{"HTTPS_PROXY", "https_proxy"};
    for (auto& name : environment.names("CENTRAL_OAUTH_")) {
        if (!name.starts_with("CENTRAL_OAUTH_TEST_") && plain.find(name) == plain.end())
            names.push_back(std::move(name));
    }
    return names;
}

std::vector<Warning> unknownNames(const Environment& environment, const std::vector<std::string>& knownNames,
                                  TestNames testNames) {
    const Names offered = offeredNames(knownNames);
    std::vector<Warning> warnings;
    for (const auto& name : environment.names("CENTRAL_OAUTH_")) {
        if (offered.find(name) == offered.end() && !isKnownElsewhere(name, testNames))
            warnings.push_back({base::visibleBeginning(name, longestShown), textAbout(name, offered)});
    }
    return warnings;
}

} // namespace central_oauth::config
