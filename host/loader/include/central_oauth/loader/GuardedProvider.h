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

/// A plugin broke its contract: it threw something else than ProviderError, or returned what the SDK forbids.
/// To the caller an internal error; the log names the plugin.
class PluginFault : public base::Error {
public:
    explicit PluginFault(const std::string& detail) : base::Error(base::ErrorCode::internal, {}, detail) {}
};

/// One ended call, for metrics.
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
    /// How long beyond a call's deadline its answer is waited for; the plugin's HttpClient ends at the
    /// deadline itself.
    std::chrono::milliseconds grace{2000};
    /// The deadline of an authorization URL: no I/O is in it, but a plugin may hang without any.
    std::chrono::milliseconds urlLimit{5000};
    /// Called once per call on the caller's thread; must not throw. Empty: nobody listens.
    std::function<void(const CallReport&)> observer{};
};

class CallGuard;

/// Runs every call on the upstream pool, until its deadline plus grace, behind a catch-all, and lets no
/// answer through that is larger than the SDK allows.
///
/// Owns the inner provider and shares it with running calls, so that an abandoned one has something to run
/// on. Borrows pool and log, which must outlive it. Properties and extensions are asked for once, at
/// construction.
///
/// Threads: any; immutable.
///
/// Errors: ProviderError as the plugin throws it. Also transient: no slot in time; ambiguous (exchange,
/// refresh, revoke) or transient (reads): no answer until deadline and grace. PluginFault for anything else
/// thrown, and for an answer refused. An answer of an abandoned call is logged and dropped.
class GuardedProvider final : public provider::Provider {
public:
    /// Throws: PluginFault where the provider fails already now.
    GuardedProvider(const std::string& name, const std::string& pluginId,
                    std::unique_ptr<const provider::Provider> inner, UpstreamPool& pool, provider::Log& log,
                    GuardOptions options = {});
    ~GuardedProvider() override;

    [[nodiscard]] provider::Properties properties() const override;
    [[nodiscard]] std::string authorizationUrl(const provider::AuthorizationRequest& request) const override;
    [[nodiscard]] provider::TokenSet exchange(const provider::CodeExchange& exchange,
                                              const provider::Call& call) const override;
    [[nodiscard]] provider::TokenSet refresh(const provider::Secret& refreshToken,
                                             const provider::Call& call) const override;

    /// Guarded sites, products, identity and revocation where the plugin has them; of other extensions none,
    /// for nobody would guard them.
    [[nodiscard]] const void* extension(std::string_view id) const noexcept override;

private:
    std::shared_ptr<const provider::Provider> _inner;
    std::chrono::milliseconds _urlLimit;
    std::shared_ptr<const CallGuard> _guard;
    provider::Properties _properties;
    std::unique_ptr<const provider::SiteLister> _siteLister;
    std::unique_ptr<const provider::ProductLocator> _productLocator;
    std::unique_ptr<const provider::IdentityReader> _identityReader;
    std::unique_ptr<const provider::Revoker> _revoker;
};

} // namespace central_oauth::loader
