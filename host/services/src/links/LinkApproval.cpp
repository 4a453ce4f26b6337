// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/links/LinkApproval.h"

#include "central_oauth/crypto/Digest.h"
#include "central_oauth/crypto/Pkce.h"
#include "central_oauth/crypto/Random.h"
#include "central_oauth/domain/Delivery.h"
#include "central_oauth/domain/GrantRules.h"
#include "central_oauth/domain/Linking.h"
#include "central_oauth/services/LogFields.h"
#include "central_oauth/services/ProviderCatalog.h"
#include "central_oauth/services/links/LinkRules.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace central_oauth::services {

using domain::LinkKey;
using domain::LinkStatus;
using domain::ReadView;
using domain::Transaction;

namespace {

constexpr std::size_t approvedLinks = 10'000;

// A person who goes back and forth needs a few approvals. The limit stops a program that posts the right code
// endlessly.
constexpr base::BucketRate approvalsOfLink{10, 5};

// Returns the browser as it will be after it has received the owner's id.
Browser withOwner(const Browser& browser, const provider::Secret& ownerId) {
    Browser owner;
    for (const auto& opening : browser.opened)
        owner.opened.push_back(opening.clone());
    for (const auto& id : browser.owner)
        owner.owner.push_back(id.clone());
    owner.owner.push_back(ownerId.clone());
    return owner;
}

bool isApprovable(LinkView view) {
    return view == LinkView::approvable || view == LinkView::underway;
}

} // namespace

LinkApproval::LinkApproval(const Parts& parts) : _parts(parts), _approvals(parts.clock, approvedLinks) {}

std::optional<OpenedLink> LinkApproval::open(std::string_view handle) const {
    const domain::HandleHash hash{crypto::sha256(handle)};
    const auto now = base::nowOf(_parts.clock);
    const auto link = _parts.store.read([&](const ReadView& view) { return view.find(LinkKey(hash)); });
    if (!link || now >= link->expiresAt + expiredLinkShown)
        return std::nullopt;
    noteInLog(*link);
    OpenedLink opened;
    opened.link = link->id;
    opened.opening = _parts.views.proofs().makeOpening(link->id);
    // The link may live on after its approval, and the person may withdraw it for some time after that.
    opened.expiresIn = link->expiresAt + expiredLinkShown + undoTime - now;
    return opened;
}

Approval LinkApproval::approve(const base::LinkId& id, const Browser& browser,
                               const provider::Secret& ownerId, std::string_view typedCode,
                               const RequestOrigin& origin) {
    constexpr std::size_t stateBytes = 32;
    auto typed = base::readTypedDigits(typedCode);
    const domain::CodeHash code{_parts.hasher.hash(purpose::linkCode, typed.digits)};
    std::optional<domain::Link> link;
    bool isNamed = false; // the typed code names the link
    std::tie(link, isNamed) = _parts.store.read([&](const ReadView& view) {
        const auto named = view.find(LinkKey(code));
        return std::pair(view.find(LinkKey(id)), named && named->id == id);
    });
    if (!link)
        return {};
    noteInLog(*link);
    // A browser that already owns the link through another tab approves as the same owner.
    const bool isOwner = BrowserProofs::owns(browser, *link);
    const auto now = base::nowOf(_parts.clock);
    const auto seen = _parts.views.viewOf(*link, withOwner(browser, ownerId), now);
    if (!isApprovable(seen))
        return {};
    const bool isCode = typed.isCode(linkCodeDigits);
    const bool isRight = isCode && isNamed;
    if (!isRight && seen == LinkView::underway)
        return {};
    if (!isCode)
        return {ApprovalOutcome::noCode, linkCodeEntries - link->wrongEntries, std::move(typed)};
    if (!isRight)
        return enterWrongCode(*link, origin, now);

    if (_approvals.take(id.value(), approvalsOfLink))
        return {};
    domain::Authorization authorization;
    authorization.state = provider::Secret(crypto::randomToken(stateBytes));
    authorization.codeVerifier = crypto::makeCodeVerifier();
    const domain::StateHash state{crypto::sha256(authorization.state.reveal())};
    const auto ownerHash = isOwner ? link->browserHash : BrowserProofs::hashOf(ownerId);
    const bool isApproved = _parts.store.transact([&](Transaction& transaction) {
        if (!approveLink(transaction, _parts.sealer, id, ownerHash, state, authorization, now))
            return false;
        transaction.record(entryOf(*link, browserOf(origin), "link.approved", "ok", now));
        return true;
    });
    if (!isApproved)
        return {};
    // The owner's id lasts as long as the opening, plus the time that the approval adds to the link's life.
    const auto lasts = link->expiresAt + domain::approvedLinkLife + expiredLinkShown + undoTime - now;
    return {ApprovalOutcome::approved, 0, {}, !isOwner, lasts};
}

Approval LinkApproval::enterWrongCode(const domain::Link& link, const RequestOrigin& origin,
                                      base::Timestamp now) {
    const auto after = _parts.store.transact([&](Transaction& transaction) {
        auto entered = domain::enterWrongCode(transaction, link.id, linkCodeEntries, now);
        if (entered)
            transaction.record(entryOf(link, browserOf(origin), "link.wrong_entry",
                                       entered->status == LinkStatus::ended ? "ended" : "counted", now));
        return entered;
    });
    if (!after)
        return {};
    return {ApprovalOutcome::wrongCode, linkCodeEntries - after->wrongEntries, {}};
}

bool LinkApproval::decline(const base::LinkId& id, const Browser& browser, const RequestOrigin& origin) {
    const auto link = _parts.store.read([&](const ReadView& view) { return view.find(LinkKey(id)); });
    if (!link)
        return false;
    noteInLog(*link);
    const auto now = base::nowOf(_parts.clock);
    if (!isApprovable(_parts.views.viewOf(*link, browser, now)))
        return false;
    return _parts.store.transact([&](Transaction& transaction) {
        if (!endLink(transaction, id, domain::EndReason::declined, now))
            return false;
        transaction.record(entryOf(*link, browserOf(origin), "link.declined", "ok", now));
        return true;
    });
}

std::optional<std::string> LinkApproval::authorizationUrl(const base::LinkId& id,
                                                          const Browser& browser) const {
    const auto page = _parts.views.view(id, browser);
    if (page.view != LinkView::underway || page.provider == nullptr || page.link->authorization.empty())
        return std::nullopt;
    provider::AuthorizationRequest request;
    try {
        const auto authorization = openAuthorization(_parts.sealer, *page.link);
        request.state = std::string(authorization.state.reveal());
        request.codeChallenge = crypto::challengeS256(authorization.codeVerifier.reveal());
    } catch (const domain::UndecryptableError&) {
        return std::nullopt;
    }
    request.redirectUri = page.provider->redirectUri;
    request.scopes = page.provider->scopes;
    request.loginHint = page.link->loginHint;
    try {
        return page.provider->plugin->authorizationUrl(request);
    } catch (const provider::ProviderError& failure) {
        constexpr std::chrono::seconds soon{5};
        throw hostError(failure, soon);
    }
}

std::optional<SiteChoices> LinkApproval::choices(const LinkPage& page) const {
    if (page.view != LinkView::choosing || page.provider == nullptr)
        return std::nullopt;
    auto grant = _parts.store.read(
        [&](const ReadView& view) { return waitingGrant(view, _parts.sealer, *page.link); });
    if (!grant)
        return std::nullopt;
    SiteChoices choices{std::move(grant->identity), domain::eligibleSites(grant->sites, page.link->wantedSite,
                                                                          page.provider->allowedSites)};
    // Upstream's order means nothing. A person looks for a name.
    std::sort(choices.sites.begin(), choices.sites.end(), [](const auto& left, const auto& right) {
        return std::tie(left.name, left.url, left.id) < std::tie(right.name, right.url, right.id);
    });
    return choices;
}

SiteChoiceOutcome LinkApproval::choose(const base::LinkId& id, const Browser& browser,
                                       const std::string& site, const RequestOrigin& origin) {
    const auto page = _parts.views.view(id, browser);
    const auto offered = choices(page);
    if (!offered)
        return SiteChoiceOutcome::notChoosing;
    const bool isOffered = std::any_of(offered->sites.begin(), offered->sites.end(),
                                       [&](const domain::Site& one) { return one.id == site; });
    if (!isOffered)
        return SiteChoiceOutcome::noSuchSite;
    const auto now = base::nowOf(_parts.clock);
    const auto expiresAt = std::max<base::Timestamp>(page.link->expiresAt, now + deliveryTime);
    return _parts.store.transact([&](Transaction& transaction) {
        if (!chooseSite(transaction, _parts.sealer, id, site, now, expiresAt))
            return SiteChoiceOutcome::notChoosing;
        transaction.record(entryOf(*page.link, browserOf(origin), "link.site_chosen", "ok", now));
        return SiteChoiceOutcome::chosen;
    });
}

bool LinkApproval::undo(const base::LinkId& id, const Browser& browser, const RequestOrigin& origin) {
    const auto page = _parts.views.view(id, browser);
    return page.view == LinkView::linked && page.undoWithin &&
           withdraw(*page.link, domain::EndReason::undone, origin);
}

bool LinkApproval::declineChoice(const base::LinkId& id, const Browser& browser,
                                 const RequestOrigin& origin) {
    const auto page = _parts.views.view(id, browser);
    return page.view == LinkView::choosing && withdraw(*page.link, domain::EndReason::declined, origin);
}

bool LinkApproval::withdraw(const domain::Link& link, domain::EndReason reason, const RequestOrigin& origin) {
    const StageRevocation::Claim claim(_parts.dropped, link.id);
    const auto now = base::nowOf(_parts.clock);
    const auto actor = browserOf(origin);
    const auto entryFor = [&](const base::AccountId& account, const std::string& action,
                              std::string_view outcome) {
        auto entry = entryOf(link, actor, action, outcome, now);
        entry.account = account;
        return entry;
    };
    const auto withdrawn = _parts.store.transact([&](Transaction& transaction) {
        auto taken = withdrawGrant(transaction, _parts.sealer, link.id, reason, now);
        if (!taken)
            return taken;
        transaction.record(entryFor(taken->account, "link." + std::string(nameOf(reason)), "ok"));
        if (!taken->account.empty())
            transaction.record(entryFor(taken->account, "account.removed", "ok"));
        return taken;
    });
    if (!withdrawn)
        return false;
    // This service no longer has the grant: a later failure is no failure of the withdrawal.
    if (!withdrawn->isGone)
        (void)claim.revoke({link.provider, withdrawn->stage, UpstreamChoice::automatic},
                           entryFor(withdrawn->account, "link.upstream_revocation", {}));
    return true;
}

} // namespace central_oauth::services
