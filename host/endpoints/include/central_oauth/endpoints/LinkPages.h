// SPDX-License-Identifier: Apache-2.0
// The common parts of a link's pages: the browser's cookies, the check of its forms, and the page for the
// link's state.
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

/// Shared by the endpoints of a link's pages. All it uses must outlive it.
/// Thread-safe.
class LinkPages {
public:
    struct Parts {
        const services::BrowserLinks& links;
        const pages::Pages& pages;
        std::string publicUrl; ///< without a trailing slash; forms must come from this origin
    };

    explicit LinkPages(const Parts& parts);

    /// Returns "/<page>/<link id>".
    [[nodiscard]] static std::string pathOf(std::string_view page, const base::LinkId& id);

    /// Returns a 303 redirect, so that a reload does not send a form again (RFC 9110 section 15.4.4).
    [[nodiscard]] static http::Response seeOther(const std::string& path);

    /// Returns the link's address at the public URL if the browser asked for a host with a trailing dot,
    /// otherwise nullopt. Cookies set for that name would be missing when upstream sends the browser back to
    /// the name without a dot.
    [[nodiscard]] std::optional<std::string> urlWithoutDot(const http::Request& request,
                                                           std::string_view handle) const;

    /// Returns the browser's cookies of that link.
    [[nodiscard]] services::Browser browserOf(const http::Request& request, const base::LinkId& id) const;

    /// Sets a cookie for this opening of a link. Clears the cookies of the link's oldest openings and of
    /// links opened long ago, so that the browser's requests stay within the limits of a head.
    void rememberOpening(http::Response& response, const http::Request& request,
                         const services::OpenedLink& opened) const;

    /// Sets the owner's cookie in the browser that approved a link.
    void rememberOwner(http::Response& response, const base::LinkId& id, const provider::Secret& ownerId,
                       std::chrono::seconds life) const;

    /// Returns the owner id that an approval with this form gives.
    /// Throws: base::Error(invalidRequest) unless the form came from this service's own approval page, in
    /// this browser.
    [[nodiscard]] provider::Secret requireApprovalForm(const http::Request& request, const base::LinkId& id,
                                                       const services::Browser& browser,
                                                       const http::Parameters& form) const;

    /// Checks that the form came from a page of this link in this browser: from a page behind the approval if
    /// the browser owns the link, otherwise from the approval page. Grants nothing: the services decide what
    /// the browser may do.
    /// Throws: base::Error(invalidRequest).
    void requireOwnerForm(const http::Request& request, const domain::Link& link,
                          const services::Browser& browser, const http::Parameters& form) const;

    /// Returns a redirect to the page for the link's state, or that page itself if the link is over for this
    /// browser.
    [[nodiscard]] http::Response statePage(const services::LinkPage& page) const;

private:
    /// Throws: base::Error(invalidRequest).
    void requireOwnOrigin(const http::Request& request) const;

    struct OpeningCookie;

    // Returns the opening cookies of all links, the oldest first, as browsers send them (RFC 6265 section
    // 5.4).
    [[nodiscard]] std::vector<OpeningCookie> openingCookiesOf(const http::Request& request) const;

    // Returns the purposes of the cookies to clear at a further opening of that link.
    [[nodiscard]] std::vector<std::string> surplusOf(const std::vector<OpeningCookie>& cookies,
                                                     const base::LinkId& link) const;

    Parts _parts;
    http::Cookies _cookies;
};

} // namespace central_oauth::endpoints
