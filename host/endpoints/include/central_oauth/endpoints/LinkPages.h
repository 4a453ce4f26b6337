// SPDX-License-Identifier: Apache-2.0
// What all pages of a link share: the browser's cookies, the check of its forms, and where a link stands.
#pragma once

#include "central_oauth/domain/Link.h"
#include "central_oauth/http/Cookies.h"
#include "central_oauth/http/Parameters.h"
#include "central_oauth/http/Request.h"
#include "central_oauth/http/Response.h"
#include "central_oauth/pages/Pages.h"
#include "central_oauth/services/links/Browser.h"
#include "central_oauth/services/links/LinkApproval.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::endpoints {

/// What the pages of a link share. All it uses outlives it. Threads: any.
class LinkPages {
public:
    struct Parts {
        const services::BrowserLinks& links;
        const pages::Pages& pages;
        std::string publicUrl; ///< without a trailing slash; forms must come from this origin
    };

    explicit LinkPages(const Parts& parts);

    /// "/<page>/<link id>".
    [[nodiscard]] static std::string pathOf(std::string_view page, const base::LinkId& id);

    /// A redirect by which a reload repeats no form (RFC 9110 section 15.4.4).
    [[nodiscard]] static http::Response seeOther(const std::string& path);

    /// A link's address at the public URL, if the browser asked for a host with a trailing dot: it would keep
    /// cookies for that name alone, and upstream sends it back to the other one.
    [[nodiscard]] std::optional<std::string> urlWithoutDot(const http::Request& request,
                                                           std::string_view handle) const;

    /// What the browser sends as cookies of that link.
    [[nodiscard]] services::Browser browserOf(const http::Request& request, const base::LinkId& id) const;

    /// Gives the browser a cookie for this opening of a link, and takes away those of its oldest openings of
    /// that link and of the links that it opened long ago: many openings must not make its requests too
    /// large to be read.
    void rememberOpening(http::Response& response, const http::Request& request,
                         const services::OpenedLink& opened) const;

    /// Gives the browser that approved a link the owner's cookie.
    void rememberOwner(http::Response& response, const base::LinkId& id, const provider::Secret& ownerId,
                       std::chrono::seconds life) const;

    /// Returns the owner id that an approval with this form gives. Throws: base::Error(invalidRequest) unless
    /// the form came from this service's own approval page, in this browser.
    [[nodiscard]] provider::Secret requireApprovalForm(const http::Request& request, const base::LinkId& id,
                                                       const services::Browser& browser,
                                                       const http::Parameters& form) const;

    /// Throws: base::Error(invalidRequest) unless the form came from a page of this link in this browser: one
    /// behind the approval if the browser owns the link, the approval page if it does not. Grants nothing:
    /// what the browser may do, the services decide.
    void requireOwnerForm(const http::Request& request, const domain::Link& link,
                          const services::Browser& browser, const http::Parameters& form) const;

    /// Leads to the page that a link stands at, or is that page where a link is over for this browser.
    [[nodiscard]] http::Response standing(const services::LinkPage& page) const;

private:
    /// Throws: base::Error(invalidRequest).
    void requireOwnOrigin(const http::Request& request) const;

    struct OpeningCookie;

    // Those of all links, the oldest first as browsers send them (RFC 6265 section 5.4).
    [[nodiscard]] std::vector<OpeningCookie> openingCookiesOf(const http::Request& request) const;

    // The purposes of the cookies that the browser is to forget at a further opening of that link.
    [[nodiscard]] std::vector<std::string> surplusOf(const std::vector<OpeningCookie>& cookies,
                                                     const base::LinkId& link) const;

    Parts _parts;
    http::Cookies _cookies;
};

} // namespace central_oauth::endpoints
