// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/endpoints/LinkPages.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/base/WebUrl.h"
#include "central_oauth/domain/Link.h"
#include "central_oauth/services/LogFields.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

namespace central_oauth::endpoints {

namespace {

using base::Error;
using base::ErrorCode;
using http::Response;
using services::LinkView;

constexpr std::string_view openedPrefix = "opened-";
constexpr std::string_view ownerPrefix = "owner-";

constexpr std::string_view idCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

// How many links may be open in one browser at once, and in how many tabs: all their cookies, beside a
// proxy's, fit into the 8 KiB of a field.
constexpr std::size_t openedLinks = 16;
constexpr std::size_t openings = 32;

// How many openings of one link a browser keeps, the newest ones.
constexpr std::size_t openingsOfLink = 3;

// How many cookies one answer clears. Browsers refuse a head that clears hundreds; the next opening clears
// more.
constexpr std::size_t droppedAtOnce = 20;

// Separates link id and tag in the name of an opening's cookie. No id contains it.
constexpr char tagMark = '.';
constexpr std::size_t tagLength = 8;

std::string ownerCookie(const base::LinkId& id) {
    return std::string(ownerPrefix) + id.value();
}

// Each opening has a cookie of its own, named by its first characters. Tabs that open a link at the same
// moment do not have each other's cookie yet, and a common cookie would keep only the later opening.
std::string openingCookie(const base::LinkId& id, std::string_view opening) {
    return std::string(openedPrefix) + id.value() + tagMark + std::string(opening.substr(0, tagLength));
}

[[noreturn]] void refuseForm(const std::string& why) {
    throw Error(ErrorCode::invalidRequest, "This form did not come from this service's own page.", why);
}

} // namespace

struct LinkPages::OpeningCookie {
    base::LinkId link;
    std::string purpose; ///< the name without the prefix that http::Cookies adds
    provider::Secret value;
};

LinkPages::LinkPages(const Parts& parts)
    : _parts(parts), _cookies(parts.publicUrl.rfind("https://", 0) == 0) {}

std::string LinkPages::pathOf(std::string_view page, const base::LinkId& id) {
    return "/" + std::string(page) + "/" + id.value();
}

Response LinkPages::seeOther(const std::string& path) {
    return Response::redirect(303, path);
}

std::optional<std::string> LinkPages::urlWithoutDot(const http::Request& request,
                                                    std::string_view handle) const {
    const auto host = request.header("Host").value_or(std::string_view());
    if (!host.substr(0, host.find(':')).ends_with('.') ||
        handle.find_first_not_of(idCharacters) != std::string_view::npos)
        return std::nullopt;
    return _parts.publicUrl + "/link/" + std::string(handle);
}

std::vector<LinkPages::OpeningCookie> LinkPages::openingCookiesOf(const http::Request& request) const {
    const auto prefix = _cookies.name(openedPrefix);
    std::vector<OpeningCookie> cookies;
    for (const auto& [name, value] : request.cookiesWithPrefix(prefix)) {
        const auto rest = name.substr(prefix.size());
        const auto mark = std::min(rest.find(tagMark), rest.size());
        const auto tag = rest.substr(std::min(mark + 1, rest.size()));
        const auto id = base::LinkId::parse(rest.substr(0, mark));
        if (id && tag.size() == tagLength && tag.find_first_not_of(idCharacters) == std::string_view::npos)
            cookies.push_back({*id, openingCookie(*id, tag), provider::Secret(std::string(value))});
    }
    return cookies;
}

services::Browser LinkPages::browserOf(const http::Request& request, const base::LinkId& id) const {
    services::Browser browser;
    for (auto& cookie : openingCookiesOf(request)) {
        if (cookie.link == id)
            browser.opened.push_back(std::move(cookie.value));
    }
    std::reverse(browser.opened.begin(), browser.opened.end());
    for (const auto value : request.cookies(_cookies.name(ownerCookie(id))))
        browser.owner.emplace_back(std::string(value));
    browser.address = request.peerAddress();
    return browser;
}

std::vector<std::string> LinkPages::surplusOf(const std::vector<OpeningCookie>& cookies,
                                              const base::LinkId& link) const {
    const auto holds = [](const auto& list, const auto& one) {
        return std::find(list.begin(), list.end(), one) != list.end();
    };
    std::vector<std::string> kept;
    std::vector<base::LinkId> links{link};
    std::size_t ofLink = 1;
    std::for_each(cookies.rbegin(), cookies.rend(), [&](const OpeningCookie& cookie) {
        const bool fits = cookie.link == link
                              ? ofLink < openingsOfLink && _parts.links.proofs().isOpening(cookie.value, link)
                              : holds(links, cookie.link) || links.size() < openedLinks;
        if (!fits || kept.size() + 1 >= openings || holds(kept, cookie.purpose))
            return;
        kept.push_back(cookie.purpose);
        ofLink += cookie.link == link ? 1U : 0U;
        if (!holds(links, cookie.link))
            links.push_back(cookie.link);
    });
    std::vector<std::string> surplus;
    for (const auto& cookie : cookies) {
        if (!holds(kept, cookie.purpose) && !holds(surplus, cookie.purpose))
            surplus.push_back(cookie.purpose);
        if (!holds(links, cookie.link) && !holds(surplus, ownerCookie(cookie.link)))
            surplus.push_back(ownerCookie(cookie.link));
    }
    if (surplus.size() > droppedAtOnce)
        surplus.resize(droppedAtOnce);
    return surplus;
}

void LinkPages::rememberOpening(Response& response, const http::Request& request,
                                const services::OpenedLink& opened) const {
    const auto opening = opened.opening.reveal();
    response.add("Set-Cookie", _cookies.set(openingCookie(opened.link, opening), opening, opened.expiresIn));
    for (const auto& purpose : surplusOf(openingCookiesOf(request), opened.link))
        response.add("Set-Cookie", _cookies.clear(purpose));
}

void LinkPages::rememberOwner(Response& response, const base::LinkId& id, const provider::Secret& ownerId,
                              std::chrono::seconds life) const {
    response.add("Set-Cookie", _cookies.set(ownerCookie(id), ownerId.reveal(), life));
}

void LinkPages::requireOwnOrigin(const http::Request& request) const {
    const auto origin = request.header("Origin");
    const auto site = request.header("Sec-Fetch-Site").value_or(std::string_view());
    const bool ownOrigin = origin ? base::isOriginOf(*origin, _parts.publicUrl) : site == "same-origin";
    if (!ownOrigin)
        refuseForm(origin ? services::differing("Origin", *origin, "the public URL", _parts.publicUrl)
                          : services::differing("Sec-Fetch-Site", site, "wanted is", "same-origin"));
}

provider::Secret LinkPages::requireApprovalForm(const http::Request& request, const base::LinkId& id,
                                                const services::Browser& browser,
                                                const http::Parameters& form) const {
    requireOwnOrigin(request);
    auto ownerId = _parts.links.proofs().ownerIdOf(browser, id, form.get("csrf"));
    if (!ownerId)
        refuseForm("form token " + services::fingerprintOf(form.get("csrf")) +
                   " is not of this browser's opening");
    return std::move(*ownerId);
}

void LinkPages::requireOwnerForm(const http::Request& request, const domain::Link& link,
                                 const services::Browser& browser, const http::Parameters& form) const {
    requireOwnOrigin(request);
    const auto& proofs = _parts.links.proofs();
    const auto token = form.get("csrf");
    const bool isOwn = services::BrowserProofs::owns(browser, link)
                           ? proofs.isOwnerToken(browser, link, token)
                           : proofs.ownerIdOf(browser, link.id, token).has_value();
    if (!isOwn)
        refuseForm("form token " + services::fingerprintOf(token) + " is not that of browser " +
                   services::fingerprintOf(services::BrowserProofs::firstOwnerHash(browser)));
}

Response LinkPages::statePage(const services::LinkPage& page) const {
    switch (page.view) {
    case LinkView::approvable:
    case LinkView::underway:
        return seeOther(pathOf("approve", page.link->id));
    case LinkView::choosing:
        return seeOther(pathOf("site", page.link->id));
    case LinkView::linked:
        return seeOther(pathOf("done", page.link->id));
    case LinkView::over: {
        const auto reason = page.link->reason.value_or(domain::EndReason::upstreamError);
        if (reason == domain::EndReason::declined)
            return Response::html(200, _parts.pages.declined());
        const auto cause = page.link->cause ? nameOf(*page.link->cause) : std::string_view();
        return Response::html(200, _parts.pages.ended(nameOf(reason), cause));
    }
    case LinkView::expired:
        return Response::html(410, _parts.pages.expired());
    case LinkView::alreadyUsed:
        return Response::html(409, _parts.pages.alreadyUsed());
    case LinkView::wrongBrowser:
        break;
    }
    return Response::html(403, _parts.pages.wrongBrowser());
}

} // namespace central_oauth::endpoints
