// SPDX-License-Identifier: Apache-2.0
// Every page a person sees, as HTML made from embedded templates.
//
// Module pages: values in, HTML out. Depends on the standard library and a mustache engine only; knows no
// request, no link, no store. All words are in templates/, Texts.cpp and ScopeTexts.cpp; there is no script,
// no inline style and no outside resource.
#pragma once

#include "central_oauth/pages/Views.h"

#include <string>
#include <string_view>

namespace central_oauth::pages {

/// Returns the Content-Security-Policy header of every page: no script, own style sheet, forms to this server
/// only.
[[nodiscard]] constexpr std::string_view contentSecurityPolicy() noexcept {
    return "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri "
           "'none'";
}

/// Returns the Content-Type header of every page.
[[nodiscard]] constexpr std::string_view contentType() noexcept {
    return "text/html; charset=utf-8";
}

/// A file to serve unchanged. Its path changes with its content, so it may be cached forever.
struct Asset {
    std::string path{};             ///< "/assets/style-<hash>.css"
    std::string_view content{};     ///< valid until the process ends
    std::string_view contentType{}; ///< valid until the process ends
};

/// Returns the style sheet that every page links to.
/// Thread-safe.
[[nodiscard]] const Asset& stylesheet();

/// Renders the pages. Each function returns one whole HTML document in UTF-8, safe for any content of its
/// view.
///
/// Owns its copy of the site; keeps nothing of a view.
///
/// Thread-safe.
///
/// Errors: std::logic_error if a template is broken, which the unit tests exclude; std::bad_alloc.
class Pages {
public:
    explicit Pages(Site site);

    /// `/` and `/link`: what this is, and where to find the full link.
    [[nodiscard]] std::string landing() const;
    /// Asks for approval. Posts `csrf`, `decision` ("decline" or "approve") and, with Proof::code, `code`.
    [[nodiscard]] std::string approve(const ApproveView& view) const;
    /// Leads on to the provider by meta refresh and a plain link.
    [[nodiscard]] std::string continueUpstream(const ContinueView& view) const;
    /// Asks for a site. Posts `csrf`, `decision` ("decline" or "approve") and `site`.
    [[nodiscard]] std::string chooseSite(const ChooseSiteView& view) const;
    /// Shows who was linked. Posts `csrf` and `decision` ("undo") if Undo is offered.
    [[nodiscard]] std::string done(const DoneView& view) const;
    /// The person declined on the approval page.
    [[nodiscard]] std::string declined() const;
    /// The link was not approved in time.
    [[nodiscard]] std::string expired() const;
    /// The link ended without a grant. `reason` is that of the poll's answer (docs/http-api.md), or "removed"
    /// if its account is gone; any other gives general words. `cause` explains an upstream_error and is a
    /// name of domain::EndCause; without a known cause the page lists all of them.
    [[nodiscard]] std::string ended(std::string_view reason, std::string_view cause = {}) const;
    /// The link was used in another browser, or is finished. Reveals nothing about the first browser to a
    /// second.
    [[nodiscard]] std::string alreadyUsed() const;
    /// The callback came to a browser that did not approve.
    [[nodiscard]] std::string wrongBrowser() const;
    /// Says what went wrong, and names the request's id for the operator if there is one.
    [[nodiscard]] std::string problem(const ProblemView& view) const;

private:
    Site _site;
};

} // namespace central_oauth::pages
