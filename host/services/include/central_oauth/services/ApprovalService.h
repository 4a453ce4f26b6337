// SPDX-License-Identifier: Apache-2.0
// The person's side of a link, up to the moment the browser leaves for upstream.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/base/TypedDigits.h"
#include "central_oauth/services/Browser.h"
#include "central_oauth/services/BrowserLinks.h"
#include "central_oauth/services/Caller.h"
#include "central_oauth/services/LinkNews.h"
#include "central_oauth/services/RateLimiter.h"
#include "central_oauth/store/LinkRepository.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace central_oauth::services {

/// An opened verification URL, and what the browser gets as a cookie.
struct OpenedLink {
    base::LinkId link;
    provider::Secret opening;
    std::chrono::seconds expiresIn{0};
};

/// What came of a typed code.
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
    base::TypedDigits entry{};              ///< what was typed, if it is no code
    bool isNewOwner = false;                ///< after `approved`: the browser has to get its owner id
    std::chrono::seconds ownerExpiresIn{0}; ///< how long that id is of use
};

/// Opening, approving and declining in a browser. The first browser that types the right code owns the link;
/// every later one gets the same neutral answer.
///
/// All it uses outlives it. Threads: any.
///
/// Errors: base::Error(storeUnavailable, internal) only; refusals are outcomes.
class ApprovalService {
public:
    struct Parts {
        store::LinkRepository& links;
        const BrowserLinks& views;
        const crypto::KeyedHasher& hasher;
        const base::Clock& clock;
        const LinkNews& news;
    };

    explicit ApprovalService(const Parts& parts);

    /// Opens a verification URL: each time as a new opening. Returns nullopt for an unknown handle.
    [[nodiscard]] std::optional<OpenedLink> open(std::string_view handle) const;

    /// The typed code decides; what is no code costs no attempt. After `approved` the browser owns the link
    /// by `ownerId`, which it has to get as a cookie, unless it owned it before; its way upstream is
    /// `authorizationUrl`. Requires: an id from BrowserProofs::ownerIdOf for the form that was sent. An owner
    /// may approve again as long as the state has not come back.
    [[nodiscard]] Approval approve(const base::LinkId& id, const Browser& browser,
                                   const provider::Secret& ownerId, std::string_view typedCode,
                                   const Source& source);

    /// Before anything is granted. False: not approvable by this browser.
    [[nodiscard]] bool decline(const base::LinkId& id, const Browser& browser, const Source& source);

    /// Where this browser goes now. Empty: it did not approve, or it came back already. Throws: also
    /// hostError's codes, if the provider makes no URL.
    [[nodiscard]] std::optional<std::string> authorizationUrl(const base::LinkId& id,
                                                              const Browser& browser) const;

private:
    Parts _parts;
    RateLimiter _approvals; ///< how often one link is approved again
};

} // namespace central_oauth::services
