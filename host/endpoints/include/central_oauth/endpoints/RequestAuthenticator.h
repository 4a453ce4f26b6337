// SPDX-License-Identifier: Apache-2.0
// Authenticates requests, and counts failed attempts.
//
// Module endpoints: HTTP in, JSON or page out. Knows no SQL and no OAuth; every decision is a service's.
#pragma once

#include "central_oauth/http/Request.h"
#include "central_oauth/services/Caller.h"
#include "central_oauth/services/RequestLimits.h"
#include "central_oauth/services/clients/ClientService.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace central_oauth::endpoints {

/// Proves one kind of credential. A value; what `prove` uses must outlive it.
struct Authenticator {
    /// Returns the credential's caller. Throws: invalidCredential, storeUnavailable.
    using Prove = std::function<services::SharedCaller(const provider::Secret&)>;

    std::string_view prefix;   ///< begins its credentials, and no others
    std::string_view shown;    ///< their name in a hint, such as "a client key (cok_…)"
    std::string_view logField; ///< names Caller::keyId in the request's log lines
    Prove prove;
    /// For a hint: why such a credential opens routes about accounts only. Empty if it opens every route.
    std::string_view whyAccountsOnly = {};

    /// `prove` is services::ClientService::authenticate.
    [[nodiscard]] static Authenticator ofClientKeys(Prove prove);

    /// `prove` is services::GrantTokenService::authenticate.
    [[nodiscard]] static Authenticator ofGrantTokens(Prove prove);
};

/// Authenticates callers, each by the authenticator of its credential's prefix. A handler first calls one of
/// two functions:
///
///     client(request)      a client key: making and polling links, resolve, keys, providers
///     onAccounts(request)  a client key or a grant token, about accounts
///
/// `onAccounts` puts the header `Subject` into Caller::subject; Caller::reaches decides which accounts that
/// leaves. A route whose body names the subject calls `client`, and `subject` for the header.
///
/// Every route checks in this order, and looks up no account or link before the last check: credential (401,
/// 429), its kind (403), its client's limits (429), header `Subject` (400), parameters and body (400), scope
/// (Caller::require, 403).
///
/// A client key, right or wrong, costs no database access. All it uses must outlive it.
/// Thread-safe.
/// Errors: invalidCredential, counted per source address, or in its place tooManyRequests for a source that
/// failed too often; insufficientScope for a grant token if a client key is needed; invalidRequest for the
/// header; storeUnavailable from reading a grant token.
class RequestAuthenticator {
public:
    RequestAuthenticator(std::vector<Authenticator> authenticators, services::RequestLimits& limits)
        : _authenticators(std::move(authenticators)), _limits(limits) {}

    /// The limit of the client that a request counts against. Counted as soon as the credential is proven
    /// (services::RequestLimits).
    enum class Cost { read, write, check };

    /// Returns the caller of a client key.
    /// Throws: also insufficientScope for a valid grant token, tooManyRequests for the cost.
    [[nodiscard]] services::SharedCaller client(const http::Request& request, Cost cost = Cost::read) const;

    /// Returns the caller of a client key or grant token. The header `Subject` may be absent unless the
    /// client must say for which of its users it asks (domain::Client::requireSubject).
    [[nodiscard]] services::SharedCaller onAccounts(const http::Request& request,
                                                    Cost cost = Cost::read) const;

    /// Returns the header `Subject`, 1 to 128 bytes of UTF-8 without control characters and without a space
    /// at either end, or nullopt if it was not sent.
    /// Throws: invalidRequest for another value, or several.
    [[nodiscard]] static std::optional<std::string> subject(const http::Request& request);

    /// Returns the request's bearer credential, of any kind.
    /// Throws: as `client` if there is none.
    [[nodiscard]] provider::Secret bearer(const http::Request& request) const;

    /// Counts a failed attempt of the request's source.
    /// Throws: tooManyRequests, in place of the caller's own error, if the source failed too often.
    void countFailure(const http::Request& request) const { _limits.countFailure(request.peerAddress()); }

    /// Returns where the request comes from.
    [[nodiscard]] static services::RequestOrigin originOf(const http::Request& request);

private:
    enum class Route { any, aboutAccounts };

    [[nodiscard]] services::SharedCaller prove(const http::Request& request, Route route, Cost cost) const;
    [[nodiscard]] const Authenticator& authenticatorOf(const provider::Secret& credential, Route route) const;
    [[nodiscard]] std::string taken(Route route) const;
    void count(const services::Caller& caller, Cost cost) const;

    std::vector<Authenticator> _authenticators;
    services::RequestLimits& _limits;
};

} // namespace central_oauth::endpoints
