// SPDX-License-Identifier: Apache-2.0
// The running providers and the resources that they run on.
#pragma once

#include "central_oauth/app/ProviderPlans.h"
#include "central_oauth/base/Clock.h"
#include "central_oauth/httpclient/DateWatch.h"
#include "central_oauth/httpclient/UpstreamHttpClient.h"
#include "central_oauth/loader/ProviderRegistry.h"
#include "central_oauth/loader/UpstreamPool.h"
#include "central_oauth/logging/Logger.h"
#include "central_oauth/services/ProviderCatalog.h"

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace central_oauth::app {

/// The outcome of reading the secrets of one provider again.
struct SecretReload {
    std::string provider;
    bool hasChanged = false; ///< the provider uses another secret for new calls
    config::Report report{}; ///< with a fault, the provider keeps all secrets that it has
};

/// Creates the planned providers, with what their plugins are lent, the pool that their calls run on, and the
/// registry that holds them.
///
/// Owns all of that. Logger, clock and an httpclient::TlsInitialisation must outlive it.
///
/// Call the constructor from the start-up thread, after the environment is scrubbed, because the pool starts
/// threads.
/// Thread-safe afterwards.
///
/// Errors: the constructor adds what can't be created to the report, and throws base::ThreadError. It has
/// neither providers nor threads if the report has faults.
class ProviderRuntime {
public:
    ProviderRuntime(ProviderPlans plans, const config::HostSettings& settings, const base::Clock& clock,
                    logging::Logger& logger, config::Report& report);
    ProviderRuntime(const ProviderRuntime&) = delete;
    ProviderRuntime& operator=(const ProviderRuntime&) = delete;

    /// Returns the providers for a service that browsers reach at `publicUrl`. Valid as long as this object.
    [[nodiscard]] std::vector<services::ConfiguredProvider> configured(const std::string& publicUrl) const;

    /// Reads the secrets that come from files again, and lets each provider with a changed one be created
    /// anew. Returns one entry for each provider that has such a secret. `configured` stays valid.
    /// Call from one thread at a time.
    [[nodiscard]] std::vector<SecretReload> reloadSecrets();

    /// Stops the upstream pool. Returns how many calls still run after `patience`.
    std::size_t stop(std::chrono::seconds patience);

private:
    /// A plan, and what its plugin is lent.
    struct Item {
        Item(ProviderPlan planned, logging::Channel channel)
            : plan(std::move(planned)), log(std::move(channel)) {}

        ProviderPlan plan;
        logging::Channel log;
        std::optional<httpclient::UpstreamHttpClient> http;
    };

    void addClient(Item& item, const UpstreamProxy& proxy, const config::HostSettings& settings,
                   config::Report& report);
    [[nodiscard]] loader::ProviderDefinition definitionOf(Item& item,
                                                          const provider::Settings& settings) const;
    bool useSecrets(Item& item, config::SecretFiles::Values secrets, config::Report& report);
    void addRefusal(const loader::ProviderRefusal& refusal, config::Report& report) const;
    void checkScopes(config::Report& report) const;
    void checkAbilities(config::Report& report) const;
    [[nodiscard]] const provider::Provider& pluginOf(const ProviderPlan& plan) const;

    const base::Clock& _clock;
    httpclient::DateWatch _dates; ///< shared by all providers; declared before its users
    std::deque<Item> _items;      ///< never moved: plugins refer to what they are lent
    std::optional<loader::UpstreamPool> _pool;
    loader::ProviderRegistry _registry;
};

} // namespace central_oauth::app
