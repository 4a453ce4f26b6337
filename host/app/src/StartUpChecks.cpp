// SPDX-License-Identifier: Apache-2.0
// What must be so between the settings of several providers.
#include "UpstreamApp.h"
#include "central_oauth/app/StartUp.h"
#include "central_oauth/base/WebUrl.h"
#include "central_oauth/config/ProviderSettings.h"
#include "central_oauth/loader/PluginLibrary.h"
#include "central_oauth/services/ProviderErrors.h"

#include <algorithm>
#include <set>

namespace central_oauth::app {

namespace {

// Empty where the system chooses the port: nobody knows the address then.
std::string publicUrlOf(const config::HostSettings& settings) {
    if (settings.publicUrl)
        return settings.publicUrl->text;
    if (settings.bind.port == 0)
        return {};
    return base::originOf((settings.tls ? "https://" : "http://") + settings.bind.text());
}

} // namespace

// An answer that arrives at a path must be that of one app only, or a provider could be given another's
// (RFC 9207 section 1).
void StartUp::checkCallbacks() {
    const Prepared* neutral = nullptr;
    for (const auto& prepared : _prepared) {
        services::ConfiguredProvider wanted;
        wanted.redirectUri = prepared.redirectUri;
        const auto path = wanted.callbackPath();
        const std::string setting = config::providerVariable(prepared.name, "REDIRECT_URI");
        if (prepared.redirectUri.empty())
            continue;
        if (path != "/callback" && path != "/callback/" + prepared.name)
            addFault(setting, "names a path that this service does not answer for this provider",
                     "end it with /callback/" + prepared.name +
                         ", or with /callback where several providers use one app");
        else if (const auto publicUrl = publicUrlOf(_settings);
                 !publicUrl.empty() && base::originOf(prepared.redirectUri) != publicUrl)
            _report.warnings.push_back(
                {setting,
                 "names another address than CENTRAL_OAUTH_PUBLIC_URL, so browsers that come back are "
                 "refused: " +
                     base::originOf(prepared.redirectUri) + " is not " + publicUrl +
                     (_settings.publicUrl ? "" : ", which is from the bind address")});
        if (path != "/callback")
            continue;
        if (neutral != nullptr && neutral->app != prepared.app)
            addFault(setting, "ends with /callback, as that of a provider of another app does",
                     "end it with /callback/" + prepared.name);
        neutral = &prepared;
    }
}

// A directory without plugins is told from a missing CLIENT_ID: the mends have nothing in common.
void StartUp::addNoProviderFault() {
    constexpr const char* directory = "CENTRAL_OAUTH_PLUGIN_DIR";
    if (!loader::pluginIdsIn(_settings.pluginDir).empty())
        addFault("CENTRAL_OAUTH_PROVIDERS",
                 "is not set, and no plugin in the plugin directory has its CLIENT_ID set",
                 "Set CENTRAL_OAUTH_<NAME>_CLIENT_ID and _CLIENT_SECRET of a provider, e.g. jira.");
    else if (std::none_of(_report.faults.begin(), _report.faults.end(),
                          [](const auto& fault) { return fault.setting == directory; }))
        addFault(directory, "leads to no plugin",
                 "Install plugins in " + _settings.pluginDir.string() +
                     ", or set it to the directory that has them.");
}

// Nothing is wrong with such a provider until the first person has consented in vain.
void StartUp::checkAbilities() {
    for (const auto& item : _registry.all()) {
        if (services::extensionOf<provider::IdentityReader>(*item.provider) == nullptr)
            _report.warnings.push_back(
                {"CENTRAL_OAUTH_PROVIDERS", "names " + item.name + ", whose plugin does not offer " +
                                                std::string(provider::IdentityReader::extensionId) +
                                                ": nobody can be linked there"});
    }
}

// Providers of one app ask for the scopes of all of them at once.
void StartUp::checkScopes() {
    constexpr std::size_t tooMany = 50; // what Atlassian's authorization server no longer takes
    std::set<std::string> seen;
    for (const auto& first : _prepared) {
        if (!seen.insert(first.app).second || first.app.empty())
            continue;
        std::set<std::string> scopes;
        std::vector<std::string> names;
        for (std::size_t i = 0; i < _prepared.size(); ++i) {
            if (_prepared[i].app != first.app)
                continue;
            names.push_back(_prepared[i].name);
            const auto& more = _registry.all()[i].provider->properties().scopes;
            scopes.insert(more.begin(), more.end());
        }
        if (scopes.size() < tooMany)
            continue;
        std::string others;
        for (std::size_t i = 1; i < names.size(); ++i)
            others += (i == 1 ? ", with those of " : " and ") + names[i];
        addFault(config::providerVariable(first.name, "SCOPES"),
                 "makes " + std::to_string(scopes.size()) + " scopes" + others +
                     (names.size() > 1 ? ", whose app is the same" : "") + "; upstream takes fewer than 50",
                 "remove some scopes, or use another app for one of the providers");
    }
}

} // namespace central_oauth::app
