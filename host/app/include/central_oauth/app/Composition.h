// SPDX-License-Identifier: Apache-2.0
// The composition root. Member order is dependency order: a member uses only members above it. Destruction
// therefore runs in the right order, also after a failed start: the schedulers first, then the listener, then
// what they call.
#pragma once

#include "central_oauth/app/ServiceWatch.h"
#include "central_oauth/app/StartUp.h"
#include "central_oauth/app/SteadyWall.h"
#include "central_oauth/config/HostSettings.h"
#include "central_oauth/crypto/KeyedHasher.h"
#include "central_oauth/endpoints/AccountEndpoints.h"
#include "central_oauth/endpoints/BrowserEndpoints.h"
#include "central_oauth/endpoints/ClientEndpoints.h"
#include "central_oauth/endpoints/GrantTokenEndpoints.h"
#include "central_oauth/endpoints/LinkEndpoints.h"
#include "central_oauth/endpoints/LinkResultEndpoints.h"
#include "central_oauth/endpoints/ServiceEndpoints.h"
#include "central_oauth/endpoints/TokenEndpoints.h"
#include "central_oauth/http/Listener.h"
#include "central_oauth/pages/Pages.h"
#include "central_oauth/services/AuditLines.h"
#include "central_oauth/services/CommitObservers.h"
#include "central_oauth/services/Scheduler.h"
#include "central_oauth/services/UpstreamLimiter.h"
#include "central_oauth/services/UseNotes.h"
#include "central_oauth/services/clients/ClientService.h"
#include "central_oauth/services/clients/GrantTokenService.h"
#include "central_oauth/services/grants/AccountService.h"
#include "central_oauth/services/grants/AccountTokens.h"
#include "central_oauth/services/grants/GrantKeeper.h"
#include "central_oauth/services/grants/GrantRefresher.h"
#include "central_oauth/services/grants/RefreshQueue.h"
#include "central_oauth/services/grants/ReportService.h"
#include "central_oauth/services/grants/ResolveService.h"
#include "central_oauth/services/grants/StageRevocation.h"
#include "central_oauth/services/links/Browser.h"
#include "central_oauth/services/links/CallbackService.h"
#include "central_oauth/services/links/HeldPolls.h"
#include "central_oauth/services/links/LinkApproval.h"
#include "central_oauth/services/links/LinkService.h"
#include "central_oauth/services/links/LiveLinks.h"
#include "central_oauth/services/links/PollAuthenticator.h"
#include "central_oauth/store/SqliteStore.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <string_view>

namespace central_oauth::app {

/// A running service: opened store, bound listener, providers, services, endpoints.
///
/// The constructor opens the store and binds the listener, `start` begins to serve, and `stop` ends it, also
/// after a `start` that threw. Clock, logger and start-up must outlive it.
///
/// The destructor is safe without `stop`: it waits for everything that still runs.
///
/// Errors: store::StoreError, http::BindError and base::ThreadError from the constructor.
class Composition {
public:
    Composition(StartUp& startUp, const base::Clock& clock, logging::Logger& logger);

    /// Starts the scheduled tasks and the listener.
    /// Throws: base::ThreadError.
    void start();

    /// Reads the TLS files again for new connections, and the providers' secrets that come from files for new
    /// calls upstream. What can't be used leaves the earlier one in use.
    void reload();

    /// Ends requests in flight, then the schedulers, in bounded time; destruction ends everything else.
    /// Returns false if something still runs; then only leaving the process immediately is safe.
    [[nodiscard]] bool stop();

private:
    [[nodiscard]] http::Router makeRouter();
    [[nodiscard]] http::DispatcherOptions policy() const;

    [[nodiscard]] domain::StoreReadiness readiness() const;
    void addTasks();
    void pruneAudit();
    [[nodiscard]] bool stopSchedulers(std::chrono::seconds atMost);
    void reloadTls();
    void note(const SecretReload& secret);
    void useTls(std::shared_ptr<const http::TlsContext> tls, std::string_view event);

    StartUp& _startUp;
    const base::Clock& _clock;
    logging::Logger& _logger;
    logging::Channel _log;
    store::SqliteStore _store;
    crypto::KeyedHasher _hasher;
    http::BoundSocket _socket;
    config::PublicUrl _publicUrl;
    services::ProviderCatalog _providers;
    services::AuditLines _auditLines;
    services::PollAuthenticator _pollAuthenticator;
    services::HeldPolls _heldPolls;
    services::LiveLinks _liveLinks;
    services::CommitObservers _observers; ///< of the store
    services::ClientService _clients;
    services::RequestLimits _limits;
    services::UpstreamLimiter _upstream;
    services::LinkService _links;
    services::BrowserLinks _browserLinks;
    services::StageRevocation _stageRevocation;
    services::LinkApproval _approvals;
    services::CallbackService _callbacks;
    services::GrantRefresher _refresher;
    services::RefreshQueue _refreshes;
    services::UseNotes _accountUses;
    services::GrantKeeper _keeper;
    services::AccountTokens _tokens;
    services::AccountService _accounts;
    services::GrantTokenService _grantTokens;
    services::ReportService _reports;
    services::ResolveService _resolver;
    pages::Pages _pages;
    endpoints::RequestAuthenticator _authenticator;
    endpoints::ClientEndpoints _clientEndpoints;
    endpoints::LinkEndpoints _linkEndpoints;
    endpoints::TokenEndpoints _tokenEndpoints;
    endpoints::AccountEndpoints _accountEndpoints;
    endpoints::GrantTokenEndpoints _grantTokenEndpoints;
    endpoints::LinkPages _linkPages;
    endpoints::BrowserEndpoints _browserEndpoints;
    endpoints::LinkResultEndpoints _linkResultEndpoints;
    endpoints::ServiceEndpoints _serviceEndpoints;
    std::atomic<bool> _isStopping{false};
    http::Listener _listener; ///< calls all above
    SteadyWall _wall;         ///< for what can't be undone
    ServiceWatch _watch;      ///< in use if the service manager wants pings
    // One thread each: housekeeping may write for a long time, the keeper and the revoker wait for upstream,
    // a store check waits for a lock, and none of them may delay the watchdog.
    services::Scheduler _storeChecks;
    services::Scheduler _housekeeping;
    services::Scheduler _keeping;
    services::Scheduler _revoking;
    services::Scheduler _watchdog;
};

} // namespace central_oauth::app
