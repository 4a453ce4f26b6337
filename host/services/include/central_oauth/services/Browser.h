// SPDX-License-Identifier: Apache-2.0
// What a browser holds of one link: that it opened the verification URL, and that it approved there.
#pragma once

#include "central_oauth/crypto/KeyedHasher.h"
#include "central_oauth/domain/Link.h"
#include "central_oauth/provider/Secret.h"

#include <cstddef>
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

/// Ids and proofs of browsers. They hang together without any state here: all are random, or HMACs under the
/// instance's key.
///
/// Opening a link gives the browser an *opening*: 256 random bits with their HMAC, new each time, so that
/// nothing from outside is ever taken for one. It opens the approval page. An opening can still be somebody
/// else's: a neighbour opens the link for himself and plants what he got. So it gives no rights over an
/// approved link: the approval gives the browser an *owner id*, made from the opening and from the token of
/// the very form that was sent, which nobody but the browser in front of the page has seen. All that follows
/// wants the owner id, whose hash stands in the link. A form that is sent twice gives the same id.
///
/// The hasher outlives it. Threads: any.
class BrowserProofs {
public:
    explicit BrowserProofs(const crypto::KeyedHasher& hasher) : _hasher(hasher) {}

    /// Returns a fresh opening of the link.
    [[nodiscard]] provider::Secret makeOpening(const base::LinkId& link) const;

    /// Whether the value is an opening of that link.
    [[nodiscard]] bool isOpening(const provider::Secret& value, const base::LinkId& link) const;

    /// Whether the browser brings an opening of that link.
    [[nodiscard]] bool hasOpened(const Browser& browser, const base::LinkId& link) const;

    /// Whether the browser brings the id of the link's owner. False if nobody approved.
    [[nodiscard]] static bool owns(const Browser& browser, const domain::Link& link);

    /// Returns a fresh hidden value for the approval form (CSRF token), made for the browser's newest
    /// opening. Requires: hasOpened.
    [[nodiscard]] std::string approvalToken(const Browser& browser, const base::LinkId& link) const;

    /// Returns the owner id that an approval with this form gives, or nullopt if the token is not that of an
    /// approval form which was made for an opening of this browser.
    [[nodiscard]] std::optional<provider::Secret> ownerIdOf(const Browser& browser, const base::LinkId& link,
                                                            std::string_view token) const;

    /// Returns a fresh hidden value for the forms behind the approval. Requires: owns.
    [[nodiscard]] std::string ownerToken(const Browser& browser, const domain::Link& link) const;

    /// Whether a form of the link's owner came with a token that ownerToken made for it.
    [[nodiscard]] bool isOwnerToken(const Browser& browser, const domain::Link& link,
                                    std::string_view token) const;

    /// The hash of the first owner id that the browser brings, right or not, for the log; empty if it brings
    /// none.
    [[nodiscard]] static std::string firstOwnerHash(const Browser& browser);

    /// What a link keeps of the browser that approved it: SHA-256 of the owner id.
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

} // namespace central_oauth::services
