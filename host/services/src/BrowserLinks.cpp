// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/BrowserLinks.h"

#include "central_oauth/domain/Link.h"
#include "central_oauth/logging/RequestScope.h"
#include "central_oauth/services/LinkRules.h"
#include "central_oauth/services/LogFields.h"
#include "central_oauth/services/Sites.h"

#include <utility>

namespace central_oauth::services {

using domain::LinkStatus;

namespace {

std::chrono::seconds undoLeft(const domain::Link& link, base::Timestamp now) {
    return link.grantedAt ? *link.grantedAt + undoTime - now : std::chrono::seconds(0);
}

} // namespace

LinkView BrowserLinks::viewOf(const domain::Link& link, const Browser& browser) const {
    if (!_proofs.hasOpened(browser, link.id))
        return LinkView::wrongBrowser;
    const auto now = base::nowOf(_parts.clock);
    if (now >= knownUntil(link))
        return LinkView::expired;
    if (!link.browserHash.empty() && !BrowserProofs::owns(browser, link))
        return LinkView::alreadyUsed;
    const bool isOver = now >= link.expiresAt;
    switch (link.status) {
    case LinkStatus::pending:
        return isOver ? LinkView::expired : LinkView::approvable;
    case LinkStatus::authorizing:
        return isOver ? LinkView::expired : LinkView::underway;
    case LinkStatus::choosing:
        return isOver ? LinkView::expired : LinkView::choosing;
    case LinkStatus::staged:
        return isOver ? LinkView::expired : LinkView::linked;
    case LinkStatus::delivered:
        return LinkView::linked;
    case LinkStatus::ended:
        return LinkView::over;
    }
    return LinkView::wrongBrowser;
}

LinkPage BrowserLinks::view(const base::LinkId& id, const Browser& browser) const {
    LinkPage page;
    // Who never opened the link costs no look into the store.
    if (!_proofs.hasOpened(browser, id))
        return page;
    auto link = _parts.links.find(id);
    if (!link)
        return page;
    noteInLog(*link);
    page.view = viewOf(*link, browser);
    if (page.view == LinkView::alreadyUsed)
        logging::RequestScope::note("detail", differing("browser",
                                                        fingerprintOf(BrowserProofs::firstOwnerHash(browser)),
                                                        "the link's", fingerprintOf(link->browserHash)));
    page.client = _parts.clients.find(link->client);
    page.provider = _parts.providers.find(link->provider);
    const auto left = undoLeft(*link, base::nowOf(_parts.clock));
    if (page.view == LinkView::linked && left > left.zero() && isPresentGrant(*link))
        page.undoWithin = left;
    page.link = std::move(link);
    return page;
}

bool BrowserLinks::isPresentGrant(const domain::Link& link) const {
    if (link.status != LinkStatus::delivered)
        return true;
    const auto account = _parts.accounts.find(link.client, link.account);
    return !account || account->grantedBy == link.id;
}

std::optional<LinkedPerson> BrowserLinks::linkedPerson(const LinkPage& page) const {
    if (page.view != LinkView::linked)
        return std::nullopt;
    if (page.link->status == LinkStatus::delivered) {
        if (auto account = _parts.accounts.find(page.link->client, page.link->account))
            return LinkedPerson{account->identity, findSite(account->sites, account->chosenSite), false};
        return LinkedPerson{{}, std::nullopt, true};
    }
    auto staged = _parts.links.findStagedDescription(page.link->id);
    if (!staged)
        return LinkedPerson{};
    return LinkedPerson{staged->identity, findSite(staged->sites, staged->chosenSite), false};
}

} // namespace central_oauth::services
