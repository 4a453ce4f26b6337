// SPDX-License-Identifier: Apache-2.0
// The provider interface: one product's OAuth 2.0 authorization server (RFC 6749), as the host calls it.
//
// Module provider: the plugin SDK, header-only. Depends on the standard library; knows nothing of the host
// but what Services.h lends.
#pragma once

#include "central_oauth/provider/ProviderError.h"
#include "central_oauth/provider/Services.h"
#include "central_oauth/provider/Settings.h"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::provider {
inline namespace v1 {

/// When the call must be over, and the id under which the host logs the request that caused it.
struct Call {
    std::chrono::steady_clock::time_point deadline;
    std::string correlationId;
};

/// What goes into an authorization request (RFC 6749 section 4.1.1, RFC 7636 section 4.3).
struct AuthorizationRequest {
    std::string redirectUri;
    std::string state;
    std::string codeChallenge;       ///< S256; empty: no PKCE
    std::vector<std::string> scopes; ///< the full set to ask for, chosen by the host
};

/// What goes into a code exchange (RFC 6749 section 4.1.3).
struct CodeExchange {
    Secret code;
    std::string redirectUri; ///< equal to the authorization request's
    Secret codeVerifier;     ///< empty: no PKCE was used
};

/// What a token endpoint gave (RFC 6749 section 5.1).
struct TokenSet {
    Secret accessToken;
    Secret refreshToken; ///< empty: none came; after a refresh the host then keeps the one it has
    std::chrono::seconds expiresIn{0};
    std::vector<std::string> scopes; ///< granted, in any order
};

/// Constant facts about the upstream. All durations as of the moment of an exchange or refresh.
struct Properties {
    std::vector<std::string> scopes;         ///< the full set this provider is configured to ask for
    std::chrono::seconds leeway{0};          ///< a spent refresh token still works so long; 0: not at all
    std::chrono::seconds refreshMargin{300}; ///< refresh on read when the access token lives less
    std::chrono::seconds companionLife{
        0}; ///< a refresh ends the previous access token after so long; 0: at once
    std::chrono::seconds idleLifetime{0}; ///< an unused refresh token dies after so long; 0: never
    std::string deployment;               ///< e.g. "cloud"
    std::string issuer; ///< RFC 9207: an `iss` that comes back in a callback must be this; empty: unknown
};

/// One product integration, configured.
///
/// Created by its factory, owned by the host. Immutable after creation; every function is const and may be
/// called on any thread, several at once. No function starts a thread, sleeps, or touches anything but the
/// lent Context. Errors: ProviderError and nothing else.
class Provider {
public:
    virtual ~Provider() = default;

    [[nodiscard]] virtual Properties properties() const = 0;

    /// The URL a browser is sent to. Does no I/O.
    [[nodiscard]] virtual std::string authorizationUrl(const AuthorizationRequest& request) const = 0;

    /// Exchanges an authorization code (RFC 6749 section 4.1.3). A code works once.
    [[nodiscard]] virtual TokenSet exchange(const CodeExchange& exchange, const Call& call) const = 0;

    /// Refreshes unconditionally (RFC 6749 section 6): whether it is time is the host's decision.
    [[nodiscard]] virtual TokenSet refresh(const Secret& refreshToken, const Call& call) const = 0;

    /// An optional ability by its id, e.g. SiteLister::extensionId, or null. The pointer is to exactly that
    /// class, belongs to the provider and lives as long as it. Growth of this interface happens here only.
    [[nodiscard]] virtual const void* extension(std::string_view id) const noexcept = 0;
};

/// Where a product of a site is called.
struct ProductAccess {
    std::string product;    ///< e.g. "jira"
    std::string apiBaseUrl; ///< e.g. "https://api.atlassian.com/ex/jira/<cloud id>"
};

/// A site that a grant reaches. Order in a list carries no meaning; ids in a list are unique.
struct Site {
    std::string id;
    std::string name;
    std::string url;
    std::vector<ProductAccess> products;
};

/// Extension: which sites a grant reaches.
class SiteLister {
public:
    static constexpr std::string_view extensionId = "central_oauth.sites/1";
    virtual ~SiteLister() = default;
    [[nodiscard]] virtual std::vector<Site> listSites(const Secret& accessToken, const Call& call) const = 0;
};

/// Who consented.
struct Identity {
    std::string upstreamId; ///< stable, never empty
    std::string displayName;
    std::string email; ///< empty where upstream hides it
};

/// Extension: whose grant this is. A provider without it can't be linked.
class IdentityReader {
public:
    static constexpr std::string_view extensionId = "central_oauth.identity/1";
    virtual ~IdentityReader() = default;
    [[nodiscard]] virtual Identity readIdentity(const Secret& accessToken, const Call& call) const = 0;
};

/// How sure it is that upstream revoked. Do not renumber.
enum class RevocationOutcome { revoked = 0, attempted = 1 };

/// Extension: revocation upstream (RFC 7009), best effort.
class Revoker {
public:
    static constexpr std::string_view extensionId = "central_oauth.revoke/1";
    virtual ~Revoker() = default;
    [[nodiscard]] virtual RevocationOutcome revoke(const Secret& refreshToken, const Call& call) const = 0;
};

/// Makes providers of one product. Stateless; any thread.
class ProviderFactory {
public:
    virtual ~ProviderFactory() = default;

    /// Every setting the provider reads, in the order an operator should see them.
    [[nodiscard]] virtual std::vector<SettingSpec> settings() const = 0;

    /// Builds a provider without network and threads. The context outlives it.
    /// Throws: ProviderError(misconfigured) whose text tells the operator which setting is wrong and the
    /// mend.
    [[nodiscard]] virtual std::unique_ptr<Provider> create(const Context& context,
                                                           Settings settings) const = 0;
};

} // namespace v1
} // namespace central_oauth::provider
