// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/app/StartUp.h"

#include "central_oauth/app/TestHooks.h"
#include "central_oauth/config/Environment.h"
#include "central_oauth/config/ProviderSettings.h"
#include "central_oauth/config/SettingsTable.h"
#include "central_oauth/loader/PluginLibrary.h"

#include <algorithm>
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

template <class Items>
void append(std::vector<std::string>& list, const Items& more) {
    list.insert(list.end(), more.begin(), more.end());
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

// An app upstream is a client id at an authorization server.
std::string appOf(const provider::Settings& settings) {
    const auto& client = settings.text("CLIENT_ID");
    return client.empty() ? std::string() : settings.text("AUTH_BASE") + ' ' + client;
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
    if (scope == StartScope::everything) {
        if (_settings.tls && !hasTlsFault(_report))
            _listenerTls = openTls(*_settings.tls, _report);
        loadProviders(environment, clock, logger);
    }
    append(_secretNames, config::secretVariables());
    config::Environment::eraseSecrets(_secretNames);
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
        addFault("CENTRAL_OAUTH_PROVIDERS",
                 "is not set, and no plugin in the plugin directory has its CLIENT_ID set",
                 "Set CENTRAL_OAUTH_<NAME>_CLIENT_ID and _CLIENT_SECRET of a provider, e.g. jira.");

    std::vector<std::string> ids;
    for (const auto& choice : wanted)
        ids.push_back(choice.plugin);
    const auto outcome = loader::loadPlugins(_settings.pluginDir, ids);
    for (const auto& refusal : outcome.refusals)
        addFault("CENTRAL_OAUTH_PROVIDERS", "names a plugin that can't be used", refusal.message);

    std::vector<loader::ProviderDefinition> definitions;
    std::vector<std::string> known;
    for (const auto& choice : wanted) {
        const auto library =
            std::find_if(outcome.libraries.begin(), outcome.libraries.end(),
                         [&](const auto& candidate) { return candidate.id() == choice.plugin; });
        if (library == outcome.libraries.end())
            continue;
        const auto specs = library->settings();
        append(known, config::providerVariables(choice.name, specs));
        append(_secretNames, config::providerSecretVariables(choice.name, specs));
        auto settings = config::readProviderSettings(environment, choice.name, specs, _report);
        auto& upstream = *_upstreams.emplace_back(std::make_unique<Upstream>(logger, choice.name));
        auto* client = makeClient(environment, upstream, originsOf(specs, settings));
        if (client == nullptr)
            continue;
        _redirectUris.push_back(settings.text("REDIRECT_URI"));
        _apps.push_back(appOf(settings));
        definitions.push_back({choice.name, *library, std::move(settings), {*client, upstream.log, clock}});
    }
    checkCallbacks(definitions);
    const auto testNames = hasTestHooks() ? config::TestNames::known : config::TestNames::unknown;
    for (auto& warning : config::unknownNames(environment, known, testNames))
        _report.warnings.push_back(std::move(warning));
    if (_report.hasFaults())
        return;

    // The pool's threads are the first of this process: nothing of the environment is read any more.
    config::Environment::eraseSecrets(_secretNames);
    _pool = std::make_unique<loader::UpstreamPool>();
    auto built = loader::buildRegistry(std::move(definitions), *_pool);
    for (const auto& refusal : built.refusals)
        addFault("CENTRAL_OAUTH_PROVIDERS", "names a provider that can't be made: " + refusal.name,
                 refusal.message);
    _registry = std::move(built.registry);
}

// An answer that arrives at a path must be that of one app only, or a provider could be given another's
// (RFC 9207 section 1).
void StartUp::checkCallbacks(const std::vector<loader::ProviderDefinition>& definitions) {
    const std::string* neutral = nullptr;
    for (std::size_t i = 0; i < definitions.size(); ++i) {
        const auto& name = definitions[i].name;
        services::ConfiguredProvider wanted;
        wanted.redirectUri = _redirectUris[i];
        const auto path = wanted.callbackPath();
        const std::string setting = config::providerVariable(name, "REDIRECT_URI");
        if (!_redirectUris[i].empty() && path != "/callback" && path != "/callback/" + name)
            addFault(setting, "names a path that this service does not answer for this provider",
                     "end it with /callback/" + name +
                         ", or with /callback where several providers use one app");
        if (path != "/callback")
            continue;
        if (neutral != nullptr && *neutral != _apps[i])
            addFault(setting, "ends with /callback, as that of a provider of another app does",
                     "end it with /callback/" + name);
        neutral = &_apps[i];
    }
}

provider::HttpClient* StartUp::makeClient(const config::Environment& environment, Upstream& upstream,
                                          const std::vector<std::string>& origins) {
    httpclient::UpstreamHttpOptions options;
    options.allowedOrigins = origins;
    options.extraCaFile = _settings.upstreamCa;
    options.httpsProxy = std::string(environment.find("HTTPS_PROXY").value_or(""));
    options.noProxy = std::string(environment.find("NO_PROXY").value_or(""));
    try {
        return &upstream.http.emplace(options);
    } catch (const base::Error& failure) {
        addFault("CENTRAL_OAUTH_UPSTREAM_CA", "or another setting of the upstream client can't be used",
                 failure.what());
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
        configured.provider = all[i].provider.get();
        configured.properties = all[i].provider->properties();
        configured.scopes = configured.properties.scopes;
        configured.redirectUri =
            _redirectUris[i].empty() ? publicUrl + "/callback/" + all[i].name : _redirectUris[i];
        configured.app = _apps[i];
        providers.push_back(std::move(configured));
    }
    return providers;
}

std::size_t StartUp::stopUpstream(std::chrono::seconds patience) {
    return _pool ? _pool->stop(patience) : 0;
}

} // namespace central_oauth::app
