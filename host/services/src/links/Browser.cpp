// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/links/Browser.h"

#include "central_oauth/crypto/Digest.h"
#include "central_oauth/crypto/Encoding.h"
#include "central_oauth/crypto/Random.h"
#include "central_oauth/domain/GrantRules.h"
#include "central_oauth/domain/Linking.h"
#include "central_oauth/logging/RequestScope.h"
#include "central_oauth/services/LogFields.h"
#include "central_oauth/services/links/LinkRules.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace central_oauth::services {

namespace {

constexpr std::size_t openingBytes = 32;
constexpr std::size_t nonceBytes = 16;
constexpr std::size_t proofLength = 43; // 32 bytes in base64url
constexpr std::size_t openingLength = 2 * proofLength + 1;
constexpr std::size_t nonceLength = 22;

const provider::Secret* ownerIn(const Browser& browser, const domain::Link& link) {
    if (link.browserHash.empty())
        return nullptr;
    const auto found = std::find_if(browser.owner.begin(), browser.owner.end(), [&](const auto& id) {
        return crypto::constantTimeEquals(link.browserHash, BrowserProofs::hashOf(id));
    });
    return found == browser.owner.end() ? nullptr : &*found;
}

// Returns the time left for Undo. Undo can't withdraw anything if a newer link has renewed the account.
std::chrono::seconds undoLeft(const LinkPage& page, base::Timestamp now) {
    const auto& link = *page.link;
    const bool isRenewed = page.account && page.account->grantedBy != link.id;
    return link.grantedAt && !isRenewed ? *link.grantedAt + undoTime - now : std::chrono::seconds(0);
}

} // namespace

// The blank between the parts is unambiguous: no part contains a blank.
std::string BrowserProofs::proof(std::string_view purpose, const base::LinkId& link, std::string_view first,
                                 std::string_view second) const {
    std::string message = link.value() + " ";
    message.append(first).append(" ").append(second);
    return crypto::encodeBase64Url(_hasher.hash(purpose, message));
}

provider::Secret BrowserProofs::makeOpening(const base::LinkId& link) const {
    const auto random = crypto::randomToken(openingBytes);
    return provider::Secret(random + "." + proof(purpose::opening, link, random));
}

bool BrowserProofs::isOpening(const provider::Secret& value, const base::LinkId& link) const {
    const auto text = value.reveal();
    if (text.size() != openingLength || text[proofLength] != '.')
        return false;
    return crypto::constantTimeEquals(proof(purpose::opening, link, text.substr(0, proofLength)),
                                      text.substr(proofLength + 1));
}

const provider::Secret* BrowserProofs::openingIn(const Browser& browser, const base::LinkId& link) const {
    const auto found = std::find_if(browser.opened.begin(), browser.opened.end(),
                                    [&](const auto& value) { return isOpening(value, link); });
    return found == browser.opened.end() ? nullptr : &*found;
}

bool BrowserProofs::hasOpened(const Browser& browser, const base::LinkId& link) const {
    return openingIn(browser, link) != nullptr;
}

bool BrowserProofs::owns(const Browser& browser, const domain::Link& link) {
    return ownerIn(browser, link) != nullptr;
}

std::string BrowserProofs::makeToken(const provider::Secret& holder, const base::LinkId& link) const {
    const auto nonce = crypto::randomToken(nonceBytes);
    return nonce + "." + proof(purpose::form, link, nonce, holder.reveal());
}

bool BrowserProofs::isToken(const provider::Secret& holder, const base::LinkId& link,
                            std::string_view token) const {
    if (token.size() != nonceLength + 1 + proofLength || token[nonceLength] != '.' ||
        !crypto::isBase64UrlText(token.substr(0, nonceLength)))
        return false;
    return crypto::constantTimeEquals(
        proof(purpose::form, link, token.substr(0, nonceLength), holder.reveal()),
        token.substr(nonceLength + 1));
}

std::string BrowserProofs::approvalToken(const Browser& browser, const base::LinkId& link) const {
    const auto* opening = openingIn(browser, link);
    return opening == nullptr ? std::string() : makeToken(*opening, link);
}

std::optional<provider::Secret> BrowserProofs::ownerIdOf(const Browser& browser, const base::LinkId& link,
                                                         std::string_view token) const {
    for (const auto& value : browser.opened) {
        if (isOpening(value, link) && isToken(value, link, token))
            return provider::Secret(proof(purpose::owner, link, token, value.reveal()));
    }
    return std::nullopt;
}

std::string BrowserProofs::ownerToken(const Browser& browser, const domain::Link& link) const {
    const auto* owner = ownerIn(browser, link);
    return owner == nullptr ? std::string() : makeToken(*owner, link.id);
}

bool BrowserProofs::isOwnerToken(const Browser& browser, const domain::Link& link,
                                 std::string_view token) const {
    const auto* owner = ownerIn(browser, link);
    return owner != nullptr && isToken(*owner, link.id, token);
}

std::string BrowserProofs::firstOwnerHash(const Browser& browser) {
    return browser.owner.empty() ? std::string() : hashOf(browser.owner.front());
}

std::string BrowserProofs::hashOf(const provider::Secret& ownerId) {
    return crypto::sha256(ownerId.reveal());
}

LinkView BrowserLinks::viewOf(const domain::Link& link, const Browser& browser, base::Timestamp now) const {
    if (!_proofs.hasOpened(browser, link.id))
        return LinkView::wrongBrowser;
    if (now >= knownUntil(link))
        return LinkView::expired;
    if (!link.browserHash.empty() && !BrowserProofs::owns(browser, link))
        return LinkView::alreadyUsed;
    const bool isOver = now >= link.expiresAt;
    switch (link.status) {
    case domain::LinkStatus::pending:
        return isOver ? LinkView::expired : LinkView::approvable;
    case domain::LinkStatus::authorizing:
        return isOver ? LinkView::expired : LinkView::underway;
    case domain::LinkStatus::choosing:
        return isOver ? LinkView::expired : LinkView::choosing;
    case domain::LinkStatus::staged:
        return isOver ? LinkView::expired : LinkView::linked;
    case domain::LinkStatus::delivered:
        return LinkView::linked;
    case domain::LinkStatus::ended:
        return LinkView::over;
    }
    return LinkView::wrongBrowser;
}

LinkPage BrowserLinks::view(const base::LinkId& id, const Browser& browser) const {
    // A browser that never opened the link costs no read of the store.
    if (!_proofs.hasOpened(browser, id))
        return {};
    const auto now = base::nowOf(_parts.clock);
    auto page = _parts.store.read([&](const domain::ReadView& store) {
        LinkPage found;
        found.link = store.find(domain::LinkKey(id));
        if (!found.link)
            return found;
        found.view = viewOf(*found.link, browser, now);
        found.client = store.find(found.link->client);
        if (found.view == LinkView::linked && found.link->status == domain::LinkStatus::delivered)
            found.account = store.find(found.link->account);
        if (found.account && found.account->client != found.link->client)
            found.account.reset();
        return found;
    });
    if (!page.link)
        return page;
    noteInLog(*page.link);
    if (page.view == LinkView::alreadyUsed)
        logging::RequestScope::note("detail", differing("browser",
                                                        fingerprintOf(BrowserProofs::firstOwnerHash(browser)),
                                                        "the link's", fingerprintOf(page.link->browserHash)));
    page.provider = _parts.providers.find(page.link->provider);
    const auto left = undoLeft(page, now);
    if (page.view == LinkView::linked && left > left.zero())
        page.undoWithin = left;
    return page;
}

std::optional<LinkedPerson> BrowserLinks::linkedPerson(const LinkPage& page) const {
    if (page.view != LinkView::linked)
        return std::nullopt;
    if (page.account)
        return LinkedPerson{page.account->identity,
                            domain::findSite(page.account->sites, page.account->chosenSite), false};
    if (page.link->status == domain::LinkStatus::delivered)
        return LinkedPerson{{}, std::nullopt, true};
    const auto staged = _parts.store.read([&](const domain::ReadView& store) {
        return domain::waitingGrant(store, _parts.sealer, *page.link);
    });
    if (!staged)
        return LinkedPerson{};
    return LinkedPerson{staged->identity, domain::findSite(staged->sites, staged->chosenSite), false};
}

} // namespace central_oauth::services
