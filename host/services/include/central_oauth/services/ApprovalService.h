// SPDX-License-Identifier: Apache-2.0
// The person's side of a link, up to the moment the browser leaves for upstream.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/services/Browser.h"
#include "central_oauth/services/BrowserLinks.h"
#include "central_oauth/services/Caller.h"
#include "central_oauth/services/LinkNews.h"
#include "central_oauth/services/TokenBuckets.h"
#include "central_oauth/store/LinkRepository.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace central_oauth::services {

/// An opened verification URL: the browser gets both cookies.
struct OpenedLink {
    base::LinkId link;
    provider::Secret browserId;
    provider::Secret opened;
    std::chrono::seconds expiresIn{0};
};

/// What came of a typed code.
enum class ApprovalOutcome { approved, wrongCode, notApprovable };

/// The outcome of one approval.
struct Approval {
    ApprovalOutcome outcome = ApprovalOutcome::notApprovable;
    int attemptsLeft = 0; ///< after a wrong code
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

    /// Opens a verification URL. Keeps the browser's id if it has one. Empty: unknown handle.
    [[nodiscard]] std::optional<OpenedLink> open(std::string_view handle, const Browser& browser) const;

    /// The typed code decides. After `approved` the browser's way upstream is `authorizationUrl`.
    [[nodiscard]] Approval approve(const base::LinkId& id, const Browser& browser, std::string_view typedCode,
                                   const Source& source);

    /// Before anything is granted. False: not approvable by this browser.
    [[nodiscard]] bool decline(const base::LinkId& id, const Browser& browser, const Source& source);

    /// Where this browser goes now. Empty: it did not approve, or it came back already. Throws: also
    /// hostError's codes, if the provider makes no URL.
    [[nodiscard]] std::optional<std::string> authorizationUrl(const base::LinkId& id,
                                                              const Browser& browser) const;

private:
    Parts _parts;
    TokenBuckets _approvals; ///< how often one link is approved again
};

} // namespace central_oauth::services
