// SPDX-License-Identifier: Apache-2.0
// Who sent a request, and the count of those who could not prove it.
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

/// Proves one kind of credential. A value; what `prove` uses outlives it.
struct Authenticator {
    /// Returns the credential's caller. Throws: invalidCredential, storeUnavailable.
    using Prove = std::function<services::Caller(const provider::Secret&)>;

    std::string_view prefix;   ///< its credentials begin with this, and those of no other authenticator do
    std::string_view shown;    ///< what a hint calls one of them, such as "a client key (cok_…)"
    std::string_view logField; ///< names Caller::keyId in the request's log lines
    Prove prove;
    /// Why a credential of this kind opens routes about accounts only, for a hint. Empty: it opens every
    /// route.
    std::string_view whyAccountsOnly = {};

    /// services::ClientService::authenticate.
    [[nodiscard]] static Authenticator ofClientKeys(Prove prove);

    /// services::GrantTokenService::authenticate.
    [[nodiscard]] static Authenticator ofGrantTokens(Prove prove);
};

/// Proves callers, each by the authenticator of its credential's prefix. A route asks one of two functions,
/// first thing in its handler:
///
///     client(request)      a client key: making and polling links, resolve, keys, providers
///     onAccounts(request)  a client key or a grant token, about accounts
///
/// `onAccounts` puts the header `Subject` into Caller::subject; which accounts that leaves is for
/// Caller::reaches to say. A route whose body names the subject asks `client`, and `subject` for the header.
///
/// Checks have one order on every route, and nothing of an account or link is looked up before the last of
/// them: credential (401, 429), its kind (403), its client's limits (429), header `Subject` (400), parameters
/// and body (400), scope (Caller::require, 403).
///
/// All it uses outlives it. Threads: any. Errors: invalidCredential, counted per source address, or in its
/// place tooManyRequests for a source that failed too often; insufficientScope for a grant token where a
/// client key is needed; invalidRequest for the header; storeUnavailable from reading a grant token. A client
/// key costs no database access, whether it is right or wrong.
class RequestAuthenticator {
public:
    RequestAuthenticator(std::vector<Authenticator> authenticators, services::RequestLimits& limits)
        : _authenticators(std::move(authenticators)), _limits(limits) {}

    /// What a request costs, besides reading. Counted as soon as it is proven (services::RequestLimits).
    enum class Cost { read, write, check };

    /// A good grant token is refused here: insufficientScope. Throws: also tooManyRequests for the cost.
    [[nodiscard]] services::Caller client(const http::Request& request, Cost cost = Cost::read) const;

    /// The header may be left out, except by those whose client must say for which of its users it asks
    /// (domain::Client::requireSubject).
    [[nodiscard]] services::Caller onAccounts(const http::Request& request, Cost cost = Cost::read) const;

    /// The header `Subject`: 1 to 128 bytes of UTF-8 without control characters and without a space at either
    /// end. Nothing: it was not sent. Throws: invalidRequest for another value, or several.
    [[nodiscard]] static std::optional<std::string> subject(const http::Request& request);

    /// The request's bearer credential, whatever it is. Throws: as client, if there is none.
    [[nodiscard]] provider::Secret bearer(const http::Request& request) const;

    /// Counts a failure of an unproven request. Throws: tooManyRequests in place of the failure's own error.
    void countFailure(const http::Request& request) const { _limits.countFailure(request.peerAddress()); }

    /// Where the request comes from.
    [[nodiscard]] static services::RequestOrigin originOf(const http::Request& request);

private:
    enum class Route { any, aboutAccounts };

    [[nodiscard]] services::Caller prove(const http::Request& request, Route route, Cost cost) const;
    [[nodiscard]] const Authenticator& authenticatorOf(const provider::Secret& credential, Route route) const;
    [[nodiscard]] std::string taken(Route route) const;
    void count(const services::Caller& caller, Cost cost) const;

    std::vector<Authenticator> _authenticators;
    services::RequestLimits& _limits;
};

} // namespace central_oauth::endpoints
