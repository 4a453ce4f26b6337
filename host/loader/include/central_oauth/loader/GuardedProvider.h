// SPDX-License-Identifier: Apache-2.0
// A provider that services can call without trusting its plugin.
#pragma once

#include "central_oauth/base/Error.h"
#include "central_oauth/loader/UpstreamPool.h"
#include "central_oauth/provider/Provider.h"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace central_oauth::loader {

/// Thrown if a plugin broke its contract: it threw something other than ProviderError, or returned what the
/// SDK forbids. An internal error for the caller; the log names the plugin.
class PluginFault : public base::Error {
public:
    explicit PluginFault(const std::string& detail) : base::Error(base::ErrorCode::internal, {}, detail) {}
};

/// One finished call, for metrics.
struct CallReport {
    std::string_view provider;
    std::string_view
        operation; ///< "authorization_url", "exchange", "refresh", "list_sites", "read_identity", "revoke"
    std::string_view
        outcome; ///< "ok", a ProviderErrorKind's name in snake_case, "fault", "refused", "abandoned"
    std::chrono::milliseconds duration;
};

/// How calls are guarded, the same for all providers.
struct GuardOptions {
    /// How long to wait for an answer beyond the call's deadline; the plugin's HttpClient ends at the
    /// deadline itself.
    std::chrono::milliseconds grace{2000};
    /// The deadline of an authorization URL, which needs no I/O; a plugin can hang all the same.
    std::chrono::milliseconds urlLimit{5000};
    /// Called once per call on the caller's thread; must not throw. Empty for no observer.
    std::function<void(const CallReport&)> observer{};
};

class CallGuard;
class InnerSlot;

/// Runs every call on the upstream pool, until its deadline plus grace, behind a catch-all, and lets no
/// answer through that is larger than the SDK allows.
///
/// Asks each inner provider for properties and extensions once. Shares it with running calls, so that an
/// abandoned call can still use it, and one that began before `replace` ends with the provider it began with.
/// Borrows pool and log, which must outlive it.
///
/// Thread-safe.
///
/// Errors: ProviderError as the plugin throws it; transient if no slot is free in time; if there is no answer
/// until deadline plus grace, ambiguous (exchange, refresh, revoke) or transient (reads). PluginFault for any
/// other exception, and for a refused answer. A late answer of an abandoned call is logged and dropped.
class GuardedProvider final : public provider::Provider {
public:
    /// Throws: PluginFault if the plugin fails to give properties or extensions.
    GuardedProvider(const std::string& name, const std::string& pluginId,
                    std::unique_ptr<const provider::Provider> inner, UpstreamPool& pool, provider::Log& log,
                    GuardOptions options = {});
    ~GuardedProvider() override;

    /// Lets all calls that begin from now on, those of extensions too, go to another provider. Extensions
    /// that were handed out stay valid. If it throws, nothing has changed. Throws: PluginFault if the plugin
    /// fails to give properties or extensions, or if they are not those of the earlier provider.
    void replace(std::unique_ptr<const provider::Provider> inner);

    [[nodiscard]] provider::Properties properties() const override;
    [[nodiscard]] std::string authorizationUrl(const provider::AuthorizationRequest& request) const override;
    [[nodiscard]] provider::TokenSet exchange(const provider::CodeExchange& exchange,
                                              const provider::Call& call) const override;
    [[nodiscard]] provider::TokenSet refresh(const provider::Secret& refreshToken,
                                             const provider::Call& call) const override;

    /// Returns the guarded extension for sites, products, identity or revocation if the plugin has it.
    /// Returns null for any other extension, because it would have no guard.
    [[nodiscard]] const void* extension(std::string_view id) const noexcept override;

private:
    std::chrono::milliseconds _urlLimit;
    std::shared_ptr<const CallGuard> _guard;
    std::unique_ptr<InnerSlot> _inner;
    provider::Properties _properties;
    std::unique_ptr<const provider::SiteLister> _siteLister;
    std::unique_ptr<const provider::ProductLocator> _productLocator;
    std::unique_ptr<const provider::IdentityReader> _identityReader;
    std::unique_ptr<const provider::Revoker> _revoker;
};

} // namespace central_oauth::loader
