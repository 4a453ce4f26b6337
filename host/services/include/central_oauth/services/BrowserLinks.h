// SPDX-License-Identifier: Apache-2.0
// What a browser may see of a link at this moment, and so what it may do with it.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/domain/Client.h"
#include "central_oauth/domain/Grant.h"
#include "central_oauth/domain/Link.h"
#include "central_oauth/services/Browser.h"
#include "central_oauth/services/ProviderCatalog.h"
#include "central_oauth/store/AccountRepository.h"
#include "central_oauth/store/ClientRepository.h"
#include "central_oauth/store/LinkRepository.h"

#include <chrono>
#include <optional>

namespace central_oauth::services {

/// What a browser may do with a link at this moment.
enum class LinkView {
    approvable, ///< open, and this browser opened its verification URL
    underway,   ///< this browser approved and is expected back from upstream
    choosing,   ///< upstream granted, in this browser; the person has yet to choose a site
    linked,     ///< upstream granted, in this browser
    over,       ///< ended without a grant; see the link's reason
    expired,
    alreadyUsed,  ///< another browser went on with it: one neutral answer
    wrongBrowser, ///< this browser never opened the verification URL, or there is no such link
};

/// A link as one browser sees it. `link`, `client` and `provider` are set unless the view is wrongBrowser.
struct LinkPage {
    LinkView view = LinkView::wrongBrowser;
    std::optional<domain::Link> link;
    std::optional<domain::Client> client;
    const ConfiguredProvider* provider = nullptr;   ///< null also when it is no longer configured
    std::optional<std::chrono::seconds> undoWithin; ///< while the person may take the grant back
};

/// Who was linked, for the done page.
struct LinkedPerson {
    domain::Identity identity;
    std::optional<domain::Site> site;
    bool isGone = false; ///< the account was deleted since
};

/// Links as browsers see them. All it uses outlives it. Threads: any. Errors: base::Error(storeUnavailable).
class BrowserLinks {
public:
    struct Parts {
        const store::LinkRepository& links;
        const store::ClientRepository& clients;
        const store::AccountRepository& accounts;
        const ProviderCatalog& providers;
        const crypto::KeyedHasher& hasher;
        const base::Clock& clock;
    };

    explicit BrowserLinks(const Parts& parts) : _parts(parts), _proofs(parts.hasher) {}

    /// The link as this browser may see it now.
    [[nodiscard]] LinkPage view(const base::LinkId& id, const Browser& browser) const;

    /// The same of a link that was just read: the view alone.
    [[nodiscard]] LinkView viewOf(const domain::Link& link, const Browser& browser) const;

    /// Empty unless the view is `linked`; a person without an identity where it can't be read.
    [[nodiscard]] std::optional<LinkedPerson> linkedPerson(const LinkPage& page) const;

    [[nodiscard]] const BrowserProofs& proofs() const noexcept { return _proofs; }

private:
    // False: a newer link has renewed the account, and Undo of this one has nothing left to take back.
    [[nodiscard]] bool isPresentGrant(const domain::Link& link) const;

    Parts _parts;
    BrowserProofs _proofs;
};

} // namespace central_oauth::services
