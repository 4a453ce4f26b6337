// SPDX-License-Identifier: Apache-2.0
// The provider interface: one product's OAuth 2.0 authorization server (RFC 6749), as the host calls it.
//
// Module provider: the plugin SDK, header-only. Depends on the standard library; knows nothing of the host
// but what Services.h lends.
//
// Order of calls: factory() once, then settings(), then create() once per configured provider, then
// properties() and extension() on each, then the rest in any order and number. Objects are destroyed after
// the last call has returned, or never, where the process ends with a call still running.
//
// Threads, as the last word of each function's comment names them:
//   [start]  the one thread that starts the host; nothing else of the plugin runs. No I/O.
//   [pool]   a thread of the host's upstream pool, several calls at once. May block in the lent HttpClient
//            until the call's deadline; a call that is late by two seconds is given up, and so is its result.
//   [any]    any thread, several at once. No I/O.
//
// Errors: ProviderError and nothing else leaves a plugin. Anything else is caught, costs the call, and is
// logged with the plugin's id as its fault.
//
// Growth: released virtual functions and extensions never change. What is new comes as an extension, whose id
// is "central_oauth.<name>/<revision>": a host that knows several revisions asks for the newest first, and a
// plugin answers those it has. A changed extension is a new class under the next revision; the old one stays
// as it is until no host asks for it. Ids that do not begin with "central_oauth." are nobody's but the
// plugin's, and no host asks for them. Fields are only appended to structures, with a new minor (Entry.h).
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
    std::chrono::steady_clock::time_point deadline; ///< pass it on in every HttpRequest
    std::string requestId;                          ///< for log fields; no secret
};

/// What goes into an authorization request (RFC 6749 section 4.1.1, RFC 7636 section 4.3).
struct AuthorizationRequest {
    std::string redirectUri;         ///< absolute, as registered with the app
    std::string state;               ///< unguessable, opaque, URL-safe (RFC 6749 section 10.12)
    std::string codeChallenge;       ///< S256; empty: no PKCE
    std::vector<std::string> scopes; ///< the full set to ask for, chosen by the host
    /// Which person is expected, e.g. an e-mail address (OpenID Connect Core section 3.1.2.1); empty: none. A
    /// hint for upstream's sign-in form and no proof: who consented is what IdentityReader says. Comes from a
    /// client, so encode it. A provider whose upstream knows no such parameter leaves it out.
    std::string loginHint = std::string();
};

/// What goes into a code exchange (RFC 6749 section 4.1.3).
struct CodeExchange {
    Secret code;             ///< as it came back, never empty
    std::string redirectUri; ///< equal to the authorization request's
    Secret codeVerifier;     ///< RFC 7636 section 4.5; empty: no PKCE was used
};

/// What a token endpoint gave (RFC 6749 section 5.1). Tokens have at most 64 KiB each: the host refuses
/// longer ones and blames the plugin. Scopes are at most 1000 of at most 64 KiB: the host leaves out what is
/// beyond, and scopes with control characters.
struct TokenSet {
    Secret accessToken;  ///< never empty
    Secret refreshToken; ///< empty: none came; after a refresh the host then keeps the one it has
    /// Life of the access token from the moment of the request. The host takes zero or less for a minute, and
    /// more than a day for a day.
    std::chrono::seconds expiresIn{0};
    std::vector<std::string> scopes; ///< granted, in any order; empty: upstream did not say
};

/// Constant facts about the upstream. All durations as of the moment of an exchange or refresh.
struct Properties {
    std::vector<std::string> scopes;         ///< the full set this provider is configured to ask for
    std::chrono::seconds leeway{0};          ///< a spent refresh token still works so long; 0: not at all
    std::chrono::seconds refreshMargin{300}; ///< refresh on read when the access token lives less
    std::chrono::seconds companionLife{
        0}; ///< a refresh ends the previous access token after so long; 0: at once
    std::chrono::seconds idleLifetime{0}; ///< an unused refresh token dies after so long; 0: never
    std::string deployment;               ///< kind of server, e.g. "cloud"
    std::string issuer; ///< RFC 9207: an `iss` that comes back in a callback must be this; empty: unknown
    /// Whether removing an account also calls Revoker: the operator's choice, from a setting of the plugin.
    bool revokesUpstream = false;
};

/// One product integration, configured.
///
/// Created by its factory, owned by the host, which alone destroys it. Immutable after creation; every
/// function is const and starts no thread, does not sleep, and touches nothing but its arguments and the lent
/// Context. Arguments belong to the host and are valid until the function returns; results belong to the
/// host.
class Provider {
public:
    virtual ~Provider() = default;

    /// The facts, equal whenever it is asked. The host asks once and keeps them.
    /// Throws: nothing. [start]
    [[nodiscard]] virtual Properties properties() const = 0;

    /// The URL a browser is sent to (RFC 6749 section 4.1.1), at most 8 KiB, http or https, every parameter
    /// encoded. Called once per attempt of a person; remembers nothing of it. Does no I/O.
    /// Throws: ProviderError(misconfigured). [pool]
    [[nodiscard]] virtual std::string authorizationUrl(const AuthorizationRequest& request) const = 0;

    /// Exchanges an authorization code (RFC 6749 section 4.1.3). A code works once, so it is sent once.
    /// Throws: ProviderError: invalidGrant where the code is dead; ambiguous where the answer is unknown.
    /// [pool]
    [[nodiscard]] virtual TokenSet exchange(const CodeExchange& exchange, const Call& call) const = 0;

    /// Refreshes unconditionally (RFC 6749 section 6): whether it is time is the host's decision, and so is
    /// every repetition; it never runs twice at once for one grant.
    /// Throws: ProviderError: invalidGrant only where the grant is finally dead, for the host then forgets
    /// it; ambiguous where the token may have been spent. [pool]
    [[nodiscard]] virtual TokenSet refresh(const Secret& refreshToken, const Call& call) const = 0;

    /// An optional ability by its id, such as SiteLister::extensionId; null: not supported. The pointer is to
    /// exactly the class that the id names, for the host casts it back from void: write
    /// `static_cast<const SiteLister*>(...)`. It belongs to the provider, lives as long as it, and is the
    /// same whenever it is asked. [start]
    [[nodiscard]] virtual const void* extension(std::string_view id) const noexcept = 0;
};

/// A product of a site.
struct ProductAccess {
    std::string product;    ///< e.g. "jira"
    std::string apiBaseUrl; ///< The host neither stores nor uses it: it asks ProductLocator. May be empty.
};

/// A site that a grant reaches. Order in a list carries no meaning; ids in a list are unique.
struct Site {
    std::string id;   ///< stable, never empty
    std::string name; ///< for people; the host cleans and cuts it
    std::string url;  ///< for people; empty: none. The host drops what is not http or https
    std::vector<ProductAccess> products;
};

/// Extension: which sites a grant reaches. Owned, immutable and errors as for Provider.
class SiteLister {
public:
    /// Revision 1. Do not change the class under this id.
    static constexpr std::string_view extensionId = "central_oauth.sites/1";
    virtual ~SiteLister() = default;

    /// The sites, none where the grant reaches none; at most 5000 sites and 1 MiB of text in all, or the host
    /// refuses them and blames the plugin. Changes nothing upstream.
    /// Throws: ProviderError: invalidGrant where this *access token* is not accepted. The host then refreshes
    /// once and asks again, and does not take the grant for dead. [pool]
    [[nodiscard]] virtual std::vector<Site> listSites(const Secret& accessToken, const Call& call) const = 0;
};

/// Extension: where the API of a site's product is called. The host asks each time it hands out a token, so
/// that an address which tokens are sent to is never kept in the store.
class ProductLocator {
public:
    /// Revision 1. Do not change the class under this id.
    static constexpr std::string_view extensionId = "central_oauth.products/1";
    virtual ~ProductLocator() = default;

    /// Returns the base URL, e.g. "https://api.atlassian.com/ex/jira/<cloud id>", from the provider's
    /// settings and these two names alone: http or https, at most 8 KiB, without a trailing slash. Both names
    /// come from the host's store, where others may have written: returns an empty text for a product that is
    /// not this provider's, and for an id that upstream can't have given. Throws: nothing. [any]
    [[nodiscard]] virtual std::string apiBaseUrl(std::string_view product, std::string_view siteId) const = 0;
};

/// Who consented. Pass texts for people on as upstream gives them: the host cleans and cuts them.
struct Identity {
    std::string upstreamId;  ///< stable, never empty, never reused for another person; at most 1 KiB
    std::string displayName; ///< for people
    std::string email;       ///< for people; empty where upstream hides it
};

/// Extension: whose grant this is. A provider without it can't be linked.
class IdentityReader {
public:
    /// Revision 1. Do not change the class under this id.
    static constexpr std::string_view extensionId = "central_oauth.identity/1";
    virtual ~IdentityReader() = default;

    /// The person behind the token. Changes nothing upstream.
    /// Throws: ProviderError, as SiteLister::listSites. [pool]
    [[nodiscard]] virtual Identity readIdentity(const Secret& accessToken, const Call& call) const = 0;
};

/// How sure it is that upstream revoked. Do not renumber.
enum class RevocationOutcome {
    revoked = 0,   ///< upstream promises that the grant is dead
    attempted = 1, ///< it was asked and promises nothing
};

/// Extension: revocation upstream (RFC 7009), best effort. Called where Properties::revokesUpstream or the
/// caller says so, after the local secrets are gone: a failure is told and not repeated.
class Revoker {
public:
    /// Revision 1. Do not change the class under this id.
    static constexpr std::string_view extensionId = "central_oauth.revoke/1";
    virtual ~Revoker() = default;

    /// Asks upstream to end the grant of this refresh token (RFC 7009 section 2.1).
    /// Throws: ProviderError where no answer came: transient, ambiguous, rateLimited. [pool]
    [[nodiscard]] virtual RevocationOutcome revoke(const Secret& refreshToken, const Call& call) const = 0;
};

/// Makes providers of one product. Stateless; owned by the plugin, valid until the process ends.
class ProviderFactory {
public:
    virtual ~ProviderFactory() = default;

    /// Every setting the provider reads, in the order an operator should see them; equal whenever asked.
    /// Throws: nothing. [start]
    [[nodiscard]] virtual std::vector<SettingSpec> settings() const = 0;

    /// Builds a provider without network and threads; never null. The context outlives the provider, the
    /// settings become its own.
    /// Throws: ProviderError(misconfigured) whose text tells the operator which setting is wrong and the
    /// fix. [start]
    [[nodiscard]] virtual std::unique_ptr<Provider> create(const Context& context,
                                                           Settings settings) const = 0;
};

} // namespace v1
} // namespace central_oauth::provider
