// SPDX-License-Identifier: Apache-2.0
// The person takes back what they granted: before it is delivered, or for a while afterwards.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/domain/Link.h"
#include "central_oauth/services/BrowserLinks.h"
#include "central_oauth/services/Caller.h"
#include "central_oauth/services/LinkNews.h"
#include "central_oauth/services/StageRevocation.h"
#include "central_oauth/store/LinkRepository.h"

namespace central_oauth::services {

/// Withdrawals in a browser. The stage is dropped, or the account is deleted with all its tokens while it
/// holds what this link brought; a grant that a newer link brought stays. Polls of the link report why.
/// Upstream is asked to revoke under the same rule as for any removed account, at once or in the background.
///
/// All it uses outlives it. Threads: any; waits for one upstream call at most (UpstreamRevocation). Errors:
/// base::Error(storeUnavailable).
class WithdrawalService {
public:
    struct Parts {
        store::LinkRepository& links;
        const BrowserLinks& views;
        StageRevocation& dropped;
        const base::Clock& clock;
        const LinkNews& news;
    };

    explicit WithdrawalService(const Parts& parts) : _parts(parts) {}

    /// Undo, on the done page. False: nothing to take back in this browser (any more).
    [[nodiscard]] bool undo(const base::LinkId& id, const Browser& browser, const Source& source);

    /// No site is wanted after all. False: no choice is open in this browser.
    [[nodiscard]] bool declineChoice(const base::LinkId& id, const Browser& browser, const Source& source);

private:
    bool withdraw(const domain::Link& link, domain::EndReason reason, const Source& source);

    Parts _parts;
};

} // namespace central_oauth::services
