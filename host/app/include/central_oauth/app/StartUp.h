// SPDX-License-Identifier: Apache-2.0
// From the environment to checked settings, keys and providers, before anything is opened.
#pragma once

#include "central_oauth/app/ProviderRuntime.h"
#include "central_oauth/base/Clock.h"
#include "central_oauth/config/Environment.h"
#include "central_oauth/config/HostSettings.h"
#include "central_oauth/config/Report.h"
#include "central_oauth/crypto/KeyRing.h"
#include "central_oauth/http/TlsContext.h"
#include "central_oauth/httpclient/TlsInitialisation.h"
#include "central_oauth/logging/Logger.h"

#include <memory>
#include <optional>
#include <vector>

namespace central_oauth::app {

/// How much of the configuration is needed.
enum class StartScope {
    storeOnly,  ///< for commands on the database
    everything, ///< plugins and providers, too
};

/// Reads all settings and creates the providers. Collects every fault in one report, and removes secrets from
/// the process's environment.
///
/// Owns the providers and what they run on. Logger and clock must outlive it.
///
/// Call the constructor from the start-up thread, before any other thread but the StartWatch runs. Afterwards
/// the rules of its parts hold.
///
/// Errors: `report` has the faults of the settings. The constructor throws base::ThreadError.
class StartUp {
public:
    StartUp(StartScope scope, const base::Clock& clock, logging::Logger& logger);
    StartUp(const StartUp&) = delete;
    StartUp& operator=(const StartUp&) = delete;

    [[nodiscard]] const config::Report& report() const noexcept { return _report; }

    // All below require a report without faults.
    [[nodiscard]] const config::HostSettings& settings() const noexcept { return _settings; }
    [[nodiscard]] const crypto::KeyRing& keys() const { return *_keys; }

    /// Requires: StartScope::everything.
    [[nodiscard]] ProviderRuntime& providers() { return *_providers; }

    /// Returns the listener's TLS context, or null if it speaks plain HTTP.
    [[nodiscard]] const std::shared_ptr<const http::TlsContext>& tls() const noexcept { return _listenerTls; }

    /// Reads the TLS files again, and leaves this object unchanged. Returns null if it adds faults to
    /// `report`.
    /// Requires: settings().tls.
    /// Thread-safe.
    [[nodiscard]] std::shared_ptr<const http::TlsContext> readTls(config::Report& report) const;

    [[nodiscard]] const Description& description() const noexcept { return _description; }

private:
    void readHostSettings(const config::Environment& environment);
    void scrubEnvironment(const config::Environment& environment, const std::vector<ProviderPlan>& plans);

    config::HostSettings _settings;
    config::Report _report;
    Description _description;
    std::optional<crypto::KeyRing> _keys;
    httpclient::TlsInitialisation _tls;
    std::shared_ptr<const http::TlsContext> _listenerTls;
    std::optional<ProviderRuntime> _providers;
};

} // namespace central_oauth::app
