// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/endpoints/LinkResultEndpoints.h"

#include "RequestValues.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/endpoints/RequestAuthenticator.h"

#include <array>
#include <string>

namespace central_oauth::endpoints {

namespace {

using base::Error;
using base::ErrorCode;
using http::Response;
using services::LinkView;

std::string clientNameOf(const services::LinkPage& page) {
    return page.client ? page.client->name : std::string();
}

std::string providerNameOf(const services::LinkPage& page) {
    return page.provider == nullptr ? page.link->provider : page.provider->displayName;
}

} // namespace

void LinkResultEndpoints::mount(http::Router& router) {
    const auto page = http::RouteKind::page;
    router.add(
        {"GET", "/site/:link_id", {}, page, [this](const auto& request) { return showChoice(request); }});
    router.add({"POST", "/site/:link_id", {}, page, [this](const auto& request) { return choose(request); }});
    router.add({"GET", "/done/:link_id", {}, page, [this](const auto& request) { return done(request); }});
    router.add({"POST", "/undo/:link_id", {}, page, [this](const auto& request) { return undo(request); }});
}

Response LinkResultEndpoints::showChoice(const http::Request& request) {
    const auto id = linkIn(request);
    const auto browser = _parts.linkPages.browserOf(request, id);
    return choicePage(_parts.links.view(id, browser), browser, false);
}

Response LinkResultEndpoints::choicePage(const services::LinkPage& page, const services::Browser& browser,
                                         bool choiceMissing) const {
    const auto choices = _parts.approvals.choices(page);
    if (!choices) {
        // A grant that can't be decrypted has no sites to choose, and a redirect would lead back here.
        if (page.view == LinkView::choosing)
            return Response::html(410, _parts.pages.ended("upstream_error", "not_understood"));
        return _parts.linkPages.statePage(page);
    }
    pages::ChooseSiteView view;
    view.clientName = clientNameOf(page);
    view.providerName = providerNameOf(page);
    view.displayName = choices->person.displayName;
    for (const auto& site : choices->sites)
        view.choices.push_back({site.id, site.name, site.url});
    view.actionPath = LinkPages::pathOf("site", page.link->id);
    view.csrf = _parts.links.proofs().ownerToken(browser, *page.link);
    view.choiceMissing = choiceMissing;
    return Response::html(choiceMissing ? 422 : 200, _parts.pages.chooseSite(view));
}

Response LinkResultEndpoints::choose(const http::Request& request) {
    static const std::array<std::string, 3> fields{"csrf", "decision", "site"};
    const auto id = linkIn(request);
    const auto browser = _parts.linkPages.browserOf(request, id);
    const auto form = http::parseForm(request);
    form.requireOnly(fields, "form");
    const auto page = _parts.links.view(id, browser);
    if (page.view == LinkView::wrongBrowser)
        return _parts.linkPages.statePage(page);
    _parts.linkPages.requireOwnerForm(request, *page.link, browser, form);

    const auto decision = form.get("decision");
    const auto origin = RequestAuthenticator::originOf(request);
    if (decision == "decline") {
        (void)_parts.approvals.declineChoice(id, browser, origin);
    } else if (decision == "approve") {
        const std::string site(form.find("site").value_or(""));
        const auto outcome = _parts.approvals.choose(id, browser, site, origin);
        if (outcome == services::SiteChoiceOutcome::noSuchSite)
            return choicePage(page, browser, true);
    } else {
        throw Error(ErrorCode::invalidRequest, "The decision is \"approve\" or \"decline\".");
    }
    return _parts.linkPages.statePage(_parts.links.view(id, browser));
}

Response LinkResultEndpoints::done(const http::Request& request) {
    const auto id = linkIn(request);
    const auto browser = _parts.linkPages.browserOf(request, id);
    const auto page = _parts.links.view(id, browser);
    const auto person = _parts.links.linkedPerson(page);
    if (!person)
        return _parts.linkPages.statePage(page);
    if (person->isGone)
        return Response::html(200, _parts.pages.ended("removed"));
    pages::DoneView view;
    view.providerName = providerNameOf(page);
    view.clientName = clientNameOf(page);
    view.displayName = person->identity.displayName;
    view.email = person->identity.email;
    if (person->site) {
        view.siteName = person->site->name;
        view.siteUrl = person->site->url;
    }
    if (page.undoWithin) {
        view.undoPath = LinkPages::pathOf("undo", id);
        view.undoWithin = *page.undoWithin;
        view.csrf = _parts.links.proofs().ownerToken(browser, *page.link);
    }
    return Response::html(200, _parts.pages.done(view));
}

Response LinkResultEndpoints::undo(const http::Request& request) {
    static const std::array<std::string, 2> fields{"csrf", "decision"};
    const auto id = linkIn(request);
    const auto browser = _parts.linkPages.browserOf(request, id);
    const auto form = http::parseForm(request);
    form.requireOnly(fields, "form");
    const auto page = _parts.links.view(id, browser);
    if (page.view == LinkView::wrongBrowser)
        return _parts.linkPages.statePage(page);
    _parts.linkPages.requireOwnerForm(request, *page.link, browser, form);
    if (form.get("decision") != "undo")
        throw Error(ErrorCode::invalidRequest, "The decision is \"undo\".");
    // The page for the link's state then says whether it was undone or too late.
    (void)_parts.approvals.undo(id, browser, RequestAuthenticator::originOf(request));
    return LinkPages::seeOther(LinkPages::pathOf("done", id));
}

} // namespace central_oauth::endpoints
