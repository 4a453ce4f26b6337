// SPDX-License-Identifier: Apache-2.0
// From the environment to checked settings, keys and providers, before anything is opened.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/config/HostSettings.h"
#include "central_oauth/config/ProviderSettings.h"
#include "central_oauth/config/Report.h"
#include "central_oauth/crypto/KeyRing.h"
#include "central_oauth/http/TlsContext.h"
#include "central_oauth/httpclient/DateWatch.h"
#include "central_oauth/httpclient/TlsInitialisation.h"
#include "central_oauth/httpclient/UpstreamHttpClient.h"
#include "central_oauth/loader/ProviderRegistry.h"
#include "central_oauth/loader/UpstreamPool.h"
#include "central_oauth/logging/Logger.h"
#include "central_oauth/services/ProviderCatalog.h"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace central_oauth::app {

/// How much of the configuration is needed.
enum class StartScope {
    storeOnly,  ///< for commands on the database
    everything, ///< plugins and providers, too
};

/// Reads all settings, loads the plugins, makes the providers; every fault of all of that lands in one
/// report. Secrets are removed from the process's environment on the way.
///
/// Owns plugins' providers, the upstream pool and what is lent to plugins. Logger and clock outlive it.
///
/// Threads: create on the main thread before any other thread but the StartWatch runs; then as its parts say.
///
/// Errors: none; look at `report`.
class StartUp {
public:
    StartUp(StartScope scope, const base::Clock& clock, logging::Logger& logger);
    ~StartUp();
    StartUp(const StartUp&) = delete;
    StartUp& operator=(const StartUp&) = delete;

    [[nodiscard]] const config::Report& report() const noexcept { return _report; }

    // All below require a report without faults.
    [[nodiscard]] const config::HostSettings& settings() const noexcept { return _settings; }
    [[nodiscard]] const crypto::KeyRing& keys() const { return *_keys; }

    /// What the listener speaks TLS with; null: it speaks plain HTTP.
    [[nodiscard]] const std::shared_ptr<const http::TlsContext>& tls() const noexcept { return _listenerTls; }

    /// Reads the TLS files again. Null: there are faults in `report`. Changes nothing here.
    /// Requires: settings().tls. [any thread]
    [[nodiscard]] std::shared_ptr<const http::TlsContext> readTls(config::Report& report) const;

    /// Name and value of each setting for the log of a start; secrets are masked.
    [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& description() const noexcept {
        return _description;
    }

    /// The providers for a service that browsers reach at `publicUrl`. They live as long as this object.
    [[nodiscard]] std::vector<services::ConfiguredProvider>
    configuredProviders(const std::string& publicUrl) const;

    /// Ends the upstream pool. How many calls are still running after `patience`.
    std::size_t stopUpstream(std::chrono::seconds patience);

private:
    struct Upstream;

    /// What is kept of a provider's settings; the others are its plugin's.
    struct Prepared {
        std::string name;
        std::string redirectUri; ///< as set; empty: the default
        std::string app;         ///< which one upstream, ConfiguredProvider::app
        config::AllowLists allowed;
        std::vector<std::string> variables;
        std::vector<std::string> secrets; ///< those of them that hold one
    };

    void addFault(const std::string& setting, const std::string& problem, const std::string& mend);
    void addRefusal(const std::string& provider, const std::string& message);
    [[nodiscard]] std::vector<config::ProviderChoice> choices(const config::Environment& environment) const;
    void loadProviders(const config::Environment& environment, const base::Clock& clock,
                       logging::Logger& logger);
    void loadProvider(const config::ProviderChoice& choice, const loader::PluginLibrary& library,
                      const config::Environment& environment, const base::Clock& clock,
                      logging::Logger& logger);
    void checkCallbacks();
    void checkScopes();
    void checkAbilities();
    void addNoProviderFault();
    void describeUpstreamProxy(const config::Environment& environment);
    void scrubEnvironment(const config::Environment& environment);
    [[nodiscard]] provider::HttpClient* makeClient(const config::Environment& environment, Upstream& upstream,
                                                   const std::vector<std::string>& origins);

    config::HostSettings _settings;
    config::Report _report;
    std::vector<std::pair<std::string, std::string>> _description;
    std::optional<crypto::KeyRing> _keys;
    httpclient::TlsInitialisation _tls;
    std::shared_ptr<const http::TlsContext> _listenerTls;
    std::unique_ptr<httpclient::DateWatch> _dates;     ///< one for all providers; before who uses it
    std::vector<std::unique_ptr<Upstream>> _upstreams; ///< one per provider: what its plugin is lent
    std::unique_ptr<loader::UpstreamPool> _pool;
    loader::ProviderRegistry _registry;
    std::vector<Prepared> _prepared;                      ///< in the registry's order
    std::vector<loader::ProviderDefinition> _definitions; ///< until the registry is built
};

} // namespace central_oauth::app
