// SPDX-License-Identifier: Apache-2.0
// The settings table as text for a terminal and as Markdown.
#include "Duration.h"
#include "central_oauth/base/Utf8.h"
#include "central_oauth/config/SettingsTable.h"

#include <algorithm>

namespace central_oauth::config {

namespace {

std::string shownDefault(const SettingSpec& spec, std::string_view quote) {
    if (!spec.defaultShown.empty())
        return std::string(spec.defaultShown);
    if (spec.defaultValue.empty())
        return "none";
    return std::string(quote) + std::string(spec.defaultValue) + std::string(quote);
}

std::string meaning(const SettingSpec& spec) {
    std::string text(spec.help);
    if (spec.type == ValueType::number)
        text += " From " + std::to_string(spec.least) + " to " + std::to_string(spec.most) + '.';
    if (spec.type == ValueType::duration)
        text += " From " + durationText(std::chrono::seconds(spec.least)) + " to " +
                durationText(std::chrono::seconds(spec.most)) + '.';
    if (spec.secret)
        text += " Secret.";
    return text;
}

std::string padded(std::string_view text, std::size_t columns) {
    std::string result(text);
    const std::size_t used = base::countCodePoints(text);
    // At least two blanks, even if a text is wider than its column.
    result.append(used + 2 > columns ? 2 : columns - used, ' ');
    return result;
}

} // namespace

std::string helpText() {
    std::string text = "Settings are environment variables. An empty value counts as unset.\n\n";
    std::size_t nameColumns = 0;
    std::size_t defaultColumns = 0;
    for (const auto& spec : settingsTable()) {
        nameColumns = std::max(nameColumns, base::countCodePoints(spec.name) + 2);
        defaultColumns = std::max(defaultColumns, base::countCodePoints(shownDefault(spec, "")) + 2);
    }
    text += padded("NAME", nameColumns) + padded("DEFAULT", defaultColumns) + "MEANING\n";
    for (const auto& spec : settingsTable())
        text += padded(spec.name, nameColumns) + padded(shownDefault(spec, ""), defaultColumns) +
                meaning(spec) + '\n';
    text += "\n"
            "A secret NAME may also stand in a file that NAME_FILE names, or in $CREDENTIALS_DIRECTORY under "
            "its name\n"
            "in lower case. A duration is a number followed by d, h, m or s, or a number of seconds.\n"
            "HTTPS_PROXY and NO_PROXY are honoured for connections to upstream.\n";
    return text;
}

std::string markdownTable() {
    std::string text = "| variable | default | meaning |\n|---|---|---|\n";
    for (const auto& spec : settingsTable())
        text += "| `" + std::string(spec.name) + "` | " + shownDefault(spec, "`") + " | " + meaning(spec) +
                " |\n";
    return text;
}

} // namespace central_oauth::config
