// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/endpoints/BrowserEndpoints.h"

#include "RequestValues.h"

#include <array>
#include <chrono>
#include <utility>

namespace central_oauth::endpoints {

namespace {

using base::Error;
using base::ErrorCode;
using http::Response;
using services::LinkView;

std::string pathOf(std::string_view page, const base::LinkId& id) {
    return LinkPages::pathOf(page, id);
}

Response seeOther(const std::string& path) {
    return LinkPages::seeOther(path);
}

} // namespace

void BrowserEndpoints::mount(http::Router& router) {
    const auto page = http::RouteKind::page;
    const auto landing = [this](const http::Request&) { return Response::html(200, _parts.pages.landing()); };
    router.add({"GET", "/", {}, page, landing});
    router.add({"GET", "/link", {}, page, landing});
    router.add({"GET", "/link/:handle", {}, page, [this](const auto& request) { return open(request); }});
    router.add({"GET", "/approve/:link_id", {}, page, [this](const auto& request) {
                    return showApproval(request);
                }});
    router.add(
        {"POST", "/approve/:link_id", {}, page, [this](const auto& request) { return decide(request); }});
    router.add({"GET", "/continue/:link_id", {}, page, [this](const auto& request) {
                    return continueUpstream(request);
                }});
    for (const std::string path : {"/callback/:provider", "/callback"}) {
        http::Route route{"GET", path, {"state", "code", "error", "iss"}, page, [this](const auto& request) {
                              return callback(request);
                          }};
        route.foreignQuery = true;
        router.add(std::move(route));
    }
    router.add({"GET", pages::stylesheet().path, {}, http::RouteKind::asset, [](const http::Request&) {
                    const auto& style = pages::stylesheet();
                    Response response(200);
                    response.setBody(std::string(style.contentType), std::string(style.content));
                    response.set("Cache-Control", "public, max-age=31536000, immutable");
                    return response;
                }});
}

Response BrowserEndpoints::open(const http::Request& request) {
    if (const auto url = _parts.linkPages.urlWithoutDot(request, request.pathParameter("handle")))
        return Response::redirect(308, *url);
    const auto opened = _parts.approvals.open(request.pathParameter("handle"));
    if (!opened) {
        _parts.authenticator.countFailure(request);
        throw Error(ErrorCode::notFound);
    }
    // The handle leaves the address bar at once.
    auto response = seeOther(pathOf("approve", opened->link));
    // A neighbour's page can make a browser load this address as an image any number of times, and each
    // answer would set a cookie. So only documents get one (Fetch Metadata); a missing header counts as a
    // document.
    if (request.header("Sec-Fetch-Dest").value_or("document") == "document")
        _parts.linkPages.rememberOpening(response, request, *opened);
    return response;
}

Response BrowserEndpoints::showApproval(const http::Request& request) {
    const auto id = linkIn(request);
    const auto browser = _parts.linkPages.browserOf(request, id);
    const auto page = _parts.links.view(id, browser);
    if (page.view == LinkView::approvable)
        return approvalPage(page, browser, std::nullopt);
    return statePage(page, browser);
}

Response BrowserEndpoints::approvalPage(const services::LinkPage& page, const services::Browser& browser,
                                        const std::optional<services::Approval>& refused) const {
    const auto& link = *page.link;
    if (!page.client || page.provider == nullptr)
        return Response::html(410, _parts.pages.ended({})); // its client or provider is gone
    const auto now = base::nowOf(_parts.clock);
    pages::ApproveView view;
    view.clientName = page.client->name;
    view.clientContact = page.client->contact;
    view.onBehalfOf = link.onBehalfOf;
    view.subject = link.subject;
    view.label = link.label;
    view.providerName = page.provider->displayName;
    view.scopes = pages::describeScopes(page.provider->scopes);
    view.wantedSite = link.wantedSite;
    view.isRelink = !link.relinkAccount.empty();
    view.requesterAddress = link.requesterAddress;
    view.requesterProgram = link.requesterProgram;
    view.age = now - link.createdAt;
    view.expiresIn = link.expiresAt - now;
    view.actionPath = pathOf("approve", link.id);
    view.csrf = _parts.links.proofs().approvalToken(browser, link.id);
    if (refused) {
        view.attemptsLeft = refused->attemptsLeft;
        if (refused->outcome == services::ApprovalOutcome::noCode)
            view.entryFault = pages::entryWords(refused->entry.digits.size(), refused->entry.strayAt);
    }
    return Response::html(refused ? 422 : 200, _parts.pages.approve(view));
}

// Returns the page for the state of a link that this browser can't approve, or no longer can.
Response BrowserEndpoints::statePage(const services::LinkPage& page, const services::Browser& browser) const {
    if (page.view != LinkView::underway)
        return _parts.linkPages.statePage(page);
    // A person who comes back here from upstream is not redirected there again at once.
    const auto url = _parts.approvals.authorizationUrl(page.link->id, browser);
    if (!url)
        return Response::html(409, _parts.pages.alreadyUsed());
    return Response::html(200, _parts.pages.continueUpstream({page.provider->displayName, *url, false}));
}

Response BrowserEndpoints::decide(const http::Request& request) {
    static const std::array<std::string, 3> fields{"csrf", "decision", "code"};
    const auto id = linkIn(request);
    const auto browser = _parts.linkPages.browserOf(request, id);
    const auto form = http::parseForm(request);
    form.requireOnly(fields, "form");
    auto page = _parts.links.view(id, browser);
    if (page.view == LinkView::wrongBrowser)
        return statePage(page, browser);
    const auto ownerId = _parts.linkPages.requireApprovalForm(request, id, browser, form);

    const auto decision = form.get("decision");
    const auto origin = RequestAuthenticator::originOf(request);
    if (decision == "decline") {
        (void)_parts.approvals.decline(id, browser, origin);
        return statePage(_parts.links.view(id, browser), browser);
    }
    if (decision != "approve")
        throw Error(ErrorCode::invalidRequest, "The decision is \"approve\" or \"decline\".");
    const auto approval =
        _parts.approvals.approve(id, browser, ownerId, form.find("code").value_or(""), origin);
    if (approval.outcome == services::ApprovalOutcome::approved) {
        auto response = seeOther(pathOf("continue", id));
        if (approval.isNewOwner)
            _parts.linkPages.rememberOwner(response, id, ownerId, approval.ownerExpiresIn);
        return response;
    }
    page = _parts.links.view(id, browser);
    const bool isRefused = approval.outcome == services::ApprovalOutcome::wrongCode ||
                           approval.outcome == services::ApprovalOutcome::noCode;
    if (isRefused && page.view == LinkView::approvable)
        return approvalPage(page, browser, approval);
    return statePage(page, browser);
}

Response BrowserEndpoints::continueUpstream(const http::Request& request) {
    const auto id = linkIn(request);
    const auto browser = _parts.linkPages.browserOf(request, id);
    const auto page = _parts.links.view(id, browser);
    const auto url = _parts.approvals.authorizationUrl(id, browser);
    if (!url)
        return statePage(page, browser);
    return Response::html(200, _parts.pages.continueUpstream({page.provider->displayName, *url, true}));
}

Response BrowserEndpoints::callback(const http::Request& request) {
    // The first request spends a state, so HEAD must not use it.
    if (request.method() == "HEAD")
        return Response::html(200, _parts.pages.landing());
    const auto& query = request.query();
    const auto value = [&](std::string_view name) { return std::string(query.find(name).value_or("")); };
    services::CallbackParameters parameters;
    parameters.state = provider::Secret(value("state"));
    parameters.code = provider::Secret(value("code"));
    parameters.error = value("error");
    parameters.issuer = value("iss");
    try {
        const auto browserOf = [&](const base::LinkId& id) {
            return _parts.linkPages.browserOf(request, id);
        };
        const auto link = _parts.callbacks.complete(request.path(), parameters, browserOf,
                                                    RequestAuthenticator::originOf(request));
        // Code and state leave the address bar at once.
        return seeOther(pathOf("done", link));
    } catch (const Error& failure) {
        if (failure.code() == ErrorCode::invalidRequest)
            _parts.authenticator.countFailure(request);
        throw;
    }
}

} // namespace central_oauth::endpoints
