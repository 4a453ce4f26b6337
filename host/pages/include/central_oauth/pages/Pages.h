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

/// The Content-Security-Policy header of every page: no script, own style sheet, forms to this server only.
[[nodiscard]] constexpr std::string_view contentSecurityPolicy() noexcept {
    return "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri "
           "'none'";
}

/// The Content-Type header of every page.
[[nodiscard]] constexpr std::string_view contentType() noexcept {
    return "text/html; charset=utf-8";
}

/// A file to be served as it is. Its path changes with its content, so it may be cached for ever.
struct Asset {
    std::string path{};             ///< "/assets/style-<hash>.css"
    std::string_view content{};     ///< valid as long as the program
    std::string_view contentType{}; ///< valid as long as the program
};

/// The style sheet that every page links to. Threads: any.
[[nodiscard]] const Asset& stylesheet();

/// Renders the pages. Each function returns one whole HTML document in UTF-8, safe for any content of its
/// view.
///
/// Owns its copy of the site; keeps nothing of a view.
///
/// Threads: any; everything is const.
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
    /// Tells who was linked; asks for nothing but Undo, where that is offered: posts `csrf` and `decision`
    /// ("undo").
    [[nodiscard]] std::string done(const DoneView& view) const;
    /// The person declined on the approval page.
    [[nodiscard]] std::string declined() const;
    /// The link was not approved in time.
    [[nodiscard]] std::string expired() const;
    /// The link ended without a grant; `reason` as in the poll's answer (docs/http-api.md), or "removed" for
    /// one whose account is gone; any other gives general words. `cause` says more of an upstream_error
    /// (domain::EndCause's names); empty or any other: the list of known causes.
    [[nodiscard]] std::string ended(std::string_view reason, std::string_view cause = {}) const;
    /// Used in another browser, or finished. Neutral: it tells a second browser nothing about the first.
    [[nodiscard]] std::string alreadyUsed() const;
    /// The callback came to a browser that did not approve.
    [[nodiscard]] std::string wrongBrowser() const;
    /// Says what went wrong and, where there is one, the request's id for the operator.
    [[nodiscard]] std::string problem(const ProblemView& view) const;

private:
    Site _site;
};

} // namespace central_oauth::pages
