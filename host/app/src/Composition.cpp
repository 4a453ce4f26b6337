// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/app/Composition.h"

#include "central_oauth/app/Signals.h"
#include "central_oauth/crypto/Random.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <utility>

namespace central_oauth::app {

namespace {

constexpr std::chrono::seconds requestsEndWithin{8};
constexpr std::chrono::seconds upstreamEndsWithin{1};
constexpr std::chrono::seconds housekeepingEvery{15};

store::StoreOptions storeOptions(const config::HostSettings& settings) {
    store::StoreOptions options;
    options.path = settings.dbPath;
    options.lockWait = settings.lockWait;
    return options;
}

http::ServerOptions serverOptions(const config::HostSettings& settings) {
    http::ServerOptions options;
    options.host = settings.bind.host;
    options.port = settings.bind.port;
    options.workers = static_cast<int>(settings.workers);
    options.queue = static_cast<int>(settings.maxConnections);
    return options;
}

// Where nothing is set, browsers reach the service at the very address that was bound.
config::PublicUrl publicUrlOf(const config::HostSettings& settings, const http::BoundAddress& bound) {
    if (settings.publicUrl)
        return *settings.publicUrl;
    config::PublicUrl url;
    url.authority = config::BindAddress{settings.bind.host, bound.port}.text();
    url.text = "http://" + url.authority;
    return url;
}

} // namespace

Composition::Composition(StartUp& startUp, const base::Clock& clock, logging::Logger& logger)
    : _startUp(startUp),
      _logger(logger),
      _log(logger.channel("central_oauth.app")),
      _store(storeOptions(startUp.settings()), startUp.keys(), clock, logger),
      _hasher(_store.serverKey()),
      _server(serverOptions(startUp.settings())),
      _publicUrl(publicUrlOf(startUp.settings(), _server.address())),
      _providers(startUp.configuredProviders(_publicUrl.text)),
      _clients(_store.clients(), _store.audit(), clock),
      _failures(clock),
      // Half the workers at most wait for upstream: the others answer whoever needs nothing of it.
      _upstream(std::max<std::size_t>(1, startUp.settings().workers / 2)),
      _links({_store.links(), _store.audit(), _providers, _hasher, clock, startUp.settings().linkTtl}),
      _approvals(
          {_store.links(), _store.clients(), _store.accounts(), _store.audit(), _providers, _hasher, clock}),
      _callbacks({_store.links(), _store.audit(), _providers, clock, logger, _upstream}),
      _tokens({_store.accounts(), _store.audit(), _providers, clock, logger, _upstream}),
      _accounts(_store.accounts(), _store.audit(), clock),
      _pages({startUp.settings().operatorName, startUp.settings().supportUrl}),
      _access(_clients, _failures),
      _linkEndpoints(_links, _access, clock, _publicUrl.text),
      _accountEndpoints({_tokens, _accounts, _providers, _access, clock}),
      _browserEndpoints({_approvals, _callbacks, _pages, _access, clock, _publicUrl.text}),
      _serviceEndpoints([this] { _store.probe(); }, _providers, _access),
      _dispatcher(makeRouter(), dispatcherOptions(), logger.channel("central_oauth.http")) {}

http::Router Composition::makeRouter() {
    http::Router router;
    _serviceEndpoints.mount(router);
    _linkEndpoints.mount(router);
    _accountEndpoints.mount(router);
    _browserEndpoints.mount(router);
    return router;
}

http::DispatcherOptions Composition::dispatcherOptions() const {
    constexpr std::size_t idBytes = 12;
    const auto& settings = _startUp.settings();
    http::DispatcherOptions options;
    options.makeCorrelationId = [] { return crypto::randomToken(idBytes); };
    options.renderErrorPage = [this](const base::Error& error, int status, const std::string& requestId) {
        return http::Response::html(status, _pages.problem({status, {}, error.hint(), requestId}));
    };
    options.source.isTrustedProxy = [&settings](std::string_view address) {
        return settings.trustedProxies.contains(address);
    };
    options.source.header = settings.proxyHeader == config::ProxyHeader::forwarded
                                ? http::ProxyHeader::forwarded
                                : http::ProxyHeader::xForwardedFor;
    options.pagePolicy = std::string(pages::contentSecurityPolicy());
    options.pageHost = _publicUrl.authority;
    options.https = _publicUrl.https;
    return options;
}

void Composition::start() {
    for (const auto& provider : _providers.all()) {
        _log.info("provider ready; register this callback URL with the app upstream",
                  {{"provider", provider.name}, {"callback_url", provider.redirectUri}});
    }
    _server.start(_dispatcher);
    _housekeeper.emplace([this] { _links.purge(); }, housekeepingEvery, _logger);
    const auto bound = _server.address();
    _log.info("ready", {{"url", "http://" + config::BindAddress{bound.host, bound.port}.text()},
                        {"public_url", _publicUrl.text},
                        {"schema", _store.schemaVersion()}});
    notifyServiceManager(ServiceState::ready);
}

bool Composition::stop() {
    notifyServiceManager(ServiceState::stopping);
    _log.info("stopping: no new connections");
    const auto requestsLeft = _server.stop(requestsEndWithin);
    _log.info("listener closed", {{"requests_left", requestsLeft}});
    const auto callsLeft = _startUp.stopUpstream(upstreamEndsWithin);
    _log.info("upstream pool closed", {{"calls_left", callsLeft}});
    _housekeeper.reset();
    _log.info("scheduler closed");
    return requestsLeft == 0 && callsLeft == 0;
}

} // namespace central_oauth::app
