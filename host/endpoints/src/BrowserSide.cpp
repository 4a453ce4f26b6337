// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/endpoints/BrowserSide.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/services/LogFields.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <vector>

namespace central_oauth::endpoints {

namespace {

using base::Error;
using base::ErrorCode;
using http::Response;
using services::LinkView;

constexpr std::string_view browserCookie = "browser";

constexpr std::string_view openedPrefix = "opened-";

// So many links may be open in one browser at once.
constexpr std::size_t openedLinks = 16;

// One cookie per link, so that several links may be open in one browser.
std::string openedCookie(const base::LinkId& id) {
    return std::string(openedPrefix) + id.value();
}

// The purposes of all such cookies, oldest first as browsers send them (RFC 6265 section 5.4).
std::vector<std::string> openedCookies(std::string_view line, std::string_view namePrefix) {
    constexpr std::string_view idCharacters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    std::vector<std::string> purposes;
    while (!line.empty()) {
        auto piece = line.substr(0, line.find(';'));
        line.remove_prefix(std::min(line.size(), piece.size() + 1));
        piece.remove_prefix(std::min(piece.find_first_not_of(' '), piece.size()));
        const auto name = piece.substr(0, piece.find('='));
        if (!name.starts_with(namePrefix))
            continue;
        const auto id = name.substr(namePrefix.size());
        if (!id.empty() && id.find_first_not_of(idCharacters) == std::string_view::npos)
            purposes.push_back(std::string(openedPrefix) + std::string(id));
    }
    return purposes;
}

} // namespace

BrowserSide::BrowserSide(const Parts& parts)
    : _parts(parts), _cookies(parts.publicUrl.rfind("https://", 0) == 0) {}

std::string BrowserSide::pathOf(std::string_view page, const base::LinkId& id) {
    return "/" + std::string(page) + "/" + id.value();
}

Response BrowserSide::seeOther(const std::string& path) {
    return Response::redirect(303, path);
}

services::Browser BrowserSide::browserOf(const http::Request& request, const base::LinkId& id) const {
    const auto cookie = [&](const std::string& purpose) {
        return provider::Secret(
            std::string(request.cookie(_cookies.name(purpose)).value_or(std::string_view())));
    };
    return {cookie(std::string(browserCookie)), cookie(openedCookie(id)), request.peerAddress()};
}

void BrowserSide::remember(Response& response, const http::Request& request, const base::LinkId& id,
                           const provider::Secret& browserId, const provider::Secret& opened,
                           std::chrono::seconds openedLife) const {
    // Long enough for every link that this browser may open within a day; the id proves nothing by itself.
    constexpr std::chrono::hours browserLife{24};
    response.add("Set-Cookie", _cookies.set(browserCookie, browserId.reveal(), browserLife));
    const auto purpose = openedCookie(id);
    response.add("Set-Cookie", _cookies.set(purpose, opened.reveal(), openedLife));
    auto older =
        openedCookies(request.header("Cookie").value_or(std::string_view()), _cookies.name(openedPrefix));
    std::erase(older, purpose);
    if (older.size() >= openedLinks)
        older.resize(older.size() - openedLinks + 1);
    else
        older.clear();
    for (const auto& surplus : older)
        response.add("Set-Cookie", _cookies.clear(surplus));
}

std::string BrowserSide::formToken(const services::Browser& browser, const base::LinkId& id) const {
    return _parts.links.proofs().formToken(browser, id);
}

void BrowserSide::requireOwnForm(const http::Request& request, const base::LinkId& id,
                                 const services::Browser& browser, const http::Parameters& form) const {
    const auto origin = request.header("Origin");
    const auto site = request.header("Sec-Fetch-Site").value_or(std::string_view());
    const bool ownOrigin = origin ? *origin == _parts.publicUrl : site == "same-origin";
    const auto refuse = [](const std::string& detail) {
        throw Error(ErrorCode::invalidRequest, "This form did not come from this service's own page.",
                    detail);
    };
    if (!ownOrigin)
        refuse(origin ? services::differing("Origin", *origin, "the public URL", _parts.publicUrl)
                      : services::differing("Sec-Fetch-Site", site, "wanted is", "same-origin"));
    if (!_parts.links.proofs().isFormToken(browser, id, form.get("csrf")))
        refuse("form token " + services::fingerprintOf(form.get("csrf")) + " is not that of browser " +
               services::fingerprintOf(services::BrowserProofs::hashOf(browser)));
}

Response BrowserSide::standing(const services::LinkPage& page) const {
    switch (page.view) {
    case LinkView::approvable:
    case LinkView::underway:
        return seeOther(pathOf("approve", page.link->id));
    case LinkView::choosing:
        return seeOther(pathOf("site", page.link->id));
    case LinkView::linked:
        return seeOther(pathOf("done", page.link->id));
    case LinkView::over: {
        const auto reason = page.link->reason.value_or(store::EndReason::upstreamError);
        if (reason == store::EndReason::declined)
            return Response::html(200, _parts.pages.declined());
        const auto cause = page.link->cause ? store::endCauseName(*page.link->cause) : std::string_view();
        return Response::html(200, _parts.pages.ended(store::endReasonName(reason), cause));
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
