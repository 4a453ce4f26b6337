// SPDX-License-Identifier: Apache-2.0
// This help works even if a setting is wrong, because the operator reads it to fix that setting.
#include "SettingsHelp.h"

#include "central_oauth/app/CommandLine.h"
#include "central_oauth/config/Environment.h"
#include "central_oauth/config/HostSettings.h"
#include "central_oauth/config/ProviderSettings.h"
#include "central_oauth/config/SettingsTable.h"
#include "central_oauth/loader/PluginLibrary.h"

#include <iostream>

namespace central_oauth::app {

namespace {

// Returns the settings of every plugin that can be loaded, and reports the others on stderr.
std::vector<config::PluginSettings> pluginSettings() {
    const auto directory = config::load(config::Environment::fromProcess()).settings.pluginDir;
    if (!directory.is_absolute())
        return {};
    const auto outcome = loader::loadPlugins(directory, loader::pluginIdsIn(directory));
    for (const auto& refusal : outcome.refusals)
        std::cerr << "central-oauthd: plugin " << refusal.id << " is left out: " << refusal.message << '\n';
    std::vector<config::PluginSettings> all;
    for (const auto& library : outcome.libraries)
        all.push_back({library.id(), library.settings()});
    return all;
}

} // namespace

int printSettings(bool markdown, std::ostream& output) {
    const auto plugins = pluginSettings();
    if (!markdown) {
        output << config::helpText() << '\n' << config::providerHelpText(plugins);
        return exitOk;
    }
    output << "<!-- settings table: generated -->\n"
           << config::markdownTable() << "<!-- end of settings table -->\n\n"
           << "<!-- provider settings table: generated -->\n"
           << config::providerMarkdownTable(plugins) << "<!-- end of provider settings table -->\n";
    return exitOk;
}

} // namespace central_oauth::app
