// SPDX-License-Identifier: Apache-2.0
// The cookies that a browser holds of one link, and the view and the acts that they allow it at this moment.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/crypto/KeyedHasher.h"
#include "central_oauth/domain/Sealing.h"
#include "central_oauth/domain/Store.h"
#include "central_oauth/services/ProviderCatalog.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::services {

/// The cookies of one link that a browser sends, and its address. Cookies ignore ports, so a neighbour on the
/// same host can plant any: each value is judged, and only those that prove themselves count.
struct Browser {
    std::vector<provider::Secret> opened; ///< values that may be openings, the newest first
    std::vector<provider::Secret> owner;  ///< values that may be the owner's id
    std::string address;
};

/// Ids and proofs of browsers. Their relations need no state here: all are random, or HMACs under the
/// instance's key.
///
/// Opening a link gives the browser an *opening*: 256 random bits with their HMAC, new each time, so that no
/// value from outside is ever taken for one. The opening opens the approval page. An opening can still be
/// somebody else's: a neighbour opens the link for himself and plants his own opening. So an opening gives no
/// rights over an approved link: the approval gives the browser an *owner id*, made from the opening and from
/// the token of the very form that was sent, which nobody but the browser in front of the page has seen. All
/// later steps require the owner id, whose hash stands in the link. A form that is sent twice gives the same
/// id.
///
/// The hasher outlives this object.
/// Thread-safe.
class BrowserProofs {
public:
    explicit BrowserProofs(const crypto::KeyedHasher& hasher) : _hasher(hasher) {}

    /// Returns a fresh opening of the link.
    [[nodiscard]] provider::Secret makeOpening(const base::LinkId& link) const;

    /// Returns whether the value is an opening of that link.
    [[nodiscard]] bool isOpening(const provider::Secret& value, const base::LinkId& link) const;

    /// Returns whether the browser brings an opening of that link.
    [[nodiscard]] bool hasOpened(const Browser& browser, const base::LinkId& link) const;

    /// Returns whether the browser brings the id of the link's owner. Returns false if nobody approved.
    [[nodiscard]] static bool owns(const Browser& browser, const domain::Link& link);

    /// Returns a fresh hidden value for the approval form (CSRF token), made for the browser's newest
    /// opening. Requires: hasOpened.
    [[nodiscard]] std::string approvalToken(const Browser& browser, const base::LinkId& link) const;

    /// Returns the owner id that an approval with this form gives. Returns nullopt if the token is not that
    /// of an approval form which was made for an opening of this browser.
    [[nodiscard]] std::optional<provider::Secret> ownerIdOf(const Browser& browser, const base::LinkId& link,
                                                            std::string_view token) const;

    /// Returns a fresh hidden value for the forms behind the approval. Requires: owns.
    [[nodiscard]] std::string ownerToken(const Browser& browser, const domain::Link& link) const;

    /// Returns whether a form of the link's owner came with a token that ownerToken made for it.
    [[nodiscard]] bool isOwnerToken(const Browser& browser, const domain::Link& link,
                                    std::string_view token) const;

    /// Returns the hash of the first owner id that the browser brings, right or not, for the log. Returns an
    /// empty text if the browser brings none.
    [[nodiscard]] static std::string firstOwnerHash(const Browser& browser);

    /// Returns the SHA-256 of the owner id, which a link keeps of the browser that approved it.
    [[nodiscard]] static std::string hashOf(const provider::Secret& ownerId);

private:
    [[nodiscard]] const provider::Secret* openingIn(const Browser& browser, const base::LinkId& link) const;
    [[nodiscard]] std::string makeToken(const provider::Secret& holder, const base::LinkId& link) const;
    [[nodiscard]] bool isToken(const provider::Secret& holder, const base::LinkId& link,
                               std::string_view token) const;
    [[nodiscard]] std::string proof(std::string_view purpose, const base::LinkId& link,
                                    std::string_view first, std::string_view second = {}) const;

    const crypto::KeyedHasher& _hasher;
};

/// The view of a link that a browser gets at this moment, and so the acts that it may do.
enum class LinkView {
    approvable, ///< open, and this browser opened its verification URL
    underway,   ///< this browser approved and is expected back from upstream
    choosing,   ///< upstream granted, in this browser; the person has yet to choose a site
    linked,     ///< upstream granted, in this browser
    over,       ///< ended without a grant; see the link's reason
    expired,
    alreadyUsed,  ///< another browser owns the link: one neutral answer
    wrongBrowser, ///< this browser never opened the verification URL, or there is no such link
};

/// A link as one browser sees it. `link`, `client` and `provider` are set unless the view is wrongBrowser.
struct LinkPage {
    LinkView view = LinkView::wrongBrowser;
    std::optional<domain::Link> link;
    std::optional<domain::Client> client;
    std::optional<domain::Account> account;         ///< with a delivered link, if it is still there
    const ConfiguredProvider* provider = nullptr;   ///< null also when it is no longer configured
    std::optional<std::chrono::seconds> undoWithin; ///< while the person may take the grant back
};

/// The person who was linked, for the done page.
struct LinkedPerson {
    domain::Identity identity;
    std::optional<domain::Site> site;
    bool isGone = false; ///< the account was deleted since
};

/// Links as browsers see them. The parts outlive this object.
///
/// Thread-safe.
/// Errors: base::Error(storeUnavailable).
class BrowserLinks {
public:
    struct Parts {
        const domain::Store& store;
        const domain::Sealer& sealer;
        const ProviderCatalog& providers;
        const crypto::KeyedHasher& hasher;
        const base::Clock& clock;
    };

    explicit BrowserLinks(const Parts& parts) : _parts(parts), _proofs(parts.hasher) {}

    /// Returns the link as this browser may see it now.
    [[nodiscard]] LinkPage view(const base::LinkId& id, const Browser& browser) const;

    /// Returns the view alone of a link that was just read.
    [[nodiscard]] LinkView viewOf(const domain::Link& link, const Browser& browser,
                                  base::Timestamp now) const;

    /// Returns the person who was linked, without an identity if it can't be read. Returns nullopt unless the
    /// view is `linked`.
    [[nodiscard]] std::optional<LinkedPerson> linkedPerson(const LinkPage& page) const;

    [[nodiscard]] const BrowserProofs& proofs() const noexcept { return _proofs; }

private:
    Parts _parts;
    BrowserProofs _proofs;
};

} // namespace central_oauth::services
