// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/app/StartUp.h"

#include "UpstreamApp.h"
#include "central_oauth/app/TestHooks.h"
#include "central_oauth/config/Environment.h"
#include "central_oauth/config/ForeignCharacter.h"
#include "central_oauth/config/ProviderSettings.h"
#include "central_oauth/config/SettingsTable.h"
#include "central_oauth/httpclient/NoProxyList.h"
#include "central_oauth/loader/PluginLibrary.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

namespace central_oauth::app {

/// What one provider's plugin is lent.
struct StartUp::Upstream {
    Upstream(logging::Logger& logger, const std::string& name)
        : log(logger.channel("central_oauth.provider." + name)) {}

    logging::Channel log;
    std::optional<httpclient::UpstreamHttpClient> http;
};

namespace {

template <class Item>
void append(std::vector<Item>& list, std::vector<Item> more) {
    list.insert(list.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

bool holds(const std::vector<std::string>& list, const std::string& text) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

// The origins that the operator named for this provider: nothing else is ever contacted.
std::vector<std::string> originsOf(const std::vector<provider::SettingSpec>& specs,
                                   const provider::Settings& settings) {
    std::vector<std::string> origins;
    for (const auto& spec : specs) {
        const bool isUpstream = spec.type == provider::SettingType::url && spec.key != "REDIRECT_URI";
        if (isUpstream && !settings.text(spec.key).empty())
            origins.push_back(settings.text(spec.key));
    }
    return origins;
}

// As for curl, the name in lower case counts where both are set.
std::string proxyVariable(const config::Environment& environment, const char* lower, const char* upper) {
    return environment.find(lower) ? lower : upper;
}

std::shared_ptr<const http::TlsContext> openTls(const config::TlsFiles& files, config::Report& report) {
    try {
        return std::make_shared<http::TlsContext>(http::TlsFiles{files.certificate, files.key});
    } catch (const http::TlsError& failure) {
        report.faults.push_back({"CENTRAL_OAUTH_TLS_CERT",
                                 "or CENTRAL_OAUTH_TLS_KEY can't be used: " + failure.problem(),
                                 failure.mend()});
        return nullptr;
    }
}

bool hasTlsFault(const config::Report& report) {
    return std::any_of(report.faults.begin(), report.faults.end(),
                       [](const auto& fault) { return fault.setting.starts_with("CENTRAL_OAUTH_TLS_"); });
}

} // namespace

StartUp::StartUp(StartScope scope, const base::Clock& clock, logging::Logger& logger) {
    const auto environment = config::Environment::fromProcess();
    auto loaded = config::load(environment);
    _settings = std::move(loaded.settings);
    _report = std::move(loaded.report);
    std::vector<std::string> keyFaults;
    if (!_settings.keyRing.empty())
        _keys = crypto::KeyRing::parse(_settings.keyRing, keyFaults);
    for (const auto& fault : keyFaults)
        addFault("CENTRAL_OAUTH_KEY_RING", "can't be used: " + fault,
                 "Write each key as 64 hexadecimal digits.");
    _description = config::describe(_settings);
    _settings.keyRing.clear(); // the ring keeps them in locked memory
    if (scope == StartScope::storeOnly) {
        config::Environment::eraseSecrets(config::variablesToErase(environment, {}));
        return;
    }
    if (_settings.tls && !hasTlsFault(_report))
        _listenerTls = openTls(*_settings.tls, _report);
    loadProviders(environment, clock, logger);
}

StartUp::~StartUp() = default;

void StartUp::addFault(const std::string& setting, const std::string& problem, const std::string& mend) {
    _report.faults.push_back({setting, problem, mend});
}

std::vector<config::ProviderChoice> StartUp::choices(const config::Environment& environment) const {
    if (!_settings.providers.empty())
        return _settings.providers;
    std::vector<config::ProviderChoice> found;
    for (const auto& id : loader::pluginIdsIn(_settings.pluginDir)) {
        if (config::isProviderConfigured(environment, id))
            found.push_back({id, id});
    }
    return found;
}

void StartUp::loadProviders(const config::Environment& environment, const base::Clock& clock,
                            logging::Logger& logger) {
    const auto wanted = choices(environment);
    if (wanted.empty() && environment.names("CENTRAL_OAUTH_PROVIDERS").empty())
        addNoProviderFault();

    std::vector<std::string> ids;
    for (const auto& choice : wanted)
        ids.push_back(choice.plugin);
    const auto outcome = loader::loadPlugins(_settings.pluginDir, ids);
    for (const auto& refusal : outcome.refusals)
        addFault("CENTRAL_OAUTH_PROVIDERS", "names a plugin that can't be used", refusal.message);

    for (const auto& choice : wanted) {
        const auto library =
            std::find_if(outcome.libraries.begin(), outcome.libraries.end(),
                         [&](const auto& candidate) { return candidate.id() == choice.plugin; });
        if (library != outcome.libraries.end())
            loadProvider(choice, *library, environment, clock, logger);
    }
    describeUpstreamProxy(environment);
    checkCallbacks();
    scrubEnvironment(environment);
    if (_report.hasFaults())
        return;

    _pool = std::make_unique<loader::UpstreamPool>();
    auto built = loader::buildRegistry(std::move(_definitions), *_pool);
    for (const auto& refusal : built.refusals)
        addRefusal(refusal.name, refusal.message);
    _registry = std::move(built.registry);
    if (_report.hasFaults())
        return;
    checkScopes();
    checkAbilities();
}

// A plugin names its setting by the key, and the operator knows the variable.
void StartUp::addRefusal(const std::string& provider, const std::string& message) {
    const std::string beginning = "provider " + provider + ": ";
    const auto text = message.starts_with(beginning) ? message.substr(beginning.size()) : message;
    const auto blank = text.find(' ');
    const auto variable = config::providerVariable(provider, text.substr(0, blank));
    const auto prepared = std::find_if(_prepared.begin(), _prepared.end(),
                                       [&](const auto& candidate) { return candidate.name == provider; });
    if (blank == std::string::npos || prepared == _prepared.end() || !holds(prepared->variables, variable)) {
        addFault("CENTRAL_OAUTH_PROVIDERS", "names a provider that can't be made: " + provider, message);
        return;
    }
    const auto problem = text.substr(blank + 1);
    const auto semicolon = problem.find("; ");
    addFault(variable, problem.substr(0, semicolon),
             semicolon == std::string::npos ? "correct it" : problem.substr(semicolon + 2));
}

void StartUp::loadProvider(const config::ProviderChoice& choice, const loader::PluginLibrary& library,
                           const config::Environment& environment, const base::Clock& clock,
                           logging::Logger& logger) {
    const auto& specs = library.settings();
    auto settings = config::readProviderSettings(environment, choice.name, specs, _report);
    Prepared prepared;
    prepared.name = choice.name;
    prepared.redirectUri = settings.text("REDIRECT_URI");
    prepared.app = appOf(settings);
    prepared.allowed = config::readAllowLists(environment, choice.name, _report);
    prepared.variables = config::providerVariables(choice.name, specs);
    prepared.secrets = config::providerSecretVariables(choice.name, specs);
    append(_description, config::describeProvider(choice.name, specs, settings, prepared.allowed));
    auto& upstream = *_upstreams.emplace_back(std::make_unique<Upstream>(logger, choice.name));
    if (!_dates)
        _dates = std::make_unique<httpclient::DateWatch>(clock, logger.channel("central_oauth.upstream"));
    if (auto* client = makeClient(environment, upstream, originsOf(specs, settings)))
        _definitions.push_back({choice.name, library, std::move(settings), {*client, upstream.log, clock}});
    _prepared.push_back(std::move(prepared));
}

// Warns of what nobody knows, and takes what may be a secret out of the process's environment.
void StartUp::scrubEnvironment(const config::Environment& environment) {
    std::vector<std::string> known;
    std::vector<std::string> plain;
    for (const auto& prepared : _prepared) {
        append(known, prepared.variables);
        for (const auto& name : prepared.variables) {
            if (!holds(prepared.secrets, name))
                plain.push_back(name);
        }
    }
    const auto testNames = hasTestHooks() ? config::TestNames::known : config::TestNames::unknown;
    append(_report.warnings, config::unknownNames(environment, known, testNames));
    config::Environment::eraseSecrets(config::variablesToErase(environment, plain));
}

// HTTPS_PROXY may hold a password.
void StartUp::describeUpstreamProxy(const config::Environment& environment) {
    const auto proxy = proxyVariable(environment, "https_proxy", "HTTPS_PROXY");
    const auto direct = proxyVariable(environment, "no_proxy", "NO_PROXY");
    const std::string list(environment.find(direct).value_or(""));
    _description.emplace_back(proxy, environment.find(proxy) ? "set" : "none");
    _description.emplace_back(direct, list.empty() ? "none" : list);
    for (const auto& [lower, upper] : {std::pair("https_proxy", "HTTPS_PROXY"), {"no_proxy", "NO_PROXY"}}) {
        if (environment.find(lower) && environment.find(upper) &&
            *environment.find(lower) != *environment.find(upper))
            _report.warnings.push_back(
                {upper, "has no effect: it differs from " + std::string(lower) + ", and that one counts"});
    }
    if (!environment.find(proxy))
        return;
    if (const auto foreign = config::foreignCharacter(*environment.find(proxy)))
        addFault(proxy, "holds " + *foreign, std::string(config::foreignCharacterFix()));
    const httpclient::NoProxyList exceptions(list);
    for (const auto& entry : exceptions.useless())
        _report.warnings.push_back(
            {direct, "has an entry " + std::to_string(entry.position) +
                         (entry.entry.empty() ? std::string() : ", \"" + entry.entry + "\",") +
                         " that can never match: it " + entry.why});
}

provider::HttpClient* StartUp::makeClient(const config::Environment& environment, Upstream& upstream,
                                          const std::vector<std::string>& origins) {
    httpclient::UpstreamHttpOptions options;
    options.allowedOrigins = origins;
    options.extraCaFile = _settings.upstreamCa;
    options.onDate = [dates = _dates.get()](const auto& host, const auto& date) { dates->look(host, date); };
    const auto proxy = proxyVariable(environment, "https_proxy", "HTTPS_PROXY");
    options.httpsProxy = std::string(environment.find(proxy).value_or(""));
    options.httpsProxySetting = proxy;
    if (config::foreignCharacter(options.httpsProxy)) // has its fault already
        options.httpsProxy.clear();
    options.noProxy =
        std::string(environment.find(proxyVariable(environment, "no_proxy", "NO_PROXY")).value_or(""));
    try {
        return &upstream.http.emplace(options);
    } catch (const base::Error& failure) {
        const std::string reason = failure.what();
        const bool isOfProxy = reason.starts_with(proxy + ' ');
        const std::string setting = isOfProxy ? proxy : "CENTRAL_OAUTH_UPSTREAM_CA";
        const bool isKnown =
            std::any_of(_report.faults.begin(), _report.faults.end(),
                        [&](const auto& fault) { return fault.setting == setting && fault.mend == reason; });
        if (!isKnown) // every provider meets it
            addFault(setting, "can't be used", reason);
        return nullptr;
    }
}

std::shared_ptr<const http::TlsContext> StartUp::readTls(config::Report& report) const {
    config::checkTlsFiles(*_settings.tls, report);
    return report.hasFaults() ? nullptr : openTls(*_settings.tls, report);
}

std::vector<services::ConfiguredProvider> StartUp::configuredProviders(const std::string& publicUrl) const {
    std::vector<services::ConfiguredProvider> providers;
    const auto& all = _registry.all();
    for (std::size_t i = 0; i < all.size(); ++i) {
        services::ConfiguredProvider configured;
        configured.name = all[i].name;
        configured.displayName = all[i].displayName;
        configured.plugin = all[i].provider.get();
        configured.properties = all[i].provider->properties();
        configured.scopes = configured.properties.scopes;
        configured.redirectUri = _prepared[i].redirectUri.empty() ? publicUrl + "/callback/" + all[i].name
                                                                  : _prepared[i].redirectUri;
        configured.app = _prepared[i].app;
        configured.allowedSites = _prepared[i].allowed.sites;
        configured.allowedEmailDomains = _prepared[i].allowed.emailDomains;
        providers.push_back(std::move(configured));
    }
    return providers;
}

std::size_t StartUp::stopUpstream(std::chrono::seconds patience) {
    return _pool ? _pool->stop(patience) : 0;
}

} // namespace central_oauth::app
