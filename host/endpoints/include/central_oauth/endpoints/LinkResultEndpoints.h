// SPDX-License-Identifier: Apache-2.0
// The pages after the return from upstream: /site, /done, /undo.
#pragma once

#include "central_oauth/endpoints/LinkPages.h"
#include "central_oauth/http/Router.h"
#include "central_oauth/services/links/LinkApproval.h"

namespace central_oauth::endpoints {

/// The person's last steps of linking. All it uses must outlive it.
/// Thread-safe.
class LinkResultEndpoints {
public:
    struct Parts {
        const LinkPages& linkPages;
        const services::BrowserLinks& links;
        services::LinkApproval& approvals;
        const pages::Pages& pages;
    };

    explicit LinkResultEndpoints(const Parts& parts) : _parts(parts) {}

    /// Adds the routes above. They refer to this object, which must outlive the router.
    void mount(http::Router& router);

private:
    [[nodiscard]] http::Response showChoice(const http::Request& request);
    [[nodiscard]] http::Response choose(const http::Request& request);
    [[nodiscard]] http::Response done(const http::Request& request);
    [[nodiscard]] http::Response undo(const http::Request& request);

    [[nodiscard]] http::Response choicePage(const services::LinkPage& page, const services::Browser& browser,
                                            bool choiceMissing) const;

    Parts _parts;
};

} // namespace central_oauth::endpoints
