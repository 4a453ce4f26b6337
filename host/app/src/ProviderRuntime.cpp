// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/app/ProviderRuntime.h"

#include "central_oauth/services/ProviderCatalog.h"

#include <algorithm>
#include <set>
#include <utility>

namespace central_oauth::app {

namespace {

// Returns the origins that the operator named for this provider. It can contact no others.
std::vector<std::string> originsOf(const ProviderPlan& plan) {
    std::vector<std::string> origins;
    for (const auto& spec : plan.library.settings()) {
        const bool isUpstream = spec.type == provider::SettingType::url && spec.key != "REDIRECT_URI";
        if (isUpstream && !plan.settings.text(spec.key).empty())
            origins.push_back(plan.settings.text(spec.key));
    }
    return origins;
}

// A provider that is created anew needs all its settings again, and the environment has lost the secrets.
provider::Settings copyOf(const provider::Settings& settings,
                          const std::vector<provider::SettingSpec>& specs) {
    provider::Settings copy;
    for (const auto& spec : specs) {
        if (const auto& secret = settings.secret(spec.key); !secret.empty())
            copy.setSecret(spec.key, secret.clone());
        if (const auto& text = settings.text(spec.key); !text.empty())
            copy.set(spec.key, text);
    }
    return copy;
}

} // namespace

ProviderRuntime::ProviderRuntime(ProviderPlans plans, const config::HostSettings& settings,
                                 const base::Clock& clock, logging::Logger& logger, config::Report& report)
    : _clock(clock), _dates(clock, logger.channel("central_oauth.upstream")) {
    for (auto& plan : plans.providers) {
        auto log = logger.channel("central_oauth.provider." + plan.name);
        addClient(_items.emplace_back(std::move(plan), std::move(log)), plans.proxy, settings, report);
    }
    if (report.hasFaults())
        return;
    std::vector<loader::ProviderDefinition> definitions;
    for (auto& item : _items)
        definitions.push_back(definitionOf(item, item.plan.settings));
    auto built = loader::buildRegistry(std::move(definitions), _pool.emplace());
    for (const auto& refusal : built.refusals)
        addRefusal(refusal, report);
    _registry = std::move(built.registry);
    if (report.hasFaults())
        return;
    checkScopes(report);
    checkAbilities(report);
}

void ProviderRuntime::addClient(Item& item, const UpstreamProxy& proxy, const config::HostSettings& settings,
                                config::Report& report) {
    httpclient::UpstreamHttpOptions options;
    options.allowedOrigins = originsOf(item.plan);
    options.extraCaFile = settings.upstreamCa;
    options.onDate = [this](const auto& host, const auto& date) { _dates.look(host, date); };
    options.httpsProxy = proxy.url;
    options.httpsProxySetting = proxy.setting;
    options.noProxy = proxy.noProxy;
    try {
        item.http.emplace(options);
    } catch (const base::Error& failure) {
        const std::string reason = failure.what();
        const bool isOfProxy = reason.starts_with(proxy.setting + ' ');
        const std::string setting = isOfProxy ? proxy.setting : "CENTRAL_OAUTH_UPSTREAM_CA";
        const bool isKnown = std::any_of(report.faults.begin(), report.faults.end(), [&](const auto& fault) {
            return fault.setting == setting && fault.fix == reason;
        });
        if (!isKnown) // every provider reports it
            report.faults.push_back({setting, "can't be used", reason});
    }
}

// A plugin names its setting by the key, but the operator knows the variable.
void ProviderRuntime::addRefusal(const loader::ProviderRefusal& refusal, config::Report& report) const {
    const auto& [name, message] = refusal;
    const std::string beginning = "provider " + name + ": ";
    const auto text = message.starts_with(beginning) ? message.substr(beginning.size()) : message;
    const auto blank = text.find(' ');
    const auto variable = config::providerVariable(name, text.substr(0, blank));
    const bool isOfSetting = std::any_of(_items.begin(), _items.end(), [&, &name = name](const auto& item) {
        const auto& variables = item.plan.variables;
        return item.plan.name == name &&
               std::find(variables.begin(), variables.end(), variable) != variables.end();
    });
    if (blank == std::string::npos || !isOfSetting) {
        report.faults.push_back(
            {"CENTRAL_OAUTH_PROVIDERS", "names a provider that can't be made: " + name, message});
        return;
    }
    const auto problem = text.substr(blank + 1);
    const auto semicolon = problem.find("; ");
    report.faults.push_back({variable, problem.substr(0, semicolon),
                             semicolon == std::string::npos ? "correct it" : problem.substr(semicolon + 2)});
}

// Requires: the registry was built without refusals.
const provider::Provider& ProviderRuntime::pluginOf(const ProviderPlan& plan) const {
    return *_registry.find(plan.name)->provider;
}

// Providers of one app ask for the scopes of all of them at once.
void ProviderRuntime::checkScopes(config::Report& report) const {
    constexpr std::size_t tooMany = 50; // the smallest number that Atlassian's authorization server refuses
    std::set<std::string> seen;
    for (const auto& first : _items) {
        if (first.plan.app.empty() || !seen.insert(first.plan.app).second)
            continue;
        std::set<std::string> scopes;
        std::string others;
        std::size_t sharing = 0;
        for (const auto& [plan, log, http] : _items) {
            if (plan.app != first.plan.app)
                continue;
            if (++sharing > 1)
                others += (sharing == 2 ? ", with those of " : " and ") + plan.name;
            const auto more = pluginOf(plan).properties().scopes;
            scopes.insert(more.begin(), more.end());
        }
        if (scopes.size() < tooMany)
            continue;
        report.faults.push_back({config::providerVariable(first.plan.name, "SCOPES"),
                                 "makes " + std::to_string(scopes.size()) + " scopes" + others +
                                     (sharing > 1 ? ", whose app is the same" : "") +
                                     "; upstream takes fewer than 50",
                                 "remove some scopes, or use another app for one of the providers"});
    }
}

// Warns at the start: otherwise such a provider fails only after the first person has consented.
void ProviderRuntime::checkAbilities(config::Report& report) const {
    for (const auto& item : _items) {
        if (services::extensionOf<provider::IdentityReader>(pluginOf(item.plan)) == nullptr)
            report.warnings.push_back(
                {"CENTRAL_OAUTH_PROVIDERS", "names " + item.plan.name + ", whose plugin does not offer " +
                                                std::string(provider::IdentityReader::extensionId) +
                                                ": nobody can be linked there"});
    }
}

std::vector<services::ConfiguredProvider> ProviderRuntime::configured(const std::string& publicUrl) const {
    std::vector<services::ConfiguredProvider> providers;
    for (const auto& [plan, log, http] : _items) {
        const auto& plugin = pluginOf(plan);
        const auto properties = plugin.properties();
        providers.push_back({.name = plan.name,
                             .displayName = plan.library.displayName(),
                             .plugin = &plugin,
                             .properties = properties,
                             .scopes = properties.scopes,
                             .redirectUri = plan.redirectUri.empty() ? publicUrl + "/callback/" + plan.name
                                                                     : plan.redirectUri,
                             .app = plan.app,
                             .allowedSites = plan.allowed.sites,
                             .allowedEmailDomains = plan.allowed.emailDomains});
    }
    return providers;
}

loader::ProviderDefinition ProviderRuntime::definitionOf(Item& item,
                                                         const provider::Settings& settings) const {
    const auto& library = item.plan.library;
    return {item.plan.name, library, copyOf(settings, library.settings()), {*item.http, item.log, _clock}};
}

std::vector<SecretReload> ProviderRuntime::reloadSecrets() {
    std::vector<SecretReload> reloads;
    for (auto& item : _items) {
        if (item.plan.secretFiles.empty())
            continue;
        auto& reload = reloads.emplace_back(SecretReload{.provider = item.plan.name});
        auto secrets = item.plan.secretFiles.read(reload.report);
        if (!reload.report.hasFaults())
            reload.hasChanged = useSecrets(item, std::move(secrets), reload.report);
    }
    return reloads;
}

// Returns false if no secret has changed, or if the plugin refuses one.
bool ProviderRuntime::useSecrets(Item& item, config::SecretFiles::Values secrets, config::Report& report) {
    auto settings = copyOf(item.plan.settings, item.plan.library.settings());
    bool hasChanged = false;
    for (auto& [key, secret] : secrets) {
        hasChanged = hasChanged || secret.reveal() != settings.secret(key).reveal();
        settings.setSecret(key, std::move(secret));
    }
    if (!hasChanged)
        return false;
    if (const auto refusal =
            loader::replaceProvider(*_registry.find(item.plan.name), definitionOf(item, settings))) {
        addRefusal(*refusal, report);
        return false;
    }
    item.plan.settings = std::move(settings);
    return true;
}

std::size_t ProviderRuntime::stop(std::chrono::seconds patience) {
    return _pool ? _pool->stop(patience) : 0;
}

} // namespace central_oauth::app
