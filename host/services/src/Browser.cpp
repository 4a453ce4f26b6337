// SPDX-License-Identifier: Apache-2.0
// HMAC proofs for cookies and forms.
#include "central_oauth/services/Browser.h"

#include "central_oauth/crypto/Digest.h"
#include "central_oauth/crypto/Encoding.h"
#include "central_oauth/crypto/Random.h"
#include "central_oauth/services/LinkRules.h"

namespace central_oauth::services {

namespace {

// Link ids hold no blank, so the two parts can't be shifted against each other.
std::string pairOf(std::string_view browserId, const base::LinkId& link) {
    return link.value() + " " + std::string(browserId);
}

} // namespace

provider::Secret BrowserProofs::makeBrowserId() {
    constexpr std::size_t idBytes = 32;
    return provider::Secret(crypto::randomToken(idBytes));
}

provider::Secret BrowserProofs::openedProof(std::string_view browserId, const base::LinkId& link) const {
    return provider::Secret(
        crypto::encodeBase64Url(_hasher.hash(purpose::openedLink, pairOf(browserId, link))));
}

bool BrowserProofs::hasOpened(const Browser& browser, const base::LinkId& link) const {
    if (browser.id.empty())
        return false;
    return crypto::constantTimeEquals(openedProof(browser.id.reveal(), link).reveal(),
                                      browser.opened.reveal());
}

std::string BrowserProofs::formToken(const Browser& browser, const base::LinkId& link) const {
    return crypto::encodeBase64Url(_hasher.hash(purpose::form, pairOf(browser.id.reveal(), link)));
}

bool BrowserProofs::isFormToken(const Browser& browser, const base::LinkId& link,
                                std::string_view token) const {
    return !browser.id.empty() && crypto::constantTimeEquals(formToken(browser, link), token);
}

std::string BrowserProofs::hashOf(const Browser& browser) {
    return crypto::sha256(browser.id.reveal());
}

} // namespace central_oauth::services
