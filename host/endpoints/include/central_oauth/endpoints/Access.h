// SPDX-License-Identifier: Apache-2.0
// Who sent a request, and the count of those who could not prove it.
//
// Module endpoints: HTTP in, JSON or page out. Knows no SQL and no OAuth; every decision is a service's.
#pragma once

#include "central_oauth/http/Request.h"
#include "central_oauth/services/ClientService.h"
#include "central_oauth/services/FailureLimiter.h"

namespace central_oauth::endpoints {

/// Proves callers. All it uses outlives it. Threads: any.
class Access {
public:
    Access(const services::ClientService& clients, services::FailureLimiter& failures)
        : _clients(clients), _failures(failures) {}

    /// The client behind the request's key. Throws: invalidCredential, or tooManyRequests for a source that
    /// failed too often.
    [[nodiscard]] services::Caller caller(const http::Request& request) const;

    /// The request's bearer credential. Throws: as caller, if there is none.
    [[nodiscard]] provider::Secret bearer(const http::Request& request) const;

    /// Counts a failure of an unproven request. Throws: tooManyRequests in place of the failure's own error.
    void countFailure(const http::Request& request) const { _failures.count(request.peerAddress()); }

    /// Where the request comes from.
    [[nodiscard]] static services::Source source(const http::Request& request);

private:
    const services::ClientService& _clients;
    services::FailureLimiter& _failures;
};

} // namespace central_oauth::endpoints
