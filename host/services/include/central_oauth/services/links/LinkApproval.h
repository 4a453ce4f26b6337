// SPDX-License-Identifier: Apache-2.0
// The person's side of a link: from its opening in a browser to the choice of a site, and back again.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/base/RateLimiter.h"
#include "central_oauth/base/TypedDigits.h"
#include "central_oauth/domain/Sealing.h"
#include "central_oauth/domain/Store.h"
#include "central_oauth/services/Caller.h"
#include "central_oauth/services/grants/StageRevocation.h"
#include "central_oauth/services/links/Browser.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::services {

/// An opened verification URL, and the opening that the browser gets as a cookie.
struct OpenedLink {
    base::LinkId link;
    provider::Secret opening;
    std::chrono::seconds expiresIn{0};
};

/// The outcome of a typed code.
enum class ApprovalOutcome {
    approved,
    wrongCode, ///< another code than the link's; counted
    noCode,    ///< not twelve digits; costs no attempt
    notApprovable
};

/// The outcome of one approval.
struct Approval {
    ApprovalOutcome outcome = ApprovalOutcome::notApprovable;
    int attemptsLeft = 0;                   ///< after a wrong code or none
    base::TypedDigits entry{};              ///< the typed text, if it is no code
    bool isNewOwner = false;                ///< after `approved`: the browser has to get its owner id
    std::chrono::seconds ownerExpiresIn{0}; ///< how long that id is of use
};

/// The sites of a grant that a person may choose among.
struct SiteChoices {
    domain::Identity person;
    std::vector<domain::Site> sites;
};

/// The outcome of a choice.
enum class SiteChoiceOutcome { chosen, noSuchSite, notChoosing };

/// Opening, approving, declining, choosing and taking back in a browser. The first browser that types the
/// right code owns the link; every later one gets the same neutral answer.
///
/// The parts outlive this object.
/// Thread-safe.
/// `undo` and `declineChoice` block for one upstream call at most.
///
/// Errors: base::Error(storeUnavailable, internal) only; refusals are outcomes.
class LinkApproval {
public:
    struct Parts {
        domain::Store& store;
        const domain::Sealer& sealer;
        const BrowserLinks& views;
        const crypto::KeyedHasher& hasher;
        const base::Clock& clock;
        StageRevocation& dropped; ///< asks upstream to end the grants that are taken back
    };

    explicit LinkApproval(const Parts& parts);

    /// Opens a verification URL, each time as a new opening. Returns nullopt for an unknown handle.
    [[nodiscard]] std::optional<OpenedLink> open(std::string_view handle) const;

    /// Approves if the typed code is the link's. A text that is no code costs no attempt. After `approved`
    /// the browser owns the link by `ownerId`, and its way upstream is `authorizationUrl`. The browser has to
    /// get `ownerId` as a cookie, unless it owned the link before. Requires: an id from
    /// BrowserProofs::ownerIdOf for the form that was sent. An owner may approve again as long as the state
    /// has not come back.
    [[nodiscard]] Approval approve(const base::LinkId& id, const Browser& browser,
                                   const provider::Secret& ownerId, std::string_view typedCode,
                                   const RequestOrigin& origin);

    /// Ends the link before anything is granted. Returns false if this browser can't approve it.
    [[nodiscard]] bool decline(const base::LinkId& id, const Browser& browser, const RequestOrigin& origin);

    /// Returns the URL to which this browser goes now. Returns nullopt if the browser did not approve, or
    /// came back already. Throws: also hostError's codes, if the provider makes no URL.
    [[nodiscard]] std::optional<std::string> authorizationUrl(const base::LinkId& id,
                                                              const Browser& browser) const;

    /// Returns the allowed sites of the grant, by name. Returns nullopt if the page's view is not `choosing`
    /// or the grant can't be opened.
    [[nodiscard]] std::optional<SiteChoices> choices(const LinkPage& page) const;

    /// Makes the link deliverable, for that site. `site` is the id of one of the choices.
    [[nodiscard]] SiteChoiceOutcome choose(const base::LinkId& id, const Browser& browser,
                                           const std::string& site, const RequestOrigin& origin);

    // Taking a grant back drops its stage, or deletes the account with all its tokens while it holds what
    // this link brought; a grant that a newer link brought stays. Polls of the link report why. Upstream is
    // asked to revoke under the same rule as for any removed account, at once or in the background.

    /// Takes the grant back on the done page. Returns false if there is nothing (or nothing any more) to take
    /// back in this browser.
    [[nodiscard]] bool undo(const base::LinkId& id, const Browser& browser, const RequestOrigin& origin);

    /// Takes the grant back instead of choosing a site. Returns false if no choice is open in this browser.
    [[nodiscard]] bool declineChoice(const base::LinkId& id, const Browser& browser,
                                     const RequestOrigin& origin);

private:
    [[nodiscard]] Approval enterWrongCode(const domain::Link& link, const RequestOrigin& origin,
                                          base::Timestamp now);
    [[nodiscard]] bool withdraw(const domain::Link& link, domain::EndReason reason,
                                const RequestOrigin& origin);

    Parts _parts;
    base::RateLimiter _approvals; ///< how often one link is approved again
};

} // namespace central_oauth::services
