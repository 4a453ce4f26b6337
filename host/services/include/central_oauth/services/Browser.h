// SPDX-License-Identifier: Apache-2.0
// What a browser holds: its own id, and a proof for each link whose verification URL it has opened.
#pragma once

#include "central_oauth/crypto/KeyedHasher.h"
#include "central_oauth/provider/Secret.h"
#include "central_oauth/store/Records.h"

#include <string>
#include <string_view>

namespace central_oauth::services {

/// The two cookies a browser sends with a request about one link, and its address. Empty secrets: no such
/// cookie.
struct Browser {
    provider::Secret id;     ///< one per browser
    provider::Secret opened; ///< one per link, made by BrowserProofs
    std::string address;
};

/// Proofs that hang together without any state here: all are HMACs under the server key.
///
/// The hasher outlives it. Threads: any.
class BrowserProofs {
public:
    explicit BrowserProofs(const crypto::KeyedHasher& hasher) : _hasher(hasher) {}

    /// A fresh browser id: 256 bits, base64url.
    [[nodiscard]] static provider::Secret makeBrowserId();

    /// The proof that the browser with this id opened the link's verification URL.
    [[nodiscard]] provider::Secret openedProof(std::string_view browserId, const base::LinkId& link) const;

    /// Whether the browser brings that proof.
    [[nodiscard]] bool hasOpened(const Browser& browser, const base::LinkId& link) const;

    /// The hidden value of the link's form in this browser (CSRF token).
    [[nodiscard]] std::string formToken(const Browser& browser, const base::LinkId& link) const;

    /// Whether a form came with the token that formToken made for it.
    [[nodiscard]] bool isFormToken(const Browser& browser, const base::LinkId& link,
                                   std::string_view token) const;

    /// What a link keeps of the browser that approved it: SHA-256 of the id.
    [[nodiscard]] static std::string hashOf(const Browser& browser);

private:
    const crypto::KeyedHasher& _hasher;
};

} // namespace central_oauth::services
