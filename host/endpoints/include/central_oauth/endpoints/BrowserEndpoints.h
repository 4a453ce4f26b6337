// SPDX-License-Identifier: Apache-2.0
// The pages: /, /link, /link/:handle, /approve, /continue, /callback, /done and the style sheet.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/endpoints/Access.h"
#include "central_oauth/http/Cookies.h"
#include "central_oauth/http/Router.h"
#include "central_oauth/pages/Pages.h"
#include "central_oauth/services/ApprovalService.h"
#include "central_oauth/services/CallbackService.h"

#include <string>

namespace central_oauth::endpoints {

/// A person's side of linking. All it uses outlives it. Threads: any.
class BrowserEndpoints {
public:
    struct Parts {
        services::ApprovalService& approvals;
        services::CallbackService& callbacks;
        const pages::Pages& pages;
        const Access& access;
        const base::Clock& clock;
        std::string publicUrl; ///< without a trailing slash; forms must come from this origin
    };

    explicit BrowserEndpoints(const Parts& parts);

    /// Adds the routes above. They refer to this object, which outlives the router.
    void mount(http::Router& router);

private:
    [[nodiscard]] http::Response open(const http::Request& request);
    [[nodiscard]] http::Response showApproval(const http::Request& request);
    [[nodiscard]] http::Response decide(const http::Request& request);
    [[nodiscard]] http::Response continueUpstream(const http::Request& request);
    [[nodiscard]] http::Response callback(const http::Request& request);
    [[nodiscard]] http::Response done(const http::Request& request);

    [[nodiscard]] http::Response approvalPage(const services::LinkPage& page,
                                              const services::Browser& browser,
                                              std::optional<int> attemptsLeft) const;
    [[nodiscard]] http::Response standing(const services::LinkPage& page,
                                          const services::Browser& browser) const;
    [[nodiscard]] services::Browser browserOf(const http::Request& request, const std::string& linkId) const;
    void requireOwnForm(const http::Request& request, const base::LinkId& id,
                        const services::Browser& browser, const http::Parameters& form) const;

    Parts _parts;
    http::Cookies _cookies;
};

} // namespace central_oauth::endpoints
