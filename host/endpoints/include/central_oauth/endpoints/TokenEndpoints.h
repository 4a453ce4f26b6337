// SPDX-License-Identifier: Apache-2.0
// GET and DELETE /v1/tokens/:account_id, POST /v1/tokens/:account_id/report, POST /v1/tokens/resolve.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/endpoints/RequestAuthenticator.h"
#include "central_oauth/http/Errors.h"
#include "central_oauth/http/Router.h"
#include "central_oauth/services/clients/GrantTokenService.h"
#include "central_oauth/services/grants/AccountService.h"
#include "central_oauth/services/grants/AccountTokens.h"
#include "central_oauth/services/grants/ReportService.h"
#include "central_oauth/services/grants/ResolveService.h"

#include <string>

namespace central_oauth::endpoints {

/// Reads, resolves and reports tokens, and deletes accounts. All it uses must outlive it.
/// Thread-safe.
class TokenEndpoints {
public:
    struct Parts {
        services::AccountTokens& tokens;
        services::ReportService& reports;
        services::ResolveService& resolver;
        services::AccountService& accounts;
        services::GrantTokenService& grantTokens;
        const services::ProviderCatalog& providers;
        const RequestAuthenticator& authenticator;
        const base::Clock& clock;
        std::string publicUrl; ///< how browsers reach the service, without a trailing slash
    };

    explicit TokenEndpoints(Parts parts) : _parts(std::move(parts)) {}

    /// Adds the routes above. They refer to this object, which must outlive the router.
    void mount(http::Router& router);

private:
    [[nodiscard]] http::Response get(const http::Request& request);
    [[nodiscard]] http::Response resolve(const http::Request& request);
    [[nodiscard]] http::Response report(const http::Request& request);
    [[nodiscard]] http::Response remove(const http::Request& request);
    [[nodiscard]] http::Response removeHolder(const http::Request& request, const services::Caller& caller);
    [[nodiscard]] http::Response answerOf(const services::AccountToken& held,
                                          const std::string& wantedSite) const;
    [[nodiscard]] http::ErrorWithMembers reauthFailure(const services::NeedsReauth& failure) const;

    Parts _parts;
};

} // namespace central_oauth::endpoints
