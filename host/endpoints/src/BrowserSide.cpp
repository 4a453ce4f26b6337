// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/endpoints/BrowserSide.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/base/WebUrl.h"
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

// So many links may be open in one browser at once.
constexpr std::size_t openedLinks = 16;

// Cookies of each link, so that several may be open in one browser.
std::string cookieOf(std::string_view prefix, std::string_view id) {
    return std::string(prefix) + std::string(id);
}

// Between the openings of one link; stands in no opening.
constexpr char separator = '~';

// A link that is opened in several tabs keeps that many openings, the newest first.
constexpr std::size_t openingsOfLink = 3;

// How many links one answer makes a browser forget.
constexpr std::size_t droppedAtOnce = 10;

void splitInto(std::vector<provider::Secret>& values, std::string_view cookie) {
    for (;;) {
        const auto end = std::min(cookie.find(separator), cookie.size());
        values.emplace_back(std::string(cookie.substr(0, end)));
        if (end == cookie.size())
            return;
        cookie.remove_prefix(end + 1);
    }
}

[[noreturn]] void refuseForm(const std::string& why) {
    throw Error(ErrorCode::invalidRequest, "This form did not come from this service's own page.", why);
}

// The ids of all links with such a cookie, oldest first as browsers send them (RFC 6265 section 5.4).
std::vector<base::LinkId> openedLinksIn(std::string_view line, std::string_view namePrefix) {
    std::vector<base::LinkId> ids;
    while (!line.empty()) {
        auto piece = line.substr(0, line.find(';'));
        line.remove_prefix(std::min(line.size(), piece.size() + 1));
        piece.remove_prefix(std::min(piece.find_first_not_of(' '), piece.size()));
        const auto name = piece.substr(0, piece.find('='));
        if (!name.starts_with(namePrefix))
            continue;
        auto id = base::LinkId::parse(name.substr(namePrefix.size()));
        if (id && std::find(ids.begin(), ids.end(), *id) == ids.end())
            ids.push_back(std::move(*id));
    }
    return ids;
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

std::optional<std::string> BrowserSide::urlWithoutDot(const http::Request& request,
                                                      std::string_view handle) const {
    const auto host = request.header("Host").value_or(std::string_view());
    if (!host.substr(0, host.find(':')).ends_with('.') ||
        handle.find_first_not_of(idCharacters) != std::string_view::npos)
        return std::nullopt;
    return _parts.publicUrl + "/link/" + std::string(handle);
}

services::Browser BrowserSide::browserOf(const http::Request& request, const base::LinkId& id) const {
    const auto valuesOf = [&](std::string_view prefix) {
        std::vector<provider::Secret> values;
        for (const auto value : request.cookies(_cookies.name(cookieOf(prefix, id.value()))))
            splitInto(values, value);
        return values;
    };
    return {valuesOf(openedPrefix), valuesOf(ownerPrefix), request.peerAddress()};
}

void BrowserSide::rememberOpening(Response& response, const http::Request& request,
                                  const services::OpenedLink& opened) const {
    std::string openings(opened.opening.reveal());
    for (const auto& earlier :
         _parts.links.proofs().openingsIn(browserOf(request, opened.link), opened.link, openingsOfLink - 1))
        openings.append(1, separator).append(earlier.reveal());
    response.add("Set-Cookie",
                 _cookies.set(cookieOf(openedPrefix, opened.link.value()), openings, opened.expiresIn));
    auto older =
        openedLinksIn(request.header("Cookie").value_or(std::string_view()), _cookies.name(openedPrefix));
    std::erase(older, opened.link);
    if (older.size() >= openedLinks)
        older.resize(older.size() - openedLinks + 1);
    else
        older.clear();
    // A head with hundreds of cookies is refused by browsers; the next opening drops some more.
    if (older.size() > droppedAtOnce)
        older.resize(droppedAtOnce);
    for (const auto& surplus : older) {
        response.add("Set-Cookie", _cookies.clear(cookieOf(openedPrefix, surplus.value())));
        response.add("Set-Cookie", _cookies.clear(cookieOf(ownerPrefix, surplus.value())));
    }
}

void BrowserSide::rememberOwner(Response& response, const base::LinkId& id, const provider::Secret& ownerId,
                                std::chrono::seconds life) const {
    response.add("Set-Cookie", _cookies.set(cookieOf(ownerPrefix, id.value()), ownerId.reveal(), life));
}

void BrowserSide::requireOwnOrigin(const http::Request& request) const {
    const auto origin = request.header("Origin");
    const auto site = request.header("Sec-Fetch-Site").value_or(std::string_view());
    const bool ownOrigin = origin ? base::isOriginOf(*origin, _parts.publicUrl) : site == "same-origin";
    if (!ownOrigin)
        refuseForm(origin ? services::differing("Origin", *origin, "the public URL", _parts.publicUrl)
                          : services::differing("Sec-Fetch-Site", site, "wanted is", "same-origin"));
}

provider::Secret BrowserSide::requireApprovalForm(const http::Request& request, const base::LinkId& id,
                                                  const services::Browser& browser,
                                                  const http::Parameters& form) const {
    requireOwnOrigin(request);
    auto ownerId = _parts.links.proofs().ownerIdOf(browser, id, form.get("csrf"));
    if (!ownerId)
        refuseForm("form token " + services::fingerprintOf(form.get("csrf")) +
                   " is not of this browser's opening");
    return std::move(*ownerId);
}

void BrowserSide::requireOwnerForm(const http::Request& request, const store::Link& link,
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
