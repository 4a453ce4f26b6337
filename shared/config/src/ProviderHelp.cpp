// SPDX-License-Identifier: Apache-2.0
// The settings of providers as text for a terminal, as Markdown, and as log lines.
#include "central_oauth/base/Text.h"
#include "central_oauth/config/ProviderSettings.h"

#include <algorithm>

namespace central_oauth::config {

namespace {

/// A setting of one or several plugins, with the default of each.
struct Row {
    provider::SettingSpec spec;
    std::vector<std::string> plugins;  ///< the plugins that have it
    std::vector<std::string> defaults; ///< one per plugin
};

std::string defaultOf(const provider::SettingSpec& spec, std::string_view quote) {
    if (spec.required)
        return "required";
    if (spec.key == "REDIRECT_URI")
        return "the public URL with /callback/ and the provider's name"; // computed by the host
    if (spec.defaultValue.empty())
        return "none";
    return std::string(quote) + spec.defaultValue + std::string(quote);
}

std::vector<Row> rowsOf(const std::vector<PluginSettings>& plugins, std::string_view quote) {
    std::vector<Row> rows;
    for (const auto& plugin : plugins) {
        for (const auto& spec : plugin.specs) {
            auto row = std::find_if(rows.begin(), rows.end(), [&spec](const Row& known) {
                return known.spec.key == spec.key && known.spec.help == spec.help;
            });
            if (row == rows.end())
                row = rows.insert(rows.end(), {spec, {}, {}});
            row->plugins.push_back(plugin.plugin);
            row->defaults.push_back(defaultOf(spec, quote));
        }
    }
    for (const auto& spec : hostSettingSpecs())
        rows.push_back({spec, {}, {"none"}});
    return rows;
}

std::string shownDefault(const Row& row) {
    const auto& first = row.defaults.front();
    const bool same = std::all_of(row.defaults.begin(), row.defaults.end(),
                                  [&first](const std::string& other) { return other == first; });
    if (same)
        return first;
    std::vector<std::string> each;
    for (std::size_t i = 0; i < row.plugins.size(); ++i)
        each.push_back(row.plugins[i] + ": " + row.defaults[i]);
    return base::join(each, "; ");
}

std::string meaning(const Row& row, std::size_t plugins) {
    std::string text = row.spec.help;
    if (row.spec.type == provider::SettingType::choice)
        text += " One of: " + base::join(row.spec.choices, ", ") + '.';
    if (row.spec.type == provider::SettingType::flag)
        text += " on or off.";
    if (row.spec.type == provider::SettingType::secret)
        text += " Secret.";
    if (!row.plugins.empty() && row.plugins.size() < plugins)
        text += " Of " + base::join(row.plugins, ", ") + " only.";
    return text;
}

std::string valueOf(const provider::SettingSpec& spec, const provider::Settings& settings) {
    if (spec.type == provider::SettingType::secret)
        return settings.secret(spec.key).empty() ? "unset" : "set";
    const auto& text = settings.text(spec.key);
    return text.empty() ? "none" : text;
}

} // namespace

std::string providerHelpText(const std::vector<PluginSettings>& plugins) {
    std::string text = "The settings of a provider begin with CENTRAL_OAUTH_<NAME>_, where <NAME> is the "
                       "provider's name in upper\n"
                       "case with _ for -: the client id of acme-jira is "
                       "CENTRAL_OAUTH_ACME_JIRA_CLIENT_ID. After that comes one of these suffixes:\n\n";
    for (const auto& row : rowsOf(plugins, ""))
        text += row.spec.key + "\n    " + meaning(row, plugins.size()) +
                "\n    Default: " + shownDefault(row) + "\n";
    return text;
}

std::string providerMarkdownTable(const std::vector<PluginSettings>& plugins) {
    std::string text = "| suffix | default | meaning |\n|---|---|---|\n";
    for (const auto& row : rowsOf(plugins, "`"))
        text +=
            "| `" + row.spec.key + "` | " + shownDefault(row) + " | " + meaning(row, plugins.size()) + " |\n";
    return text;
}

std::vector<std::pair<std::string, std::string>>
describeProvider(std::string_view providerName, const std::vector<provider::SettingSpec>& specs,
                 const provider::Settings& settings, const AllowLists& allowed) {
    std::vector<std::pair<std::string, std::string>> lines;
    lines.reserve(specs.size());
    for (const auto& spec : specs)
        lines.emplace_back(providerVariable(providerName, spec.key), valueOf(spec, settings));
    const auto orAny = [](const std::vector<std::string>& list) {
        return list.empty() ? std::string("any") : base::join(list, ", ");
    };
    lines.emplace_back(providerVariable(providerName, "ALLOWED_SITES"), orAny(allowed.sites));
    lines.emplace_back(providerVariable(providerName, "ALLOWED_EMAIL_DOMAINS"), orAny(allowed.emailDomains));
    return lines;
}

} // namespace central_oauth::config
