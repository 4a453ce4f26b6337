// SPDX-License-Identifier: Apache-2.0
// The pages up to the return from upstream: /, /link, /link/:handle, /approve, /continue, /callback; and the
// style sheet.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/endpoints/LinkPages.h"
#include "central_oauth/endpoints/RequestAuthenticator.h"
#include "central_oauth/http/Router.h"
#include "central_oauth/pages/Pages.h"
#include "central_oauth/services/links/CallbackService.h"
#include "central_oauth/services/links/LinkApproval.h"

#include <optional>

namespace central_oauth::endpoints {

/// The person's side of linking. All it uses must outlive it.
/// Thread-safe.
class BrowserEndpoints {
public:
    struct Parts {
        const LinkPages& linkPages;
        const services::BrowserLinks& links;
        services::LinkApproval& approvals;
        services::CallbackService& callbacks;
        const pages::Pages& pages;
        const RequestAuthenticator& authenticator;
        const base::Clock& clock;
    };

    explicit BrowserEndpoints(const Parts& parts) : _parts(parts) {}

    /// Adds the routes above. They refer to this object, which must outlive the router.
    void mount(http::Router& router);

private:
    [[nodiscard]] http::Response open(const http::Request& request);
    [[nodiscard]] http::Response showApproval(const http::Request& request);
    [[nodiscard]] http::Response decide(const http::Request& request);
    [[nodiscard]] http::Response continueUpstream(const http::Request& request);
    [[nodiscard]] http::Response callback(const http::Request& request);

    [[nodiscard]] http::Response approvalPage(const services::LinkPage& page,
                                              const services::Browser& browser,
                                              const std::optional<services::Approval>& refused) const;
    [[nodiscard]] http::Response statePage(const services::LinkPage& page,
                                           const services::Browser& browser) const;

    Parts _parts;
};

} // namespace central_oauth::endpoints
