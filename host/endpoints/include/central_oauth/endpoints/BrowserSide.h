// SPDX-License-Identifier: Apache-2.0
// What all pages of a link share: the browser's cookies, the check of its forms, and where a link stands.
#pragma once

#include "central_oauth/http/Cookies.h"
#include "central_oauth/http/Parameters.h"
#include "central_oauth/http/Request.h"
#include "central_oauth/http/Response.h"
#include "central_oauth/pages/Pages.h"
#include "central_oauth/services/BrowserLinks.h"

#include <string>
#include <string_view>

namespace central_oauth::endpoints {

/// The browser's side of a request. All it uses outlives it. Threads: any.
class BrowserSide {
public:
    struct Parts {
        const services::BrowserLinks& links;
        const pages::Pages& pages;
        std::string publicUrl; ///< without a trailing slash; forms must come from this origin
    };

    explicit BrowserSide(const Parts& parts);

    /// "/<page>/<link id>".
    [[nodiscard]] static std::string pathOf(std::string_view page, const base::LinkId& id);

    /// A redirect by which a reload repeats no form (RFC 9110 section 15.4.4).
    [[nodiscard]] static http::Response seeOther(const std::string& path);

    /// What the browser holds for that link; an empty id: its own id only.
    [[nodiscard]] services::Browser browserOf(const http::Request& request, const base::LinkId& id) const;

    /// Gives the browser both cookies of a link that it opened, and takes away those of the links that it
    /// opened long ago: whoever makes it open many must not make its requests too large to be read.
    void remember(http::Response& response, const http::Request& request, const base::LinkId& id,
                  const provider::Secret& browserId, const provider::Secret& opened,
                  std::chrono::seconds openedLife) const;

    /// The hidden value of the link's forms in this browser.
    [[nodiscard]] std::string formToken(const services::Browser& browser, const base::LinkId& id) const;

    /// Throws: base::Error(invalidRequest) unless the form came from this service's own page, in this
    /// browser.
    void requireOwnForm(const http::Request& request, const base::LinkId& id,
                        const services::Browser& browser, const http::Parameters& form) const;

    /// Leads to the page that a link stands at, or is that page where a link is over for this browser.
    [[nodiscard]] http::Response standing(const services::LinkPage& page) const;

private:
    Parts _parts;
    http::Cookies _cookies;
};

} // namespace central_oauth::endpoints
