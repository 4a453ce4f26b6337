// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/app/Composition.h"

#include "central_oauth/app/TestHooks.h"
#include "central_oauth/base/Authority.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/crypto/Random.h"
#include "central_oauth/domain/Linking.h"
#include "central_oauth/platform/Process.h"
#include "central_oauth/platform/ServiceManager.h"
#include "central_oauth/services/links/LinkRules.h"
#include "central_oauth/services/links/PollPacer.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <utility>

namespace central_oauth::app {

namespace {

constexpr std::chrono::seconds requestsEndWithin{8};
constexpr std::chrono::seconds upstreamEndsWithin{1};
constexpr std::chrono::seconds tasksEndWithin{1};

store::StoreOptions storeOptions(const config::HostSettings& settings) {
    store::StoreOptions options;
    options.path = settings.dbPath;
    options.lockWait = settings.lockWait;
    options.atCommit = commitHook();
    return options;
}

// Each connection is an open file; some are left for the database, upstream and the service itself.
std::size_t connectionsFor(const config::HostSettings& settings) {
    constexpr std::size_t otherFiles = 128;
    constexpr std::size_t fewest = 16;
    const auto files = platform::openFileLimit();
    return std::min<std::size_t>(settings.maxConnections, std::max(files, otherFiles + fewest) - otherFiles);
}

// A client that polls at its interval must not send just as its idle connection is closed.
constexpr auto idleBeyondAPoll = http::ListenerOptions::usualIdle % services::PollPacer::step;
static_assert(idleBeyondAPoll >= std::chrono::seconds(2) &&
              services::PollPacer::step - idleBeyondAPoll >= std::chrono::seconds(2) &&
              services::PollPacer::firstInterval % services::PollPacer::step == std::chrono::seconds(0));

http::ListenerOptions listenerOptions(const config::HostSettings& settings) {
    http::ListenerOptions options;
    options.host = settings.bind.host;
    options.port = settings.bind.port;
    options.workers = static_cast<std::size_t>(settings.workers);
    options.connections = connectionsFor(settings);
    return options;
}

// Without the setting, browsers reach the service at the address that was bound.
config::PublicUrl publicUrlOf(const config::HostSettings& settings, const http::BoundAddress& bound) {
    if (settings.publicUrl)
        return *settings.publicUrl;
    const bool https = settings.tls.has_value();
    const auto address = config::BindAddress{settings.bind.host, bound.port}.text();
    const auto scheme = https ? base::WebScheme::https : base::WebScheme::http;
    const auto authority = base::Authority::parse(address, scheme);
    const auto shown = authority ? authority->text(scheme) : address;
    return {(https ? "https://" : "http://") + shown, shown, https};
}

services::KeepingPolicy keepingOf(const config::HostSettings& settings) {
    return {.maxUnused = settings.grantMaxUnused, .maxAge = settings.grantMaxAge};
}

std::vector<domain::Link> pollableLinks(const domain::Store& store, base::Timestamp now) {
    return store.read([&](const domain::ReadView& view) {
        return view.select(domain::LinkFilter{.expiresAfter = base::Timestamp(now - services::undoTime)});
    });
}

std::vector<domain::Link> liveLinks(const domain::Store& store, base::Timestamp now) {
    return store.read([&](const domain::ReadView& view) { return view.select(domain::liveLinks(now)); });
}

} // namespace

Composition::Composition(StartUp& startUp, const base::Clock& clock, logging::Logger& logger)
    : _startUp(startUp),
      _clock(clock),
      _logger(logger),
      _log(logger.channel("central_oauth.app")),
      _store(storeOptions(startUp.settings()), startUp.keys(), clock, logger),
      _hasher(_store.serverKey()),
      _socket(listenerOptions(startUp.settings())),
      _publicUrl(publicUrlOf(startUp.settings(), _socket.address())),
      _providers(startUp.providers().configured(_publicUrl.text)),
      _auditLines(logger),
      _pollAuthenticator([this] { return pollableLinks(_store, base::nowOf(_clock)); }, _hasher, clock),
      _liveLinks([this] { return liveLinks(_store, base::nowOf(_clock)); }, clock),
      _observers({&_auditLines, &_liveLinks, &_pollAuthenticator, &_heldPolls}),
      _clients(_store, clock),
      _limits(clock),
      // At most half of the workers wait for upstream; the others answer requests that do not need it.
      _upstream(std::max<std::size_t>(1, startUp.settings().workers / 2)),
      _links({.store = _store,
              .sealer = _store.sealer(),
              .providers = _providers,
              .hasher = _hasher,
              .clock = clock,
              .heldPolls = _heldPolls,
              .authenticator = _pollAuthenticator,
              .liveLinks = _liveLinks,
              .linkLife = startUp.settings().linkTtl}),
      _browserLinks({.store = _store,
                     .sealer = _store.sealer(),
                     .providers = _providers,
                     .hasher = _hasher,
                     .clock = clock}),
      _stageRevocation({.store = _store,
                        .sealer = _store.sealer(),
                        .providers = _providers,
                        .clock = clock,
                        .logger = logger,
                        .upstream = _upstream}),
      _approvals({.store = _store,
                  .sealer = _store.sealer(),
                  .views = _browserLinks,
                  .hasher = _hasher,
                  .clock = clock,
                  .dropped = _stageRevocation}),
      _callbacks({.store = _store,
                  .sealer = _store.sealer(),
                  .providers = _providers,
                  .clock = clock,
                  .logger = logger,
                  .upstream = _upstream,
                  .dropped = _stageRevocation}),
      _refresher({.store = _store,
                  .sealer = _store.sealer(),
                  .providers = _providers,
                  .clock = clock,
                  .logger = logger,
                  .keeping = keepingOf(startUp.settings()),
                  .keepsJournal = keepsRefreshJournal()}),
      _refreshes({.refresher = _refresher,
                  .store = _store,
                  .clock = clock,
                  .logger = logger,
                  .keepsJournal = keepsRefreshJournal()}),
      _accountUses(_store, logger.channel("central_oauth.tokens"), services::writeAccountUse),
      _keeper({.store = _store,
               .providers = _providers,
               .clock = clock,
               .logger = logger,
               .refreshes = _refreshes,
               .uses = _accountUses,
               .keeping = keepingOf(startUp.settings()),
               .isClockTrusted = [this] { return _wall.isTrusted(); }}),
      _tokens({.store = _store,
               .sealer = _store.sealer(),
               .providers = _providers,
               .clock = clock,
               .refresher = _refresher,
               .refreshes = _refreshes,
               .limits = _limits,
               .uses = _accountUses}),
      _accounts({.store = _store,
                 .sealer = _store.sealer(),
                 .providers = _providers,
                 .clock = clock,
                 .revocation = _stageRevocation,
                 .limits = _limits,
                 .uses = _accountUses}),
      _grantTokens({.store = _store, .clock = clock, .logger = logger}),
      _reports({.tokens = _tokens,
                .providers = _providers,
                .clock = clock,
                .logger = logger,
                .upstream = _upstream}),
      _resolver({.store = _store, .providers = _providers, .tokens = _tokens, .links = _links}),
      _pages({.operatorName = startUp.settings().operatorName, .supportUrl = startUp.settings().supportUrl}),
      _authenticator({endpoints::Authenticator::ofClientKeys(
                          [this](const auto& key) { return _clients.authenticate(key); }),
                      endpoints::Authenticator::ofGrantTokens(
                          [this](const auto& token) { return _grantTokens.authenticate(token); })},
                     _limits),
      _clientEndpoints(_clients, _authenticator),
      _linkEndpoints(_links, _providers, _authenticator, clock, _publicUrl.text),
      _tokenEndpoints({.tokens = _tokens,
                       .reports = _reports,
                       .resolver = _resolver,
                       .accounts = _accounts,
                       .grantTokens = _grantTokens,
                       .providers = _providers,
                       .authenticator = _authenticator,
                       .clock = clock,
                       .publicUrl = _publicUrl.text}),
      _accountEndpoints(_accounts, _providers, _authenticator, startUp.settings().grantMaxAge),
      _grantTokenEndpoints(_grantTokens, _authenticator),
      _linkPages({.links = _browserLinks, .pages = _pages, .publicUrl = _publicUrl.text}),
      _browserEndpoints({.linkPages = _linkPages,
                         .links = _browserLinks,
                         .approvals = _approvals,
                         .callbacks = _callbacks,
                         .pages = _pages,
                         .authenticator = _authenticator,
                         .clock = clock}),
      _linkResultEndpoints(
          {.linkPages = _linkPages, .links = _browserLinks, .approvals = _approvals, .pages = _pages}),
      _serviceEndpoints([this] { return readiness(); }, _providers, _authenticator),
      _listener(listenerOptions(startUp.settings()), _socket,
                {makeRouter(), policy(), logger.channel("central_oauth.http")}),
      _wall(clock, logger.channel("central_oauth.housekeeper")),
      _watch({.rounds = [this] { return _listener.rounds(); },
              .askStore = [this] { _store.probe(); },
              .ping = [] { platform::notifyServiceManager(platform::ServiceState::alive); }},
             _log),
      _storeChecks(logger.channel("central_oauth.housekeeper")),
      _housekeeping(logger.channel("central_oauth.housekeeper")),
      _keeping(logger.channel("central_oauth.housekeeper")),
      _revoking(logger.channel("central_oauth.housekeeper")),
      _watchdog(logger.channel("central_oauth.housekeeper")) {
    _store.observe(&_observers);
    addTasks();
}

http::Router Composition::makeRouter() {
    http::Router router;
    _serviceEndpoints.mount(router);
    _clientEndpoints.mount(router);
    _linkEndpoints.mount(router);
    _tokenEndpoints.mount(router);
    _accountEndpoints.mount(router);
    _grantTokenEndpoints.mount(router);
    _browserEndpoints.mount(router);
    _linkResultEndpoints.mount(router);
    addTestRoutes(router);
    return router;
}

http::DispatcherOptions Composition::policy() const {
    constexpr std::size_t idBytes = 11; // 15 characters, which a std::string keeps without an allocation
    const auto& settings = _startUp.settings();
    http::DispatcherOptions options;
    options.makeRequestId = [] { return crypto::randomId(idBytes); };
    options.renderErrorPage = [this](const base::Error& error, int status, const std::string& requestId) {
        return http::Response::html(status, _pages.problem({status, error.hint(), requestId}));
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
        if (provider.scopes.size() > provider.properties.scopes.size())
            _log.info(
                "provider shares its app with another and asks for the scopes of both, because a second "
                "consent replaces those of the first",
                {{"provider", provider.name}, {"scopes", provider.scopes.size()}});
    }
    if (_startUp.tls())
        useTls(_startUp.tls(), "certificate in use");
    const auto connections = connectionsFor(_startUp.settings());
    if (connections < static_cast<std::size_t>(_startUp.settings().maxConnections))
        _log.warning("fewer connections than set: raise the limit of open files (LimitNOFILE=)",
                     {{"connections", connections}, {"files", platform::openFileLimit()}});
    // Before the listener: if one of them can't start, no request has been accepted yet.
    _storeChecks.start("store checks");
    _housekeeping.start("housekeeper");
    _keeping.start("grant keeper");
    _revoking.start("revoker");
    _refreshes.start();
    _listener.start();
    // Three checks within the watchdog's time, so that one may be late.
    if (const auto time = platform::watchdogTime()) {
        _watchdog.add({.name = "watchdog",
                       .work = [this] { _watch.check(); },
                       .interval = *time / 3,
                       .first = *time / 3});
        _watchdog.start("watchdog");
    }
    const auto bound = _listener.address();
    const std::string scheme = _startUp.tls() ? "https://" : "http://";
    _log.info("ready", {{"url", scheme + config::BindAddress{bound.host, bound.port}.text()},
                        {"public_url", _publicUrl.text},
                        {"schema", _store.schemaVersion()}});
    platform::notifyServiceManager(platform::ServiceState::ready);
}

void Composition::useTls(std::shared_ptr<const http::TlsContext> tls, std::string_view event) {
    const auto notAfter = tls->expiresAt();
    _listener.useTls(std::move(tls));
    _log.info(event, {{"not_after", base::formatRfc3339(notAfter)}});
    if (notAfter <= base::nowOf(_clock))
        _log.warning("the certificate has expired, and clients refuse it",
                     {{"not_after", base::formatRfc3339(notAfter)}});
}

domain::StoreReadiness Composition::readiness() const {
    if (_isStopping)
        throw base::Error(base::ErrorCode::busy, "The service is stopping.");
    return _store.readiness();
}

bool Composition::stop() {
    _isStopping = true;
    (void)_watchdog.stop(std::chrono::seconds(0)); // stopping has its own time limit
    _log.info("not ready");
    platform::notifyServiceManager(platform::ServiceState::stopping);
    _log.info("stopping: no new connections");
    _stageRevocation.stop();
    _keeper.stop();
    const auto requestsLeft = _listener.stop(requestsEndWithin);
    _log.info("listener closed", {{"requests_left", requestsLeft}});
    static_cast<void>(_refreshes.stop(std::chrono::seconds(0))); // begins no further one
    const auto callsLeft = _startUp.providers().stop(upstreamEndsWithin);
    _log.info("upstream pool closed", {{"calls_left", callsLeft}});
    // The revoker and a refresh may be waiting for an abandoned call.
    const auto left = callsLeft == 0 ? tasksEndWithin : std::chrono::seconds(0);
    const bool haveRefreshesEnded = _refreshes.stop(left);
    if (const auto unstored = _refresher.storeUnstored(); unstored > 0)
        _log.error("new pairs of tokens could not be stored; the next start asks for them again",
                   {{"accounts", unstored}});
    const bool haveTasksEnded = stopSchedulers(left);
    _log.info("scheduler closed");
    return requestsLeft == 0 && callsLeft == 0 && haveRefreshesEnded && haveTasksEnded;
}

bool Composition::stopSchedulers(std::chrono::seconds atMost) {
    const auto deadline = std::chrono::steady_clock::now() + atMost;
    bool haveEnded = true;
    for (auto* const scheduler : {&_watchdog, &_housekeeping, &_storeChecks, &_keeping, &_revoking}) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        haveEnded = scheduler->stop(std::max(left, std::chrono::milliseconds(0))) && haveEnded;
    }
    return haveEnded;
}

} // namespace central_oauth::app
