// SPDX-License-Identifier: Apache-2.0
// The checks of a start: permissions, entry symbol, versions, build tag, id; then the factory's settings.
#include "PluginCheck.h"

#include "central_oauth/app/CommandLine.h"
#include "central_oauth/base/DisplayText.h"
#include "central_oauth/base/EnumNames.h"
#include "central_oauth/loader/PluginLibrary.h"

#include <exception>
#include <filesystem>
#include <iostream>
#include <system_error>

namespace central_oauth::app {

namespace {

using provider::SettingType;

constexpr base::EnumNames<SettingType, 6> types{{
    {SettingType::text, "text"},
    {SettingType::secret, "secret"},
    {SettingType::url, "url"},
    {SettingType::scopeList, "scopes"},
    {SettingType::choice, "choice"},
    {SettingType::flag, "on or off"},
}};
static_assert(base::isComplete(types, SettingType::flag));

void describe(const loader::PluginLibrary& library, std::ostream& output) {
    output << library.id() << ' ' << library.version() << " \"" << library.displayName()
           << "\" can be loaded; its settings:\n";
    for (const auto& spec : library.settings()) {
        output << "  " << spec.key << " (" << base::nameIn(types, spec.type, "text");
        for (const auto& choice : spec.choices)
            output << ' ' << choice;
        output << (spec.required ? ", required" : "");
        if (!spec.defaultValue.empty() && spec.type != SettingType::secret)
            output << ", default " << spec.defaultValue;
        output << "): " << spec.help << '\n';
    }
}

int refuse(int code, const std::string& file, const std::string& why) {
    // Paths, and messages that quote them, are cut and cleaned for the terminal.
    constexpr std::size_t longestPath = 300;
    constexpr std::size_t longestReason = 1000;
    std::cerr << "central-oauthd: " << base::displayText(file, longestPath) << ": "
              << base::displayText(why, longestReason) << '\n';
    return code;
}

} // namespace

int checkPlugin(const std::string& file, std::ostream& output) {
    std::error_code fault;
    const auto path = std::filesystem::absolute(file, fault);
    if (fault)
        return refuse(exitConfiguration, file, "this is no path: " + fault.message());
    try {
        const auto outcome = loader::loadPluginFile(path);
        if (!outcome.refusals.empty())
            return refuse(exitConfiguration, file, outcome.refusals.front().message);
        for (const auto& library : outcome.libraries)
            describe(library, output);
        return exitOk;
    } catch (const std::exception& failure) {
        return refuse(exitConfiguration, file, std::string("the plugin threw: ") + failure.what());
    } catch (...) {
        return refuse(exitConfiguration, file, "the plugin threw something that is no exception");
    }
}

} // namespace central_oauth::app
