// SPDX-License-Identifier: Apache-2.0
// The provider interface: a product's OAuth 2.0 authorization server (RFC 6749), as the host calls it.
//
// Module provider: the plugin SDK, header-only. Depends only on the standard library. The only access to the
// host is Services.h.
//
// Order of calls: factory() once, then settings(), then create() once per configured provider, then
// properties() and extension() on each, then the other functions in any order and number. When an operator
// has changed a secret, create() makes another provider, which takes the earlier one's place. Objects are
// destroyed after the last call has returned, or never if the process ends during a call.
//
// Threads, as the comment of each function says:
// - "Runs on the start-up thread.": one call of that kind at a time. At the start nothing else of the plugin
//   runs; after a change of a secret, calls of earlier providers do. No I/O.
// - "Runs on the upstream pool.": on a thread of the host's pool, several calls concurrently. May block in
//   the lent HttpClient until the call's deadline. The host abandons a call that is two seconds late, and
//   drops its result.
// - "Thread-safe.": on any thread, several calls concurrently. No I/O.
//
// Errors: a plugin throws ProviderError only. Any other exception fails the call, and the host logs it as a
// fault of the plugin.
//
// Growth: released virtual functions and extensions never change. An addition is an extension with the id
// "central_oauth.<name>/<revision>". A host that knows several revisions asks for the newest first, and a
// plugin returns those it has. A changed extension is a new class with the next revision; the old one stays
// until no host asks for it. Ids that do not begin with "central_oauth." belong to the plugin, and no host
// asks for them. Structures only grow at the end, with a new minor (Entry.h).
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

/// The deadline of a call, and the id of the request that caused it, as in the host's log.
struct Call {
    std::chrono::steady_clock::time_point deadline; ///< set it in every HttpRequest
    std::string requestId;                          ///< for log fields; not secret
};

/// The content of an authorization request (RFC 6749 section 4.1.1, RFC 7636 section 4.3).
struct AuthorizationRequest {
    std::string redirectUri;         ///< absolute, as registered with the app
    std::string state;               ///< unguessable, opaque, URL-safe (RFC 6749 section 10.12)
    std::string codeChallenge;       ///< S256; empty without PKCE
    std::vector<std::string> scopes; ///< the full set to request, chosen by the host
    /// The expected person, e.g. an e-mail address (OpenID Connect Core section 3.1.2.1); may be empty. It is
    /// a hint for upstream's login page, no proof: IdentityReader reports who consented. Encode it, because
    /// it comes from a client. Omit it if upstream has no such parameter.
    std::string loginHint = std::string();
};

/// The content of a code exchange (RFC 6749 section 4.1.3).
struct CodeExchange {
    Secret code;             ///< as received, never empty
    std::string redirectUri; ///< equal to the authorization request's
    Secret codeVerifier;     ///< RFC 7636 section 4.5; empty without PKCE
};

/// The answer of a token endpoint (RFC 6749 section 5.1). A token may have 64 KiB: the host refuses a longer
/// one as a fault of the plugin. There may be 1000 scopes of 64 KiB each: the host drops further ones, and
/// scopes with control characters.
struct TokenSet {
    Secret accessToken;  ///< never empty
    Secret refreshToken; ///< may be empty; after a refresh the host then keeps the previous one
    /// Life of the access token from the time of the request. The host treats zero or less as a minute, and
    /// more than a day as a day.
    std::chrono::seconds expiresIn{0};
    std::vector<std::string> scopes; ///< granted, in any order; empty if upstream did not report them
};

/// Constant facts about the upstream. All durations start at an exchange or refresh.
struct Properties {
    std::vector<std::string> scopes; ///< the full set that this provider is configured to request
    std::chrono::seconds leeway{0};  ///< a spent refresh token still works for so long; 0 for not at all
    std::chrono::seconds refreshMargin{300}; ///< refresh on read if the access token lives less
    std::chrono::seconds companionLife{0}; ///< how long a replaced access token stays valid; 0 for not at all
    std::chrono::seconds idleLifetime{0};  ///< an unused refresh token dies after so long; 0 for never
    std::string deployment;                ///< the kind of server, e.g. "cloud"
    std::string issuer;                    ///< RFC 9207: the required `iss` of a callback; empty if unknown
    /// Whether removing an account also calls Revoker. The operator decides, by a setting of the plugin.
    bool revokesUpstream = false;
};

/// A configured integration of one product.
///
/// Created by its factory; the host owns and destroys it. Immutable: every function is const, starts no
/// thread, does not sleep, and accesses only its arguments and the lent Context. Arguments belong to the host
/// and are valid until the function returns; results belong to the host.
class Provider {
public:
    virtual ~Provider() = default;

    /// Returns the facts, the same at each call and whatever the secrets are. The host calls it once and
    /// keeps them.
    /// Throws nothing.
    /// Runs on the start-up thread.
    [[nodiscard]] virtual Properties properties() const = 0;

    /// Returns the URL to send a browser to (RFC 6749 section 4.1.1): http or https, at most 8 KiB, every
    /// parameter encoded. Called once per attempt of a person. Must not do I/O or keep state.
    /// Throws: ProviderError(misconfigured).
    /// Runs on the upstream pool.
    [[nodiscard]] virtual std::string authorizationUrl(const AuthorizationRequest& request) const = 0;

    /// Exchanges an authorization code (RFC 6749 section 4.1.3). A code works once, so send it once.
    /// Throws: ProviderError: invalidGrant if the code is dead; ambiguous if the outcome is unknown.
    /// Runs on the upstream pool.
    [[nodiscard]] virtual TokenSet exchange(const CodeExchange& exchange, const Call& call) const = 0;

    /// Refreshes unconditionally (RFC 6749 section 6). The host decides when to refresh and whether to retry;
    /// it never runs two refreshes of one grant concurrently.
    /// Throws: ProviderError: invalidGrant only if the grant is permanently dead, because the host then stops
    /// using it; ambiguous if the token may have been spent.
    /// Runs on the upstream pool.
    [[nodiscard]] virtual TokenSet refresh(const Secret& refreshToken, const Call& call) const = 0;

    /// Returns an optional ability by its id, such as SiteLister::extensionId, or null if it is not
    /// supported. The pointer must have exactly the type of the id's class, because the host casts it back
    /// from void: write `static_cast<const SiteLister*>(...)`. It belongs to the provider, lives as long as
    /// it, and is the same at each call.
    /// Runs on the start-up thread.
    [[nodiscard]] virtual const void* extension(std::string_view id) const noexcept = 0;
};

/// A product of a site.
struct ProductAccess {
    std::string product;    ///< e.g. "jira"
    std::string apiBaseUrl; ///< May be empty: the host neither stores nor uses it, it asks ProductLocator.
};

/// A site that a grant reaches. The order in a list has no meaning; ids in a list are unique.
struct Site {
    std::string id;   ///< stable, never empty
    std::string name; ///< for people; the host sanitises and truncates it
    std::string url;  ///< for people; may be empty. The host drops what is not http or https
    std::vector<ProductAccess> products;
};

/// Extension: the sites that a grant reaches. Ownership, immutability and errors as for Provider.
class SiteLister {
public:
    /// Revision 1. Do not change the class under this id.
    static constexpr std::string_view extensionId = "central_oauth.sites/1";
    virtual ~SiteLister() = default;

    /// Returns the sites; empty if the grant reaches none. The host refuses more than 5000 sites or 1 MiB of
    /// text in all as a fault of the plugin. Changes nothing upstream.
    /// Throws: ProviderError: invalidGrant if this *access token* is not accepted. The host then refreshes
    /// once and retries, and does not treat the grant as dead.
    /// Runs on the upstream pool.
    [[nodiscard]] virtual std::vector<Site> listSites(const Secret& accessToken, const Call& call) const = 0;
};

/// Extension: the API address of a site's product. The host asks each time it delivers a token, so that no
/// address to which tokens are sent is kept in the store.
class ProductLocator {
public:
    /// Revision 1. Do not change the class under this id.
    static constexpr std::string_view extensionId = "central_oauth.products/1";
    virtual ~ProductLocator() = default;

    /// Returns the base URL, e.g. "https://api.atlassian.com/ex/jira/<cloud id>": http or https, at most 8
    /// KiB, without a trailing slash. Uses only the provider's settings and these two names. Both names come
    /// from the host's store, which others may have changed. Returns an empty text if the product is not this
    /// provider's, or if upstream can't have issued the id.
    /// Throws nothing. Thread-safe.
    [[nodiscard]] virtual std::string apiBaseUrl(std::string_view product, std::string_view siteId) const = 0;
};

/// The person who consented. Return texts for people unchanged: the host sanitises and truncates them.
struct Identity {
    std::string upstreamId;  ///< stable, never empty, never reused for another person; at most 1 KiB
    std::string displayName; ///< for people
    std::string email;       ///< for people; empty if upstream hides it
};

/// Extension: the person behind a grant. A provider without it can't be linked.
class IdentityReader {
public:
    /// Revision 1. Do not change the class under this id.
    static constexpr std::string_view extensionId = "central_oauth.identity/1";
    virtual ~IdentityReader() = default;

    /// Returns the person behind the token. Changes nothing upstream.
    /// Throws: ProviderError, as SiteLister::listSites.
    /// Runs on the upstream pool.
    [[nodiscard]] virtual Identity readIdentity(const Secret& accessToken, const Call& call) const = 0;
};

/// The result of a revocation. Do not renumber.
enum class RevocationOutcome {
    revoked = 0,   ///< upstream guarantees that the grant is dead
    attempted = 1, ///< upstream was asked and guarantees nothing
};

/// Extension: best-effort revocation upstream (RFC 7009). Called if Properties::revokesUpstream or the caller
/// wants it, after the local secrets are erased. A failure is reported, not retried.
class Revoker {
public:
    /// Revision 1. Do not change the class under this id.
    static constexpr std::string_view extensionId = "central_oauth.revoke/1";
    virtual ~Revoker() = default;

    /// Asks upstream to end the grant of this refresh token (RFC 7009 section 2.1).
    /// Throws: ProviderError if no answer came: transient, ambiguous, rateLimited.
    /// Runs on the upstream pool.
    [[nodiscard]] virtual RevocationOutcome revoke(const Secret& refreshToken, const Call& call) const = 0;
};

/// Creates providers of one product. Stateless; owned by the plugin, valid until the process ends.
class ProviderFactory {
public:
    virtual ~ProviderFactory() = default;

    /// Returns every setting of the provider in the order for operators, the same at each call.
    /// Throws nothing.
    /// Runs on the start-up thread.
    [[nodiscard]] virtual std::vector<SettingSpec> settings() const = 0;

    /// Creates a provider without network and threads; never returns null. The context outlives the provider;
    /// the provider owns the settings.
    /// Throws: ProviderError(misconfigured) whose text names the wrong setting and the fix.
    /// Runs on the start-up thread.
    [[nodiscard]] virtual std::unique_ptr<Provider> create(const Context& context,
                                                           Settings settings) const = 0;
};

} // namespace v1
} // namespace central_oauth::provider
