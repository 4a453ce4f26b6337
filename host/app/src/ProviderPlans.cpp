// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/app/ProviderPlans.h"

#include "central_oauth/base/Paths.h"
#include "central_oauth/base/Text.h"
#include "central_oauth/base/WebUrl.h"
#include "central_oauth/config/ForeignCharacter.h"
#include "central_oauth/httpclient/NoProxyList.h"
#include "central_oauth/services/ProviderCatalog.h"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace central_oauth::app {

namespace {

// ---- which providers there are

std::vector<config::ProviderChoice> choicesIn(const config::Environment& environment,
                                              const config::HostSettings& settings) {
    if (!settings.providers.empty())
        return settings.providers;
    std::vector<config::ProviderChoice> found;
    for (const auto& id : loader::pluginIdsIn(settings.pluginDir)) {
        if (config::isProviderConfigured(environment, id))
            found.push_back({id, id});
    }
    return found;
}

// Tells a directory without plugins from a missing CLIENT_ID, because the fixes differ.
void reportNoProvider(const config::HostSettings& settings, config::Report& report) {
    constexpr const char* directory = "CENTRAL_OAUTH_PLUGIN_DIR";
    if (!loader::pluginIdsIn(settings.pluginDir).empty())
        report.faults.push_back(
            {"CENTRAL_OAUTH_PROVIDERS",
             "is not set, and no plugin in the plugin directory has its CLIENT_ID set",
             "Set CENTRAL_OAUTH_<NAME>_CLIENT_ID and _CLIENT_SECRET of a provider, e.g. jira."});
    else if (std::none_of(report.faults.begin(), report.faults.end(),
                          [](const auto& fault) { return fault.setting == directory; }))
        report.faults.push_back({directory, "leads to no plugin",
                                 "Install plugins in " + base::pathText(settings.pluginDir) +
                                     ", or set it to the directory that has them."});
}

std::vector<loader::PluginLibrary> loadPlugins(const std::vector<config::ProviderChoice>& choices,
                                               const config::HostSettings& settings, config::Report& report) {
    std::vector<std::string> ids;
    ids.reserve(choices.size());
    for (const auto& choice : choices)
        ids.push_back(choice.plugin);
    auto outcome = loader::loadPlugins(settings.pluginDir, ids);
    for (const auto& refusal : outcome.refusals)
        report.faults.push_back(
            {"CENTRAL_OAUTH_PROVIDERS", "names a plugin that can't be used", refusal.message});
    return std::move(outcome.libraries);
}

// ---- the settings of one provider

// Returns the URL in the one spelling that all equal URLs share, or an empty text if it is not a URL.
std::string withoutQuery(const std::string& url) {
    const auto parsed = base::WebUrl::parse(url);
    if (!parsed)
        return {};
    const auto path = parsed->rest.substr(0, parsed->rest.find_first_of("?#"));
    return parsed->origin().append(base::trimEnd(path, "/"));
}

// Returns the app's identity: authorization server and client id. Empty without a client id.
std::string appOf(const provider::Settings& settings) {
    const auto& client = settings.text("CLIENT_ID");
    return client.empty() ? std::string() : withoutQuery(settings.text("AUTH_BASE")) + ' ' + client;
}

ProviderPlan planOf(const std::string& name, const loader::PluginLibrary& library,
                    const config::Environment& environment, config::Report& report,
                    Description& description) {
    const auto& specs = library.settings();
    auto settings = config::readProviderSettings(environment, name, specs, report);
    auto allowed = config::readAllowLists(environment, name, report);
    auto described = config::describeProvider(name, specs, settings, allowed);
    std::move(described.begin(), described.end(), std::back_inserter(description));
    auto redirectUri = settings.text("REDIRECT_URI");
    auto app = appOf(settings);
    return {.name = name,
            .library = library,
            .settings = std::move(settings),
            .redirectUri = std::move(redirectUri),
            .app = std::move(app),
            .allowed = std::move(allowed),
            .variables = config::providerVariables(name, specs),
            .secrets = config::providerSecretVariables(name, specs),
            .secretFiles = config::SecretFiles(environment, name, specs)};
}

// ---- the proxy

// As for curl, the name in lower case counts where both are set.
std::string proxyVariable(const config::Environment& environment, const char* lower, const char* upper) {
    return environment.find(lower) ? lower : upper;
}

// HTTPS_PROXY may hold a password, so the description does not show it.
UpstreamProxy readUpstreamProxy(const config::Environment& environment, config::Report& report,
                                Description& description) {
    const auto direct = proxyVariable(environment, "no_proxy", "NO_PROXY");
    UpstreamProxy proxy{.setting = proxyVariable(environment, "https_proxy", "HTTPS_PROXY"),
                        .url = {},
                        .noProxy = std::string(environment.find(direct).value_or(""))};
    const auto url = environment.find(proxy.setting);
    description.emplace_back(proxy.setting, url ? "set" : "none");
    description.emplace_back(direct, proxy.noProxy.empty() ? "none" : proxy.noProxy);
    for (const auto& [lower, upper] : {std::pair("https_proxy", "HTTPS_PROXY"), {"no_proxy", "NO_PROXY"}}) {
        if (environment.find(lower) && environment.find(upper) &&
            *environment.find(lower) != *environment.find(upper))
            report.warnings.push_back(
                {upper, "has no effect: it differs from " + std::string(lower) + ", and that one counts"});
    }
    if (!url)
        return proxy;
    if (const auto foreign = config::foreignCharacter(*url))
        report.faults.push_back(
            {proxy.setting, "holds " + *foreign, std::string(config::foreignCharacterFix())});
    else
        proxy.url = std::string(*url);
    const httpclient::NoProxyList exceptions(proxy.noProxy);
    for (const auto& entry : exceptions.useless())
        report.warnings.push_back(
            {direct, "has an entry " + std::to_string(entry.position) +
                         (entry.entry.empty() ? std::string() : ", \"" + entry.entry + "\",") +
                         " that can never match: it " + entry.why});
    return proxy;
}

// ---- rules for several providers

// Returns an empty text if the system chooses the port, because the address is not known yet.
std::string publicUrlOf(const config::HostSettings& settings) {
    if (settings.publicUrl)
        return settings.publicUrl->text;
    if (settings.bind.port == 0)
        return {};
    return base::originOf((settings.tls ? "https://" : "http://") + settings.bind.text());
}

// A callback path must belong to one app only, or a provider could receive the answer for another one (RFC
// 9207 section 1).
void checkCallbacks(const std::vector<ProviderPlan>& plans, const config::HostSettings& settings,
                    config::Report& report) {
    const ProviderPlan* neutral = nullptr;
    for (const auto& plan : plans) {
        if (plan.redirectUri.empty())
            continue;
        services::ConfiguredProvider wanted;
        wanted.redirectUri = plan.redirectUri;
        const auto path = wanted.callbackPath();
        const std::string setting = config::providerVariable(plan.name, "REDIRECT_URI");
        if (path != "/callback" && path != "/callback/" + plan.name)
            report.faults.push_back({setting,
                                     "names a path that this service does not answer for this provider",
                                     "end it with /callback/" + plan.name +
                                         ", or with /callback where several providers use one app"});
        else if (const auto publicUrl = publicUrlOf(settings);
                 !publicUrl.empty() && base::originOf(plan.redirectUri) != publicUrl)
            report.warnings.push_back(
                {setting,
                 "names another address than CENTRAL_OAUTH_PUBLIC_URL, so browsers that come back are "
                 "refused: " +
                     base::originOf(plan.redirectUri) + " is not " + publicUrl +
                     (settings.publicUrl ? "" : ", which is from the bind address")});
        if (path != "/callback")
            continue;
        if (neutral != nullptr && neutral->app != plan.app)
            report.faults.push_back({setting,
                                     "ends with /callback, as that of a provider of another app does",
                                     "end it with /callback/" + plan.name});
        neutral = &plan;
    }
}

} // namespace

ProviderPlans readProviderPlans(const config::Environment& environment, const config::HostSettings& settings,
                                config::Report& report, Description& description) {
    const auto choices = choicesIn(environment, settings);
    if (choices.empty() && environment.names("CENTRAL_OAUTH_PROVIDERS").empty())
        reportNoProvider(settings, report);
    const auto libraries = loadPlugins(choices, settings, report);
    ProviderPlans plans;
    for (const auto& choice : choices) {
        const auto library = std::find_if(libraries.begin(), libraries.end(), [&](const auto& candidate) {
            return candidate.id() == choice.plugin;
        });
        if (library != libraries.end())
            plans.providers.push_back(planOf(choice.name, *library, environment, report, description));
    }
    plans.proxy = readUpstreamProxy(environment, report, description);
    checkCallbacks(plans.providers, settings, report);
    return plans;
}

} // namespace central_oauth::app
