// SPDX-License-Identifier: Apache-2.0
// Who sent a request, and the count of those who could not prove it.
//
// Module endpoints: HTTP in, JSON or page out. Knows no SQL and no OAuth; every decision is a service's.
#pragma once

#include "central_oauth/domain/Client.h"
#include "central_oauth/http/Request.h"
#include "central_oauth/services/ClientLimits.h"
#include "central_oauth/services/ClientService.h"
#include "central_oauth/services/FailureLimiter.h"

#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace central_oauth::endpoints {

/// Proves callers. A route asks one of two functions, first thing in its handler:
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
    /// The holder of a grant token (services::GrantTokenService::authenticate). Throws: invalidCredential,
    /// storeUnavailable.
    using GrantTokens = std::function<services::Caller(const provider::Secret&)>;

    /// Without `grantTokens`, no grant token is good.
    RequestAuthenticator(const services::ClientService& clients, services::FailureLimiter& failures,
                         services::ClientLimits& limits, GrantTokens grantTokens = {})
        : _clients(clients), _failures(failures), _limits(limits), _grantTokens(std::move(grantTokens)) {}

    /// What a request costs, besides reading. Counted as soon as it is proven (services::ClientLimits).
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
    void countFailure(const http::Request& request) const { _failures.count(request.peerAddress()); }

    /// Where the request comes from.
    [[nodiscard]] static services::Source source(const http::Request& request);

private:
    enum class Takes { clientKey, clientKeyOrGrantToken };

    [[nodiscard]] services::Caller prove(const http::Request& request, Takes takes, Cost cost) const;
    void count(const services::Caller& caller, Cost cost) const;
    [[nodiscard]] services::Caller callerOf(const provider::Secret& credential, Takes takes) const;

    const services::ClientService& _clients;
    services::FailureLimiter& _failures;
    services::ClientLimits& _limits;
    GrantTokens _grantTokens;
};

} // namespace central_oauth::endpoints
