// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/ApprovalService.h"

#include "central_oauth/crypto/Digest.h"
#include "central_oauth/crypto/Pkce.h"
#include "central_oauth/crypto/Random.h"
#include "central_oauth/domain/Grant.h"
#include "central_oauth/domain/Link.h"
#include "central_oauth/domain/LinkLife.h"
#include "central_oauth/services/LinkCode.h"
#include "central_oauth/services/LinkRules.h"
#include "central_oauth/services/LogFields.h"
#include "central_oauth/services/ProviderErrors.h"

#include <utility>

namespace central_oauth::services {

using domain::LinkStatus;

namespace {

constexpr std::size_t approvedLinks = 10'000;

// A person who goes back and forth needs a few; a program that posts the right code for ever gets no more.
constexpr BucketRate approvalsOfLink{10, 5};

// The browser as it is once it has got the owner's id.
Browser withOwner(const Browser& browser, const provider::Secret& ownerId) {
    Browser owner;
    for (const auto& opening : browser.opened)
        owner.opened.push_back(opening.clone());
    for (const auto& id : browser.owner)
        owner.owner.push_back(id.clone());
    owner.owner.push_back(ownerId.clone());
    return owner;
}

} // namespace

ApprovalService::ApprovalService(const Parts& parts)
    : _parts(parts), _approvals(parts.clock, approvedLinks) {}

std::optional<OpenedLink> ApprovalService::open(std::string_view handle) const {
    const auto link = _parts.links.findByHandle(crypto::sha256(handle));
    const auto now = base::nowOf(_parts.clock);
    if (!link || now >= link->expiresAt + expiredLinkShown)
        return std::nullopt;
    noteInLog(*link);
    OpenedLink opened;
    opened.link = link->id;
    opened.opening = _parts.views.proofs().makeOpening(link->id);
    // The link may live on after its approval, and be taken back some time after that.
    opened.expiresIn = link->expiresAt + expiredLinkShown + undoTime - now;
    return opened;
}

Approval ApprovalService::approve(const base::LinkId& id, const Browser& browser,
                                  const provider::Secret& ownerId, std::string_view typedCode,
                                  const Source& source) {
    constexpr std::size_t stateBytes = 32;
    const auto link = _parts.links.find(id);
    if (!link)
        return {};
    noteInLog(*link);
    // Of two tabs with one link the later one approves as the owner that the browser is already.
    const bool isOwner = BrowserProofs::owns(browser, *link);
    const auto seen = _parts.views.viewOf(*link, withOwner(browser, ownerId));
    if (seen != LinkView::approvable && seen != LinkView::underway)
        return {};

    const auto now = base::nowOf(_parts.clock);
    auto typed = base::readTypedDigits(typedCode);
    if (!typed.isCode(linkCodeDigits)) {
        if (seen == LinkView::underway)
            return {};
        return {ApprovalOutcome::noCode, linkCodeEntries - link->wrongEntries, std::move(typed)};
    }
    const auto named = _parts.links.findByCode(_parts.hasher.hash(purpose::linkCode, typed.digits));
    if (!named || named->id != id) {
        if (seen == LinkView::underway)
            return {};
        const auto after = _parts.links.recordWrongEntry(id, linkCodeEntries, now);
        if (after.status == LinkStatus::ended)
            _parts.news.finished(id);
        _parts.news.record(*link, LinkNews::browser, "link.wrong_entry",
                           after.status == LinkStatus::ended ? "ended" : "counted", source);
        return {ApprovalOutcome::wrongCode, linkCodeEntries - after.wrongEntries, {}};
    }

    if (_approvals.take(id.value(), approvalsOfLink))
        return {};
    domain::Authorization authorization;
    authorization.state = provider::Secret(crypto::randomToken(stateBytes));
    authorization.codeVerifier = crypto::makeCodeVerifier();
    const auto stateHash = crypto::sha256(authorization.state.reveal());
    const auto ownerHash = isOwner ? link->browserHash : BrowserProofs::hashOf(ownerId);
    if (!_parts.links.beginAuthorization(id, ownerHash, stateHash, authorization, now))
        return {};
    _parts.news.approved(id);
    // Nobody is told: a poll is answered "pending" as before, and one that waits goes on for the grant.
    _parts.news.record(*link, LinkNews::browser, "link.approved", "ok", source);
    // As long as the opening, and what the approval adds to the link's life.
    const auto lasts = link->expiresAt + domain::approvedLinkLife + expiredLinkShown + undoTime - now;
    return {ApprovalOutcome::approved, 0, {}, !isOwner, lasts};
}

bool ApprovalService::decline(const base::LinkId& id, const Browser& browser, const Source& source) {
    const auto link = _parts.links.find(id);
    if (!link)
        return false;
    noteInLog(*link);
    const auto seen = _parts.views.viewOf(*link, browser);
    if (seen != LinkView::approvable && seen != LinkView::underway)
        return false;
    if (!_parts.links.end(id, domain::EndReason::declined, base::nowOf(_parts.clock)))
        return false;
    _parts.news.finished(id);
    _parts.news.record(*link, LinkNews::browser, "link.declined", "ok", source);
    return true;
}

std::optional<std::string> ApprovalService::authorizationUrl(const base::LinkId& id,
                                                             const Browser& browser) const {
    const auto page = _parts.views.view(id, browser);
    if (page.view != LinkView::underway || page.provider == nullptr)
        return std::nullopt;
    const auto authorization = _parts.links.findAuthorization(id);
    if (!authorization)
        return std::nullopt;
    provider::AuthorizationRequest request;
    request.redirectUri = page.provider->redirectUri;
    request.state = std::string(authorization->state.reveal());
    request.codeChallenge = crypto::challengeS256(authorization->codeVerifier.reveal());
    request.scopes = page.provider->scopes;
    request.loginHint = page.link->loginHint;
    try {
        return page.provider->plugin->authorizationUrl(request);
    } catch (const provider::ProviderError& failure) {
        constexpr std::chrono::seconds soon{5};
        throw hostError(failure, soon);
    }
}

} // namespace central_oauth::services
