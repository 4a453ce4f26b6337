// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/WithdrawalService.h"

#include "central_oauth/domain/Link.h"

#include <string>

namespace central_oauth::services {

bool WithdrawalService::undo(const base::LinkId& id, const Browser& browser, const Source& source) {
    const auto page = _parts.views.view(id, browser);
    return page.view == LinkView::linked && page.undoWithin &&
           withdraw(*page.link, domain::EndReason::undone, source);
}

bool WithdrawalService::declineChoice(const base::LinkId& id, const Browser& browser, const Source& source) {
    const auto page = _parts.views.view(id, browser);
    return page.view == LinkView::choosing && withdraw(*page.link, domain::EndReason::declined, source);
}

bool WithdrawalService::withdraw(const domain::Link& link, domain::EndReason reason, const Source& source) {
    const StageRevocation::Claim claim(_parts.dropped, link.id);
    const auto withdrawn = _parts.links.withdraw(link.id, reason, base::nowOf(_parts.clock));
    if (!withdrawn)
        return false;
    _parts.news.finished(link.id);
    for (const auto& ended : withdrawn->endedLinks)
        _parts.news.finished(ended);
    // It is gone: whatever fails from here on is no failure of the withdrawal.
    auto told = link;
    told.account = withdrawn->account;
    _parts.news.recordAfterwards(told, LinkNews::browser, "link." + std::string(nameOf(reason)), "ok",
                                 source);
    if (!withdrawn->account.empty())
        _parts.news.recordAfterwards(told, LinkNews::browser, "account.removed", "ok", source);
    if (withdrawn->isGone)
        return true;
    const auto outcome = claim.revoke(
        {link.provider, withdrawn->identity.upstreamId, withdrawn->refreshToken, withdrawn->droppedUnder},
        UpstreamChoice::automatic, source);
    if (outcome != UpstreamOutcome::skipped)
        _parts.news.recordAfterwards(told, LinkNews::browser, "link.upstream_revocation",
                                     std::string(nameOf(outcome)), source);
    return true;
}

} // namespace central_oauth::services
